"""Who and what there is before a trace begins: the same ids and values on every server, most of it in every trace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.authority.store import AuthorityRow
from inspection.kernel.keys import server_keys
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.visits.rows import Member, ServedTask, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.checklist import Checklist, ChecklistItem, ItemPolicy, Text
from tests.inspection.publicity.world import RULES
from tests.simulator.trace import Trace

NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SEED: Final = b"k" * 32
PRIVATE: Final = Ed25519PrivateKey.from_private_bytes(SEED)
KEYS: Final = server_keys(PRIVATE)
ITEMS: Final = ("a.01", "a.02", "a.03")
VALUES: Final = ("yes", "no", "not_applicable")
LATER: Final = 2
"""Visits that tablets may write about before the server knows of them."""


@dataclass(frozen=True, slots=True)
class Founding:
    """Rows, as values. `visits` are there from the start, `later` appear when the office makes them."""

    authority: AuthorityRow
    inspectors: tuple[InspectorFacts, ...]
    object: ObjectFacts
    checklist: ChecklistFacts
    newer: ChecklistFacts
    item: UUID
    task: UUID
    visits: tuple[VisitRow, ...]
    later: tuple[VisitRow, ...]
    teams: dict[UUID, tuple[Member, ...]]

    def served(self, visit: UUID) -> ServedTask:
        """The one task that a visit serves."""
        return ServedTask(
            _id("served", visit), visit, self.task, "抽查", self.item, "CY-01", "检查事项", self.checklist.id
        )

    @property
    def all_visits(self) -> tuple[VisitRow, ...]:
        return (*self.visits, *self.later)


def founding_of(trace: Trace) -> Founding:
    """The founding of a trace."""
    authority = AuthorityRow(_id("authority"), "sim", "某市商务局", "商务局", RULES)
    people = tuple(_inspector(authority.id, number) for number in range(trace.inspectors))
    thing = _object(authority.id)
    visits = tuple(_visit(authority.id, thing.id, people[0].id, n) for n in range(trace.visits + LATER))
    teams = {row.id: _team(row, people, n) for n, row in enumerate(visits)}
    first, second = (_checklist(version) for version in (1, 2))
    now_there, later = visits[: trace.visits], visits[trace.visits :]
    return Founding(authority, people, thing, first, second, _id("item"), _id("task"), now_there, later, teams)


@cache
def _id(*what: object) -> UUID:
    digest = hashlib.sha256(repr(what).encode()).digest()[:16]
    return UUID(bytes=digest[:6] + bytes([0x70 | digest[6] & 15, digest[7], 0x80 | digest[8] & 63]) + digest[9:])


@cache
def _checklist(version: int) -> ChecklistFacts:
    policies = (ItemPolicy.ANY, ItemPolicy.EACH, ItemPolicy.ANY)
    items = tuple(
        ChecklistItem(code=code, text=Text(zh=f"要点{code}v{version}", en=code), policy=policy)
        for code, policy in zip(ITEMS, policies, strict=True)
    )
    made = Checklist(code="sim.check", version=version, title=Text(zh="检查", en="Check"), items=items)
    return ChecklistFacts(_id("checklist", version), made.code, version, made.digest(), made, NOW)


@cache
def _inspector(authority: UUID, number: int) -> InspectorFacts:
    certificate = CertificateFacts(
        id=_id("certificate", number),
        issuer="某省",
        number=f"37{number:06d}",
        valid_from=date(2020, 1, 1),
        # One of them lets it run out while the trace runs.
        valid_until=date(2026, 3, 2) if number == 3 else date(2031, 1, 1),
        scope=(),
        areas=(),
        status=CertificateStatus.VALID,
        status_since=None,
        status_reason=None,
    )
    return InspectorFacts(
        id=_id("inspector", number),
        authority=authority,
        staff_no=str(number),
        name=f"检查员{number}",
        position=None,
        unit_id=None,
        unit=None,
        category="",
        role=InspectorRole.INSPECTOR,
        qualifications=(),
        expertise=(),
        area=None,
        post_class=None,
        background=None,
        maximum_load=None,
        leader_capable=True,
        active=True,
        standing_reason=None,
        certificates=(certificate,),
        absences=(),
        relations=(),
        unreviewed=False,
    )


@cache
def _object(authority: UUID) -> ObjectFacts:
    return ObjectFacts(
        id=_id("object"),
        authority=authority,
        code="91370000MA3EXAMPLE",
        code_kind=CodeKind.USCC,
        name="某超市",
        kind=ObjectKind.ENTERPRISE,
        trades=(),
        scale=None,
        registrar=None,
        office=None,
        area=None,
        address=None,
        representative=None,
        contact=None,
        phone=None,
        credit_grade=None,
        status=ObjectStatus.ACTIVE,
        exemption=None,
        warnings=(),
        synthetic=True,
    )


def _visit(authority: UUID, thing: UUID, leader: UUID, number: int) -> VisitRow:
    return VisitRow(
        id=_id("visit", number),
        authority=authority,
        object=thing,
        state=VisitState.OPEN,
        year=2026,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
        leader=leader,
        rule_set=RULES,
        created_at=NOW,
        unsealed_at=NOW,
        executed_at=None,
        approved_at=None,
        approved_by=None,
        remarks=None,
    )


def _team(visit: VisitRow, people: tuple[InspectorFacts, ...], number: int) -> tuple[Member, ...]:
    """The leader and one or two others; not everybody goes everywhere."""
    others = people[1:]
    chosen = [others[(number + k) % len(others)] for k in range(min(1 + number % 2, len(others)))]
    team = dict.fromkeys([people[0].id, *(one.id for one in chosen)])
    return tuple(Member(person, slot, "lot", NOW, None, None) for slot, person in enumerate(team, start=1))


def opened(visit: VisitRow, at: datetime) -> VisitRow:
    """A visit that the office makes now."""
    return replace(visit, created_at=NOW, unsealed_at=at)
