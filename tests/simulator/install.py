"""Puts the dictionaries in the place of the stores and cheap keys in the place of P-256 and Ed25519, while it lasts."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from structlog.testing import capture_logs

from inspection.kernel.database import _bound
from mobile_contract.client.key import DeviceKey, server_signed
from sync import signatures
from sync.pull import projections, store_moves
from tests.simulator.keys import CheapKey, CheapPublicKey, cheap_server_signed
from tests.simulator.memory import MemoryEngine
from tests.simulator.readers import readers
from tests.simulator.stores import devices, entries, given, links, office, pull, push, registry, tree, visits

ANSWERS: Final[Mapping[str, ModuleType]] = {
    "inspection.authority.store": registry,
    "inspection.kernel.journal.store": registry,
    "inspection.kernel.work.enqueue": registry,
    "inspection.planning.store_tasks": given,
    "inspection.registry.find": registry,
    "inspection.visits.links.store": links,
    "inspection.visits.store": visits,
    "inspection.visits.store_cards": visits,
    "inspection.visits.changes.store": visits,
    "inspection.visits.entries.store": entries,
    "inspection.visits.entries.store_given": given,
    "inspection.visits.review.store": links,
    "sync.devices.store": devices,
    "sync.devices.store_bindings": devices,
    "sync.devices.store_wipes": devices,
    "sync.log.store": tree,
    "sync.log.store_tree": tree,
    "sync.office.store": office,
    "sync.pull.store": pull,
    "sync.push.store": push,
    "sync.store": push,
}
"""By module of queries, who answers them here."""

_ROOMS: Final = ("sync.", "inspection.", "mobile_contract.", "api.", "tests.simulator.")


class NoAnswer(BaseException):
    """A verb asks for something that the dictionaries cannot answer yet."""


class _Current:
    """The engine that answers now; every answer asks for it anew, so that a crash may replace it."""

    engine = MemoryEngine()


def use(engine: MemoryEngine) -> None:
    """Let the stores answer from this engine."""
    _Current.engine = engine
    _bound[:] = [engine]  # type: ignore[list-item]


@contextmanager
def simulated() -> Iterator[None]:
    """Inside, the verbs of production run on dictionaries and in one thread; `use` says on which.

    Everything is put back at the end.
    """
    replaced: dict[int, Any] = readers()
    for production in [module for name, module in sys.modules.items() if _asks(name)]:
        answers = ANSWERS.get(production.__name__)
        for name, function in _queries(production):
            replaced[id(function)] = _asked(production.__name__, name, answers)
    replaced[id(signatures.public_key)] = CheapPublicKey
    replaced[id(DeviceKey)] = CheapKey
    replaced[id(server_signed)] = cheap_server_signed
    kept_engine, kept_projections = list(_bound), dict(_installed())
    with patch.object(asyncio, "to_thread", _at_once), _everywhere(replaced), _moves(), capture_logs():
        _installed().clear()
        projections.install()
        try:
            yield
        finally:
            _installed().clear()
            _installed().update(kept_projections)
            _bound[:] = kept_engine


def _installed() -> dict[Any, Any]:
    """The table of installed projections."""
    found: dict[Any, Any] = sys.modules["inspection.kernel.journal.append"]._projections  # type: ignore[attr-defined]
    return found


def _asks(module: str) -> bool:
    """Whether a module holds queries: in the house, tables are spoken to by stores only."""
    spoken = module.rpartition(".")[2].startswith("store") and module != store_moves.__name__
    return module in ANSWERS or (spoken and module.startswith(("inspection.", "sync.")))


def _queries(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if inspect.iscoroutinefunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield name, value


def _asked(module: str, name: str, answers: ModuleType | None) -> Callable[..., Any]:
    async def ask(*args: Any, **kwargs: Any) -> Any:
        # Looked up anew each time: a planted bug may have taken its place.
        answer = getattr(answers, name, None)
        if answer is None:
            raise NoAnswer(f"no answer to {module}.{name} yet: give it one in tests/simulator/stores")
        return answer(_Current.engine.statement(name), *args, **kwargs)

    return ask


async def _at_once(work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return work(*args, **kwargs)


@contextmanager
def _everywhere(replaced: dict[int, Any]) -> Iterator[None]:
    """Replace objects by identity under whatever name any module of the house knows them."""
    changed: list[tuple[ModuleType, str, Any]] = []
    for module in [module for name, module in sys.modules.items() if name.startswith(_ROOMS)]:
        for name, value in list(vars(module).items()):
            if id(value) in replaced:
                changed.append((module, name, value))
                setattr(module, name, replaced[id(value)])
    try:
        yield
    finally:
        for module, name, value in changed:
            setattr(module, name, value)


@contextmanager
def _moves() -> Iterator[None]:
    """The statements that the moving of feed rows words itself."""

    async def upsert(table: Any, rows: Any, *_: Any) -> Any:
        name = table._meta.tablename
        t = _Current.engine.statement(f"upsert {name}")
        if name == "feed_head":
            return pull.claim_feed_numbers(t, {row["device"]: row["n"] for row in rows})
        return pull.upsert_feed_rows(t, rows)

    async def bulk_update(table: Any, rows: Any, key: str) -> None:
        pull.update_heads(_Current.engine.statement("update feed_head"), rows)

    async def standing(wanted: Any) -> Any:
        t = _Current.engine.statement("standing")
        found = {(one.device, one.topic): t.feeds.get((one.device, one.topic)) for one in wanted}
        return {key: row for key, row in found.items() if row is not None}

    with (
        patch.object(store_moves, "upsert", upsert),
        patch.object(store_moves, "bulk_update", bulk_update),
        patch.object(store_moves, "_standing", standing),
    ):
        yield
