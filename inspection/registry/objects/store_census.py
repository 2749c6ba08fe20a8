"""Counting queries of objects: one pass over the register, however many items ask."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from inspection.kernel.ask import ask
from inspection.kernel.database import Engine, current_engine
from inspection.kernel.journal.store import head
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.store import read_texts
from inspection.registry.objects.tables import InspectionObject, RegisterEntry


@dataclass(frozen=True, slots=True)
class Group:
    """So many objects that are alike in all that figures tell them apart by; '' where they have none. `trades` as they
    are stored.
    """

    status: str
    kind: str
    trades: str
    grade: str
    area: str
    objects: int


_known: WeakKeyDictionary[Engine, dict[UUID, tuple[tuple[int, bytes], tuple[Group, ...]]]] = WeakKeyDictionary()
"""By database and authority: the head of the register's journal, and the groups as they were counted under it."""


@dataclass(frozen=True, slots=True)
class Alike:
    """So many objects of one kind, with the same trades and the same credit grade ('' for none)."""

    kind: ObjectKind
    trades: tuple[str, ...]
    grade: str
    count: int


@dataclass(frozen=True, slots=True)
class Member:
    """An object that stands in a special register."""

    object: UUID
    register: UUID
    kind: ObjectKind
    trades: tuple[str, ...]
    grade: str


async def groups(authority: UUID) -> tuple[Group, ...]:
    """The register of an authority in groups; counted once for each state of the register's journal.

    A million objects are some thousand groups. Counting passes over all of an index, which no page shall wait for: it
    is done by whoever asks first after an import, and what comes of it is kept in the process.
    """
    known = _known.setdefault(current_engine(), {})
    # The head first: what is counted is as it stood then or newer, and then the next reader finds another head.
    standing = await head(f"registry:{authority}")
    if authority not in known or known[authority][0] != standing:
        known[authority] = standing, await _counted(authority)
    return known[authority][1]


async def _counted(authority: UUID) -> tuple[Group, ...]:
    # In the order of the index that holds all of it.
    rows = await ask(
        "SELECT status, kind, trades, credit_grade AS grade, area, COUNT(*) AS n FROM inspection_object "
        "WHERE authority = {} GROUP BY status, kind, trades, credit_grade, area",
        authority,
    )
    return tuple(
        Group(row["status"], row["kind"], row["trades"], row["grade"] or "", row["area"] or "", int(row["n"]))
        for row in rows
    )


async def alike(authority: UUID, without: Collection[ObjectStatus]) -> list[Alike]:
    """The objects of an authority, those of some states left out, counted by what items tell them apart by."""
    found = Counter[tuple[str, str, str]]()
    for group in await groups(authority):
        if group.status not in without:
            found[group.kind, group.trades, group.grade] += group.objects
    return [Alike(ObjectKind(kind), read_texts(trades), grade, count) for (kind, trades, grade), count in found.items()]


async def members(registers: Collection[UUID], without: Collection[ObjectStatus], on: date) -> list[Member]:
    """Who stands in these special registers on a day, those of some states left out; once for each register."""
    if not registers:
        return []
    one = RegisterEntry.object
    rows = (
        await RegisterEntry.select(
            RegisterEntry.object,
            RegisterEntry.register,
            one.kind.as_alias("kind"),
            one.trades.as_alias("trades"),
            one.credit_grade.as_alias("grade"),
        )
        .where(
            RegisterEntry.register.is_in(list(registers)),
            one.status.not_in([status.value for status in without]),
            *_standing(on),
        )
        .distinct()
    )
    return [
        Member(row["object"], row["register"], ObjectKind(row["kind"]), read_texts(row["trades"]), row["grade"] or "")
        for row in rows
    ]


def _standing(on: date) -> tuple[Any, Any]:
    """Not removed and not run out on the day."""
    valid: Any = RegisterEntry.valid_until.is_null()
    removed: Any = RegisterEntry.removed_on.is_null()
    unbound: Any = RegisterEntry.valid_until >= on
    later: Any = RegisterEntry.removed_on > on
    return (valid | unbound, removed | later)


async def codes_named(authority: UUID, names: Collection[str]) -> dict[str, list[str]]:
    """By name, the codes of the objects that bear exactly this name."""
    found: dict[str, list[str]] = {}
    if names:
        rows = (
            await InspectionObject.select(InspectionObject.name, InspectionObject.code)
            .where(InspectionObject.authority == authority, InspectionObject.name.is_in(list(names)))
            .order_by(InspectionObject.code)
        )
        for row in rows:
            found.setdefault(row["name"], []).append(row["code"])
    return found
