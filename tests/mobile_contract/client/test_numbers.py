"""Numbers of notices on the tablet: each given out once, over restarts, crashes and answers in any order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.client import DeviceStore
from mobile_contract.client.numbers import NoNumberLeftError, keep_numbers, next_number, numbers_left
from mobile_contract.notices import BLOCK_SIZE, NoticeNumbersAnswer, NumberRange


def told(*blocks: tuple[int, tuple[int, ...]], year: int = 2026, name: str = "商务") -> NoticeNumbersAnswer:
    ranges = tuple(NumberRange(first=first, last=first + BLOCK_SIZE - 1, used=used) for first, used in blocks)
    return NoticeNumbersAnswer(year=year, before=f"{name}检告〔{year}〕", after="号", digits=6, blocks=ranges)


def test_without_reserved_numbers_there_is_none() -> None:
    store = DeviceStore()
    assert numbers_left(store) == 0
    with pytest.raises(NoNumberLeftError):
        next_number(store)
    keep_numbers(store, told())
    with pytest.raises(NoNumberLeftError):
        next_number(store)


def test_the_smallest_number_that_is_left_is_printed_as_the_server_says() -> None:
    store = DeviceStore()
    keep_numbers(store, told((999_951, (999_951, 999_953)), (51, tuple(range(51, 101)))))
    assert [next_number(store) for _ in range(3)] == [f"商务检告〔2026〕{n:06}号" for n in (999_952, 999_954, 999_955)]
    keep_numbers(store, told((1_000_001, ())))
    assert next_number(store) == "商务检告〔2026〕1000001号"


def test_a_number_that_was_given_out_stays_so_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "tablet.sqlite3"
    given_out = []
    for _ in range(BLOCK_SIZE):
        store = DeviceStore(path)
        keep_numbers(store, told((1, ())))
        given_out.append(next_number(store))
        store.close()
    assert len(set(given_out)) == BLOCK_SIZE
    again = DeviceStore(path)
    with pytest.raises(NoNumberLeftError):
        next_number(again)
    again.close()


def test_a_number_whose_entry_was_not_kept_is_given_out_again() -> None:
    store = DeviceStore()
    keep_numbers(store, told((1, ())))
    with pytest.raises(RuntimeError), store.step():
        first = next_number(store)
        raise RuntimeError
    assert next_number(store) == first


def test_another_year_begins_with_its_own_numbers() -> None:
    store = DeviceStore()
    keep_numbers(store, told((1, ())))
    next_number(store)
    keep_numbers(store, told((1, ()), year=2027))
    assert next_number(store) == "商务检告〔2027〕000001号"
    keep_numbers(store, told((1, ())))  # a late copy of an old answer
    assert next_number(store) == "商务检告〔2026〕000002号"


DEEDS = st.lists(st.one_of(st.just("take"), st.sets(st.integers(0, 3))), max_size=60)


@given(deeds=DEEDS)
def test_no_number_is_given_out_twice_whatever_the_server_answers_in_between(deeds: list[str | set[int]]) -> None:
    store, given_out = DeviceStore(), list[str]()
    for deed in deeds:
        if deed == "take":
            left = numbers_left(store)
            if left:
                given_out.append(next_number(store))
                assert numbers_left(store) == left - 1
        elif isinstance(deed, set):
            # An answer of any day: with blocks that came later or are used up, with and without what was served.
            keep_numbers(store, told(*((1 + BLOCK_SIZE * n, (2 + BLOCK_SIZE * n,)) for n in sorted(deed))))
    assert len(given_out) == len(set(given_out))
    assert not {f"商务检告〔2026〕{2 + BLOCK_SIZE * n:06}号" for n in range(4)}.intersection(given_out)
