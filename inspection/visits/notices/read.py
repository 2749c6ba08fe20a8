"""A visit's notice as the office reads it: with who took it, and with what has turned out since."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.kernel.catalogue import text
from inspection.visits.entries.late import ReasonShown, in_words
from inspection.visits.entries.store import entries_by_hash
from inspection.visits.notices import store
from inspection.visits.notices.numbers import NOT_RESERVED, TWICE
from inspection.visits.notices.serving import BEFORE_ARRIVAL
from inspection.visits.notices.steps import ServedNotice, served_notice
from inspection.visits.notices.store import StepRow
from inspection.visits.reading import known_visit, parsed
from inspection.visits.record.intake import read_body
from mobile_contract.entries import NoticeServe

OWN_FLAGS: Final = frozenset({NOT_RESERVED, TWICE, BEFORE_ARRIVAL})
"""What is found of a notice itself; every other flag of a step is a reason of its entry."""


async def read_notice(visit_id: UUID) -> ServedNotice:
    """Number and steps, the oldest first. Who took a notice from a tablet is read out of its entry, until that is
    erased; `number-twice` stands at every step whose number another visit's notice bears, whichever came first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visit, told = await known_visit(visit_id), await served_notice(visit_id)
    numbers = {one.number for one in told.steps if one.number is not None}
    elsewhere = await store.borne_elsewhere(visit.authority, numbers, {one.visit for one in told.steps} | {visit.id})
    takers = await _takers(told.steps)
    steps = (replace(one, receiver=takers.get(one.source, one.receiver)) for one in told.steps)
    return replace(told, steps=tuple(_twice(one) if one.number in elsewhere else one for one in steps))


def flag_in_words(flag: str) -> ReasonShown:
    """A flag of a step as it is told to people."""
    if flag not in OWN_FLAGS:
        return in_words(flag)
    key = f"visits.notice_flag.{flag}"
    return ReasonShown(flag, text(key, "zh_CN"), text(key, "en"))


async def _takers(steps: tuple[StepRow, ...]) -> dict[str, str]:
    """By hash of the entry, who took the notice as it says: name and function."""
    stored = await entries_by_hash([one.entry for one in steps if one.entry is not None])
    found = {}
    for hash_, one in stored.items():
        entry = parsed(one)
        body = read_body(entry.header.type, entry.body, entry.b)
        if isinstance(body, NoticeServe) and body.receiver is not None:
            found[hash_] = "，".join(part for part in (body.receiver.name, body.receiver.role) if part)
    return found


def _twice(step: StepRow) -> StepRow:
    return replace(step, flags=tuple(sorted({*step.flags, TWICE})))
