"""The plots: every one in both languages, with its own words and figures; made into pictures that bear no address."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.oversight.plots.drawn import _made as made
from inspection.oversight.plots.drawn import apart, drawn
from inspection.oversight.plots.specs import MANY, MOST_TICKS, Plot, plot, ticks
from inspection.oversight.statistics.figures import Statistics
from inspection.oversight.statistics.reading import statistics
from inspection.oversight.statistics.table import COLUMNS, as_csv, lines
from tests.inspection.oversight.statistics.world import filled_world

TODAY = date(2026, 3, 1)


async def figures_of(authority: UUID, year: int) -> Statistics:
    return await statistics(authority, date(year, 1, 1), date(year, 12, 31), TODAY)


@pytest.fixture
async def figures(db: Engine, cmd: Command) -> Statistics:
    return await figures_of((await filled_world(cmd)).authority, 2025)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_plot_says_what_it_shows_in_both_languages(figures: Statistics) -> None:
    for name in Plot:
        titles = set()
        for lang in LANGUAGES:
            spec = plot(name, figures, lang)
            assert spec["data"]["values"], name
            assert "oversight." not in str(spec)
            assert "2025-01-01 – 2025-12-31" in spec["title"]["subtitle"]
            assert spec["description"].startswith(spec["title"]["text"])
            assert spec["width"] <= 390
            titles.add(spec["title"]["text"])
        assert len(titles) == len(LANGUAGES), name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_plots_show_the_figures(figures: Statistics) -> None:
    chance = plot(Plot.CHANCE, figures, "en")["data"]["values"]
    assert sum(row["drawn"] for row in chance) == figures.plan.drawn
    burden = plot(Plot.BURDEN, figures, "en")["data"]["values"]
    assert sum(row["objects"] for row in burden) == sum(one.objects for one in figures.visits.per_object)
    assert len(burden) <= MANY
    in_time = plot(Plot.PUBLICATION, figures, "en")["data"]["values"]
    assert sum(row["count"] for row in in_time) == figures.publication.published


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_year_without_anything_says_so(db: Engine, cmd: Command) -> None:
    nothing = await figures_of((await filled_world(cmd)).authority, 2019)
    said = {str(plot(name, nothing, "en")["encoding"]) for name in Plot if name not in {Plot.COVERAGE, Plot.ITEMS}}
    assert len(said) == 1
    assert "nothing" in said.pop()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_pictures_are_the_same_whatever_is_drawn_beside_them(figures: Statistics) -> None:
    specs = [plot(Plot.JOINT, figures, "zh_CN"), plot(Plot.CHANCE, figures, "zh_CN")]
    both = await drawn(specs)
    assert both[0].startswith("<svg")
    assert "联合检查率" in both[0]
    assert "http" not in both[0].replace("http://www.w3.org/", "")
    made.clear()
    assert await drawn([specs[1]]) == both[1:]


def test_two_pictures_in_one_page_do_not_take_each_others_parts() -> None:
    picture = '<g clip-path="url(#clip7)"/><use href="#clip7"/><clipPath id="clip7"/><a href="#else"/>'
    assert (
        apart(picture, "ab") == '<g clip-path="url(#ab-0)"/><use href="#ab-0"/><clipPath id="ab-0"/><a href="#else"/>'
    )


@given(st.floats(0.0005, 1))
def test_marks_of_an_axis_are_few_and_within(most: float) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert len(found) <= MOST_TICKS + 1
    assert found[-1] <= most + 1e-6


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_table_has_every_figure_in_words(figures: Statistics) -> None:
    found = list(lines(figures))
    told = as_csv(found, "zh_CN").decode("utf-8-sig").splitlines()
    assert len(told) == len(found) + 1
    assert len(told[0].split(",")) == len(COLUMNS)
    assert "oversight." not in "".join(told)
    assert {(one.section, one.figure) for one in found} >= {
        ("visits", "joint"),
        ("completion", "closed"),
        ("units", "drawn"),
    }
    by_key = {(one.section, one.figure, one.key, one.name): one.count for one in found}
    assert by_key["publication", "published", "", ""] == figures.publication.published
