"""I7: what a tablet folds by itself, from its own replica, is what the server folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from inspection.visits.entries.admission import serves_nothing
from inspection.visits.reading import Folded
from inspection.visits.record import Authority, VisitRecord, fold
from mobile_contract.decisions import DECISION_OF
from mobile_contract.envelope import ParsedEntry, parse_entry
from mobile_contract.visit_card import VisitCard
from tests.simulator.tablet import Tablet
from tests.simulator.verdict import Violation


class Replicas:
    """Holds every tablet's own fold against the server's (`folds`, by visit). `signed`: the keys are real ones."""

    def __init__(self, folds: Mapping[UUID, Folded], *, signed: bool) -> None:
        self._folds = folds
        self._signed = signed
        self._made: list[tuple[_Grounds, VisitRecord]] = []

    def check(self, tablet: Tablet) -> int:
        """Compare every visit on the tablet; how many there were."""
        cards = tablet.device.visits()
        for visit, card in sorted(cards.items()):
            # Keys of people who were never in the team are not on the card: those are for people to look at.
            doubts = tablet.device.doubtful(visit) if self._signed else {}
            bad = [hash_ for hash_, why in doubts.items() if why == "bad-signature"]
            if bad:
                raise Violation(f"I7: tablet {tablet.number} finds signatures wrong: {bad}")
            self._compare(tablet, visit, card)
        return len(cards)

    def _compare(self, tablet: Tablet, visit: UUID, card: VisitCard) -> None:
        folded = self._folds[visit]
        own = [parse_entry(line) for one in (visit, *card.linked) for line in tablet.device.entries_known(one)]
        missing = {entry.text_hash for entry in folded.entries} ^ {entry.text_hash for entry in own}
        if missing:
            raise Violation(
                f"I7: tablet {tablet.number} and server differ in the entries of {visit}: {sorted(missing)}"
            )
        # Which other versions the server can read, and which gaps there are, only the server knows.
        scheme = folded.setting.scheme
        pinned = {one.checklist.code: one.digest for one in tablet.device.checklists(card)}
        if pinned != dict(scheme.pinned):
            raise Violation(f"I7: tablet {tablet.number} has other checklists for {visit}")
        authority = _authority(card, _uncounted(tablet, visit, card, own), folded)
        record = self._record(_Grounds(folded.setting.visit.id, own, authority), folded)
        if record != folded.record:
            difference = _difference(record, folded)
            raise Violation(f"I7: tablet {tablet.number} folds {visit} to something else: {difference}")

    def _record(self, grounds: _Grounds, folded: Folded) -> VisitRecord:
        """What a tablet folds. Two tablets that were told the same in the same order fold the same: it is done once."""
        for before, record in self._made:
            if before == grounds:
                return record
        joined = frozenset(one.id for one in folded.setting.joined)
        record = fold(grounds.visit, grounds.entries, grounds.authority, folded.setting.scheme, frozenset(), joined)
        self._made.append((grounds, record))
        return record


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What a fold of one visit depends on, apart from what a tablet takes from the server here."""

    visit: UUID
    entries: list[ParsedEntry]
    authority: Authority


def _uncounted(tablet: Tablet, visit: UUID, card: VisitCard, entries: list[ParsedEntry]) -> dict[str, tuple[str, ...]]:
    uncounted = {h: why for one in (visit, *card.linked) for h, why in tablet.device.uncounted(one).items()}
    tasks = {task.id for task in card.tasks}
    for entry in entries:
        if entry.header.type not in DECISION_OF and serves_nothing(entry.header, tasks):
            uncounted[entry.text_hash] = tuple(sorted({*uncounted.get(entry.text_hash, ()), "cancelled-task"}))
    return uncounted


def _authority(card: VisitCard, uncounted: dict[str, tuple[str, ...]], folded: Folded) -> Authority:
    return Authority(
        team=frozenset(str(one.inspector) for one in card.team),
        deciders=frozenset(str(one) for one in card.deciders),
        former={str(one.inspector): one.word.value for one in card.former},
        uncounted=uncounted,
        quorum=card.quorum,
        refusal_vouchers=card.refusal_vouchers,
        witness=card.witness,
        office=frozenset({str(card.office)}),
        returned=folded.authority.returned,
        gaps=folded.authority.gaps,
    )


def _difference(record: object, folded: Folded) -> list[str]:
    server = folded.record
    return [name for name in server.__dataclass_fields__ if getattr(record, name) != getattr(server, name)]
