"""One authority with two inspectors, a visit that is open to them, and tablets that reach the verbs directly."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.authority.tables import Authority
from inspection.authority.tokens import read_token
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import DomainError
from inspection.kernel.keys import ServerKeys, server_keys
from inspection.planning.tables import AnnualPlan, PlanLine, Task
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.codes import CodeKind
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import TeamMember, Visit, VisitTask
from mobile_contract.anchor import TimeAnswer
from mobile_contract.base import Wire, canonical_bytes
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from mobile_contract.client.examples import checklist
from mobile_contract.client.state import Captured
from mobile_contract.devices import WipedRequest
from mobile_contract.enrol import EnrolRequest
from mobile_contract.pull import InventoryRequest
from mobile_contract.push import PushAnswer
from sync.devices.enrol import enrol_device
from sync.devices.invite import invite_device
from sync.devices.revoke import revoke_device
from sync.devices.tell_self import tell_self
from sync.devices.wipe import acknowledge_wipe
from sync.log.proofs import prove_consistency, read_head
from sync.pull.inventory import compare_logs
from sync.pull.read_feed import pull, snapshot
from sync.push.receive import receive_push
from sync.tell_time import tell_time
from tests.inspection.publicity.world import RULES, insert

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEYS = server_keys(Ed25519PrivateKey.from_private_bytes(b"k" * 32))
PINNED = checklist()
CK = (PINNED.code, PINNED.version, PINNED.digest())


@dataclass
class World:
    """What there is, and the clock of the server."""

    authority: UUID
    inspectors: tuple[UUID, UUID]
    object: UUID
    task: UUID
    visit: UUID
    entropy: SeededEntropy
    now: datetime = NOW
    keys: ServerKeys = KEYS
    tablets: int = 0

    def cmd(self, role: Role = Role.ADMIN) -> Command:
        """A command of this moment; every call is a second later."""
        self.now += timedelta(seconds=1)
        return Command(Actor(f"{role}:1", "somebody", role), self.now, self.entropy, self.authority)

    async def tablet(self, inspector: int = 0, *, path: Path | None = None) -> Device:
        """An enrolled tablet of one of the two inspectors."""
        device = self.new_device(path)
        request = device.enrol_request(await self.code(inspector), f"tablet {self.tablets}")
        device.enrolled(await enrol_device(self.cmd(Role.PUBLIC), request=request, keys=self.keys))
        return device

    def new_device(self, path: Path | None = None) -> Device:
        """A tablet out of the box. Its clock is three years behind: nobody may care."""
        self.tablets += 1
        ticks = iter(range(1_000_000))

        def tell() -> DeviceTime:
            passed = next(ticks)
            return DeviceTime(wall=1_677_000_000_000 + passed, mono=passed, boot="b1")

        entropy = SeededEntropy(f"tablet {self.authority} {self.tablets}")
        return Device(DeviceStore(path), Surroundings(tell, entropy.bytes))

    async def code(self, inspector: int = 0) -> str:
        """A fresh enrolment code."""
        invited = self.inspectors[inspector]
        return (await invite_device(self.cmd(), inspector_id=invited, authority_id=self.authority)).code

    async def push(self, device: Device, *lines: Captured | bytes | str, **how: Any) -> PushAnswer:
        """Push these lines with this tablet as the carrier."""
        body = b"".join(_raw(line) + b"\n" for line in lines)
        answer = await receive_push(
            self.cmd(Role.DEVICE), device_id=device.id, body=how.pop("body", body), keys=self.keys, **how
        )
        return PushAnswer.model_validate_json(answer)

    async def revoke(self, device: Device, grace_days: int = 30) -> None:
        """Take a tablet out of use."""
        await revoke_device(
            self.cmd(), device_id=device.id, authority_id=self.authority, reason="lost", grace_days=grace_days
        )

    @asynccontextmanager
    async def session(self, device: Device, **faults: Any) -> AsyncIterator[Session]:
        """The tablet's connection to the verbs."""
        transport = Direct(self, **faults)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
            yield Session(device, http)

    async def add_visit(self, state: str = "open", **number: UUID) -> UUID:
        """Another visit of the same team, at another object; `id` where it must be a certain one."""
        thing = await _object(self.authority)
        return await _visit(self.authority, thing, self.task, self.inspectors, state, **number)


async def build_world(code: str = "sync") -> World:
    """The rows that the protocol refers to."""
    authority = await insert(Authority, code=code, rule_set=RULES)
    listed = {"code": "CY-01", "checklist_code": PINNED.code, "item_class": "general"}
    item = await insert(InspectionItem, authority=authority, **listed)
    plan = await insert(AnnualPlan, authority=authority, year=2026, version=1, state="drafted")
    line = await insert(PlanLine, plan=plan, item=item)
    modes = {"kind": "random", "draw_mode": "untargeted", "match_kind": "automatic", "match_mode": "scattered"}
    scope = '{"areas":[],"kinds":[],"scales":[]}'
    facts = {**modes, "filter": scope, "state": "drawn", "rule_set": RULES}
    task = await insert(Task, authority=authority, plan_line=line, item=item, **facts)
    people = [
        await insert(Inspector, authority=authority, staff_no=str(n), name=f"检查员{n}", active=True) for n in (1, 2)
    ]
    for person in people:
        days = {"valid_from": date(2025, 1, 1), "valid_until": date(2027, 12, 31)}
        await insert(Certificate, inspector=person, issuer="某市司法局", number=person.hex, scope="[]", **days)
    thing = await _object(authority)
    await insert(
        Checklist,
        authority=authority,
        code=PINNED.code,
        version=PINNED.version,
        digest=PINNED.digest(),
        body=canonical_bytes(PINNED).decode(),
    )
    team = (people[0], people[1])
    visit = await _visit(authority, thing, task, team, "open")
    return World(authority, team, thing, task, visit, SeededEntropy(code))


