"""Queries of inspection objects."""

import json
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from piccolo.query.functions import Count

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.search_index import SearchIndex
from inspection.kernel.search_words import search_text
from inspection.kernel.sql import bulk_update, insert_values, measure, one_of, rows_of, settle
from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.facts import DirectoryRow, ObjectFacts
from inspection.registry.objects.rows import ObjectDraft, ObjectKind, ObjectStatus, RiskLevel
from inspection.registry.objects.tables import INDEXES, InspectionObject

PAGE = 5000
NAME_LENGTH = 300
_DIRECTORY = (
    InspectionObject.id,
    InspectionObject.code,
    InspectionObject.kind,
    InspectionObject.trades,
    InspectionObject.area,
    InspectionObject.scale,
    InspectionObject.credit_grade,
    InspectionObject.status,
    InspectionObject.exemption,
    InspectionObject.risk,
    InspectionObject.office,
    InspectionObject.owner,
    InspectionObject.flags,
)


@dataclass(frozen=True, slots=True)
class KnownObject:
    """What an import must know of an object that is there already."""

    id: UUID
    code: str
    digest: str


@dataclass(frozen=True, slots=True)
class ObjectQuery:
    """Conditions of a list of objects; None means any. `after` is the code of the last row of the page before."""

    name: str | None = None
    code: str | None = None
    area: str | None = None
    tag: str | None = None
    kind: ObjectKind | None = None
    credit_grade: str | None = None
    status: ObjectStatus | None = None
    risk: RiskLevel | None = None
    complaints_from: int | None = None
    owner: str | None = None
    after: str | None = None
    limit: int = 100


def texts(value: Collection[str]) -> str:
    """A list of texts as it is stored: canonical JSON."""
    return _texts(tuple(value)) if value else "[]"


@lru_cache(maxsize=4096)
def _texts(value: tuple[str, ...]) -> str:
    return canonical_json(value).decode()


@lru_cache(maxsize=4096)
def read_texts(stored: str) -> tuple[str, ...]:
    """The list that `texts` stored. Few lists are many objects' own: each is read once."""
    return tuple(json.loads(stored))


async def known_objects(authority: UUID, codes: Sequence[str]) -> dict[str, KnownObject]:
    """By code, those of `codes` that the register holds."""
    if not codes:
        return {}
    rows = await rows_of(InspectionObject, ("id", "code", "digest"), ("authority", authority), "code", codes)
    return {row["code"]: KnownObject(row["id"], row["code"], row["digest"]) for row in rows}


async def add_objects(authority: UUID, run: UUID, drafts: Mapping[UUID, tuple[ObjectDraft, str]], at: datetime) -> int:
    """Insert new objects (id → draft and digest); returns how many were new: another import may have been first."""
    values = [(object_id, authority, run, *_cells(draft, digest, at)) for object_id, (draft, digest) in drafts.items()]
    return await insert_values(InspectionObject, ("id", "authority", "added_run", *_NAMES), values, "nothing")


async def change_objects(drafts: Mapping[UUID, tuple[ObjectDraft, str]], at: datetime) -> None:
    """Let these objects (id → draft and digest) be what the drafts say."""
    rows = [
        {"id": object_id, **dict(zip(_NAMES, _cells(draft, digest, at), strict=True))}
        for object_id, (draft, digest) in drafts.items()
    ]
    await bulk_update(InspectionObject, rows)


async def measure_objects() -> None:
    """After many objects were written: let the database plan for as many."""
    await measure(InspectionObject)
    for index in INDEXES:
        if isinstance(index, SearchIndex):
            await settle(index)


_NAMES = (
    "code",
    "code_kind",
    "name",
    "name_search",
    "kind",
    "trades",
    "scale",
    "registrar",
    "office",
    "area",
    "address",
    "representative",
    "contact",
    "phone",
    "credit_grade",
    "status",
    "exemption",
    "warnings",
    "synthetic",
    "digest",
    "imported_at",
    "owner",
    "risk",
    "complaints",
    "flags",
)


