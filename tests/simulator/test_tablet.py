"""The simulated tablet itself: a process that is killed leaves on its disk what it had committed, and nothing else."""

import pytest

from tests.simulator.tablet import KillableStore, KilledError

STATEMENTS = ("BEGIN", "DELETE", "INSERT", "COMMIT")
"""Of a step that remembers one text."""


def _remember(store: KillableStore, text: str) -> None:
    with store.step():
        store.remember("wiped", text)


@pytest.mark.parametrize("statement", range(1, len(STATEMENTS) + 1))
def test_what_a_killed_process_had_not_committed_is_not_on_its_disk_and_was_never_said(statement: int):
    store = KillableStore()
    store.kill_before(statement)
    with pytest.raises(KilledError):
        _remember(store, "said")
    store.die()
    assert store.last_words is None
    assert KillableStore(store.content()).recall("wiped") is None


def test_what_it_had_committed_is_on_its_disk_and_stays_said_when_it_is_forgotten():
    store = KillableStore()
    _remember(store, "said")
    store.die()
    assert KillableStore(store.content()).recall("wiped") == "said"
    with store.step():
        store.erase(())
    assert store.last_words == "said"