async def make_visit(world: World) -> UUID:
    """Another visit of the same team at the same object."""
    return await _visit(world.authority, world.object, world.task, world.inspectors, "open")


async def _object(authority: UUID) -> UUID:
    kinds = {"kind": ObjectKind.ENTERPRISE.value, "code_kind": CodeKind.USCC.value, "status": ObjectStatus.ACTIVE.value}
    return await insert(InspectionObject, authority=authority, name="某超市", **kinds)


async def _visit(authority: UUID, thing: UUID, task: UUID, team: tuple[UUID, UUID], state: str, **number: UUID) -> UUID:
    sealed = state == "sealed"
    visit = await insert(
        Visit,
        **number,
        authority=authority,
        object=thing,
        state=state,
        year=2026,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 31),
        leader=team[0],
        rule_set=RULES,
        created_at=datetime(2023, 1, 1, tzinfo=UTC),
        unsealed_at=None if sealed else NOW,
    )
    row = await Checklist.select(Checklist.id).where(Checklist.authority == authority).first()
    item = await Task.select(Task.item).where(Task.id == task).first()
    assert row is not None
    assert item is not None
    await insert(VisitTask, visit=visit, task=task, item=item["item"], checklist=row["id"])
    for inspector in team:
        await insert(TeamMember, visit=visit, inspector=inspector, how="lot")
    return visit


Answer = Callable[[httpx.Request, Command, UUID | None], Awaitable[Wire]]


class Direct(httpx.AsyncBaseTransport):
    """The contract's routes, straight to the verbs, in the loop of the test. `lose` says which answers get lost."""

    def __init__(self, world: World, lose: Callable[[httpx.Request], bool] = lambda _: False) -> None:
        self._world = world
        self._lose = lose
        self.seen: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do what is asked; a lost answer was nevertheless done."""
        await request.aread()
        self.seen.append(f"{request.method} {request.url.path}")
        try:
            wire = await self._do(request)
            answer = httpx.Response(200, content=wire.model_dump_json(by_alias=True), request=request)
        except DomainError as error:
            problem = {"type": error.code.type, "code": error.code.value}
            answer = httpx.Response(error.code.status, json=problem, request=request)
        if self._lose(request):
            raise httpx.ReadError("the answer was lost", request=request)
        return answer

    async def _do(self, request: httpx.Request) -> Wire:  # noqa: PLR0911  one a route
        cmd, keys = self._world.cmd(Role.DEVICE), self._world.keys
        match request.url.path:
            case "/v1/devices":
                asked = EnrolRequest.model_validate_json(request.content)
                return await enrol_device(cmd, request=asked, keys=keys)
            case "/v1/time":
                return TimeAnswer(signed=await tell_time(cmd, keys=keys))
        if (told := await self._open_to_all(request)) is not None:
            return told
        holder = await read_token(request.headers["authorization"].removeprefix("DPoP "), cmd.now)
        assert holder is not None
        assert holder.device is not None
        who = {"device_id": holder.device}
        match request.url.path:
            case "/v1/devices/self":
                return await tell_self(holder.device)
            case "/v1/devices/wiped":
                said = WipedRequest.model_validate_json(request.content)
                return await acknowledge_wipe(cmd, request=said, **who)
            case "/v1/sync/push":
                headers = request.headers
                coding, digest = headers.get("content-encoding"), headers.get("content-digest")
                how = {"body": request.content, "encoding": coding, "content_digest": digest}
                return PushAnswer.model_validate_json(await receive_push(cmd, keys=keys, **who, **how))
            case "/v1/sync/pull":
                return await pull(cmd, keys=keys, cursor=request.url.params.get("cursor"), **who)
            case "/v1/sync/snapshot":
                return await snapshot(cmd, keys=keys, page=request.url.params.get("page"), **who)
            case "/v1/sync/inventory":
                asked_logs = InventoryRequest.model_validate_json(request.content)
                return await compare_logs(cmd, request=asked_logs, **who)
        raise AssertionError(f"no such route: {request.url.path}")

    async def _open_to_all(self, request: httpx.Request) -> Wire | None:
        match request.url.path:
            case "/v1/keys":
                return self._world.keys.told()
            case "/v1/log/sth":
                return await read_head()
            case "/v1/log/consistency":
                sizes = request.url.params
                return await prove_consistency(int(sizes["first"]), int(sizes["second"]))
        return None


def note(device: Device, visit: UUID | None, text: str = "好") -> Captured:
    """A note: what is never in conflict."""
    return device.capture("note.add", {"text": text}, visit=visit)


def at_once(cmd: Command, now: datetime) -> Command:
    """The same command at another moment."""
    return replace(cmd, now=now)


def _raw(line: Captured | bytes | str) -> bytes:
    if isinstance(line, Captured):
        return line.line.encode()
    return line.encode() if isinstance(line, str) else line
