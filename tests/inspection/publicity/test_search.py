"""The public search finds what a look at every result finds, newest first, page by page, and looks at few of them."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.search_words import search_text as folded
from inspection.publicity import search
from inspection.publicity.published import published_page
from inspection.publicity.redaction import search_text
from inspection.publicity.search import search_published
from inspection.publicity.tables import Publication
from tests.inspection.publicity.world import FORMED, World, build_world, insert
from tests.support.kept import keeps

NAMES = (
    "云帆石油有限公司",
    "（合成）ＡＢＣ　餐饮店",
    "瑞源石油有限公司第2加油站",
    "云云超市",
    "100%果汁_店",
    "O'Neil 饭店",
)


@keeps
async def many(cmd: Command) -> World:
    """Forty results of six objects, every fifth of them not out."""
    world = await build_world(cmd)
    for number in range(40):
        name, code = NAMES[number % len(NAMES)], f"9137100000000{number % len(NAMES):05d}"
        visit = await world.add_visit(object_name=name, object_code=f"91371000000{number:07d}")
        out = number % 5 != 4
        await insert(
            Publication,
            authority=world.authority,
            visit=visit.id,
            outcome=visit.outcome,
            task=world.task,
            state="published" if out else "approved",
            number=f"sw-2026-{number:06d}" if out else None,
            # Some at the very same instant: the place of a page must tell them apart.
            published_at=FORMED + timedelta(minutes=number // 3) if out else None,
            object_name=name,
            object_search=search_text(name, code),
            object_code=code,
        )
    return world


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await many(cmd)


async def naive(fragment: str) -> list[UUID]:
    rows = await Publication.select(Publication.id, Publication.published_at, Publication.object_search).where(
        Publication.state == "published"
    )
    found = [row for row in rows if folded(fragment) in row["object_search"]]
    return [row["id"] for row in sorted(found, key=lambda row: (row["published_at"], row["id"]), reverse=True)]


async def paged(fragment: str, size: int) -> list[UUID]:
    found: list[UUID] = []
    place: tuple[datetime, UUID] | tuple[None, None] = (None, None)
    while page := await search_published(fragment, *place, size):
        found += page
        (last,) = await Publication.select(Publication.published_at).where(Publication.id == page[-1])
        place = last["published_at"], page[-1]
    return found


SOUGHT = (
    "",
    "云",
    "石油",
    "有限公司",
    "abc餐饮",
    "ＡＢＣ 餐饮",
    "0%果汁_",
    "'n",
    "O'Neil饭",
    "没有",
    "9137100",
    "00003",
    "站9137",
    "加油站",
)


@pytest.mark.parametrize("steps", [1, 3, 1000])
@pytest.mark.parametrize("most", [0, 4, 1000])
async def test_every_way_to_a_page_finds_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, steps: int, most: int
) -> None:
    monkeypatch.setattr(search, "STEPS", steps)
    monkeypatch.setattr(search, "FURTHER", steps)
    monkeypatch.setattr(search, "MOST", most)
    for fragment in SOUGHT:
        assert await paged(fragment, 3) == await naive(fragment), fragment


async def test_a_page_says_where_the_next_one_begins_until_the_last(world: World) -> None:
    first = await published_page(query="没有这样的名称")
    assert (first.results, first.after) == ((), None)


async def test_what_is_rare_is_found_without_walking_far(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = []
    real = search.walk

    async def noted(sought: search.Sought, steps: int):
        walked.append(steps)
        return await real(sought, steps)

    monkeypatch.setattr(search, "walk", noted)
    monkeypatch.setattr(search, "STEPS", 2)
    assert await search_published("云云", None, None, 20) == await naive("云云")
    assert walked == [2]


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_is_found_across_name_and_code(name: str, code: str) -> None:
    told = search_text(name, code)
    assert told.count("\n") == 1
    assert "\n" not in folded(name + "\n" + code)
