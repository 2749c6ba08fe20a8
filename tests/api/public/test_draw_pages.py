"""The page and the sheet of a draw: what they tell at each step, and that they cannot tell who was drawn (T18)."""

from uuid import UUID

import httpx
import pytest

from inspection.draw.ceremony import Ceremony, VoidReason
from inspection.draw.plan_draw import plan_draw
from inspection.draw.tables import Assignment, DrawSecret, DrawTicket
from inspection.draw.void_draw import ask_void, confirm_void
from tests.inspection.draw.office import Office, drawn, frozen, open_office, sealed, seeded
from tests.support.page import Page

STEPS = {"frozen": frozen, "seeded": seeded, "drawn": drawn, "sealed": sealed}


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def page_of(client: httpx.AsyncClient, address: str) -> Page:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    page = Page(answer.text)
    assert page.faults == []
    policy = answer.headers["content-security-policy"]
    assert ("script-src 'self'" in policy, "unsafe" in policy) == (bool(page.all("script")), False)
    return page


async def everything(client: httpx.AsyncClient, draw: UUID) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Every public answer about a draw, with its headers: cache validators and sizes among them."""
    paths = [f"/draws/{draw}", f"/draws/{draw}/sheet", f"/public/draws/{draw}.json", "/draws", "/statistics"]
    found = {}
    for path in [*paths, f"{paths[0]}?lang=en", f"{paths[1]}?lang=en"]:
        answer = await client.get(path)
        found[path] = (answer.status_code, dict(answer.headers), answer.content)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("step", STEPS)
async def test_the_page_tells_what_is_known_at_each_step(
    client: httpx.AsyncClient, office: Office, step: str, lang: str
) -> None:
    done: Ceremony = await STEPS[step](office)
    page = await page_of(client, f"/draws/{done.draw}?lang={lang}")
    assert done.fingerprint is not None
    assert done.fingerprint.hex() in page.text
    known = {"seed": done.seed, "result": done.result_root, "match": done.match.root if done.match else None}
    for told in known.values():
        assert told is None or told.hex() in page.text
    assert [name for name, told in known.items() if told] == ["seed", "result", "match"][: list(STEPS).index(step)]
    assert bool(page.all("script")) == (step == "sealed")
    assert [attrs["class"] for attrs in page.all("svg")] == ["qr"]
    for cell in done.cells:
        assert cell.probability is not None
        assert f"{cell.probability.numerator}/{cell.probability.denominator}" in page.text


async def test_a_draw_that_is_only_planned_has_a_page_without_figures(
    client: httpx.AsyncClient, office: Office
) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task])
    page = await page_of(client, f"/draws/{planned.draw}")
    assert "准备中" in page.text
    assert page.all("svg") == []
    assert (await client.get(f"/draws/{planned.draw}/sheet")).status_code == 404


async def test_a_draw_is_listed_from_its_fingerprint_on_whatever_becomes_of_it(
    client: httpx.AsyncClient, office: Office
) -> None:
    first = await frozen(office)
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.FRAME_WRONG, note="名录缺三户")
    await confirm_void(office.approver, draw_id=first.draw)
    planned = await plan_draw(office.operator, task_ids=[office.task])
    page = await page_of(client, "/draws")
    listed = {one.get("href") for one in page.all("a")}
    assert f"/draws/{first.draw}" in listed
    assert f"/draws/{planned.draw}" not in listed
    assert "已作废" in page.text


async def test_a_void_is_counted_with_its_reason(client: httpx.AsyncClient, office: Office) -> None:
    first = await frozen(office)
    await ask_void(office.operator, draw_id=first.draw, reason=VoidReason.FRAME_WRONG, note="名录缺三户")
    await confirm_void(office.approver, draw_id=first.draw)
    second = await sealed(office)
    page = await page_of(client, f"/draws/{second.draw}")
    assert "第 2 次，此前作废 1 次" in page.text
    assert "第 1 次已作废：名录有误" in page.text
    assert "名录缺三户" not in page.text  # the note stays inside
    assert "已作废" in (await page_of(client, f"/draws/{first.draw}")).text


@pytest.mark.parametrize("step", ["frozen", "seeded", "drawn"])
async def test_the_sheet_is_public_only_when_the_draw_is_sealed(
    client: httpx.AsyncClient, office: Office, step: str
) -> None:
    done = await STEPS[step](office)
    for sheet in ("sheet", "sheet.pdf"):
        assert (await client.get(f"/draws/{done.draw}/{sheet}")).status_code == 404


async def test_the_sheet_names_those_who_sign(client: httpx.AsyncClient, office: Office) -> None:
    done = await sealed(office)
    page = await page_of(client, f"/draws/{done.draw}/sheet")
    for name in (office.operator.actor.name, office.approver.actor.name, *done.contributions[2].witnesses):
        assert name in page.text
    assert page.all("h1") == [{}]
    printed = [await client.get(f"/draws/{done.draw}/sheet.pdf?lang={lang}") for lang in ("zh", "en")]
    assert [one.content[:5] for one in printed] == [b"%PDF-"] * 2


async def test_t18_pages_are_the_same_to_the_last_byte_whoever_was_drawn(
    client: httpx.AsyncClient, office: Office
) -> None:
    """Two worlds that differ in nothing but who was drawn, and who goes there."""
    draw = (await sealed(office)).draw
    before = await everything(client, draw)
    rows = await DrawTicket.select().where(DrawTicket.draw == draw)
    hit = {row["object"] for row in rows}
    others = [one for one in office.objects if one not in hit]
    for row, other in zip(rows, others, strict=False):
        world = {DrawTicket.object: other, DrawTicket.frame_index: row["frame_index"] + 1, DrawTicket.salt: bytes(16)}
        await DrawTicket.update(world).where(DrawTicket.id == row["id"])
    teams = await Assignment.select().where(Assignment.draw == draw)
    for row in teams:
        other = next(one for one in office.inspectors if one != row["inspector"])
        await Assignment.update({Assignment.inspector: other}).where(Assignment.id == row["id"])
    await DrawSecret.update({DrawSecret.roster: b"", DrawSecret.relations: b""}).where(DrawSecret.draw == draw)
    after = await everything(client, draw)
    assert {status for status, _, _ in before.values()} == {200}
    assert after == before


async def test_t18_pages_name_nobody(client: httpx.AsyncClient, office: Office) -> None:
    draw = (await sealed(office)).draw
    told = b"".join(content for _, _, content in (await everything(client, draw)).values()).decode("utf-8", "replace")
    hidden = {str(one) for one in (*office.objects, *office.inspectors)}
    hidden |= {f"第{n}加油站" for n in range(60)} | {f"检查员{n}" for n in range(8)}
    hidden |= {f"91371000{n:010d}" for n in range(60)}
    assert [word for word in hidden if word in told] == []
