"""From the registry's rows to those of the frame and the roster: exclusion codes, weights, attributes, eligibility."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from inspection.draw.lot.frame import Candidate, Exclusion
from inspection.draw.teams.roster import Relation, RosterRow
from inspection.draw.terms import Terms
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


def candidate(
    row: DirectoryRow,
    scope: Scope,
    visits: int,
    terms: Terms,
    exempt: Collection[str] = (),
    above: str | None = None,
) -> Candidate:
    """A directory row with its exclusion code. `visits`: how much of the year's cap is used up; `exempt`: the codes of
    the grounds by which the task's rule-set lifts the cap: no other ground does (威海 第六条, 泉州 二(三)3). `above`:
    the number of the higher authority's plan by which the object is drawn, where that excludes it (兴隆台 六(三)).
    """
    ground = next((code for code in row.grounds if code in exempt), None)
    told = {"object": str(row.object_id), "grade": row.credit_grade, "visits": visits, "exemption": ground}
    attrs = canonical_json({**told, "above": above} if above is not None else told)
    code = Exclusion.UP if above is not None else _capped(visits, terms, ground)
    return Candidate(row.oid, _outside(row, scope) or code, 0, terms.weight(row.credit_grade), attrs)


def _outside(row: DirectoryRow, scope: Scope) -> Exclusion | None:
    if row.status in GONE:
        return Exclusion.CLOSED
    return None if scope.holds(row) else Exclusion.SCOPE


def _capped(visits: int, terms: Terms, ground: str | None) -> Exclusion:
    if terms.visit_cap is not None and visits >= terms.visit_cap and ground is None:
        return Exclusion.CAP
    return Exclusion.NONE


def object_of(attrs: bytes) -> UUID:
    """The registry's id of a frame row, from its attributes."""
    return UUID(json.loads(attrs)["object"])


def roster_row(
    person: InspectorFacts, window: tuple[date, date], need: Need = ANYTHING, rule: DispatchRule = ANY_RULE
) -> RosterRow:
    """An inspector as of now: may go when nothing speaks against it on any day of the window (国办发〔2024〕54号).

    Of `need` only what certificates must cover: the draw asks for qualifications itself, with what it publishes.
    """
    certified = dispatchable(person, window, replace(need, qualification=None), rule)
    return RosterRow(str(person.id), person.unit or "", certified, person.qualifications, person.expertise)


def roster_rows(
    people: Iterable[InspectorFacts], window: tuple[date, date], need: Need = ANYTHING, rule: DispatchRule = ANY_RULE
) -> list[RosterRow]:
    """The inspectors of the register; experts and assistants are never drawn and are not even listed (安岳 一(四))."""
    return [roster_row(one, window, need, rule) for one in people if one.role is InspectorRole.INSPECTOR]


def declared(people: Iterable[InspectorFacts], window: tuple[date, date]) -> list[Relation]:
    """The interests that bar an inspector on a day of the window, by whomever they were declared."""
    return [
        Relation(str(person.id), oid, DECLARED)
        for person in people
        if person.role is InspectorRole.INSPECTOR
        for oid in person.related(*window)
    ]
