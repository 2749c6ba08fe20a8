"""The office's routes lead from an empty authority to a tablet that holds its visit, and no stranger along."""

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.openapi import build_document
from api.permits import PERMITS, STAFF, Action
from api.routes import office_routes
from api.zipped import PROGRAM
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from mobile_contract.client import Device, DeviceStore, DeviceTime, Surroundings
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.enrol import EnrolAnswer
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from tests.api.conftest import Office
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.api.samples import ID, Sampler


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def test_a_tablet_holds_the_visit_that_the_office_unsealed(walk: Walk, client: httpx.AsyncClient) -> None:
    invited = await walk.post(Role.SECTION_HEAD, "/office/enrolment-codes", {"inspector": walk.ids["leader"]})
    with closing(DeviceStore()) as store:
        device = Device(store, Surroundings(lambda: DeviceTime(0, 0, "boot"), SeededEntropy("tablet").bytes))
        asked = device.enrol_request(invited["code"], "平板一").model_dump(mode="json")
    enrolled = await client.post("/v1/devices", json=asked)
    assert enrolled.status_code == 201, enrolled.text
    answer = EnrolAnswer.model_validate_json(enrolled.content)
    auth = DeviceAuth(device.key, lambda: answer.token, lambda _: None)
    spoken = {CONTRACT_HEADER: str(CONTRACT_VERSION)}
    pulled = (await client.get("/v1/sync/pull", auth=auth, headers=spoken)).json()
    assert pulled["from"] is None
    assert f"visit:{walk.ids['visit_id']}" in [item["topic"] for item in pulled["items"]]
    assert (await client.get("/v1/time")).status_code == 200
    (listed,) = await walk.get(Role.ADMIN, "/office/devices")
    assert (listed["name"], listed["revoked_at"]) == ("平板一", None)
    gone = await walk.ask(Role.ADMIN, "POST", f"/office/devices/{listed['id']}/revocation", json={"reason": "lost"})
    assert gone.status_code == 204
    assert (await client.get("/v1/sync/pull", auth=auth, headers=spoken)).status_code == 403


async def test_nobody_who_reads_the_draw_learns_who_was_drawn(walk: Walk) -> None:
    names = {one["name"] for one in await walk.get(Role.PLANNER, "/office/registry/objects?limit=200")}
    codes = {one["code"] for one in await walk.get(Role.PLANNER, "/office/registry/objects?limit=200")}
    path = f"/office/draws/{walk.ids['draw_id']}"
    told = [json.dumps(await walk.get(role, path), ensure_ascii=False) for role in PERMITS[Action.DRAW_READ]]
    told.append(json.dumps(await walk.get(Role.PLANNER, f"/office/tasks/{walk.ids['task_id']}/draws")))
    journal = f"/office/journal/stream?stream=draw:{walk.ids['draw_id']}"
    told.append(json.dumps(await walk.get(Role.SUPERVISOR, journal), ensure_ascii=False))
    bundle = await walk.ask(Role.PLANNER, "GET", f"{path}/bundle")
    assert bundle.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as files:
        told += [files.read(name).decode() for name in files.namelist() if name != PROGRAM]
    for text in told:
        assert not [word for word in names | codes if word in text]


async def test_the_secrets_of_a_draw_are_for_the_supervisor_and_reading_them_is_journalled(walk: Walk) -> None:
    path = f"/office/draws/{walk.ids['draw_id']}/secrets"
    for role in STAFF - {Role.SUPERVISOR}:
        assert (await walk.ask(role, "POST", path)).status_code == 403
    answer = await walk.ask(Role.SUPERVISOR, "POST", path)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        assert len(files.namelist()) > len(zipfile.ZipFile(io.BytesIO(await _bundle(walk))).namelist())
    lines = await walk.get(Role.SUPERVISOR, f"/office/journal/stream?stream=draw:{walk.ids['draw_id']}")
    assert lines[-1]["kind"] == "draw.secrets_read"
    assert lines[-1]["actor_role"] == Role.SUPERVISOR


