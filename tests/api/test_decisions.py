"""The office decides over HTTP: on what was on the screen (`If-Match`), by those who may, as signed entries."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Command, Role
from inspection.kernel.settings import Settings
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import MakeCommand
from tests.inspection.visits.tablet import Tablet

LOSS = {"type": "log.gap", "dev": str(UUID(int=7)), "ep": 1, "first": 1, "last": 2, "reason": "设备坠海"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def recorded(walk: Walk, cmd: Command) -> str:
    """The visit, with one note of its leader."""
    visit, inspector = UUID(walk.ids["visit_id"]), UUID(walk.ids["leader"])
    tablet = Tablet(inspector, visit=visit, wall=int(cmd.now.timestamp() * 1000))
    note = tablet.write("note.add", {"text": "到达"}, ck=None)
    own = VerifiedEntry(note, tablet.device, frozenset({inspector}), revoked=False)
    await admit_entries(cmd, [own], tablet.device)
    return f"/office/visits/{visit}"


async def decided(walk: Walk, role: Role, path: str, body: dict[str, Any], tag: str | None) -> httpx.Response:
    headers = {} if tag is None else {"If-Match": tag}
    return await walk.ask(role, "POST", path, json=body, headers=headers)


async def test_a_decision_names_the_screen_it_was_made_on_and_a_stale_one_is_412(
    walk: Walk, make_cmd: MakeCommand
) -> None:
    path = await recorded(walk, make_cmd(Role.DEVICE, "tablet"))
    shown = await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/record")
    tag, seen = shown.headers["etag"], shown.json()["seen"]
    assert tag == f'"{seen}"'
    assert shown.json()["words"] == {"not-stated": "无人作出记录"}
    body = {"decision": LOSS}
    for missing in (None, "*", f'{tag}, "x"', '"x"'):
        answer = await decided(walk, Role.SECTION_HEAD, f"{path}/decisions", body, missing)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    other = await decided(walk, Role.SECTION_HEAD, f"{path}/decisions", body, f'"{"0" * 64}"')
    assert (other.status_code, other.json()["code"], other.json()["now"]) == (412, "stale-screen", seen)
    done = await decided(walk, Role.SECTION_HEAD, f"{path}/decisions", body, tag)
    assert done.status_code == 200, done.text
    again = await decided(walk, Role.SECTION_HEAD, f"{path}/decisions", body, tag)
    assert (again.status_code, again.json()["now"]) == (412, done.json()["state"])
    now = (await walk.get(Role.SECTION_HEAD, f"{path}/record"))["record"]
    assert [(one["hash"], one["type"], one["effective"]) for one in now["decisions"]] == [
        (done.json()["hash"], "log.gap", True)
    ]


async def test_each_kind_of_decision_is_for_its_own_roles_and_its_own_moment(walk: Walk, make_cmd: MakeCommand) -> None:
    path = await recorded(walk, make_cmd(Role.DEVICE, "tablet"))
    shown = await walk.get(Role.SECTION_HEAD, f"{path}/record")
    tag, (note,) = f'"{shown["seen"]}"', shown["record"]["entries"]
    erasure = {"targets": [note], "ground": "个人信息保护法第四十七条"}
    visit = path.rpartition("/")[2]
    link = {"type": "visit.link", "a": visit, "b": str(UUID(int=99)), "reason": "同一对象"}
    amendment = {"publication": "x-1", "reason": "更正"}
    steps = [
        ("erasures", erasure, {Role.ADMIN}),
        ("links", link, {Role.SECTION_HEAD, Role.LEADER}),
        ("amendments", amendment, {Role.APPROVER, Role.LEGAL}),
        ("decisions", {"decision": LOSS}, {Role.SECTION_HEAD, Role.LEADER}),
    ]
    for name, body, roles in steps:
        for role in {Role.PLANNER, Role.ADMIN, Role.SECTION_HEAD, Role.APPROVER, Role.INSPECTOR} - roles:
            refused = await decided(walk, role, f"{path}/{name}", body, tag)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    early = await decided(walk, Role.APPROVER, f"{path}/amendments", amendment, tag)
    assert (early.status_code, early.json()["code"]) == (409, "visit-wrong-step")
    nowhere = await decided(walk, Role.SECTION_HEAD, f"{path}/links", link, tag)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "visit-unknown")
    gone = await decided(walk, Role.ADMIN, f"{path}/erasures", erasure, tag)
    assert gone.status_code == 200, gone.text
    record = (await walk.get(Role.SECTION_HEAD, f"{path}/record"))["record"]
    assert [(one["hash"], one["grounds"]) for one in record["erased"]] == [(note, ["个人信息保护法第四十七条"])]
    assert record["notes"] == []
    assert (await walk.get(Role.SECTION_HEAD, "/office/reviews"))["lines"] == []
