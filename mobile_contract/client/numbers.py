"""Numbers of notices given out without a network: each once, whatever happens to the app in between."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from mobile_contract.client.state import DeviceStore
from mobile_contract.notices import NoticeNumbersAnswer

_RESERVED = "notice_numbers"
_TAKEN = "notice_numbers_taken"


class NoNumberLeftError(Exception):
    """Every reserved number was given out; push, ask for more, or write the notice without one from this device."""


def keep_numbers(store: DeviceStore, answer: NoticeNumbersAnswer) -> None:
    """Keep what the server reserved. What was given out stays given out, whatever the server knows of it yet."""
    store.remember(_RESERVED, answer.model_dump_json())


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
        # By series: a late copy of an answer of last year must not bring its numbers back.
        taken[answer.before] = sorted({*taken.get(answer.before, ()), left[0]})
        store.remember(_TAKEN, json.dumps(taken))
        return f"{answer.before}{left[0]:0{answer.digits}}{answer.after}"


def numbers_left(store: DeviceStore) -> int:
    """How many numbers can be given out before the server has to be asked again."""
    answer = _reserved(store)
    return 0 if answer is None else len(_left(answer, _taken(store)))


def _left(answer: NoticeNumbersAnswer, taken: Mapping[str, Sequence[int]]) -> list[int]:
    reserved = {n for one in answer.blocks for n in range(one.first, one.last + 1)}
    return sorted(reserved.difference(taken.get(answer.before, ()), *(one.used for one in answer.blocks)))


def _reserved(store: DeviceStore) -> NoticeNumbersAnswer | None:
    text = store.recall(_RESERVED)
    return None if text is None else NoticeNumbersAnswer.model_validate_json(text)


def _taken(store: DeviceStore) -> dict[str, list[int]]:
    """By what stands before the digits, the numbers that were given out."""
    found: dict[str, list[int]] = json.loads(store.recall(_TAKEN) or "{}")
    return found
