"""The model on the page is the model of the figures that are kept, and more people need more of everything."""

from dataclasses import fields, replace

import pytest

from bench.capacity import (
    PAGE,
    PLACES,
    Costs,
    Habits,
    Place,
    costs,
    figures,
    filled,
    first_full,
    needs,
    tables,
    written,
)
from inspection.kernel.settings import Settings

COST = Costs(20, 200, 100, 200, 80, 0.5, 25, 160, 3, 50, 0.25, 900)


def test_the_page_tells_what_the_kept_figures_come_to() -> None:
    page = PAGE.read_text()
    assert written(page, tables(costs(figures()), Habits())) == page


def test_a_busiest_hour_is_counted_from_people_and_costs() -> None:
    need = needs(Place("here", 1000, 3600), COST, Habits(team=2, visits_a_day=2, evening=0.5, files=4, file_mb=2))
    assert need.visits_a_day == 3600
    assert need.entries_s == 0.5 * 20
    assert need.media_mb_s == 0.5 * 4 * 2
    assert need.log_mb_s == pytest.approx(0.5 * 0.2)
    assert need.database_cores == pytest.approx(0.5 * 0.08)
    # Twenty entries of 0.5 ms and four files of 25 ms every other second, and 3,600 tablets' pulls.
    assert need.web_cores == pytest.approx(0.5 * (20 * 0.5 + 4 * 25) / 1000 + 3600 * 12 / 3600 * 3 / 1000)


def test_ten_times_the_people_fill_everything_ten_times_as_much() -> None:
    few, many = (needs(Place("", 0, count), COST, Habits()) for count in (1_000, 10_000))
    for kind, full in filled(few, COST).items():
        assert filled(many, COST)[kind] == pytest.approx(10 * full)


def test_what_is_full_first_is_full_there() -> None:
    for kind, most in first_full(COST, Habits()):
        assert filled(needs(Place("", 0, most), COST, Habits()), COST)[kind] == pytest.approx(1, rel=0.01)


def test_every_cost_counts() -> None:
    """A figure that moves nothing on the page was read in vain."""
    page = tables(COST, Habits())
    for field in fields(Costs):
        assert tables(replace(COST, **{field.name: getattr(COST, field.name) * 3}), Habits()) != page, field.name


def test_a_missing_figure_is_no_zero() -> None:
    with pytest.raises(KeyError):
        costs([one for one in figures() if one["program"] != "visit_cost"])
    with pytest.raises(ValueError, match="no place"):
        written("# A page without marks", "")


def test_the_province_is_the_one_that_was_asked_for() -> None:
    assert [(one.objects, one.inspectors) for one in PLACES if one.name == "a province"] == [(300_000, 30_000)]


@pytest.mark.parametrize(
    "name", ["pooler", "migrate_url", "replica_url", "replica_lag_s", "web_processes", "drain_s", "shutdown_s"]
)
def test_the_page_names_the_settings_that_scale(name: str) -> None:
    assert name in Settings.model_fields
    assert f"FIELDCHECK_{name.upper()}" in PAGE.read_text()
