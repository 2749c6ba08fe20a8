"""Counting queries of objects: one pass over the register, however many items ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from piccolo.query.functions import Count

from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.store import read_texts
from inspection.registry.objects.tables import InspectionObject, RegisterEntry


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


async def alike(authority: UUID, without: Collection[ObjectStatus]) -> list[Alike]:
    """The objects of an authority, those of some states left out, counted by what items tell them apart by."""
    told = (InspectionObject.kind, InspectionObject.trades, InspectionObject.credit_grade)
    rows = (
        await InspectionObject.select(*told, Count())
        .where(
            InspectionObject.authority == authority,
            InspectionObject.status.not_in([status.value for status in without]),
        )
        .group_by(*told)
    )
    return [
        Alike(ObjectKind(row["kind"]), read_texts(row["trades"]), row["credit_grade"] or "", row["count"])
        for row in rows
    ]


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
