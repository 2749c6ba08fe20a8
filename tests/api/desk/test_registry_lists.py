"""Inspectors, items and checklists at the desk."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk.forms import Form
from api.desk.registry.checklist_draft import done_to
from inspection.kernel.command import Role
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, read
from mobile_contract.checklist import Checklist, ChecklistItem, Text
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import ComeTo, Walk
from tests.support.page import Page

DRAFT = "/desk/checklists/draft"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


async def last(office: Office) -> EventKind:
    return (await read(f"registry:{office.authority}"))[-1].kind


def links(page: Page, start: str) -> list[str]:
    return [str(one["href"]) for one in page.all("a") if str(one["href"]).startswith(start)]


def fields(page: Page) -> dict[str, str]:
    """The inputs of a page that have a value."""
    return {
        str(one["name"]): str(one["value"])
        for one in page.all("input")
        if one.get("value") and one.get("type") not in {"checkbox", "search"} and one.get("name") != "form_token"
    }


async def test_a_person_is_kept_and_a_refusal_keeps_what_was_typed(
    walk: Walk, sit_down: SitDown, office: Office
) -> None:
    seat = await sit_down(Role.PLANNER)
    person = (await walk.get(Role.PLANNER, "/office/registry/inspectors"))[0]
    path = f"/desk/inspectors/{person['id']}"
    assert path in links(await seat.read(f"/desk/inspectors?q={person['staff_no']}&fit="), path)
    days = {"kind": "leave", "first_day": "2026-03-10", "last_day": "2026-03-01", "note": "出差甲"}
    refused = await seat.send(f"{path}/absences", days)
    assert (refused.status_code, "出差甲" in refused.text) == (422, True)
    await seat.done(f"{path}/absences", days | {"last_day": "2026-03-12"})
    assert await last(office) is EventKind.ABSENCE_ENTERED
    (back,) = [
        str(form["action"]) for form in (await seat.read(path)).all("form") if "/absences/" in str(form["action"])
    ]
    await seat.done(back)
    certificate = {
        "issuer": "某省司法厅",
        "number": "NEW-0001",
        "valid_from": "2026-01-01",
        "valid_until": "2030-01-01",
    }
    await seat.done(f"{path}/certificates", certificate | {"scope": "甲、乙"})
    held = links(await seat.read(path), f"{path}/certificates/")[-1]
    assert (await seat.send(held, {"status": "suspended"})).status_code == 422
    await seat.done(held, {"status": "suspended", "since": "2026-03-01", "reason": "培训未完成"})
    assert "培训未完成" in (await seat.read(path)).text
    await seat.done(f"{path}/adjustment", {"active": "false", "reason": "调离"})
    assert await last(office) is EventKind.INSPECTOR_ADJUSTED
    await seat.done(f"{path}/relations", {"object_code": "91370000MA3C5QYT1A", "kind": "kinship"})
    assert "91370000MA3C5QYT1A" in (await seat.read(path)).text


async def test_interests_are_for_the_office_and_for_oneself(walk: Walk, sit_down: SitDown, found_office: Any) -> None:
    person = (await walk.get(Role.PLANNER, "/office/registry/inspectors"))[0]
    path = f"/desk/inspectors/{person['id']}"
    inspector = await sit_down(Role.INSPECTOR)
    assert person["name"] in (await inspector.read("/desk/inspectors")).text
    assert (await inspector.ask(path)).status_code == 403
    assert (await inspector.ask(f"{path}/relations")).status_code == 404
    foreign = await sit_down(Role.PLANNER, await found_office("second"))
    assert {(await foreign.ask(at)).status_code for at in (path, f"{path}/relations", f"{path}/photo")} == {404}
    assert person["name"] not in (await foreign.read("/desk/inspectors")).text


async def test_changes_are_shown_person_by_person_and_decided_once(
    walk: Walk, sit_down: SitDown, found_office: Any
) -> None:
    legal = await sit_down(Role.LEGAL)
    (batch,) = links(await legal.read("/desk/inspectors/changes"), "/desk/inspectors/changes/")
    assert "SYN" in (await legal.read(batch)).text
    # This rule-set names nobody who reviews them: the form is refused, and says so.
    assert (await legal.send(batch, {"confirm": "true"})).status_code == 409
    for at in ("/desk/inspectors/certificates", "/desk/inspectors/coverage"):
        assert (await legal.read(at)).text
    foreign = await sit_down(Role.LEGAL, await found_office("second"))
    assert (await foreign.ask(batch)).status_code == 404


async def test_an_item_is_edited_compared_and_published(walk: Walk, sit_down: SitDown, office: Office) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    item = (await walk.get(Role.PLANNER, "/office/registry/items"))[0]
    path = f"/desk/items/{item['id']}"
    typed = fields(await planner.read(f"{path}/edit"))
    typed |= {"stated.ratio": "不低于7%", "stated.basis": "某法第七条", "stated.content": item["content"]}
    refused = await planner.send(f"{path}/edit", typed | {"stated.name": "x" * 301})
    assert (refused.status_code, "某法第七条" in refused.text) == (422, True)
    made = await planner.done(f"{path}/edit", typed)
    assert await last(office) is EventKind.ITEM_EDITED
    compared = (await planner.read(made)).text
    assert "不低于7%" in compared
    assert item["ratio_text"] in compared
    assert (await planner.send(f"{path}/edit", typed)).status_code == 412
    assert "不低于7%" in (await approver.read("/desk/items/publication")).text
    day = {"effective_from": "2026-03-02"}
    assert (await approver.send("/desk/items/publication", day)).status_code == 422
    past = await approver.send("/desk/items/publication", {"codes[]": item["code"], "effective_from": "2026-03-01"})
    assert past.status_code == 422
    await approver.done("/desk/items/publication", day | {"codes[]": item["code"]})
    assert await last(office) is EventKind.ITEMS_PUBLISHED
    public = await walk.get(Role.PLANNER, "/office/registry/items/published")
    assert next(one for one in public if one["code"] == item["code"])["version"] == 2


async def test_an_item_of_the_public_list_is_withdrawn_with_a_reason(
    walk: Walk, sit_down: SitDown, office: Office, found_office: Any
) -> None:
    approver = await sit_down(Role.APPROVER)
    item = (await walk.get(Role.PLANNER, "/office/registry/items"))[0]
    path = f"/desk/items/{item['id']}"
    assert (await approver.send(f"{path}/withdrawal", {"on": "2026-03-02"})).status_code == 422
    await approver.done(f"{path}/withdrawal", {"on": "2026-03-02", "reason": "依据已废止"})
    assert await last(office) is EventKind.ITEM_WITHDRAWN
    assert "依据已废止" in (await approver.read(path)).text
    assert path in links(await approver.read("/desk/items?state=withdrawn"), path)
    changed = links(await approver.read("/desk/items/statistics?since=2026-03-01&until=2026-03-03"), "/desk/items/")
    assert len(changed) > 1
    assert path not in changed
    foreign = await sit_down(Role.APPROVER, await found_office("second"))
    assert (await foreign.ask(path)).status_code == 404


async def test_a_checklist_is_edited_point_by_point_and_released(
    walk: Walk, sit_down: SitDown, office: Office, found_office: Any
) -> None:
    seat = await sit_down(Role.PLANNER)
    one = next(at for at in links(await seat.read("/desk/checklists"), "/desk/checklists/") if not at.endswith("new"))
    state = fields(await seat.read(f"{one}/edit"))
    state = fields(well_made(await seat.send(DRAFT, state | {"do": "edit:0"})))
    refused = await seat.send(DRAFT, state | {"do": "keep", "point.text.zh": "", "point.guidance": "查看原件"})
    assert (refused.status_code, "查看原件" in refused.text) == (422, True)
    typed = {"do": "look", "point.text.zh": "改过的要点", "point.score": "1.5", "point.answers[]": ["yes", "no"]}
    page = well_made(await seat.send(DRAFT, state | typed))
    assert "改过的要点" in page.text
    made = await seat.done(DRAFT, fields(page) | {"do": "release"})
    assert await last(office) is EventKind.CHECKLIST_RELEASED
    assert "改过的要点" in (await seat.read(made)).text
    assert (await seat.send(DRAFT, fields(page) | {"do": "release"})).status_code == 412
    workbook = (await seat.ask(f"{made.partition('?')[0]}/file/xlsx")).content
    back = well_made(
        await seat.send("/desk/checklists/file", files={"file": ("a.xlsx", workbook, "application/octet-stream")})
    )
    assert not [one for one in back.all("button") if one.get("value") == "release"]  # nothing differs
    foreign = await sit_down(Role.PLANNER, await found_office("second"))
    assert (await foreign.ask(one)).status_code == 404


def draft(codes: str) -> Checklist:
    points = tuple(ChecklistItem(code=code, text=Text(zh=code)) for code in codes)
    return Checklist(code="K", version=2, title=Text(zh="t"), items=points)


def pressed(codes: str, do: str, **more: str) -> str:
    texts = {"draft": draft(codes).model_dump_json(), "title.zh": "t", "do": do, **more}
    return "".join(one.code for one in done_to(Form({name: [told] for name, told in texts.items()})).draft.items)


@pytest.mark.parametrize(
    ("do", "codes"), [("up:1", "bac"), ("up:0", "abc"), ("down:1", "acb"), ("down:2", "abc"), ("remove:1", "ac")]
)
def test_a_button_does_what_it_says(do: str, codes: str) -> None:
    assert pressed("abc", do) == codes


@given(st.sampled_from(["up", "down", "remove", "edit", "add"]), st.integers(0, 9), st.integers(0, 3))
def test_whatever_is_pressed_what_was_typed_is_taken(verb: str, place: int, opened: int) -> None:
    typed = {"opened": f"+{opened}", "point.code": "z", "point.text.zh": "new"}
    codes = pressed("abc", f"{verb}:{place}", **typed)
    assert set(codes) >= ({"z", "a", "b", "c"} if verb != "remove" else set())
    assert "z" in codes or verb == "remove"


def test_a_number_is_given_to_one_point_only_and_one_point_stays() -> None:
    with pytest.raises(Invalid, match="point_code_taken"):
        pressed("ab", "keep", opened="+0", **{"point.code": "b", "point.text.zh": "x"})
    with pytest.raises(Invalid, match="last_point"):
        pressed("a", "remove:0")
    assert pressed("ab", "cancel", opened="+0", **{"point.code": "b"}) == "ab"
