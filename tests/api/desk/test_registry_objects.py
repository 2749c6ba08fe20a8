"""The register of objects and its imports at the desk."""

from typing import Any

import pytest

from inspection.kernel.ask import ask
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.kernel.settings import Settings
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown
from tests.api.line import TO_THE_VISIT, ComeTo, Walk

HEADER = "统一社会信用代码,企业名称,所在区域,联系电话\n"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


def paths(page: Any) -> set[str]:
    return {str(one["href"]).partition("?")[0] for one in page.all("a")}


async def one_object(walk: Walk) -> dict[str, Any]:
    found: dict[str, Any] = await walk.get(Role.PLANNER, f"/office/registry/objects/{walk.ids['object_id']}")
    return found


async def sent(seat: Seat, body: str, register: str = "objects", **more: str) -> str:
    file = {"file": ("名录.csv", body.encode(), "text/csv")}
    return await seat.done("/desk/imports", {"kind": register, **more}, files=file)


async def last(office: Office) -> EventKind:
    return (await read(f"registry:{office.authority}"))[-1].kind


async def test_objects_are_found_by_name_code_and_filters_page_by_page(walk: Walk, sit_down: SitDown) -> None:
    seat, one = await sit_down(Role.INSPECTOR), await one_object(walk)
    assert f"/desk/objects/{one['id']}" in paths(await seat.read(f"/desk/objects?q={one['code'][:12]}"))
    assert f"/desk/objects/{one['id']}" in paths(await seat.read(f"/desk/objects?q={one['name'][2:6]}&kind=&area="))
    assert f"/desk/objects/{one['id']}" not in paths(await seat.read(f"/desk/objects?q={one['code']}&kind=product"))
    first = await seat.read("/desk/objects")
    (more,) = [str(one["href"]) for one in first.all("a") if one.get("rel") == "next"]
    assert len(paths(first) & paths(await seat.read(more))) < 30
    assert one["name"] not in (await seat.read(more)).text


async def test_an_object_shows_what_it_is_and_nobody_elses(walk: Walk, sit_down: SitDown, found_office: Any) -> None:
    path = f"/desk/objects/{walk.ids['object_id']}"
    one = await one_object(walk)
    assert one["name"] in (await (await sit_down(Role.SUPERVISOR)).read(path)).text
    foreign = await sit_down(Role.SUPERVISOR, await found_office("second"))
    run = f"/desk/imports/{walk.ids['run_id']}"
    assert {(await foreign.ask(at)).status_code for at in (path, run, f"{path}/marks/{one['id']}")} <= {403, 404}
    assert one["name"] not in (await foreign.read("/desk/objects")).text


async def test_a_mark_is_recorded_counts_and_is_lifted(walk: Walk, sit_down: SitDown, office: Office) -> None:
    seat, path = await sit_down(Role.PLANNER), f"/desk/objects/{walk.ids['object_id']}"
    refused = await seat.send(f"{path}/marks", {"mark": "penalty", "since": "2999-01-01", "reference": "文号甲"})
    assert (refused.status_code, "文号甲" in refused.text) == (422, True)
    assert (await seat.done(f"{path}/marks", {"mark": "penalty", "since": "2026-01-05"})).startswith(path)
    assert await last(office) is EventKind.MARK_RECORDED
    (mark,) = [one for one in paths(await seat.read(path)) if one.startswith(f"{path}/marks/")]
    assert (await seat.send(mark, {"on": "2026-02-01"})).status_code == 422
    await seat.done(mark, {"on": "2026-02-01", "reason": "已经履行"})
    assert await last(office) is EventKind.MARK_LIFTED
    assert "已经履行" in (await seat.read(path)).text
    assert mark not in paths(await seat.read(path))