async def _bundle(walk: Walk) -> bytes:
    return (await walk.ask(Role.PLANNER, "GET", f"/office/draws/{walk.ids['draw_id']}/bundle")).content


async def test_every_journal_stream_of_the_line_is_whole(walk: Walk, office: Office) -> None:
    for stream in (
        f"registry:{office.authority}",
        f"plan:{walk.ids['plan_id']}",
        f"task:{walk.ids['task_id']}",
        f"draw:{walk.ids['draw_id']}",
        f"visit:{walk.ids['visit_id']}",
    ):
        check = await walk.get(Role.SUPERVISOR, f"/office/journal/verification?stream={stream}")
        assert check["whole"], stream
        assert check["length"] > 0, stream


async def test_an_open_visit_has_an_empty_record_that_can_neither_be_approved_nor_returned(walk: Walk) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}"
    shown = await walk.get(Role.SECTION_HEAD, f"{path}/record")
    assert shown["record"]["status"] == "open"
    assert (await walk.get(Role.SECTION_HEAD, "/office/reviews"))["lines"] == []
    approved = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/approval", json={"seen": shown["seen"]})
    assert (approved.status_code, approved.json()["code"]) == (409, "visit-wrong-step")
    back = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/return", json={"seen": "0" * 64, "remarks": "x"})
    assert back.status_code == 409


async def test_who_planned_the_draw_neither_freezes_nor_seals_it(walk: Walk) -> None:
    for step in ("freeze", "seal"):
        answer = await walk.ask(Role.PLANNER, "POST", f"/office/draws/{walk.ids['draw_id']}/{step}")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_whoever_works_for_another_authority_finds_nothing_of_this_one(
    walk: Walk,
    client: httpx.AsyncClient,
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[[UUID], Awaitable[str]],
) -> None:
    """Every office route that names a thing, asked with real ids by a stranger whose role would be let in, answers as
    it does to an id that is nobody's."""
    other = await found_office("second")
    document = build_document(office_routes(), "office")
    sampler = Sampler(document, 7)
    nobodys = _Ids({name: value for name, value in walk.ids.items() if len(value) != len(ID)})
    asked = 0
    for path, methods in document["paths"].items():
        if "{" not in path or "{register}" in path or "{what}" in path:  # these name a kind, not a thing
            continue
        for method, operation in methods.items():
            role = min(PERMITS[Action(operation["x-action"])] & STAFF)
            headers = {"Authorization": f"Bearer {await token_for(other.accounts[role])}"}
            asking = {"json": _body(operation, sampler), "headers": headers, "params": _query(operation, sampler)}
            ours = await client.request(method, path.format_map(_Ids(walk.ids)), **asking)
            nowhere = await client.request(method, path.format_map(nobodys), **asking)
            # A body that is wrong whatever it is about may be refused first, and an empty list is no news.
            assert ours.status_code in {404, 422} or ours.json() == [], (method, path, ours.status_code, ours.text)
            assert ours.status_code == nowhere.status_code, (method, path, ours.text, nowhere.text)
            asked += 1
    assert asked > 25
    for path in (
        "/office/plans",
        "/office/tasks",
        "/office/visits",
        "/office/devices",
        "/office/dossiers",
        "/office/due",
    ):
        action = Action(document["paths"][path]["get"]["x-action"])
        token = await token_for(other.accounts[min(PERMITS[action] & STAFF)])
        assert (await client.get(path, headers={"Authorization": f"Bearer {token}"})).json() == []


class _Ids(dict[str, str]):
    def __missing__(self, _: str) -> str:
        return ID


def _body(operation: dict[str, Any], sampler: Sampler) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return sampler.value(content["application/json"]["schema"]) if "application/json" in content else None


def _query(operation: dict[str, Any], sampler: Sampler) -> dict[str, Any]:
    return {
        parameter["name"]: sampler.value(parameter["schema"])
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
    }
