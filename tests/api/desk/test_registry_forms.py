"""Forms of the registers that are sent seldom: photos, relations that end, a new item, a file looked at again."""

import pytest

from inspection.kernel.command import Role
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import ComeTo, Walk
from tests.media.pictures import jpeg
from tests.support.forms import Forms

HEADER = "统一社会信用代码,企业名称,所在区域,联系电话\n"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


@pytest.fixture
async def person(walk: Walk) -> str:
    """The page of an inspector."""
    return f"/desk/inspectors/{(await Inspector.select('id').order_by(Inspector.id))[0]['id']}"


async def test_a_photo_is_set_shown_and_withdrawn(walk: Walk, sit_down: SitDown, person: str) -> None:
    head = await sit_down(Role.SECTION_HEAD)
    none = await head.fill(person, "/photo")
    assert (none.status_code, well_made(none).faults) == (422, [])
    shown = await head.takes(person, "/photo", {"photo": ("证件照.jpg", jpeg(300, 400), "image/jpeg")})
    assert f"{person}/photo" in {one.get("src") for one in shown.all("img")}
    assert (await head.ask(f"{person}/photo")).headers["content-type"].startswith("image/")
    held = f"/office/registry/inspectors/{person.rpartition('/')[2]}"
    assert (await walk.get(Role.SECTION_HEAD, held))["photo"]
    shown = await head.takes(person, "/photo/withdrawal")
    assert f"{person}/photo" not in {one.get("src") for one in shown.all("img")}
    assert (await walk.get(Role.SECTION_HEAD, held))["photo"] is None


async def test_a_declared_relation_ends(walk: Walk, sit_down: SitDown, person: str) -> None:
    planner, page = await sit_down(Role.PLANNER), f"{person}/relations"
    await planner.takes(page, "/relations", object_code="91370000MA3C5QYT1A", kind="kinship", note="表弟的公司")
    shown = await planner.read(page)
    (end,) = [str(one["action"]) for one in shown.all("form") if str(one["action"]).endswith("/end")]
    await planner.takes(page, end)
    held = await walk.get(Role.PLANNER, f"/office/registry/inspectors/{person.rpartition('/')[2]}")
    assert [one["until"] is not None for one in held["relations"]] == [True]


async def test_a_new_item_is_drafted_and_waits_for_its_publication(walk: Walk, sit_down: SitDown) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    (like,) = [one for one in await walk.get(Role.PLANNER, "/office/registry/items") if one["code"] == "SW02"]
    form = Forms((await planner.ask(f"/desk/items/{like['id']}/edit")).text).to("")
    stated = {name: told for name, told in form.values.items() if name.startswith("stated.")}
    named = {"stated.code": "SW77", "stated.name": "对新业态的行政检查"}
    wrong = await planner.fill("/desk/items/new", "", **{**stated, **named, "stated.subject": "长" * 301})
    assert (wrong.status_code, "对新业态的行政检查" in wrong.text) == (422, True)
    await planner.takes("/desk/items/new", "", **{**stated, **named})
    (made,) = [one for one in await walk.get(Role.PLANNER, "/office/registry/items") if one["code"] == "SW77"]
    assert made["name"] == "对新业态的行政检查"
    assert "SW77" in (await approver.read("/desk/items/publication")).text


async def test_a_new_checklist_is_begun_and_its_editor_opens(walk: Walk, sit_down: SitDown) -> None:
    planner = await sit_down(Role.PLANNER)
    begun = await planner.fill("/desk/checklists/new", "/checklists/new", code="new-trade", title="新业态检查要点表")
    page = well_made(begun)
    assert begun.status_code == 200
    assert "new-trade" in str([one.get("value") for one in page.all("input")])
    taken = await planner.fill("/desk/checklists/new", "/checklists/new", code="", title="新业态检查要点表")
    assert (taken.status_code, "新业态检查要点表" in taken.text) == (422, True)


async def test_a_file_that_waits_is_looked_at_again(walk: Walk, sit_down: SitDown) -> None:
    planner = await sit_down(Role.PLANNER)
    file = {"file": ("名录.csv", f"{HEADER}91370000MA3C5QYT1A,新公司,东区,2\n".encode(), "text/csv")}
    answer = await planner.fill("/desk/imports", "/imports", file, kind="objects")
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    new = InspectionObject.code == "91370000MA3C5QYT1A"
    await planner.takes(at, "/again")
    assert not await InspectionObject.exists().where(new)
    answer = await planner.fill(at, "/import")
    assert answer.status_code == 303, answer.text
    assert await InspectionObject.exists().where(new)


async def test_an_object_leaves_a_special_register_with_a_reason(walk: Walk, sit_down: SitDown) -> None:
    planner, page = await sit_down(Role.PLANNER), f"/desk/objects/{walk.ids['object_id']}"
    code = (await walk.get(Role.PLANNER, f"/office/registry/objects/{walk.ids['object_id']}"))["code"]
    rows = f"专项库名称,信用代码,有效期至\n甲名录,{code},\n".encode()
    path = "/office/registry/imports/special-registers?name=甲.csv"
    answer = await walk.ask(Role.PLANNER, "POST", path, content=rows, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    (register,) = await walk.get(Role.PLANNER, "/office/registry/special-registers")
    assert register["entries"] == 1
    linked = {str(one["href"]) for one in (await planner.read(page)).all("a")}
    (entry,) = {one for one in linked if one.startswith(f"{page}/entries/")}
    silent = await planner.fill(entry, "", reason=" ")
    assert (silent.status_code, well_made(silent).faults) == (422, [])
    answer = await planner.fill(entry, "", reason="已整改退出")
    assert answer.status_code == 303, answer.text
    shown = await planner.read(answer.headers["location"])
    assert entry not in {one.get("href") for one in shown.all("a")}
    (register,) = await walk.get(Role.PLANNER, "/office/registry/special-registers")
    assert register["entries"] == 0
