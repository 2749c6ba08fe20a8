"""Planted bugs of the office, of the log and of wipes: like those of `planted`, which keeps them all."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from unittest.mock import patch

from mobile_contract.client import session, wiping
from mobile_contract.devices import Holding
from mobile_contract.envelope import SERVER_ALGORITHM
from sync.log import sequence
from sync.push import custody
from tests.simulator import memory
from tests.simulator.planted import bug
from tests.simulator.stores import entries, office
from tests.simulator.trace import Act


@bug(Act.WIPE, drop=0.3)
def erased_without_handing_in() -> Iterator[None]:
    """A tablet that shall erase itself does so at once, and says that nobody misses anything."""

    def nothing(device: Any, app: str | None = None) -> Any:
        return Holding(entries=0, files=0, bytes=0)

    async def hasty(*_: Any) -> None:
        return None

    with (
        patch.object(session, "holding", nothing),
        patch.object(wiping, "holding", nothing),
        patch.object(session.Session, "_hand_in", hasty),
    ):
        yield


@bug(Act.WIPE, full=0.9)
def what_a_wipe_cost_is_not_told() -> Iterator[None]:
    """The statement of a tablet that was told to give up its work says that there was none."""
    holding = wiping.holding

    def forgetful(device: Any, app: str | None = None) -> Any:
        return holding(device, app).model_copy(update={"entries": 0})

    with patch.object(wiping, "holding", forgetful):
        yield


@bug(Act.WIPE, lose=0.3)
def acknowledgement_said_once_only() -> Iterator[None]:
    """A tablet that erased itself forgets that before anybody heard it."""
    erase = wiping.erase

    def mute(device: Any, order: Any) -> None:
        erase(device, order)
        wiping.forget_all(device)

    with patch.object(session, "erase", mute):
        yield


@bug()
def entry_without_a_leaf() -> Iterator[None]:
    """One entry of a push is not queued for the log."""
    queue = custody.queue

    async def short(hashes: Any, *rest: Any) -> None:
        await queue(list(hashes)[:-1] if len(hashes) > 2 else hashes, *rest)

    with patch.object(custody, "queue", short):
        yield


@bug(Act.SEQUENCE)
def queue_emptied_although_the_leaves_failed() -> Iterator[None]:
    """What waited is dropped whatever becomes of its leaves: a sequencer that dies has lost it."""
    leave = memory.MemoryTransaction.__aexit__

    async def torn(self: Any, *how: Any) -> Any:
        left = self._engine.tables.queued.keys()
        try:
            return await leave(self, *how)
        finally:
            tables = self._engine.tables
            tables.queued = {row_id: kept for row_id, kept in tables.queued.items() if row_id in left}

    with patch.object(memory.MemoryTransaction, "__aexit__", torn):
        yield


@bug(Act.SEQUENCE)
def leaf_without_its_prefix() -> Iterator[None]:
    """A leaf is hashed as an inner node would be: the heads are signed over another tree."""
    with patch.object(sequence, "leaf_hash", lambda entry: sha256(entry).digest()):
        yield


@bug(Act.RULE)
def office_number_taken_twice() -> Iterator[None]:
    """The head of the office's log does not move."""
    with patch.object(office, "move_office_log", lambda *_: None):
        yield


@bug(Act.RULE)
def decision_told_and_not_stored() -> Iterator[None]:
    """An entry of the office is numbered, and its row is not there."""
    add, alg = entries.add, entries.WRITTEN.index("alg")

    def lossy(t: Any, rows: Any) -> bool:
        return add(t, [row for row in rows if row[alg] != SERVER_ALGORITHM]) or True

    with patch.object(entries, "add", lossy):
        yield


@bug(Act.ERASE)
def erased_body_comes_back() -> Iterator[None]:
    """Whoever offers something of the visit again brings back what was erased."""
    bearers, erase = entries.bearers, entries.erase_bodies
    gone: dict[str, bytes] = {}

    def filled(t: Any, ids: Any) -> Any:
        for hash_, body in gone.items():
            if hash_ in t.entries:
                t.entries[hash_] = {**t.entries[hash_], "body": body}
        return bearers(t, ids)

    def remembered(t: Any, hashes: Any, *rest: Any) -> Any:
        gone.update({hash_: t.entries[hash_]["body"] for hash_ in hashes})
        return erase(t, hashes, *rest)

    with patch.object(entries, "bearers", filled), patch.object(entries, "erase_bodies", remembered):
        yield


@bug(Act.ERASE)
def erasure_takes_the_neighbours() -> Iterator[None]:
    """An erasure empties every body of the visit."""
    erase = entries.erase_bodies

    def thorough(t: Any, hashes: Any, *rest: Any) -> Any:
        visits = {t.entries[hash_]["visit"] for hash_ in hashes}
        for hash_, row in list(t.entries.items()):
            if row["visit"] in visits:
                t.entries[hash_] = {**row, "body": None}
        return erase(t, hashes, *rest)

    with patch.object(entries, "erase_bodies", thorough):
        yield
