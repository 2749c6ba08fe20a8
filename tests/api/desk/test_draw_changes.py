"""Changes after the draw at the desk: asked for at a visit, decided, and settled by chance that two persons bring."""

import pytest

from inspection.kernel.command import Role
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import TO_THE_TASK, TO_THE_VISIT, ComeTo, Walk

DICE = "14142135623730950488"


async def changes_of(walk: Walk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await walk.get(Role.SUPERVISOR, f"/office/draws/{walk.ids['draw_id']}/changes")
    return found


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def test_a_recusal_from_the_visit_to_the_new_team(walk: Walk, sit_down: SitDown) -> None:
    head, planner, supervisor = [await sit_down(role) for role in (Role.SECTION_HEAD, Role.PLANNER, Role.SUPERVISOR)]
    asking = f"/desk/draws/visits/{walk.ids['visit_id']}"
    page = await head.read(asking)
    team = [str(one["value"]) for one in page.all("option") if one["value"] != walk.ids["leader"]]
    to = await head.done(f"{asking}/recusals", {"inspector": team[0], "way": "swap", "ground": "kinship"})
    assert to.startswith(asking)
    (change,) = await changes_of(walk)
    form = f"/desk/draws/changes/{change['id']}"
    place = f"/desk/draws/{walk.ids['draw_id']}/changes"
    assert (await head.send(f"{form}/decision", {"approved": "true"})).status_code == 403  # another role's word
    approver = await sit_down(Role.APPROVER)
    await approver.done(f"{form}/decision", {"approved": "true"})
    assert "等待随机数" in (await approver.read(place)).text
    await planner.done(f"{form}/chance", {"way": "dice", "dice": "14142 13562 37309 50488"})
    await supervisor.done(f"{form}/chance", {"way": "dice", "dice": DICE})
    (done,) = await changes_of(walk)
    assert (done["state"], done["fresh_kind"]) == ("settled", "DICE")
    assert "已办结" in (await planner.read(place)).text
    await head.read(f"/desk/draws/{walk.ids['draw_id']}")
    await supervisor.read("/desk/draws/monitoring")


async def test_chance_that_was_not_typed_is_never_left_to_the_key(walk: Walk, sit_down: SitDown) -> None:
    body = {"inspector": walk.ids["leader"], "way": "abstain", "ground": "kinship"}
    await walk.post(Role.SECTION_HEAD, f"/office/visits/{walk.ids['visit_id']}/recusals", body)
    (change,) = await changes_of(walk)
    await walk.post(Role.APPROVER, f"/office/draw-changes/{change['id']}/decision", {"approved": True})
    seat = await sit_down(Role.LEGAL)
    for form in ({"way": "dice"}, {"way": "link", "chain": "x"}, {"way": ""}, {}):
        answer = await seat.send(f"/desk/draws/changes/{change['id']}/chance", form)
        assert answer.status_code == 422, form
        assert 'role="alert"' in answer.text
        well_made(answer)
    assert [one["state"] for one in await changes_of(walk)] == ["approved"]


async def test_what_is_found_at_the_door_is_told_to_be_a_result(walk: Walk, sit_down: SitDown) -> None:
    asking = f"/desk/draws/visits/{walk.ids['visit_id']}"
    told = {"reason": "not-found", "note": "现场无人"}
    answer = await (await sit_down(Role.SECTION_HEAD)).send(f"{asking}/object-replacements", told)
    assert answer.status_code == 422
    assert "检查结果" in answer.text
    assert "现场无人" in answer.text
    assert await changes_of(walk) == []


async def test_a_ticket_that_has_its_visit_is_not_replaced_as_held(walk: Walk, sit_down: SitDown) -> None:
    draw = walk.ids["draw_id"]
    ticket = (await walk.get(Role.PLANNER, f"/office/draws/{draw}"))["tickets"][0]["ticket"]
    held = {"ticket": ticket, "note": "当年已检查两次"}
    answer = await (await sit_down(Role.PLANNER)).send(f"/desk/draws/{draw}/changes/held", held)
    assert answer.status_code == 409
    assert "当年已检查两次" in well_made(answer).text


async def test_no_page_of_a_draw_says_who_was_drawn_or_who_goes_there(come_to: ComeTo, sit_down: SitDown) -> None:
    """Before the unsealing: to nobody, on no page and no projector, in neither language."""
    walk = await come_to(*TO_THE_TASK, "draw")
    made = await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    assert made["created"] > 0
    objects = await walk.get(Role.PLANNER, "/office/registry/objects?limit=200")
    people = await walk.get(Role.PLANNER, "/office/registry/inspectors")
    secrets = {one[key] for one in objects for key in ("id", "code", "name")} | {one["id"] for one in people}
    secrets |= {one["name"] for one in people}
    draw = f"/desk/draws/{walk.ids['draw_id']}"
    paths = [f"{draw}/stage?step={step}" for step in range(1, 8)] + [draw, f"{draw}/changes", *PLACES]
    for role in (Role.PLANNER, Role.APPROVER, Role.SUPERVISOR, Role.INSPECTOR):
        seat = await sit_down(role)
        for path in (*paths, *([f"{draw}/verification"] if role is Role.SUPERVISOR else [])):
            answer = await seat.ask(path)
            assert answer.status_code in {200, 403}, (role, path)
            assert (answer.status_code == 200) is (role is not Role.INSPECTOR) or path == "/desk/draws/new"
            assert not [word for word in secrets if word in answer.text], (role, path)


PLACES = ("/desk/draws", "/desk/draws/new", "/desk/draws/monitoring", "/desk/draws/supervision")
