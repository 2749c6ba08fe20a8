"""I7: what a tablet folds by itself, from its own replica, is what the server folds."""

from __future__ import annotations

from uuid import UUID

from inspection.visits.entries.admission import serves_nothing
from inspection.visits.reading import Folded, fold_visit, known_visit
from inspection.visits.record import Authority, fold
from mobile_contract.decisions import DECISION_OF
from mobile_contract.envelope import parse_entry
from mobile_contract.visit_card import VisitCard
from tests.simulator.tablet import Tablet
from tests.simulator.verdict import Violation


async def check_replica(tablet: Tablet, *, signed: bool) -> int:
    """Compare every visit on the tablet; how many there were. `signed`: the keys are real ones."""
    cards = tablet.device.visits()
    for visit, card in sorted(cards.items()):
        folded = await fold_visit(await known_visit(visit))
        # Keys of people who were never in the team are not on the card: those are for people to look at.
        bad = (
            [hash_ for hash_, why in tablet.device.doubtful(visit).items() if why == "bad-signature"] if signed else []
        )
        if bad:
            raise Violation(f"I7: tablet {tablet.number} finds signatures wrong: {bad}")
        _compare(tablet, visit, card, folded)
    return len(cards)


def _compare(tablet: Tablet, visit: UUID, card: VisitCard, folded: Folded) -> None:
    own = [parse_entry(line) for one in (visit, *card.linked) for line in tablet.device.entries_known(one)]
    missing = {entry.text_hash for entry in folded.entries} ^ {entry.text_hash for entry in own}
    if missing:
        raise Violation(f"I7: tablet {tablet.number} and server differ in the entries of {visit}: {sorted(missing)}")
    uncounted = {h: why for one in (visit, *card.linked) for h, why in tablet.device.uncounted(one).items()}
    tasks = {task.id for task in card.tasks}
    for entry in own:
        if entry.header.type not in DECISION_OF and serves_nothing(entry.header, tasks):
            uncounted[entry.text_hash] = tuple(sorted({*uncounted.get(entry.text_hash, ()), "cancelled-task"}))
    # Which other versions the server can read, and which gaps there are, only the server knows.
    scheme = folded.setting.scheme
    pinned = {one.checklist.code: one.digest for one in tablet.device.checklists(card)}
    if pinned != dict(scheme.pinned):
        raise Violation(f"I7: tablet {tablet.number} has other checklists for {visit}")
    authority = _authority(card, uncounted, folded)
    canonical = folded.setting.visit.id
    joined = frozenset(one.id for one in folded.setting.joined)
    record = fold(canonical, own, authority, scheme, frozenset(), joined)
    if record != folded.record:
        raise Violation(f"I7: tablet {tablet.number} folds {visit} to something else: {_difference(record, folded)}")


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
