"""Letting bodies go by law: header, hash, signature and place of the entry stay, and so does who ordered it."""

from collections.abc import Collection
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.entries import store as store_entries
from inspection.visits.reading import Folded
from mobile_contract.entries import BODY_OF
from mobile_contract.problems import ProblemCode


async def erase_bodies(cmd: Command, *, visit_id: UUID, targets: Collection[str], decision: str, ground: str) -> int:
    """Erase the bodies of these entries; `decision` is the entry that orders it. Inside the unit that stores it.

    Returns how many were erased now; what was erased before is not counted again.
    """
    return await in_unit(_erase, cmd, visit_id, frozenset(targets), decision, ground)


def check_erasable(folded: Folded, targets: Collection[str]) -> None:
    """Whether these are entries of inspectors in this record.

    Raises:
        Invalid: `visits.not_erasable`: another visit's entry, an unknown one, or a decision.
    """
    kinds = {entry.text_hash: entry.header.type for entry in folded.entries}
    wrong = sorted(target for target in targets if kinds.get(target) not in BODY_OF)
    if wrong:
        raise Invalid(ProblemCode.INVALID, "visits.not_erasable", entries=list(wrong))


async def _erase(cmd: Command, visit_id: UUID, targets: frozenset[str], decision: str, ground: str) -> int:
    erased = await store_entries.erase_bodies(targets, decision, ground, cmd.now)
    await append(
        cmd.event(
            EventKind.ENTRIES_ERASED,
            f"visit:{visit_id}",
            entries=sorted(targets),
            decision=decision,
            ground=ground,
            erased=erased,
        )
    )
    return erased
