"""From the registry's rows to those of the frame and the roster: exclusion codes, weights, attributes, eligibility."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from inspection.draw.lot.frame import Exclusion
from inspection.draw.lot.strata import StrataBy
from inspection.draw.teams.roster import Relation, RosterRow
from inspection.kernel.canonical import canonical_json
from inspection.planning.scope import Scope
from inspection.registry.inspectors.dispatch import ANY_RULE, ANYTHING, DispatchRule, Need, dispatchable
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.terms import InspectorRole
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectStatus

# Suspended objects stay in: that a business is found closed is a result of the visit, not a reason to skip it.
GONE = frozenset({ObjectStatus.REVOKED, ObjectStatus.CANCELLED, ObjectStatus.MOVED})
DECLARED = "declared"


def exclusion_of(
    row: DirectoryRow,
    scope: Scope | None,
    visits: int,
    cap: int | None,
    exempt: Collection[str] = (),
    above: str | None = None,
    *,
    awaited: bool = False,
) -> Exclusion:
    """Why a row cannot be drawn for a task, if it cannot. `scope`: None for no condition at all; `visits`: how much of
    the year's `cap` is used up; `exempt`: the codes of the grounds by which the task's rule-set lifts the cap: no other
    ground does (威海 第六条, 泉州 二(三)3). `above`: the number of the higher authority's plan by which the object is
    drawn, where that excludes it (兴隆台 六(三)); `awaited`: a visit for the same item is still to come.
    """
    if row.status in GONE:
        return Exclusion.CLOSED
    if scope is not None and not scope.holds(row):
        return Exclusion.SCOPE
    if above is not None:
        return Exclusion.UP
    if cap is not None and visits >= cap and lifted_by(row, exempt) is None:
        return Exclusion.CAP
    return Exclusion.OPEN if awaited else Exclusion.NONE


def lifted_by(row: DirectoryRow, exempt: Collection[str]) -> str | None:
    """The first of the row's grounds that lifts the cap."""
    return next((code for code in row.grounds if code in exempt), None)


def attributes(row: DirectoryRow, visits: int, exemption: str | None, above: str | None) -> bytes:
    """What a row says of its object to the supervisor alone: canonical JSON.

    Spelled out here, keys in their order, because a freeze asks for very many of them: a fifth of the time.
    """
    first = f'"above":{_json(above)},' if above is not None else ""
    known = f'"area":{_json(row.area)},"exemption":{_json(exemption)},"grade":{_json(row.credit_grade)}'
    trade = _json(stratum_name(row, StrataBy.TRADE) or None)
    return f'{{{first}{known},"object":"{row.object_id}","trade":{trade},"visits":{visits}}}'.encode()


@lru_cache(maxsize=4096)
def _json(text: str | None) -> str:
    return canonical_json(text).decode()


def stratum_name(row: DirectoryRow, by: StrataBy | None) -> str:
    """The stratum of a row: its grade, its area, or the first of its trades; empty where it has none."""
    if by is StrataBy.GRADE:
        return row.credit_grade or ""
    if by is StrataBy.AREA:
        return row.area or ""
    return next(iter(row.trades), "") if by is StrataBy.TRADE else ""


def object_of(attrs: bytes) -> UUID:
    """The registry's id of a frame row, from its attributes."""
    return UUID(json.loads(attrs)["object"])


def roster_row(
    person: InspectorFacts,
    window: tuple[date, date],
    need: Need = ANYTHING,
    rule: DispatchRule = ANY_RULE,
    listed: Collection[str] = (),
) -> RosterRow:
    """An inspector as of now: may go when nothing speaks against it on any day of the window (国办发〔2024〕54号).

    Of `need` only what certificates must cover: the draw asks for qualifications itself, with what it publishes.
    `listed`: ids of the candidates listed by hand.
    """
    return RosterRow(
        inspector=str(person.id),
        unit=person.unit or "",
        certified=dispatchable(person, window, replace(need, qualification=None), rule),
        qualifications=person.qualifications,
        expertise=person.expertise,
        areas=(person.area,) if person.area else (),
        leader=person.leader_capable,
        candidate=str(person.id) in listed,
    )


def roster_rows(
    people: Iterable[InspectorFacts],
    window: tuple[date, date],
    need: Need = ANYTHING,
    rule: DispatchRule = ANY_RULE,
    listed: Collection[str] = (),
) -> list[RosterRow]:
    """The inspectors of the register; experts and assistants are never drawn and are not even listed (安岳 一(四))."""
    return [roster_row(one, window, need, rule, listed) for one in people if one.role is InspectorRole.INSPECTOR]


def declared(people: Iterable[InspectorFacts], window: tuple[date, date]) -> list[Relation]:
    """The interests that bar an inspector on a day of the window, by whomever they were declared."""
    return [
        Relation(str(person.id), oid, DECLARED)
        for person in people
        if person.role is InspectorRole.INSPECTOR
        for oid in person.related(*window)
    ]
