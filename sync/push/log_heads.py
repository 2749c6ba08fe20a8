"""How far a device log is in the store. Pure; any order of arrival gives the same numbers and the same fork mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from mobile_contract.pull import SeqRange
from mobile_contract.push import LogState


class Slot(NamedTuple):
    """One stored entry as its log sees it."""

    seq: int
    hash: str
    prev: str | None


@dataclass(frozen=True, slots=True)
class LogHead:
    """Everything from 1 to `seq` is stored and the newest of it has `hash`; the highest stored number is `top`."""

    device: UUID
    epoch: int
    seq: int = 0
    hash: str | None = None
    top: int = 0
    forked: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """What new entries do to a log. `tail` is the whole new tail; `forks` the hashes that claimed a taken number."""

    head: LogHead
    tail: tuple[Slot, ...]
    forks: frozenset[str]


def advance(head: LogHead, tail: Iterable[Slot], new: Sequence[Slot]) -> Advance:
    """Put newly stored entries into the log.

    A number that is already taken by another hash, or a predecessor that is not the stored one, is a fork: evidence to
    keep and to report, never a reason to stop. The log goes on counting numbers.
    """
    waiting = {slot.seq: slot for slot in tail}
    forks: set[str] = set()
    for slot in new:
        if slot.seq <= head.seq or slot.seq in waiting:
            forks.add(slot.hash)
        else:
            waiting[slot.seq] = slot
    seq, hash_, torn = _follow(head, waiting)
    top = max([head.top, *(slot.seq for slot in new)])
    moved = replace(head, seq=seq, hash=hash_, top=top, forked=head.forked or torn or bool(forks))
    return Advance(moved, tuple(waiting[number] for number in sorted(waiting)), frozenset(forks))


def _follow(head: LogHead, waiting: dict[int, Slot]) -> tuple[int, str | None, bool]:
    seq, hash_, torn = head.seq, head.hash, False
    while (slot := waiting.pop(seq + 1, None)) is not None:
        torn = torn or slot.prev != hash_
        seq, hash_ = slot.seq, slot.hash
    return seq, hash_, torn


def missing(stored_to: int, beyond: Iterable[int], claimed: int) -> tuple[SeqRange, ...]:
    """Which of the numbers 1 … `claimed` are not stored, given the contiguous head and the numbers beyond it."""
    ranges: list[SeqRange] = []
    expected = stored_to + 1
    for number in sorted(beyond):
        if number > claimed:
            break
        if number > expected:
            ranges.append(SeqRange(first=expected, last=number - 1))
        expected = number + 1
    if expected <= claimed:
        ranges.append(SeqRange(first=expected, last=claimed))
    return tuple(ranges)


def log_state(head: LogHead) -> LogState:
    """The head as it is told to a device."""
    return LogState(dev=head.device, ep=head.epoch, seq=head.seq, hash=head.hash, top=head.top, forked=head.forked)
