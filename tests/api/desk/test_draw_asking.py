"""Asking for a change of a drawn visit, by the forms of its page: another inspector, another object."""

import pytest

from inspection.kernel.command import Role
from tests.api.desk.conftest import SitDown
from tests.api.line import TO_THE_VISIT, ComeTo, Walk


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def changes_of(walk: Walk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await walk.get(Role.SUPERVISOR, f"/office/draws/{walk.ids['draw_id']}/changes")
    return found


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("/inspector-replacements", {"note": "住院"}),
        ("/object-replacements", {"reason": "duplicate", "note": "与另一对象重复登记"}),
    ],
)
async def test_what_is_asked_for_waits_for_its_decision(
    walk: Walk, sit_down: SitDown, form: str, told: dict[str, str]
) -> None:
    head, asking = await sit_down(Role.SECTION_HEAD), f"/desk/draws/visits/{walk.ids['visit_id']}"
    await head.takes(asking, form, **told)
    (change,) = await changes_of(walk)
    assert (change["state"], change["visits"]) == ("asked", [walk.ids["visit_id"]])
    place = f"/desk/draws/{walk.ids['draw_id']}/changes"
    approver = await sit_down(Role.APPROVER)
    at = f"/desk/draws/changes/{change['id']}/decision"
    assert at in str((await approver.read(place)).all("form"))
    await approver.done(at, {"approved": "false"})
    assert [one["state"] for one in await changes_of(walk)] == ["refused"]
