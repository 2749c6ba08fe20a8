"""Blocks of numbers that tablets give out offline (docs/entity-door.md, Notices and their numbers)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.notices import store
from inspection.visits.notices.numbers import NoticeNumber, series, short_name
from inspection.visits.notices.store import Block
from mobile_contract.notices import BLOCK_SIZE, LEAST_UNUSED


@dataclass(frozen=True, slots=True)
class LiveBlock:
    """A block with a number that no notice bears; `used`: those that one does, ascending."""

    block: Block
    used: tuple[int, ...]

    @property
    def unused(self) -> int:
        """How many of its numbers are left, as far as is known here."""
        return self.block.last - self.block.first + 1 - len(self.used)


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a tablet may give out: how the numbers of the year are written, and its blocks, the first first."""

    pattern: NoticeNumber
    blocks: tuple[LiveBlock, ...]


async def reserve_numbers(cmd: Command, *, authority: UUID, device: UUID) -> Reserved:
    """The blocks of a tablet for this year, one more than before when fewer than 20 of its numbers are unused.

    Asking again gives nothing new. What a tablet has given out counts as used once its entry has come.
    """
    pattern = NoticeNumber(await short_name(authority), local_day(cmd.now).year, 1)
    found = await _live(authority, device, pattern)
    if _is_short(found):
        found = await in_unit(_topped_up, cmd, authority, device, pattern)
    return Reserved(pattern, tuple(found))


def unused_of(blocks: Sequence[LiveBlock]) -> int:
    """How many numbers are left in all of these."""
    return sum(one.unused for one in blocks)


def _is_short(blocks: Sequence[LiveBlock]) -> bool:
    return unused_of(blocks) < LEAST_UNUSED


async def _live(authority: UUID, device: UUID, pattern: NoticeNumber) -> list[LiveBlock]:
    held = await store.blocks(authority, device, pattern.year)
    texts = {pattern.of(n).text: n for one in held for n in range(one.first, one.last + 1)}
    used = sorted(texts[text] for text in await store.used(texts))
    blocks = [LiveBlock(one, tuple(n for n in used if one.first <= n <= one.last)) for one in held]
    return [one for one in blocks if one.unused]


async def _topped_up(cmd: Command, authority: UUID, device: UUID, pattern: NoticeNumber) -> list[LiveBlock]:
    name = series(authority, pattern.year)
    # The series' own lock: a tablet that asks twice at once is given one block.
    await authorities.next_number(name, 0)
    if not _is_short(found := await _live(authority, device, pattern)):
        return found
    first = await authorities.next_number(name, BLOCK_SIZE)
    block = Block(first, first + BLOCK_SIZE - 1)
    await store.add_block(cmd.new_id(), authority, device, pattern.year, block, cmd.now)
    stream = f"device:{device}"
    await append(cmd.event(EventKind.NUMBERS_RESERVED, stream, year=pattern.year, first=block.first, last=block.last))
    return [*found, LiveBlock(block, ())]