async def test_nothing_is_told_of_a_visit_before_it_is_unsealed(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to(*TO_THE_VISIT)
    seat = await sit_down(Role.PLANNER)
    listed = await walk.get(Role.SECTION_HEAD, "/office/visits")
    opened = [visit["object"] for visit in listed if visit["object"]]
    linked = set()
    for one in await walk.get(Role.PLANNER, "/office/registry/objects?limit=200"):
        linked |= {at for at in paths(await seat.read(f"/desk/objects/{one['id']}")) if at.startswith("/desk/visits/")}
    assert len(linked) == len(opened)


async def test_a_file_is_looked_at_and_exactly_that_comes_in(walk: Walk, sit_down: SitDown, office: Office) -> None:
    seat, one = await sit_down(Role.PLANNER), await one_object(walk)
    rows = f"{one['code']},改名后的公司,东区,1\n91370000MA3C5QYT1A,新公司,东区,2\n9137,坏的一行,东区,3\n"
    before = await read(f"registry:{office.authority}")
    at = await sent(seat, HEADER + rows, absent="true")
    page = await seat.read(at)
    assert {"改名后的公司", one["name"]} <= {
        part.strip() for part in page.text.splitlines()
    } or "改名后的公司" in page.text
    assert await read(f"registry:{office.authority}") == before
    (token,) = [str(field["value"]) for field in page.all("input") if field.get("name") == "token"]
    assert "坏的一行" in (await seat.ask(f"{at}/rejected")).text
    assert "改名后的公司" in (await seat.ask(f"{at}/changes")).text
    other = await sit_down(Role.ADMIN)
    assert (await other.ask(at)).status_code == 404
    assert (await seat.send(f"{at}/import", {"token": "0" * 32})).status_code == 412
    run = (await seat.done(f"{at}/import", {"token": token})).partition("?")[0]
    assert "坏的一行" in (await seat.ask(f"{run}/rejected")).text
    assert (await one_object(walk))["name"] == "改名后的公司"
    assert (await seat.ask(at)).status_code == 404
    assert "改名后的公司" in (await seat.read(f"/desk/objects/{one['id']}")).text


async def test_a_column_that_is_not_found_is_pointed_out(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    at = await sent(seat, "号码,企业名称\n91370000MA3C5QYT1A,新公司\n")
    page = await seat.read(at)
    assert not [field for field in page.all("input") if field.get("name") == "token"]
    await seat.done(f"{at}/mapping", {"column.0": "code", "origin": "某局月报"})
    page = await seat.read(at)
    (token,) = [str(field["value"]) for field in page.all("input") if field.get("name") == "token"]
    await seat.done(f"{at}/import", {"token": token})
    assert "号码=code" in (await seat.ask("/desk/imports/mappings?what=objects&source=某局月报")).text


async def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(sit_down: SitDown, settings: Settings) -> None:
    seat = await sit_down(Role.PLANNER)
    for body, why in (("", "文件是空的"), (HEADER, "没有数据")):
        answer = await seat.send(
            "/desk/imports", {"kind": "objects"}, files={"file": ("x.csv", body.encode(), "text/csv")}
        )
        assert (answer.status_code, why in answer.text) == (422, True)
    assert (await seat.send("/desk/imports", {"kind": "objects"})).status_code == 422
    assert (await ask("SELECT id FROM waiting_file"), await ask("SELECT id FROM waiting_piece")) == ([], [])
    assert list(settings.data_dir.glob("waiting-*")) == []


async def test_one_file_waits_for_each_person(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    first = await sent(seat, HEADER + "91370000MA3C5QYT1A,新公司,东区,2\n")
    second = await sent(seat, HEADER + "91370000MA3C5QYT1A,新公司,西区,2\n")
    assert (await seat.ask(first)).status_code == 404
    assert second in paths(await seat.read("/desk/imports"))
    await seat.done(f"{second}/putting-away")
    assert second not in paths(await seat.read("/desk/imports"))


async def test_a_mapping_is_kept_and_a_wrong_one_is_shown_again(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    told = {"what": "objects", "source": "某局", "pairs": "号码=code\n备注=-"}
    await seat.done("/desk/imports/mappings", told)
    refused = await seat.send("/desk/imports/mappings", told | {"pairs": "号码=colour"})
    assert (refused.status_code, "号码=colour" in refused.text) == (422, True)
