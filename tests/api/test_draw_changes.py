"""Changes after the draw, asked for, decided and drawn through the office's routes."""

import httpx
import pytest

from api.permits import PERMITS, STAFF, Action
from inspection.kernel.command import Role
from tests.api.line import TO_THE_VISIT, ComeTo, SignedIn, Walk

DICE = "14142135623730950488"
NOWHERE = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def asked(walk: Walk) -> dict[str, object]:
    visit = walk.ids["visit_id"]
    (line,) = [one for one in await walk.get(Role.SECTION_HEAD, "/office/visits") if one["id"] == visit]
    inspector = next(one for one in line["team"] if one != line["leader"])
    body = {"inspector": inspector, "way": "swap", "ground": "kinship"}
    (found,) = await walk.post(Role.SECTION_HEAD, f"/office/visits/{visit}/recusals", body)
    assert (found["state"], found["decides"], found["visits"]) == ("asked", "approver", [visit])
    return {**found, "team": line["team"]}


async def test_a_recusal_from_the_request_to_the_new_team(walk: Walk) -> None:
    change = await asked(walk)
    path = f"/office/draw-changes/{change['id']}"
    decided = await walk.post(Role.APPROVER, f"{path}/decision", {"approved": True})
    assert decided["state"] == "approved"
    waiting = await walk.post(Role.PLANNER, f"{path}/chance", {"dice": DICE})
    assert waiting["state"] == "approved"
    done = await walk.post(Role.SUPERVISOR, f"{path}/chance", {"dice": DICE})
    assert (done["state"], done["fresh_kind"], done["level"]) == ("settled", "DICE", "L1")
    assert done["follower"] not in {None, change["inspector"]}
    assert await walk.post(Role.SUPERVISOR, f"{path}/chance", {"dice": DICE}) == done
    (line,) = [one for one in await walk.get(Role.SECTION_HEAD, "/office/visits") if one["id"] == walk.ids["visit_id"]]
    assert done["follower"] in line["team"]
    assert change["inspector"] not in line["team"]
    assert await walk.get(Role.LEGAL, f"/office/draws/{walk.ids['draw_id']}/changes") == [done]
    watch = await walk.get(Role.SUPERVISOR, "/office/draw-changes/recusals")
    assert (watch["by_inspector"], watch["alert"]) == ({change["inspector"]: 1}, False)


async def test_each_step_is_for_the_roles_of_its_row(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    walk = Walk(client, signed_in)
    steps = {
        Action.CHANGE_ASK: (f"/office/visits/{NOWHERE}/recusals", {}),
        Action.CHANGE_ASK_OBJECT: (f"/office/visits/{NOWHERE}/object-replacements", {}),
        Action.CHANGE_DECIDE: (f"/office/draw-changes/{NOWHERE}/decision", {"approved": True}),
        Action.CHANGE_SETTLE: (f"/office/draw-changes/{NOWHERE}/chance", {}),
    }
    for action, (path, body) in steps.items():
        answers = {role: (await walk.ask(role, "POST", path, json=body)).status_code for role in STAFF}
        assert {role for role, status in answers.items() if status != 403} == PERMITS[action]
        assert (await client.post(path, json=body)).status_code == 401


async def test_what_is_found_at_the_door_brings_in_no_other_object(walk: Walk) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}/object-replacements"
    answer = await walk.ask(Role.SECTION_HEAD, "POST", path, json={"reason": "not-found", "note": "现场无人"})
    assert answer.status_code == 422
    assert "检查结果" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{"link": "0" * 64}, {"chain": NOWHERE}, {"dice": "abc"}])
async def test_half_a_chance_is_refused(walk: Walk, body: dict[str, str]) -> None:
    change = await asked(walk)
    answer = await walk.ask(Role.SUPERVISOR, "POST", f"/office/draw-changes/{change['id']}/chance", json=body)
    assert answer.status_code == 422


async def test_a_change_of_nobody_is_not_found(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    walk = Walk(client, signed_in)
    answer = await walk.ask(Role.APPROVER, "POST", f"/office/draw-changes/{NOWHERE}/decision", json={"approved": False})
    assert answer.status_code == 404
    assert (await walk.ask(Role.PLANNER, "GET", f"/office/draws/{NOWHERE}/changes")).status_code == 404