def _cells(draft: ObjectDraft, digest: str, at: datetime) -> tuple[Any, ...]:
    """In the order of `_NAMES`."""
    return (
        draft.code,
        draft.code_kind.value,
        draft.name,
        search_text(draft.name)[:NAME_LENGTH],
        draft.kind.value,
        texts(draft.trades),
        draft.scale,
        draft.registrar,
        draft.office,
        draft.area,
        draft.address,
        draft.representative,
        draft.contact,
        draft.phone,
        draft.credit_grade,
        draft.status.value,
        draft.exemption,
        texts(draft.warnings),
        draft.synthetic,
        digest,
        at,
        draft.owner,
        draft.risk.value if draft.risk is not None else None,
        draft.complaints,
        texts(draft.flags) if len(draft.flags) > 1 else None,
    )


async def objects(ids: Collection[UUID]) -> dict[UUID, ObjectFacts]:
    """By id, those that exist."""
    found: dict[UUID, ObjectFacts] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), PAGE):
        some = one_of("id", [str(one) for one in wanted[start : start + PAGE]])
        rows = await ask("SELECT * FROM inspection_object WHERE {}", some)
        found.update((row["id"], _object(row)) for row in rows)
    return found


async def object_by_code(authority: UUID, code: str) -> ObjectFacts | None:
    row = (
        await InspectionObject.select()
        .where(InspectionObject.authority == authority, InspectionObject.code == code)
        .first()
    )
    return _object(row) if row else None


async def objects_by_code(authority: UUID, codes: Sequence[str]) -> list[ObjectFacts]:
    """Those of these codes that the register holds, in the order of `codes`."""
    if not codes:
        return []
    rows = await InspectionObject.select().where(
        InspectionObject.authority == authority, InspectionObject.code.is_in(list(codes))
    )
    found = {row["code"]: _object(row) for row in rows}
    return [found[code] for code in codes if code in found]


async def count_objects(authority: UUID) -> int:
    rows = await InspectionObject.select(Count()).where(InspectionObject.authority == authority)
    return int(rows[0]["count"])


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Some thousand rows in the order of the codes: those after `after`, up to and with `last`."""

    rows: list[DirectoryRow]
    after: str
    last: str


async def directory_pages(authority: UUID) -> AsyncGenerator[DirectoryPage, None]:
    """Every object of the authority in the order of the codes, read page by page. Grounds, marks and special registers
    are not in it: they depend on a day."""
    after = ""
    while True:
        rows = (
            await InspectionObject.select(*_DIRECTORY)
            .where(InspectionObject.authority == authority, InspectionObject.code > after)
            .order_by(InspectionObject.code)
            .limit(PAGE)
        )
        if rows:
            last = rows[-1]["code"]
            yield DirectoryPage([_directory_row(row) for row in rows], after, last)
            after = last
        if len(rows) < PAGE:
            return


def _directory_row(row: Mapping[str, Any]) -> DirectoryRow:
    return DirectoryRow(
        row["id"],
        row["code"],
        ObjectKind(row["kind"]),
        read_texts(row["trades"]),
        row["area"],
        row["scale"],
        row["credit_grade"],
        ObjectStatus(row["status"]),
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        office=row["office"],
        owner=row["owner"],
        flags=_flags(row),
    )


def _flags(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row["flags"]:
        return read_texts(row["flags"])
    return (row["exemption"],) if row["exemption"] else ()


def _object(row: Mapping[str, Any]) -> ObjectFacts:
    return ObjectFacts(
        id=row["id"],
        authority=row["authority"],
        code=row["code"],
        code_kind=CodeKind(row["code_kind"]),
        name=row["name"],
        kind=ObjectKind(row["kind"]),
        trades=read_texts(row["trades"]),
        scale=row["scale"],
        registrar=row["registrar"],
        office=row["office"],
        area=row["area"],
        address=row["address"],
        representative=row["representative"],
        contact=row["contact"],
        phone=row["phone"],
        credit_grade=row["credit_grade"],
        status=ObjectStatus(row["status"]),
        exemption=row["exemption"],
        warnings=read_texts(row["warnings"]),
        synthetic=bool(row["synthetic"]),
        owner=row["owner"],
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        complaints=row["complaints"],
        flags=_flags(row),
    )
