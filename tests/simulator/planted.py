"""Bugs that the invariants must catch: each a small patch of the world, undone when it ends (sync.md §2.15).

A planted bug that is not caught means an assertion that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final
from unittest.mock import patch

from inspection.visits import reading
from inspection.visits.entries import admit
from inspection.visits.record import rulings
from mobile_contract.client.device import Device
from mobile_contract.client.replica import Replica
from mobile_contract.client.state import Custody, DeviceStore
from mobile_contract.push import Verdict
from sync.pull import feeds, store_moves
from sync.push import custody, read_lines, receive
from sync.push.outcomes import Told
from tests.simulator import memory, office
from tests.simulator.stores import entries, pull, push
from tests.simulator.trace import Act, Rates

CALM: Final = Rates(0, 0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bug:
    """A planted bug. `acts`: what must happen for it to show; `rates`: what must go wrong."""

    plant: Callable[[], AbstractContextManager[None]]
    acts: frozenset[Act] = frozenset()
    rates: Rates = CALM


PLANTED: Final[dict[str, Bug]] = {}


def bug(*acts: Act, **rates: float) -> Callable[[Callable[[], Iterator[None]]], None]:
    """Keep what follows among the planted ones."""

    def keep(make: Callable[[], Iterator[None]]) -> None:
        name = make.__name__.replace("_", " ")
        PLANTED[name] = Bug(contextmanager(make), frozenset(acts), replace(CALM, **rates))

    return keep


# -- the server loses or doubles ----------------------------------------


@bug()
def false_acknowledgement() -> Iterator[None]:
    """One entry of a push is told as taken and is not."""
    take = receive.take_together

    async def some(cmd: Any, all_entries: Any, *rest: Any) -> Any:
        *others, last = all_entries or [None]
        if last is None or len(others) < 3:
            return await take(cmd, all_entries, *rest)
        taken = await take(cmd, others, *rest)
        taken.outcomes.append(Told(last.number, last.entry.text_hash, Verdict.ACCEPTED, ()))
        return taken

    with patch.object(receive, "take_together", some):
        yield


@bug(full=0.5)
def receipt_before_commit() -> Iterator[None]:
    """The receipt leaves although its COMMIT failed."""
    in_unit = receive.in_unit_at_once

    async def hasty(work: Any, *args: Any) -> Any:
        told: list[Any] = []

        async def kept(*inner: Any) -> Any:
            told.append(await work(*inner))
            return told[-1]

        try:
            return await in_unit(kept, *args)
        except Exception:
            if told:
                return told[-1]
            raise

    with patch.object(receive, "in_unit_at_once", hasty):
        yield


@bug(full=0.5)
def counter_not_rolled_back() -> Iterator[None]:
    """The number that a failed transaction took is never given again."""
    leave = memory.MemoryTransaction.__aexit__

    async def torn(self: Any, *how: Any) -> Any:
        numbers = dict(self._engine.tables.numbers)
        try:
            return await leave(self, *how)
        finally:
            self._engine.tables.numbers.update(numbers)

    with patch.object(memory.MemoryTransaction, "__aexit__", torn):
        yield


@bug(duplicate=0.5, lose=0.3)
def duplicate_gets_a_new_number() -> Iterator[None]:
    """An entry that comes again is told at another place."""
    duplicate = admit._duplicate

    def moved(place: Any) -> Any:
        told = duplicate(place)
        return replace(told, vseq=told.vseq + 1 if told.vseq is not None else None)

    with patch.object(admit, "_duplicate", moved):
        yield


@bug(Act.BACK_UP_TABLET, Act.RESTORE_TABLET)
def fork_overwrites() -> Iterator[None]:
    """Of two entries with one number in a log the newer takes the older one's place."""
    add = entries.add

    def over(t: Any, rows: Any) -> bool:
        named = [dict(zip(entries.WRITTEN, row, strict=True)) for row in rows]
        slots = {(row["device"], row["epoch"], row["seq"]) for row in named}
        for hash_, row in list(t.entries.items()):
            if (row["device"], row["epoch"], row["seq"]) in slots:
                del t.entries[hash_]
        return add(t, rows)

    with patch.object(entries, "add", over):
        yield


@bug(Act.BACK_UP_TABLET, Act.RESTORE_TABLET)
def fork_is_not_reported() -> Iterator[None]:
    """A log that forked goes on as if nothing were."""
    advance = custody.advance

    def blind(*args: Any) -> Any:
        moved = advance(*args)
        return replace(moved, head=replace(moved.head, forked=False), forks=frozenset())

    with patch.object(custody, "advance", blind):
        yield


@bug(Act.COURIER)
def dead_letter_dropped() -> Iterator[None]:
    """What is refused is thrown away."""
    with patch.object(push, "add_letters", lambda *_: 0):
        yield


@bug(Act.NEW_VISIT)
def held_never_readmitted() -> Iterator[None]:
    """What waited for its visit waits for ever."""

    async def nothing(*_: Any) -> int:
        return 0

    with patch.object(office, "readmit_waiting", nothing), patch.object(admit, "readmit", nothing):
        yield


@bug(Act.REVOKE)
def revoked_device_counted() -> Iterator[None]:
    """A device that was taken out of use writes on as if it were not."""
    vouched = custody.verified

    def trusting(*args: Any) -> Any:
        return [replace(one, revoked=False) for one in vouched(*args)]

    with patch.object(custody, "verified", trusting):
        yield


