"""Numbers of notices given out without a network: each once, whatever happens to the app in between."""

from __future__ import annotations

import json

from mobile_contract.client.state import DeviceStore
from mobile_contract.notices import NoticeNumbersAnswer

_RESERVED = "notice_numbers"
_TAKEN = "notice_numbers_taken"


class NoNumberLeftError(Exception):
    """Every reserved number was given out; push, ask for more, or write the notice without one from this device."""


def keep_numbers(store: DeviceStore, answer: NoticeNumbersAnswer) -> None:
    """Keep what the server reserved. What was given out stays given out, whatever the server knows of it yet."""
    with store.step():
        before = _reserved(store)
        store.remember(_RESERVED, answer.model_dump_json())
        if before is not None and (before.year, before.before) != (answer.year, answer.before):
            store.remember(_TAKEN, None)  # another series: its numbers have nothing to do with those of the last


def next_number(store: DeviceStore) -> str:
    """Take the smallest number that is left, as it is printed. Inside the step that keeps its entry, if there is one.

    Raises:
        NoNumberLeftError: there is none, or none was ever reserved.
    """
    with store.step():
        answer, taken = _reserved(store), _taken(store)
        left = [] if answer is None else _left(answer, taken)
        if answer is None or not left:
            raise NoNumberLeftError
        store.remember(_TAKEN, json.dumps(sorted({*taken, left[0]})))
        return f"{answer.before}{left[0]:0{answer.digits}}{answer.after}"


def numbers_left(store: DeviceStore) -> int:
    """How many numbers can be given out before the server has to be asked again."""
    answer = _reserved(store)
    return 0 if answer is None else len(_left(answer, _taken(store)))


def _left(answer: NoticeNumbersAnswer, taken: frozenset[int]) -> list[int]:
    free = (set(range(one.first, one.last + 1)).difference(one.used, taken) for one in answer.blocks)
    return sorted(set[int]().union(*free))


def _reserved(store: DeviceStore) -> NoticeNumbersAnswer | None:
    text = store.recall(_RESERVED)
    return None if text is None else NoticeNumbersAnswer.model_validate_json(text)


def _taken(store: DeviceStore) -> frozenset[int]:
    return frozenset(json.loads(store.recall(_TAKEN) or "[]"))
