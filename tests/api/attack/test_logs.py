"""Nothing secret and nobody's name is in the log of a day, at the finest level, whatever went right and wrong."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.logs import configure_logs
from inspection.authority.factors.app import begin_app, begun_app
from inspection.authority.store import account
from inspection.authority.systems.issue import issue_system_token
from inspection.authority.systems.rules import TokenScope
from inspection.door.give import give_door
from inspection.draw.tables import DrawSecret
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from tests.api.attack.test_cross_site import sign_in
from tests.api.conftest import PASSWORD, Office
from tests.api.line import TO_THE_VISIT, SignedIn, Walk
from tests.api.test_embargo import enrolled
from tests.conftest import MakeCommand
from tests.support.logs import logs_as_they_were
from tests.support.tablets import auth_of

LEAST = 8
"""Shorter texts stand in a log by chance."""


async def test_a_day_leaves_no_secret_and_no_name_in_the_log(
    app: Litestar,
    client: httpx.AsyncClient,
    office: Office,
    signed_in: SignedIn,
    clock: FixedClock,
    make_cmd: MakeCommand,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logs_as_they_were():
        configure_logs(level="debug", log_format="json")
        secrets = await a_day(app, client, office, signed_in, clock, make_cmd)
    told = capsys.readouterr()
    lines = (told.out + told.err).splitlines()
    assert len(lines) > 30
    wanted = {kind: {one for one in values if len(one) >= LEAST} for kind, values in secrets.items()}
    assert all(wanted.values()), wanted
    found = [(kind, line[:300]) for kind, values in wanted.items() for line in lines if any(v in line for v in values)]
    assert found == []


async def a_day(
    app: Litestar,
    client: httpx.AsyncClient,
    office: Office,
    signed_in: SignedIn,
    clock: FixedClock,
    make_cmd: MakeCommand,
) -> dict[str, set[str]]:
    """People sign in and mistype, a draw is made, a tablet enrols, a door is opened, and things go wrong; the secrets
    of it, by kind."""
    process, cmd = app.state.process, make_cmd(authority=office.authority)
    secrets: dict[str, set[str]] = {"passwords": {PASSWORD, "a wrong password 7f3a"}}
    await client.post("/office/sessions", json={"username": "first.planner", "password": "a wrong password 7f3a"})
    opened = await client.post("/office/sessions", json={"username": "first.planner", "password": PASSWORD})
    desk = await sign_in(client)
    secrets["tokens"] = {opened.json()["token"], desk.headers["set-cookie"].split(";")[0].partition("=")[2]}
    admin = await account(office.accounts[Role.LEGAL])
    assert admin is not None
    await begin_app(cmd, admin, process.keys)
    begun = await begun_app(admin, process.keys)
    assert begun is not None
    secrets["codes of apps"] = {begun[0]}
    _, system = await issue_system_token(
        cmd,
        authority=office.authority,
        account=office.accounts[Role.PLANNER],
        name="另一系统",
        scopes=frozenset(TokenScope),
        last_day=cmd.now.date(),
    )
    await client.get("/office/registry/objects", headers={"Authorization": f"Bearer {system}"})
    secrets["tokens of systems"] = {system}

    walk = Walk(client, signed_in)
    for step in TO_THE_VISIT:
        await getattr(walk, step)()
    door = await give_door(replace(cmd, authority=None), visit_id=UUID(walk.ids["visit_id"]), keys=process.keys)
    await client.post(door.path, data={"code": "WRONG-CODE-0000"})
    await client.post(door.path, data={"code": door.code})
    await client.get(door.path)
    secrets["doors"] = {door.code, door.path.rpartition("/")[2], "WRONG-CODE-0000"}

    person = await Inspector.select(Inspector.id).order_by(Inspector.id).first()
    tablet = await enrolled(person["id"], office, client, make_cmd)
    await client.get("/v1/sync/pull", auth=auth_of(tablet))
    await client.post("/v1/sync/push", auth=auth_of(tablet), content=b'{"p":"nonsense of a tablet"}')
    secrets["tablets"] = {str(tablet.device.token), "nonsense of a tablet"}
    tablet.device.store.close()

    await hostile(client, walk)
    kept = [bytes(row["key"]) for row in await DrawSecret.select(DrawSecret.key)]
    secrets["keys of draws"] = {form for key in kept for form in (key.hex(), repr(key)[2:-1])}
    pem = (process.settings.data_dir / "keys" / "server-key.pem").read_text()
    secrets["server's key"] = {line for line in pem.splitlines() if "-" not in line}
    objects = await InspectionObject.select(InspectionObject.name, InspectionObject.code, InspectionObject.phone)
    secrets["parties"] = {str(value) for row in objects for value in row.values() if value}
    return secrets


async def hostile(client: httpx.AsyncClient, walk: Walk) -> None:
    """Requests that go wrong with somebody's data in path, query and body."""
    row = await InspectionObject.select(InspectionObject.name, InspectionObject.code).first()
    sent: dict[str, Any] = {"name": row["name"], "password": PASSWORD, "code": row["code"]}
    await client.get(f"/public/nowhere/{row['code']}", params=sent)
    await client.post("/office/sessions", json=sent)
    await client.post("/v1/devices", json=sent)
    await walk.ask(Role.PLANNER, "POST", "/office/tasks", json=sent)
    await walk.ask(Role.PLANNER, "GET", "/office/registry/objects", params={"name": row["name"]})
    await client.post("/office/sessions", content=f'{{"username": "{row["name"]}", '.encode())
