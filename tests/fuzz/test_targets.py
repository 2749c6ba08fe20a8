"""Whatever comes from outside, a decoder gives a value or the error that it documents. `make bench-fuzz` goes on where
this ends.
"""

import random

import pytest

from tests.fuzz.mutate import harmed
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_a_value_or_the_documented_error(name: str) -> None:
    target, chance = TARGETS[name], random.Random(name)
    seeds = target.seeds()
    for data in (b"", *seeds, *(harmed(chance.choice(seeds), chance) for _ in range(target.rounds))):
        try:
            target.read(data)
        except target.refuses:
            continue
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error} for {data[:300]!r}") from error


@pytest.mark.parametrize("name", [name for name, one in TARGETS.items() if one.honest])
def test_what_is_sent_in_earnest_is_read(name: str) -> None:
    target = TARGETS[name]
    target.read(target.seeds()[0])
