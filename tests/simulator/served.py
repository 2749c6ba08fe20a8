"""The real application through HTTP, on a real database: the same trace, faults at the same places.

Requests arrive by ASGI inside the application's own lifespan; tablets sign with P-256 and prove their tokens. A crash
leaves the handler where it is and opens a fresh application on the same database.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, AsyncExitStack, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from litestar import Litestar

from api.app import process_for, serving
from inspection.authority.tables import Authority
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command
from inspection.kernel.database import current_engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.ids import plain_uuid
from inspection.kernel.keys import KEY_FILE
from inspection.kernel.settings import Settings
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.entries import store as store_entries
from inspection.visits.rows import VisitRow
from inspection.visits.tables import Entry, TeamMember, Visit, VisitTask
from mobile_contract.base import canonical_bytes
from mobile_contract.client import Session
from mobile_contract.pull import FeedOp
from sync.push import store as store_push
from sync.tables import DeadLetter, Device, FeedRow
from tests.api.conftest import started
from tests.inspection.publicity.world import RULES, insert
from tests.simulator.engines import dump, load, watched
from tests.simulator.founding import KEYS, NOW, PRIVATE, Founding
from tests.simulator.mishaps import Mishap, Watching
from tests.simulator.plain_http import BASE
from tests.simulator.server import Picture, command, kept

_LENGTHS = {"content-encoding", "content-length"}


class ServedServer:
    """As `server.MemoryServer`, behind HTTP."""

    signed = True
    keys = KEYS

    def __init__(self, settings: Settings, routed: Litestar) -> None:
        self.clock = FixedClock(NOW)
        self._settings = settings
        self._routed = routed
        self._authority = UUID(int=0)
        self._life = AsyncExitStack()
        self._lives = 0
        folder = settings.data_dir / "keys"
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / KEY_FILE
        key.write_bytes(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key.chmod(0o600)

    async def start(self) -> None:
        """Open the application."""
        self._lives += 1
        process = process_for(self._settings, self.clock, SeededEntropy(f"server {self._lives}"))
        service = serving(self._routed, process)
        await self._life.enter_async_context(started(service))
        transport = httpx.ASGITransport(app=service, raise_app_exceptions=True)
        self._http = await self._life.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://server")
        )

    async def stop(self) -> None:
        """Close it."""
        await self._life.aclose()
        self._life = AsyncExitStack()

    def client(self, network: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
        """What a tablet's session sends with."""
        return httpx.AsyncClient(transport=network, base_url=BASE)

    def watched(self, watching: Watching | None) -> AbstractContextManager[None]:
        """Let `watching` be asked at every statement."""
        return watched(current_engine(), watching)

    async def prime(self, session: Session) -> None:
        """Open the channel: with a fresh nonce (and token) in hand every request of the step is asked for once, as on
        the other server.
        """
        await session._http.get("/v1/devices/self", auth=session._auth)

    async def come_back(self) -> None:
        """A fresh application after one that died: how the dead one ends is nobody's concern."""
        with suppress(Exception, BaseExceptionGroup):
            await self._life.aclose()
        self._life = AsyncExitStack()
        await self.start()

    async def restart(self) -> None:
        """A fresh application on the same database."""
        await self.stop()
        await self.start()

    def command(self, now: datetime, *what: object) -> Command:
        """A command of the office."""
        return command(self._authority, now, *what)

    async def answer(  # the device is told by its token
        self, _device: UUID, request: httpx.Request, now: datetime, mishap: Mishap | None
    ) -> httpx.Response:
        """What the application answers; `Crashed` when it dies."""
        self.clock.instant = now
        watching = Watching(mishap) if mishap is not None else None
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        with self.watched(watching):
            answer = await self._http.request(
                request.method, str(request.url), headers=headers, content=request.content
            )
        if watching is not None:
            watching.answered()
        # The network hands it on unpacked, whatever it was packed with.
        told = {name: value for name, value in answer.headers.items() if name not in _LENGTHS}
        return httpx.Response(answer.status_code, headers=told, content=answer.content, request=request)

    # -- what there is --------------------------------------------------------------------------------------------

    async def found(self, founding: Founding) -> None:
        """Write the founding's rows."""
        self._authority = founding.authority.id
        own = {"authority": founding.authority.id}
        await insert(Authority, id=founding.authority.id, code="sim", name="某市商务局", rule_set=RULES)
        await insert(InspectionItem, id=founding.item, code="CY-01", name="检查事项", checklist_code="sim.check", **own)
        plan = await insert(AnnualPlan, year=2026, version=1, state="drafted", **own)
        line = await insert(PlanLine, plan=plan, item=founding.item)
        await insert(Task, id=founding.task, plan_line=line, item=founding.item, rule_set=RULES, scheme="", **own)
        for person in founding.inspectors:
            await insert(Inspector, id=person.id, staff_no=person.staff_no, name=person.name, active=True, **own)
            for one in person.certificates:
                days = {"valid_from": one.valid_from, "valid_until": one.valid_until}
                await insert(Certificate, id=one.id, inspector=person.id, issuer=one.issuer, number=one.number, **days)
        thing = founding.object
        kinds = {"kind": thing.kind.value, "code_kind": thing.code_kind.value, "status": thing.status.value}
        await insert(InspectionObject, id=thing.id, name=thing.name, **own, **kinds)
        await _checklist(founding.authority.id, founding.checklist)
        for visit in founding.visits:
            await self.add_visit(founding, visit)

    async def add_visit(self, founding: Founding, visit: VisitRow) -> None:
        """A visit with its team and its task."""
        row = {name: getattr(visit, name) for name in VisitRow.__dataclass_fields__}
        await insert(Visit, **{**row, "state": visit.state.value})
        task = founding.served(visit.id)
        places = {"task": task.task, "item": task.item, "checklist": task.checklist}
        await insert(VisitTask, id=task.id, visit=visit.id, **places)
        for one in founding.teams[visit.id]:
            await insert(TeamMember, visit=visit.id, inspector=one.inspector, slot=one.slot, how=one.how)

    async def add_checklist(self, founding: Founding) -> None:
        """The newer version is published, once."""
        if not await Checklist.exists().where(Checklist.id == founding.newer.id):
            await _checklist(founding.authority.id, founding.newer)

    # -- backups ----------------------------------------------------------------------------------------------------

    async def back_up(self) -> Any:
        """The whole store."""
        return await dump(current_engine())

    async def restore(self, backup: Any) -> None:
        """The store is what it was, under a fresh application."""
        await load(current_engine(), backup)
        await self.restart()

    # -- what an onlooker sees ----------------------------------------------------------------------------------------

    async def committed(self, hashes: frozenset[str]) -> frozenset[str]:
        """Those that are in the store now."""
        return await store_entries.known(hashes)

    async def look(self) -> Picture:
        """All that is committed."""
        rows = await Entry.select()
        entries = {row["hash"]: kept({**row, **_plain(row)}) for row in rows}
        letters = frozenset(row["sha256"] for row in await DeadLetter.select(DeadLetter.sha256))
        devices = [plain_uuid(row["id"]) for row in await Device.select(Device.id)]
        logs = {(head.device, head.epoch): head for _, head in await store_push.logs_of(devices)}
        feeds: dict[UUID, dict[str, int]] = {device: {} for device in devices}
        for row in await FeedRow.select().where(FeedRow.op == FeedOp.PUT.value):
            feeds[plain_uuid(row["device"])][row["topic"]] = int(row["seq"])
        return Picture(entries, letters, logs, feeds)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    ids = {name: plain_uuid(row[name]) if row[name] else None for name in ("id", "visit", "device")}
    return {**ids, "header": bytes(row["header"]), "body": None if row["body"] is None else bytes(row["body"])}


async def _checklist(authority: UUID, facts: ChecklistFacts) -> None:
    body = canonical_bytes(facts.checklist).decode()
    named = {"code": facts.code, "version": facts.version, "digest": facts.digest}
    await insert(Checklist, id=facts.id, authority=authority, body=body, **named)
