"""A server whose clock stands still, and one visit at one door: what the inspector shows, what the party holds."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import uvicorn

from api.app import process_for, serving
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.tokens import issue_token
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from mobile_contract.credentials import CredentialsAnswer
from tests.api.line import TO_THE_VISIT, SignedIn, Walk
from tests.conftest import NOW
from tests.media.pictures import jpeg
from tests.support.routes import routes
from tests.support.server_key import put_server_key

ROLES = (Role.PLANNER, Role.APPROVER, Role.SUPERVISOR, Role.SECTION_HEAD)


@dataclass(frozen=True)
class Household:
    """Where the server is; what the leader's tablet shows; what the party is called."""

    address: str
    shown: CredentialsAnswer
    party: str

    @property
    def credential(self) -> str:
        """What the QR code on the tablet opens."""
        return self.shown.credentials[0].address.removeprefix(self.address)

    @property
    def door(self) -> str:
        """What the QR code on the notice opens."""
        assert self.shown.door is not None
        return self.shown.door.address.removeprefix(self.address)


@asynccontextmanager
async def household(folder: Path, database: str) -> AsyncIterator[Household]:
    """One server, one authority, one visit that was unsealed today, with a photo of its leader."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = Settings(database_url=database, data_dir=folder, public_url=address, rate_limit=False)
    async with _served(settings, port), httpx.AsyncClient(base_url=address, trust_env=False, timeout=240) as client:
        office = Walk(client, await _people())
        for step in TO_THE_VISIT:
            await getattr(office, step)()
        path = f"/office/registry/inspectors/{office.ids['leader']}/photo"
        jpeg_type = {"Content-Type": "image/jpeg"}
        sent = await office.ask(Role.PLANNER, "PUT", path, content=jpeg(300, 400), headers=jpeg_type)
        assert sent.status_code == 204
        yield Household(address, await _shown(office, client), await _party(office))


@asynccontextmanager
async def _served(settings: Settings, port: int) -> AsyncIterator[None]:
    uninstall_projections()
    put_server_key(settings.data_dir)
    service = serving(routes(), process_for(settings, FixedClock(NOW), SeededEntropy("household")))
    # Without a date of its own in the answers the browser goes by the clock that the test gives it.
    told = uvicorn.Config(service, port=port, log_level="error", date_header=False, lifespan="on")
    server = uvicorn.Server(told)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0)
        yield
    finally:
        server.should_exit = True
        await running
        uninstall_projections()


async def _people() -> SignedIn:
    """An authority with an account for each role; how each of them speaks."""
    entropy = SeededEntropy("people")
    cmd = Command(SYSTEM, NOW, entropy)
    founded = await found_authority(
        cmd, code="door", name="示例区市场监督管理局", short_name="示例市监", rule_set="weihai-jingkai-commerce"
    )
    own = replace(cmd, authority=founded.id)
    unit = await open_unit(own, authority=founded.id, name="信用监管科")
    tokens = {}
    for role in ROLES:
        account = await open_account(
            own,
            authority=founded.id,
            unit=unit.id,
            username=f"door.{role}",
            name=f"{role}",
            role=role,
            password="a long enough password",
        )
        tokens[role] = await issue_token(cmd, expires=NOW + timedelta(hours=1), account_id=account.id)

    async def headers(role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens[role]}"}

    return headers


async def _shown(office: Walk, client: httpx.AsyncClient) -> CredentialsAnswer:
    """What the leader's tablet was given when it last had a network."""
    invited = await office.post(Role.SECTION_HEAD, "/office/enrolment-codes", {"inspector": office.ids["leader"]})
    ticks = iter(range(1_000_000))
    surroundings = Surroundings(lambda: DeviceTime(next(ticks), 0, "b"), SeededEntropy("tablet").bytes)
    tablet = Session(Device(DeviceStore(), surroundings), client)
    await tablet.enrol(invited["code"], "平板")
    await tablet.pull()
    return await tablet.fetch_credentials(UUID(office.ids["visit_id"]))


async def _party(office: Walk) -> str:
    visits = await office.get(Role.SECTION_HEAD, "/office/visits")
    (inspected,) = {visit["object"] for visit in visits if visit["id"] == office.ids["visit_id"]}
    found = await office.get(Role.PLANNER, f"/office/registry/objects/{inspected}")
    return str(found["name"])
