"""A device as a witness of the server's log: it keeps the newest tree head, names it in every header, and checks that
each new head continues those it saw. What does not fit is an alarm for people; it costs nobody an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import Field, TypeAdapter

from mobile_contract.base import Count, EntryHash, Wire, unb64url
from mobile_contract.client.state import DeviceStore
from mobile_contract.envelope import TreeHead
from mobile_contract.log import ConsistencyAnswer, LogHead
from mobile_contract.merkle import consistency_holds

MOST = 20
"""How many alarms, and how many heads that wait to be checked, are kept."""

Pair: TypeAlias = tuple[int, int]
"""The sizes of two trees, the smaller first."""


class SeenHead(Wire):
    """A tree head that the server told, under its signature, in a receipt or as a head."""

    size: Count
    root: EntryHash
    history: UUID


class AlarmKind(StrEnum):
    """What is wrong with the server's log."""

    FORKED = "forked"
    """Two heads of one history that no proof joins: the log was rewritten."""
    LOST = "lost"
    """A restore lost leaves that this device has a signed head of: the entries are to be offered again."""


class LogAlarm(Wire):
    """What the device saw, and what it was told instead."""

    kind: AlarmKind
    seen: SeenHead
    told: SeenHead


_Waiting = TypeAdapter(Annotated[tuple[SeenHead, ...], Field()])
_Alarms = TypeAdapter(Annotated[tuple[LogAlarm, ...], Field()])


class Witness:
    """What one device remembers of the log."""

    def __init__(self, store: DeviceStore) -> None:
        self._store = store

    def newest(self) -> TreeHead | None:
        """What the next header names: size and root of the head that was told last."""
        head = self._told()
        return None if head is None else (head.size, head.root)

    def alarms(self) -> tuple[LogAlarm, ...]:
        """What did not fit, oldest first."""
        kept = self._store.recall("log_alarms")
        return _Alarms.validate_json(kept) if kept else ()

    def saw(self, size: int, root: str, history: UUID) -> None:
        """A receipt told this head. It is checked when the next head is fetched."""
        head = SeenHead(size=size, root=root, history=history)
        told = self._told()
        if told == head:
            return
        if told is not None and told.history == history and told.size == size:
            self._alarm(AlarmKind.FORKED, told, head)
            return
        with self._store.step():
            self._wait((*self._waiting(), head))
            if told is None or told.history != history or told.size < size:
                self._store.remember("log_told", head.model_dump_json())

    def open_questions(self, head: LogHead) -> list[Pair]:
        """The sizes between which the server must prove consistency before `head` can be trusted."""
        pairs = {_pair(seen.size, head.size) for seen in self._seen() if _comparable(seen, head)}
        return sorted(pair for pair in pairs if pair[0] and pair[0] != pair[1])

    def judge(self, head: LogHead, proofs: Sequence[ConsistencyAnswer]) -> bool:
        """Keep `head`; whether it continues everything that was seen. `proofs`: the answers to `open_questions`.

        A proof that is missing proves nothing: the server refused it.
        """
        told = SeenHead(size=head.size, root=head.root, history=head.history)
        paths = {(proof.first, proof.second): [unb64url(node) for node in proof.path] for proof in proofs}
        good = True
        with self._store.step():
            for seen in self._seen():
                if not _comparable(seen, head):
                    good = False
                    self._alarm(AlarmKind.LOST, seen, told)
                elif not _continues(seen, told, paths.get(_pair(seen.size, head.size))):
                    good = False
                    self._alarm(AlarmKind.FORKED, seen, told)
            self._store.remember("log_told", told.model_dump_json())
            self._wait((told,))
        return good

    def _told(self) -> SeenHead | None:
        kept = self._store.recall("log_told")
        return SeenHead.model_validate_json(kept) if kept else None

    def _waiting(self) -> tuple[SeenHead, ...]:
        kept = self._store.recall("log_waiting")
        return _Waiting.validate_json(kept) if kept else ()

    def _seen(self) -> list[SeenHead]:
        return list(dict.fromkeys(self._waiting()))

    def _wait(self, heads: Sequence[SeenHead]) -> None:
        # The first is the one that was checked last; of those after it the newest stay.
        kept = (*heads[:1], *heads[1:][-MOST:])
        self._store.remember("log_waiting", _Waiting.dump_json(kept).decode())

    def _alarm(self, kind: AlarmKind, seen: SeenHead, told: SeenHead) -> None:
        alarm = LogAlarm(kind=kind, seen=seen, told=told)
        known = self.alarms()
        if alarm not in known:
            self._store.remember("log_alarms", _Alarms.dump_json((*known, alarm)[-MOST:]).decode())


def _comparable(seen: SeenHead, head: LogHead) -> bool:
    kept = head.kept_of(seen.history)
    return kept is None or seen.size <= kept


def _pair(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)


def _continues(seen: SeenHead, told: SeenHead, path: Sequence[bytes] | None) -> bool:
    """Whether the smaller of the two trees is the beginning of the larger."""
    first, second = sorted((seen, told), key=lambda head: head.size)
    if path is None and first.size and first.size != second.size:
        return False
    return consistency_holds(first.size, second.size, path or (), unb64url(first.root), unb64url(second.root))
