"""Queries of special registers, tags and their entries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Where
from piccolo.query.functions import Count

from inspection.kernel.sql import bulk_insert, bulk_update
from inspection.registry.objects.entries import EntryFacts, Licence, RegisterFacts, RegisterSort
from inspection.registry.objects.tables import RegisterEntry, SpecialRegister

PAGE = 5000


async def registers(authority: UUID, on: date | None = None) -> list[RegisterFacts]:
    """All registers and tags by name, with the number of entries that stand on the day."""
    rows = await SpecialRegister.select().where(SpecialRegister.authority == authority)
    counted = (
        await RegisterEntry.select(RegisterEntry.register, Count())
        .where(RegisterEntry.register.is_in([row["id"] for row in rows]), *_standing(on))
        .group_by(RegisterEntry.register)
        if rows
        else []
    )
    numbers = {row["register"]: int(row["count"]) for row in counted}
    facts = [_register(row, numbers.get(row["id"], 0)) for row in rows]
    return sorted(facts, key=lambda one: (one.sort, one.name))


async def every_register(authority: UUID) -> list[RegisterFacts]:
    """All registers and tags by sort and name; nobody counts their entries."""
    rows = (
        await SpecialRegister.select()
        .where(SpecialRegister.authority == authority)
        .order_by(SpecialRegister.sort)
        .order_by(SpecialRegister.name)
    )
    return [_register(row, 0) for row in rows]


async def register(register_id: UUID) -> RegisterFacts | None:
    row = await SpecialRegister.select().where(SpecialRegister.id == register_id).first()
    return _register(row, 0) if row else None


async def named(authority: UUID, names: Collection[str]) -> dict[UUID, str]:
    """The registers and tags that bear one of these names."""
    if not names:
        return {}
    rows = await SpecialRegister.select(SpecialRegister.id, SpecialRegister.name).where(
        SpecialRegister.authority == authority, SpecialRegister.name.is_in(list(names))
    )
    return {row["id"]: row["name"] for row in rows}


async def registers_named(authority: UUID, places: Collection[tuple[RegisterSort, str]]) -> list[RegisterFacts]:
    """Those of these sorts and names that are there."""
    if not places:
        return []
    rows = await SpecialRegister.select().where(
        SpecialRegister.authority == authority, SpecialRegister.name.is_in(sorted({name for _, name in places}))
    )
    return [one for one in (_register(row, 0) for row in rows) if (one.sort, one.name) in places]


async def open_registers(
    authority: UUID, wanted: Mapping[tuple[RegisterSort, str], UUID], at: datetime
) -> dict[tuple[RegisterSort, str], UUID]:
    """The registers of these sorts and names; those that are not there yet are made under the id given."""
    if not wanted:
        return {}
    rows = [
        {"id": new_id, "authority": authority, "sort": sort.value, "name": name, "at": at}
        for (sort, name), new_id in sorted(wanted.items())
    ]
    await bulk_insert(SpecialRegister, rows, on_conflict="nothing")
    found = await SpecialRegister.select().where(
        SpecialRegister.authority == authority, SpecialRegister.name.is_in([name for _, name in wanted])
    )
    return {(RegisterSort(row["sort"]), row["name"]): row["id"] for row in found}


async def entries_between(within: Mapping[UUID, str], after: str, last: str, on: date | None) -> dict[UUID, set[str]]:
    """By object, the names of the registers `within` in which it stands, for a directory page's range of codes."""
    rows = await RegisterEntry.select(RegisterEntry.object, RegisterEntry.register).where(
        RegisterEntry.register.is_in(list(within)),
        RegisterEntry.code > after,
        RegisterEntry.code <= last,
        *_standing(on),
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        found[row["object"]].add(within[row["register"]])
    return found


async def standing_entries(register_ids: Collection[UUID], object_ids: Collection[UUID]) -> list[EntryFacts]:
    """The entries, not removed, of these objects in these registers."""
    if not register_ids or not object_ids:
        return []
    rows = await RegisterEntry.select().where(
        RegisterEntry.register.is_in(list(register_ids)),
        RegisterEntry.object.is_in(list(object_ids)),
        RegisterEntry.removed_on.is_null(),
    )
    return [_entry(row) for row in rows]


async def members(register_id: UUID, after: str, limit: int, on: date | None = None) -> list[EntryFacts]:
    """A page of a register's entries by code; with a day, those that stand on it, else all, removed ones included."""
    select = RegisterEntry.select().where(RegisterEntry.register == register_id, RegisterEntry.code > after)
    if on is not None:
        select = select.where(*_standing(on))
    rows = await select.order_by(RegisterEntry.code).order_by(RegisterEntry.id).limit(limit)
    return [_entry(row) for row in rows]


async def entries_of(object_id: UUID) -> list[EntryFacts]:
    """Where an object stands and stood, the oldest first."""
    rows = (
        await RegisterEntry.select()
        .where(RegisterEntry.object == object_id)
        .order_by(RegisterEntry.at)
        .order_by(RegisterEntry.id)
    )
    return [_entry(row) for row in rows]


async def entry(entry_id: UUID) -> EntryFacts | None:
    row = await RegisterEntry.select().where(RegisterEntry.id == entry_id).first()
    return _entry(row) if row else None


async def add_entries(rows: Mapping[UUID, tuple[UUID, UUID, str, Licence]], at: datetime, by_name: str) -> int:
    """Insert entries: id → register, object, the object's code, licence."""
    return await bulk_insert(
        RegisterEntry,
        [
            {
                "id": entry_id,
                "register": register_id,
                "object": object_id,
                "code": code,
                **_licence_columns(licence),
                "at": at,
                "by_name": by_name[:200],
                "removed_on": None,
                "removed_reason": None,
                "removed_by_name": None,
                "removed_at": None,
            }
            for entry_id, (register_id, object_id, code, licence) in rows.items()
        ],
        on_conflict="nothing",
    )


async def change_entries(rows: Mapping[UUID, Licence]) -> None:
    """Let these entries say what the licences say."""
    await bulk_update(
        RegisterEntry, [{"id": entry_id, **_licence_columns(licence)} for entry_id, licence in rows.items()]
    )


async def remove_entry(entry_id: UUID, on: date, reason: str, at: datetime, by_name: str) -> None:
    facts = {"removed_on": on, "removed_reason": reason, "removed_by_name": by_name[:200], "removed_at": at}
    await RegisterEntry.update(facts).where(RegisterEntry.id == entry_id)  # type: ignore[arg-type]


def _standing(on: date | None) -> Sequence[Any]:
    """Not removed; with a day, the licence has not run out on it."""
    if on is None:
        return (RegisterEntry.removed_on.is_null(),)
    valid: Any = RegisterEntry.valid_until.is_null()
    removed: Any = RegisterEntry.removed_on.is_null()
    unbound: Where | Any = RegisterEntry.valid_until >= on
    return (valid | unbound, removed | (RegisterEntry.removed_on > on))


def _licence_columns(licence: Licence) -> dict[str, Any]:
    return {
        "licence_no": licence.number,
        "licence_name": licence.name,
        "granted_on": licence.granted_on,
        "valid_until": licence.valid_until,
        "issuer": licence.issuer,
        "inspected_by": licence.inspected_by,
    }


def _register(row: Mapping[str, Any], entries: int) -> RegisterFacts:
    return RegisterFacts(row["id"], row["authority"], RegisterSort(row["sort"]), row["name"], row["at"], entries)


def _entry(row: Mapping[str, Any]) -> EntryFacts:
    return EntryFacts(
        id=row["id"],
        register=row["register"],
        object=row["object"],
        code=row["code"],
        licence=Licence(
            row["licence_no"],
            row["licence_name"],
            row["granted_on"],
            row["valid_until"],
            row["issuer"],
            row["inspected_by"],
        ),
        at=row["at"],
        by_name=row["by_name"],
        removed_on=row["removed_on"],
        removed_reason=row["removed_reason"],
        removed_by_name=row["removed_by_name"],
        removed_at=row["removed_at"],
    )
