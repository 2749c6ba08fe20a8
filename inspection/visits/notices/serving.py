"""What tablets say of serving a notice, made steps of it when their entries are admitted.

Nothing is refused here: a number that is not this tablet's, or that another notice bears, is kept with a flag.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.visits.entries.judging import Judged
from inspection.visits.notices import store
from inspection.visits.notices.lost_numbers import ANYBODY
from inspection.visits.notices.numbers import NOT_RESERVED, TWICE, read_number, short_name
from inspection.visits.notices.steps import take_steps
from inspection.visits.notices.store import Block, Step, StepRow
from inspection.visits.record.intake import read_body
from inspection.visits.rows import VisitRow
from mobile_contract.entries import NoticeServe

BEFORE_ARRIVAL: Final = "before-arrival"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the numbers of a visit's servings are held against. `own`: what its notice bears without a doubt;
    `elsewhere`: what other visits' notices bear; `blocks`: by device and year.
    """

    short_name: str
    own: frozenset[str]
    elsewhere: frozenset[str]
    blocks: dict[tuple[UUID, int], list[Block]]

    def doubts(self, device: UUID, text: str) -> set[str]:
        """What is wrong with a number that a device gave out."""
        found = {TWICE} if text in self.elsewhere else set[str]()
        if text in self.own:
            return found  # the paper came from the office, or was served before
        number = read_number(text)
        if number is None or number.short_name != self.short_name:
            return found | {NOT_RESERVED}
        held = self.blocks.get((device, number.year), []) + self.blocks.get((ANYBODY, number.year), [])
        return found if any(one.first <= number.n <= one.last for one in held) else found | {NOT_RESERVED}


async def take_servings(cmd: Command, visit: VisitRow, served: Sequence[Judged], *, arrived: bool) -> None:
    """Keep the steps that these entries of type `notice.serve` tell of, each once. Inside the unit that stores them.

    A body that is missing or says nothing usable is no step; the record shows such an entry as held or isolated. Who
    took the notice stands in the entry alone, where the law can have it erased. `arrived`: somebody was there before.
    """
    read = [(one, read_body(one.entry.header.type, one.entry.body, one.entry.b)) for one in served]
    usable = [(one, body) for one, body in read if isinstance(body, NoticeServe)]
    if not usable:
        return
    devices = {one.entry.header.dev for one, _ in usable}
    known = await _known(visit, devices, {body.number for _, body in usable})
    rows = []
    for one, body in usable:
        doubts = known.doubts(one.entry.header.dev, body.number) | (set() if arrived else {BEFORE_ARRIVAL})
        rows.append(_step(cmd, visit.id, one, body, doubts))
    await take_steps(cmd, rows)


async def _known(visit: VisitRow, devices: set[UUID], numbers: set[str]) -> _Known:
    steps = await store.steps([visit.id])
    return _Known(
        short_name=await short_name(visit.authority),
        own=frozenset(one.number for one in steps if one.number is not None and NOT_RESERVED not in one.flags),
        elsewhere=await store.borne_elsewhere(visit.authority, numbers, {visit.id}),
        blocks=await store.all_blocks(visit.authority, {*devices, ANYBODY}),
    )


def _step(cmd: Command, visit: UUID, judged: Judged, body: NoticeServe, doubts: set[str]) -> StepRow:
    header = judged.entry.header
    return StepRow(
        id=cmd.new_id(),
        visit=visit,
        step=Step.SERVED,
        source=judged.entry.text_hash,
        by=str(header.ins),
        at=cmd.now,
        how=body.how.value,
        number=body.number,
        doc=body.doc,
        claimed=_instant(header.wall),
        flags=tuple(sorted(doubts.union(judged.judgement.reasons))),
    )


def _instant(wall: int) -> datetime | None:
    """The tablet's clock (ms since 1970); None for what no calendar has."""
    try:
        return _EPOCH + timedelta(milliseconds=wall)
    except OverflowError:
        return None
