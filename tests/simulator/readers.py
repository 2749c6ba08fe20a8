"""Pure readers that remember: a simulated world reads the same bytes hundreds of times, and always the same way.

Each is a function of its arguments alone, so that what it gave once is what it would give again; refusals are not
remembered. What is remembered is shared: whoever changed a value that was read would be found out by the next reader.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, TypeVar

from inspection.visits import reading
from inspection.visits.record import intake
from inspection.visits.rows import StoredEntry
from mobile_contract import envelope
from mobile_contract.client import replica
from mobile_contract.envelope import EntryHeader, EntryLine

MOST: Final = 20_000
"""How many values each remembers: those of some dozens of seeds."""
T = TypeVar("T")


def readers() -> dict[int, Any]:
    """By id of the reader, the same with a memory that begins empty."""
    asked: tuple[tuple[Callable[..., Any], Callable[..., Hashable]], ...] = (
        (envelope.parse_line, _bytes),
        (envelope.parse_entry, _line),
        (reading.parsed, _stored),
        (intake.read_body, _body),
        (replica._checked, _heard),
    )
    return {id(reader): _remembering(reader, named_by) for reader, named_by in asked}


def _remembering(read: Callable[..., T], named_by: Callable[..., Hashable]) -> Callable[..., T]:
    known: dict[Hashable, T] = {}

    def remembering(*args: Any) -> T:
        name = named_by(*args)
        if name is None:
            return read(*args)
        if name not in known:
            if len(known) >= MOST:
                known.clear()
            known[name] = read(*args)
        return known[name]

    return remembering


def _bytes(raw: bytes) -> Hashable:
    return raw


def _line(line: EntryLine, header: EntryHeader | None = None) -> Hashable:
    return (line.p, line.b, line.k, line.a, line.s)


def _stored(entry: StoredEntry) -> Hashable:
    return (entry.header, entry.body, entry.signature, entry.kid, entry.alg)


def _body(type_: str, members: Mapping[str, Any] | None, text: bytes | None = None) -> Hashable:
    return None if text is None else (type_, text)


def _heard(vseq: int, line: EntryLine, uncounted: Iterable[str]) -> Hashable:
    return (vseq, _line(line), tuple(uncounted))
