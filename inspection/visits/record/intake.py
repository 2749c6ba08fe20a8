"""Reads each entry by itself: understood, held for later, or isolated because its body says nothing usable."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from inspection.visits.record.model import Noted
from inspection.visits.record.scheme import Scheme
from mobile_contract.decisions import DECISION_OF, DecisionType, EraseBody
from mobile_contract.entries import BODY_OF, EntryBody, EntryType, printable
from mobile_contract.envelope import ENVELOPE_VERSION, EntryHeader, ParsedEntry

BODIES: dict[str, type[EntryBody]] = {**BODY_OF, **DECISION_OF}

B = TypeVar("B", bound=EntryBody)


@dataclass(frozen=True, slots=True)
class Bare:
    """What the signed header alone tells of an entry; all there is of one whose body was erased."""

    hash: str
    ins: str
    kind: str
    header: EntryHeader


@dataclass(frozen=True, slots=True)
class Said(Bare):
    """One entry, understood: who said what, by which hash it is known."""

    body: EntryBody

    def read_as(self, model: type[B]) -> B:
        """The body as `model`, which the entry's type guarantees."""
        if not isinstance(self.body, model):
            raise TypeError(f"{self.kind} has no {model.__name__}")
        return self.body


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where an entry stands in its device's log; attestations are made over these."""

    hash: str
    dev: str
    ep: int
    seq: int
    prev: str | None
    id: str
    visit: str


@dataclass(frozen=True, slots=True)
class Intake:
    """All entries of a visit, each exactly once, sorted by hash.

    `erased`: those whose body was erased; `erasures`: for each of them decision → ground.
    """

    said: Mapping[str, Said]
    held: tuple[Noted, ...]
    isolated: tuple[Noted, ...]
    places: tuple[LogPlace, ...]
    erased: Mapping[str, Bare]
    erasures: Mapping[str, Mapping[str, str]]

    @property
    def replacing(self) -> Mapping[str, Bare]:
        """What may replace something: an erased correction still says in its header what it corrected."""
        return {**self.said, **self.erased}


def distinct(entries: Iterable[ParsedEntry]) -> list[tuple[str, ParsedEntry]]:
    """Each entry exactly once with its hash, sorted by it.

    One hash with and without its body is one entry: the body came later, or was erased from one copy.
    """
    unique: dict[str, ParsedEntry] = {}
    for entry in entries:
        known = unique.get(entry.text_hash)
        if known is None or _richness(entry) > _richness(known):
            unique[entry.text_hash] = entry
    return sorted(unique.items())


def take_in(
    visits: frozenset[UUID],
    entries: Sequence[tuple[str, ParsedEntry]],
    scheme: Scheme,
    office: frozenset[str] = frozenset(),
) -> Intake:
    """Sort distinct entries by what can be done with them. `office`: the logs whose `erase.body` is obeyed."""
    said: dict[str, Said] = {}
    held: list[Noted] = []
    isolated: list[Noted] = []
    erasures = _erasures(visits, entries, office)
    erased: dict[str, Bare] = {}
    for hash_, entry in entries:
        if hash_ in erasures and entry.header.visit in visits:
            # Whether the bytes are still here or not: what was erased by law is not read.
            erased[hash_] = Bare(hash_, str(entry.header.ins), entry.header.type, entry.header)
            continue
        why = _not_yet(entry, scheme)
        if why is not None:
            held.append(Noted(hash_, why))
            continue
        outcome = _read(visits, hash_, entry)
        if isinstance(outcome, Noted):
            isolated.append(outcome)
        else:
            said[hash_] = outcome
    places = tuple(_place(hash_, entry.header) for hash_, entry in entries)
    return Intake(said, tuple(held), tuple(isolated), places, erased, erasures)


def _erasures(
    visits: frozenset[UUID], entries: Sequence[tuple[str, ParsedEntry]], office: frozenset[str]
) -> dict[str, dict[str, str]]:
    """Target → decision → ground. Decisions themselves cannot be erased: somebody must answer for them."""
    kinds = {hash_: entry.header.type for hash_, entry in entries}
    found: dict[str, dict[str, str]] = {}
    for hash_, entry in entries:
        header = entry.header
        if header.type != DecisionType.ERASE_BODY or str(header.dev) not in office or header.visit not in visits:
            continue
        body = read_body(header.type, entry.body)
        if isinstance(body, EraseBody):
            for target in body.targets:
                if kinds.get(target) in BODY_OF:
                    found.setdefault(target, {})[hash_] = body.ground
    return found


def held_because(header: EntryHeader, has_body: bool, scheme: Scheme) -> str | None:
    """Why an entry must wait before it can be folded (sync.md §2.6): the word of the verdict, None if it need not."""
    if header.v > ENVELOPE_VERSION:
        return "newer-version"
    if header.type not in BODIES:
        return "unknown-type"
    if not has_body:
        return "body-missing"
    if header.type == EntryType.ANSWER_SET and not scheme.knows(header.ck):
        return "unknown-checklist"
    return None


def _not_yet(entry: ParsedEntry, scheme: Scheme) -> str | None:
    return held_because(entry.header, entry.body is not None, scheme)


def _read(visits: frozenset[UUID], hash_: str, entry: ParsedEntry) -> Said | Noted:
    header = entry.header
    if header.visit not in visits:
        return Noted(hash_, "other-visit")
    body = read_body(header.type, entry.body, entry.b)
    if isinstance(body, str):
        return Noted(hash_, body)
    return Said(hash_, str(header.ins), header.type, header, body)


def read_body(type_: str, members: Mapping[str, Any] | None, text: bytes | None = None) -> EntryBody | str:
    """The typed body, or the reason why it is none (`invalid-body: <member>`). Never raises.

    U+0000 is shown as ␀: the signed bytes keep it (sync.md §4, case 13). `text`: the bytes that `members` were read
    from, strictly; they need not be written again.
    """
    try:
        if text is None or b"\\u" in text:
            text = json.dumps(printable(members)).encode()
        return BODIES[type_].model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"invalid-body: {'.'.join(str(part) for part in first['loc'])} {first['type']}"
    except (TypeError, ValueError, RecursionError, KeyError):
        return "invalid-body"


def _richness(entry: ParsedEntry) -> tuple[bool, bytes, bytes]:
    return (entry.body is not None, entry.p, entry.b or b"")


def _place(hash_: str, header: EntryHeader) -> LogPlace:
    return LogPlace(hash_, str(header.dev), header.ep, header.seq, header.prev, str(header.id), str(header.visit))
