"""The two servers behind one interface, and the one on dictionaries."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import httpx

from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import ServerKeys, server_keys
from inspection.visits.rows import VisitRow
from mobile_contract.anchor import TimeAnswer
from mobile_contract.base import Wire
from mobile_contract.client import Session
from mobile_contract.devices import WipedRequest
from mobile_contract.pull import InventoryRequest
from sync.devices.tell_self import tell_self
from sync.devices.wipe import acknowledge_wipe
from sync.pull.inventory import compare_logs
from sync.pull.read_feed import confirm, pull_json, snapshot_json
from sync.push.log_heads import LogHead
from sync.push.receive import receive_push
from sync.tell_time import tell_time
from tests.simulator.founding import SEED, Founding
from tests.simulator.install import use
from tests.simulator.keys import CheapServerKey
from tests.simulator.memory import MemoryEngine, Tables, nothing_happens
from tests.simulator.mishaps import Mishap, Watching
from tests.simulator.plain_http import PlainClient

_KEYS: Final = server_keys(CheapServerKey(SEED))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored entry as an onlooker sees it."""

    hash: str
    id: UUID
    visit: UUID | None
    vseq: int | None
    device: UUID
    epoch: int
    seq: int
    prev: str | None
    header: bytes
    body: bytes | None
    verdict: str
    reasons: tuple[str, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is committed. `feeds`: by device, topic → number of what stands in its feed."""

    entries: dict[str, Kept]
    letters: frozenset[str]
    logs: dict[tuple[UUID, int], LogHead]
    feeds: dict[UUID, dict[str, int]]


class Server(Protocol):
    """What the world needs of a server. `signed`: tablets sign with P-256; `keys`: its own."""

    signed: bool
    keys: ServerKeys

    def client(self, network: httpx.AsyncBaseTransport) -> Any: ...

    def command(self, now: datetime, *what: object) -> Command: ...
    async def found(self, founding: Founding) -> None: ...
    async def add_visit(self, founding: Founding, visit: VisitRow) -> None: ...
    async def add_checklist(self, founding: Founding) -> None: ...
    async def answer(
        self, device: UUID, request: httpx.Request, now: datetime, mishap: Mishap | None
    ) -> httpx.Response: ...
    async def prime(self, session: Session) -> None: ...
    async def restart(self) -> None: ...
    async def back_up(self) -> Any: ...
    async def restore(self, backup: Any) -> None: ...
    def watched(self, watching: Watching | None) -> AbstractContextManager[None]: ...
    async def committed(self, hashes: frozenset[str]) -> frozenset[str]: ...
    async def look(self) -> Picture: ...


def command(founding_authority: UUID, now: datetime, *what: object) -> Command:
    """A command whose ids and randomness depend on nothing but what it is for."""
    entropy = SeededEntropy(repr(what))
    return Command(Actor("system", "simulator", Role.ADMIN), now, entropy, founding_authority)


class MemoryServer:
    """The verbs of production on dictionaries: no database, no HTTP, no thread."""

    signed = False
    keys = _KEYS

    def __init__(self) -> None:
        self.engine = MemoryEngine()
        self._authority = UUID(int=0)
        self._requests = 0
        use(self.engine)

    def command(self, now: datetime, *what: object) -> Command:
        """A command of the office."""
        return command(self._authority, now, *what)

    async def found(self, founding: Founding) -> None:
        """Write the founding's rows."""
        self._authority = founding.authority.id
        t = self.engine.tables
        t.authorities[founding.authority.id] = founding.authority
        t.inspectors.update({one.id: one for one in founding.inspectors})
        t.objects[founding.object.id] = founding.object
        t.checklists[founding.checklist.id] = founding.checklist
        for visit in founding.visits:
            await self.add_visit(founding, visit)

    async def add_visit(self, founding: Founding, visit: VisitRow) -> None:
        """A visit with its team and its task."""
        t = self.engine.tables
        t.visits[visit.id] = visit
        t.members[visit.id] = founding.teams[visit.id]
        t.served[visit.id] = (founding.served(visit.id),)

    async def add_checklist(self, founding: Founding) -> None:
        """The newer version is published."""
        self.engine.tables.checklists[founding.newer.id] = founding.newer

    async def answer(
        self, device: UUID, request: httpx.Request, now: datetime, mishap: Mishap | None
    ) -> httpx.Response:
        """What the server answers; `Crashed` when it dies."""
        self._requests += 1
        cmd = command(self._authority, now, "request", self._requests)
        watching = Watching(mishap) if mishap is not None else None
        try:
            with self.watched(watching):
                told = await _ROUTES[request.url.path](cmd, device, request)
            content = told if isinstance(told, bytes) else told.model_dump_json(by_alias=True)
            answer = httpx.Response(200, content=content, request=request)
        except DomainError as error:
            problem = {"type": error.code.type, "code": error.code.value}
            answer = httpx.Response(error.code.status, json=problem, request=request)
        except Exception:
            if watching is None or not watching.happened:
                raise
            answer = httpx.Response(503, json={"code": "storage"}, request=request)
        if watching is not None:
            watching.answered()
        return answer

    def client(self, network: httpx.AsyncBaseTransport) -> PlainClient:
        """What a tablet's session sends with."""
        return PlainClient(network)

    @contextmanager
    def watched(self, watching: Watching | None) -> Iterator[None]:
        """Let `watching` be asked at every statement."""
        self.engine.watch = watching or nothing_happens
        try:
            yield
        finally:
            self.engine.watch = nothing_happens

    async def prime(self, session: Session) -> None:
        """Here a channel is open without a proof."""

    async def restart(self) -> None:
        """A new process on the same store: nothing was remembered outside of it."""

    async def back_up(self) -> Tables:
        """The whole store."""
        return self.engine.tables.copy()

    async def restore(self, backup: Tables) -> None:
        """The store is what it was."""
        self.engine.tables = backup.copy()

    async def committed(self, hashes: frozenset[str]) -> frozenset[str]:
        """Those that are in the store now."""
        return hashes & self.engine.tables.entries.keys()

    async def look(self) -> Picture:
        """All that is committed."""
        t = self.engine.tables
        feeds: dict[UUID, dict[str, int]] = {device: {} for device in t.devices}
        for (device, topic), row in t.feeds.items():
            if row["op"] == "put":
                feeds[device][topic] = row["seq"]
        return Picture(
            {hash_: kept(row) for hash_, row in t.entries.items()},
            frozenset(sha for _, sha in t.letters),
            dict(t.logs),
            feeds,
        )


def kept(row: dict[str, Any]) -> Kept:
    """The value of a row of the table of entries."""
    named = {name: row[name] for name in Kept.__dataclass_fields__ if name != "reasons"}
    return Kept(**named, reasons=tuple(json.loads(row["reasons"])))


async def _time(cmd: Command, _device: UUID, _request: httpx.Request) -> Wire:
    return TimeAnswer(signed=await tell_time(cmd, keys=_KEYS))


async def _push(cmd: Command, device: UUID, request: httpx.Request) -> bytes:
    return await receive_push(
        cmd,
        device_id=device,
        body=request.content,
        keys=_KEYS,
        encoding=request.headers.get("content-encoding"),
        content_digest=request.headers.get("content-digest"),
    )


async def _pull(cmd: Command, device: UUID, request: httpx.Request) -> bytes:
    pulled = await pull_json(cmd, device_id=device, keys=_KEYS, cursor=request.url.params.get("cursor"))
    if pulled.confirms is not None:
        await confirm(cmd, device_id=device, seq=pulled.confirms)
    return pulled.json


async def _snapshot(cmd: Command, device: UUID, request: httpx.Request) -> bytes:
    return await snapshot_json(cmd, device_id=device, keys=_KEYS, page=request.url.params.get("page"))


async def _inventory(cmd: Command, device: UUID, request: httpx.Request) -> Wire:
    asked = InventoryRequest.model_validate_json(request.content)
    return await compare_logs(cmd, device_id=device, request=asked)


async def _self(_cmd: Command, device: UUID, _request: httpx.Request) -> Wire:
    return await tell_self(device)


async def _wiped(cmd: Command, device: UUID, request: httpx.Request) -> Wire:
    said = WipedRequest.model_validate_json(request.content)
    return await acknowledge_wipe(cmd, device_id=device, request=said)


Route = Callable[[Command, UUID, httpx.Request], Awaitable[Wire | bytes]]
_ROUTES: Final[dict[str, Route]] = {
    "/v1/time": _time,
    "/v1/sync/push": _push,
    "/v1/sync/pull": _pull,
    "/v1/sync/snapshot": _snapshot,
    "/v1/sync/inventory": _inventory,
    "/v1/devices/self": _self,
    "/v1/devices/wiped": _wiped,
}
