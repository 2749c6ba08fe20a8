"""What became of the lines of a push, put together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

from inspection.kernel.canonical import sha256_hex
from mobile_contract.envelope import MAX_LINE_BYTES
from mobile_contract.push import LogState, Reason, Verdict
from sync.push.read_lines import Authentic, Refused
from sync.rows import Letter

UNPROCESSABLE = "unprocessable"
"""Why an authentic entry is kept as a letter: the store keeps failing on it."""


class Told(NamedTuple):
    """The verdict on one line: `hash` is None when it could not be read as an entry. `poison` marks an entry that the
    store keeps failing on: kept as a dead letter.
    """

    number: int
    hash: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    visit: UUID | None = None
    vseq: int | None = None
    poison: bool = False

    def but(self, **changed: Any) -> Self:
        """The same with some of it changed."""
        return self._replace(**changed)


def first_of_each(entries: Sequence[Authentic]) -> tuple[list[Authentic], list[Authentic]]:
    """The entries, each once, and the lines that repeat one of them."""
    seen: set[str] = set()
    unique: list[Authentic] = []
    repeated: list[Authentic] = []
    for entry in entries:
        (repeated if entry.entry.text_hash in seen else unique).append(entry)
        seen.add(entry.entry.text_hash)
    return unique, repeated


def repeat(repeated: Iterable[Authentic], outcomes: Iterable[Told]) -> list[Told]:
    """A line that stands twice in one body shares the fate of its first copy."""
    told: list[Told] = []
    first: dict[str | None, Told] = {}
    for entry in repeated:
        first = first or {outcome.hash: outcome for outcome in outcomes}
        outcome = first[entry.entry.text_hash]
        if outcome.verdict.takes_custody:
            outcome = outcome.but(verdict=Verdict.DUPLICATE, reasons=())
        told.append(outcome.but(number=entry.number, poison=False))
    return told


def flag_gaps(
    outcomes: Sequence[Told], entries: Iterable[Authentic], states: Mapping[tuple[UUID, int], LogState]
) -> list[Told]:
    """Entries beyond a gap of their log are flagged; they are stored and folded like any other."""
    if all(state.top == state.seq for state in states.values()):
        return list(outcomes)
    beyond: set[str | None] = set()
    for entry in entries:
        header = entry.entry.header
        state = states.get((header.dev, header.ep))
        if state is not None and header.seq > state.seq:
            beyond.add(entry.entry.text_hash)
    return [_with_gap(outcome) if outcome.hash in beyond else outcome for outcome in outcomes]


def _with_gap(outcome: Told) -> Told:
    if outcome.verdict not in {Verdict.ACCEPTED, Verdict.FLAGGED, Verdict.HELD}:
        return outcome
    verdict = Verdict.FLAGGED if outcome.verdict is Verdict.ACCEPTED else outcome.verdict
    return outcome.but(verdict=verdict, reasons=(*outcome.reasons, Reason.LOG_GAP))


def refusals(refused: Iterable[Refused]) -> list[Told]:
    """The verdicts on the lines that are no authentic entries."""
    return [Told(one.number, one.hash, Verdict.REFUSED, (one.reason,)) for one in refused]


def letters_of(refused: Iterable[Refused], entries: Iterable[Authentic], outcomes: Iterable[Told]) -> list[Letter]:
    """The lines to be kept for people and later keys, each once: what was refused, and what the store fails on."""
    letters = [_letter(one.raw, one.reason.value) for one in refused]
    poison = {outcome.hash for outcome in outcomes if outcome.poison}
    if poison:
        letters += [_letter(entry.raw, UNPROCESSABLE) for entry in entries if entry.entry.text_hash in poison]
    return list({letter.sha256: letter for letter in letters}.values())


def _letter(raw: bytes, reason: str) -> Letter:
    return Letter(sha256_hex(raw), len(raw), raw[:MAX_LINE_BYTES], reason)
