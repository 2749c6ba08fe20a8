"""What is not here: numbers of a device log that were never received, and bodies that were erased by law."""

from collections.abc import Iterable, Iterator, Mapping

from inspection.visits.record.intake import Bare, Intake
from inspection.visits.record.model import Erased, Gap
from inspection.visits.record.standing import Standing, Stretch
from mobile_contract.decisions import DecisionType, LogGap


def certified_losses(intake: Intake, standing: Standing) -> dict[str, Stretch]:
    """Decision → the stretch that it certifies lost."""
    return {
        said.hash: Stretch(str(body.dev), body.ep, body.first, body.last)
        for said in intake.said.values()
        if said.kind == DecisionType.LOG_GAP and standing.counts(said.hash)
        for body in (said.read_as(LogGap),)
    }


def gaps_of(known: Iterable[Stretch], losses: Mapping[str, Stretch]) -> tuple[Gap, ...]:
    """Every known gap with the decisions that certify the whole of it."""
    found = {
        Gap(one.dev, one.ep, one.first, one.last, tuple(sorted(h for h, loss in losses.items() if _within(one, loss))))
        for one in known
    }
    return tuple(sorted(found, key=lambda gap: (gap.dev, gap.ep, gap.first, gap.last)))


def erased_of(intake: Intake) -> tuple[Erased, ...]:
    """The entries whose bodies were erased, by hash."""
    return tuple(_erased(bare, dict(intake.erasures[bare.hash])) for bare in _bare(intake))


def _bare(intake: Intake) -> Iterator[Bare]:
    return (intake.erased[hash_] for hash_ in sorted(intake.erased))


def _erased(bare: Bare, decisions: Mapping[str, str]) -> Erased:
    by = tuple(sorted(decisions))
    return Erased(bare.hash, bare.ins, bare.kind, by, tuple(decisions[one] for one in by))


def _within(one: Stretch, loss: Stretch) -> bool:
    return (one.dev, one.ep) == (loss.dev, loss.ep) and loss.first <= one.first and one.last <= loss.last
