"""Record and result at the door: nothing before the approval, and then without anybody's handwriting."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.entity import papers
from inspection.documents.blocks import Paper
from inspection.documents.of_record import record_view
from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind
from inspection.door.give import Door
from inspection.door.lasting import lasts_until
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.visits.reading import known_visit
from inspection.visits.store import served_tasks
from tests.api.entity.small.conftest import approve
from tests.inspection.visits.world import World


async def test_nothing_of_a_record_that_is_signed_shows_before_it_is_approved(
    client: httpx.AsyncClient, door: Door
) -> None:
    page = await client.get(f"{door.path}/result")
    assert text("entity.not_formed", "zh_CN") in page.text
    assert text("entity.result", "zh_CN") + "</h2>" not in page.text
    for name in ("record", "result"):
        assert (await client.get(f"{door.path}/papers/{name}.pdf")).status_code == 404


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_an_approved_result_tells_item_problem_and_day_at_once_on_page_and_paper(
    world: World, client: httpx.AsyncClient, door: Door, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"lang": "en"} if lang == "en" else {}
    assert text("entity.not_formed", lang) in (await client.get(f"{door.path}/result", params=query)).text
    await approve(world, door.visit)
    page = (await client.get(f"{door.path}/result", params=query)).text
    (task,) = await served_tasks([door.visit])
    assert task.item_name in page
    assert text("publicity.result_rectified", lang) in page
    assert f"{door.path}/rectify" in page
    assert text("entity.todo_rectify", lang) in (await client.get(door.path, params=query)).text
    views: list[Any] = []

    def seen(kind: PaperKind, view: Any, lang: str) -> Paper:
        views.append(view)
        return make_paper(kind, view, lang)

    monkeypatch.setattr(papers, "make_paper", seen)
    for name in ("record", "result"):
        paper = await client.get(f"{door.path}/papers/{name}.pdf", params=query)
        assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
        assert paper.content.startswith(b"%PDF-1.7")
    record, result = views
    assert result.link.address.endswith(door.path)
    assert record.party_signed
    assert {one.drawing for one in (*record.party_signed, *record.officers)} == {None}
    office = await record_view(door.visit, lang=lang, draw=lambda _: "drawn", times={})
    assert {one.drawing for one in office.party_signed} == {"drawn"}


async def test_a_deadline_to_put_right_keeps_the_door_open(world: World, door: Door) -> None:
    visit = await known_visit(door.visit)
    before = await lasts_until(visit)
    assert before == visit.ends_on + timedelta(days=90)
    world.now += timedelta(days=150)
    await approve(world, door.visit)
    formed = await known_visit(door.visit)
    assert await lasts_until(formed) == max(before, local_day(world.now) + timedelta(days=37))
