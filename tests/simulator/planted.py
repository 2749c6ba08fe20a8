"""Bugs that the invariants must catch: each a small patch of the world, undone when it ends (sync.md §2.15).

A planted bug that is not caught means an assertion that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, Final
from unittest.mock import patch

from inspection.visits import judging, reading
from inspection.visits.record import fold as fold_module
from mobile_contract.client.device import Device
from mobile_contract.client.replica import Replica
from mobile_contract.client.state import Custody, DeviceStore
from mobile_contract.push import Verdict
from tests.simulator.stores import entries, pull, push

Bug = Callable[[], Any]
PLANTED: Final[dict[str, Bug]] = {}


def _bug(name: str) -> Callable[[Callable[[], Iterator[None]]], Bug]:
    def plant(make: Callable[[], Iterator[None]]) -> Bug:
        PLANTED[name] = contextmanager(make)
        return PLANTED[name]

    return plant