@bug(Act.CLOCK)
def refused_by_clock() -> Iterator[None]:
    """An entry from the future is no entry."""
    open_ = read_lines._open

    def doubting(number: int, raw: bytes) -> Any:
        found = open_(number, raw)
        if isinstance(found, read_lines.Envelope) and found.header.wall > 4_000_000_000_000:
            return read_lines.Refused(number, raw, read_lines.Reason.MALFORMED, found.hash)
        return found

    with patch.object(read_lines, "_open", doubting):
        yield


# -- feeds ----------------------------------------


@bug()
def fan_out_forgets_some() -> Iterator[None]:
    """One device in fifteen is not told of new entries."""
    random, audiences = Random(1), pull.audiences

    def forgetful(*args: Any) -> Any:
        return [one for one in audiences(*args) if random.random() > 1 / 15]

    with patch.object(pull, "audiences", forgetful):
        yield


@bug()
def numbers_taken_before_commit() -> Iterator[None]:
    """A row becomes visible below a number that was read already: the gap of a global sequence."""
    random, claim = Random(1), store_moves._claim

    async def early(counts: Any) -> Any:
        heads = await claim(counts)
        return {
            device: replace(head, last=head.last - (head.last > 3 and random.random() < 0.2))
            for device, head in heads.items()
        }

    with patch.object(store_moves, "_claim", early):
        yield


@bug(Act.REASSIGN, Act.RECUSE)
def removal_forgotten() -> Iterator[None]:
    """Who lost a visit keeps it."""
    with patch.object(feeds, "_taken", lambda *_: []):
        yield


@bug(stale=0.5)
def stale_answer_applied() -> Iterator[None]:
    """A page is applied wherever the device stands."""
    apply = Device.apply

    def anywhere(self: Any, answer: Any) -> Any:
        return apply(self, answer.model_copy(update={"from_": self.cursor}))

    with patch.object(Device, "apply", anywhere):
        yield


@bug(Act.KILL)
def cursor_saved_before_items() -> Iterator[None]:
    """The cursor is kept first, and the items in no transaction with it."""
    apply = Replica.apply

    def hasty(self: Any, answer: Any) -> Any:
        if answer.from_ == self.cursor:
            disk = self._store._db._real  # the bug itself is never killed: a step that is torn inside ends otherwise
            for sql in ("COMMIT", "DELETE FROM memory WHERE name = 'cursor'"):
                disk.execute(sql)
            disk.execute("INSERT INTO memory VALUES ('cursor', ?)", (answer.to,))
            disk.execute("BEGIN")
            answer = answer.model_copy(update={"from_": answer.to})
        return apply(self, answer)

    with patch.object(Replica, "apply", hasty):
        yield


# -- the tablet ----------------------------------------


@bug()
def deletes_on_acknowledgement() -> Iterator[None]:
    """What was acknowledged is taken for archived."""
    settle = DeviceStore.settle

    def forget(self: Any, hash_: str, custody_: Any, *rest: Any) -> None:
        settle(self, hash_, custody_, *rest)
        if custody_ is Custody.SERVER:
            self._db.execute("DELETE FROM entry WHERE hash = ?", (hash_,))

    with patch.object(DeviceStore, "settle", forget):
        yield


@bug(Act.BACK_UP_SERVER, Act.RESTORE_SERVER)
def tail_not_offered_again() -> Iterator[None]:
    """After a restore of the server nobody sends again what it lost."""
    with patch.object(DeviceStore, "reclaim", lambda *_: 0):
        yield


@bug(Act.REASSIGN, Act.RECUSE)
def removal_drops_own_entries() -> Iterator[None]:
    """With a visit goes what the device itself wrote of it."""
    drop = Replica._drop

    def thorough(self: Any, topic: str) -> None:
        drop(self, topic)
        self._store._db.execute("DELETE FROM entry WHERE visit = ?", (topic.partition(":")[2],))

    with patch.object(Replica, "_drop", thorough):
        yield


@bug()
def held_stops_the_queue() -> Iterator[None]:
    """One entry that has to wait blocks those behind it."""
    outbox = Device.outbox

    def blocked(self: Any, *limit: Any) -> Any:
        waits = any(entry.verdict is Verdict.HELD for entry in self.store.entries())
        return [] if waits else outbox(self, *limit)

    with patch.object(Device, "outbox", blocked):
        yield


# -- the fold ----------------------------------------


@bug()
def last_writer_wins() -> Iterator[None]:
    """Of several statements on a point the one with the newest clock stays."""
    fold = reading.fold

    def newest(visit: Any, all_entries: Any, *rest: Any) -> Any:
        last: dict[Any, Any] = {}
        others = []
        for entry in all_entries:
            if entry.header.type != "answer.set" or entry.body is None:
                others.append(entry)
            elif (item := str(entry.body["item"])) not in last or entry.header.wall > last[item].header.wall:
                last[item] = entry
        return fold(visit, [*others, *last.values()], *rest)

    with patch.object(reading, "fold", newest):
        yield


@bug(Act.DECIDE)
def resolution_survives_an_unseen_statement() -> Iterator[None]:
    """A resolution stands whatever arrives after it."""
    with patch.object(rulings, "_unseen", lambda *_: frozenset()):
        yield
