"""What a leader should look at among a visit's entries: each with the reasons in plain words, and whether it counts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.kernel.catalogue import text
from inspection.visits.entries import store_late
from inspection.visits.entries.admission import OUTSIDERS, UNCOUNTED
from inspection.visits.entries.store_late import Line
from inspection.visits.reading import Folded
from inspection.visits.record import VisitRecord
from mobile_contract.push import Reason

EXCLUDED, UNDECIDED = "excluded", "not-a-decider"
SAID_BY_THE_FOLD: Final = frozenset({"admitted", EXCLUDED, UNDECIDED, "over-foreign", "over-other-kind", "over-cycle"})
"""Words that only the record knows; each has a text, as every word of the wire has."""

HELD: Final = frozenset(
    {
        Reason.UNKNOWN_VISIT,
        Reason.UNKNOWN_CHECKLIST,
        Reason.UNKNOWN_TYPE,
        Reason.NEWER_VERSION,
        Reason.FUTURE_KEY,
        Reason.BODY_MISSING,
    }
)
NOT_COUNTED: Final = (
    UNCOUNTED
    | OUTSIDERS
    | HELD
    | {Reason.SIGNED_PART, Reason.UNKNOWN_ITEM, Reason.INVALID_VALUE, Reason.INVALID_BODY, EXCLUDED, UNDECIDED}
)
"""An entry of which the record says one of these does not count."""


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """One reason: its word on the wire, and what it says to people."""

    word: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LateEntry:
    """An entry of which something is to be said. `visit` and `vseq`: where it stands; `counts`: in the record now."""

    hash: str
    visit: UUID
    vseq: int
    inspector: UUID
    type: str
    received_at: datetime
    counts: bool
    reasons: tuple[ReasonShown, ...]


async def late_entries(folded: Folded) -> list[LateEntry]:
    """Late, flagged and held entries, and those that a leader admitted or excluded; by visit and number."""
    now = _said_now(folded.record)
    lines = await store_late.lines([one.id for one in folded.setting.joined])
    shown = [_shown(line, now.get(line.hash, frozenset())) for line in lines]
    return [one for one in shown if one.reasons]


def in_words(word: str) -> ReasonShown:
    """A reason as it is told to people; `word` is one of the wire or of `SAID_BY_THE_FOLD`."""
    key = f"visits.reason.{word}"
    return ReasonShown(word, text(key, "zh_CN"), text(key, "en"))


def _said_now(record: VisitRecord) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for noted in (*record.flags, *record.held):
        found[noted.hash].add(noted.why)
    for noted in record.isolated:
        found[noted.hash].add(Reason.INVALID_BODY)
    return {hash_: frozenset(words) for hash_, words in found.items()}


def _shown(line: Line, now: frozenset[str]) -> LateEntry:
    # Who goes there and what is held may have changed since it came: of that only the record of now is told.
    told = frozenset(line.reasons) - OUTSIDERS - HELD
    return LateEntry(
        line.hash,
        line.visit,
        line.vseq,
        line.inspector,
        line.type,
        line.received_at,
        NOT_COUNTED.isdisjoint(now),
        tuple(in_words(word) for word in sorted(told | now)),
    )
