"""The figures of a span are what a count of the rows one by one gives, on both engines; nothing sealed moves them."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from inspection.authority import store as authorities
from inspection.authority.found import found_authority
from inspection.kernel import ask as asking
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.ids import plain_uuid
from inspection.oversight.statistics.figures import Counted, PublicStatistics, Statistics
from inspection.oversight.statistics.public import public_statistics
from inspection.oversight.statistics.reading import statistics
from inspection.oversight.statistics.spans import quarter_of
from inspection.publicity.tables import Publication
from inspection.visits.tables import Visit, VisitTask
from tests.inspection.oversight.statistics.world import Filled, filled_world
from tests.inspection.publicity.world import insert

FIRST, LAST, TODAY = date(2025, 1, 1), date(2025, 12, 31), date(2026, 3, 1)


@pytest.fixture
async def world(db: Engine, cmd: Command) -> Filled:
    return await filled_world(cmd)


async def asked(world: Filled) -> Statistics:
    return await statistics(world.authority, FIRST, LAST, TODAY)


async def told(world: Filled) -> PublicStatistics:
    row = await authorities.authority(world.authority)
    assert row is not None
    return await public_statistics(row, FIRST, LAST, TODAY)


def within(instant: datetime | str | None) -> bool:
    return instant is not None and FIRST <= day(instant) <= LAST


def day(instant: datetime | str) -> date:
    return local_day(instant if isinstance(instant, datetime) else datetime.fromisoformat(instant))


async def test_visits_and_coverage_are_those_of_the_rows(world: Filled) -> None:
    figures = await asked(world)
    visits = [row for row in await world.rows("visit") if within(row["executed_at"])]
    here = {row["id"] for row in visits}
    served = Counter(row["visit"] for row in await world.rows("visit_task") if row["visit"] in here)
    often = Counter(Counter(row["object"] for row in visits).values())
    assert figures.visits.executed == len(visits) > 20
    assert figures.visits.joint.count >= sum(count > 1 for count in served.values()) > 0
    assert {one.visits: one.objects for one in figures.visits.per_object} == often
    there = {row["id"] for row in await world.rows("inspection_object") if row["status"] in {"active", "suspended"}}
    assert figures.coverage.objects.count == len({row["object"] for row in visits} & there)
    assert figures.coverage.objects.of == len(there) == sum(one.rate.of for one in figures.coverage.by_area)
    assert figures.coverage.objects.count == sum(one.rate.count for one in figures.coverage.by_grade)
    codes = {row["id"]: row["code"] for row in await world.rows("inspection_item")}
    objects = {row["id"]: row["object"] for row in visits}
    pairs = {
        (codes[row["item"]], objects[row["visit"]]) for row in await world.rows("visit_task") if row["visit"] in here
    }
    by_item = Counter(code for code, _ in pairs)
    assert {one.key: one.rate.count for one in figures.coverage.by_item} == {
        code: by_item[code] for code in codes.values()
    }
    assert (figures.items.executed.count, figures.items.executed.of) == (len(by_item), len(codes))


async def test_results_are_those_that_stand_after_corrections(world: Filled) -> None:
    figures = await asked(world)
    outcomes = await world.rows("outcome")
    replaced = {row["replaces"]: row for row in outcomes if row["replaces"]}
    first = [row for row in outcomes if not row["replaces"] and within(row["formed_at"])]
    stand = Counter[str]()
    for row in first:
        stand.update(json.loads(replaced.get(row["id"], row)["codes"]))
    assert figures.results.formed == len(first)
    assert {one.key: one.count for one in figures.results.by_code} == stand
    assert figures.results.problems.count == len(first) - stand["no_problem"] - stand["no_such_activity"]


async def test_publication_and_completion_are_those_of_the_rows(world: Filled) -> None:
    figures, rows = await asked(world), await world.rows("publication")
    out = [row for row in rows if row["state"] == "published" and within(row["published_at"])]
    assert (figures.publication.published, figures.publication.on_time.of) == (len(out), len(out))
    assert figures.publication.on_time.count == sum(not row["late"] for row in out)
    assert figures.publication.waiting == sum(row["state"] != "published" for row in rows)
    drawn = {row["task"] for row in await world.rows("draw") if within(row["frozen_at"])}
    public = [row for row in rows if row["task"] in drawn and row["state"] == "published"]
    assert figures.completion.published.count == len(public)
    assert figures.completion.drawn == figures.plan.drawn == sum(one.drawn for one in figures.units)
    assert figures.completion.formed.count == sum(row["task"] in drawn for row in rows)
    assert sum(one.published.count for one in figures.units) == len(public)
    plain = {row["id"] for row in await world.rows("outcome") if row["follow_up"] == '["none"]'}
    assert figures.completion.closed.count <= len(public)
    assert figures.completion.closed.count >= sum(row["outcome"] in plain for row in public)


async def test_quarters_add_up_to_the_year(world: Filled) -> None:
    figures = await asked(world)
    assert [one.name for one in figures.periods] == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert sum(one.executed for one in figures.periods) == figures.visits.executed
    assert sum(one.published for one in figures.periods) == figures.publication.published
    assert sum(one.problems.count for one in figures.periods) == figures.results.problems.count
    assert sum(one.drawn for one in figures.periods) == figures.plan.drawn
    executed = Counter(
        quarter_of(day(row["executed_at"])) for row in await world.rows("visit") if within(row["executed_at"])
    )
    assert {one.name: one.executed for one in figures.periods} == executed


async def test_a_sealed_visit_moves_no_figure_of_the_office_and_none_of_the_public(world: Filled) -> None:
    before, public = await asked(world), await told(world)
    (visit, *_), (served, *_) = await world.rows("visit"), await world.rows("visit_task")
    for state in ("sealed", "open"):
        hidden = await insert(
            Visit,
            authority=world.authority,
            object=plain_uuid(visit["object"]),
            state=state,
            year=2025,
            starts_on=FIRST,
            ends_on=LAST,
            executed_at=None,
        )
        kept = {name: plain_uuid(served[name]) for name in ("task", "item", "checklist", "draw")}
        await insert(VisitTask, visit=hidden, **kept)
    assert await asked(world) == before
    assert await told(world) == public


async def test_the_public_counts_what_documents_say(world: Filled) -> None:
    public = await told(world)
    assert public.published == (await asked(world)).publication.published
    assert sum(one.count for one in public.by_item) == sum(one.count for one in public.by_code) == public.published
    assert sum(one.published for one in public.periods) == public.published
    assert public.drawn == sum(one.drawn for one in public.periods) > 0
    rows = [row for row in await world.rows("publication") if within(row["published_at"])]
    assert public.objects == len({row["public_code"] for row in rows})
    silent = {"item_code": None, "public_code": None, "result_codes": None}
    await Publication.update(silent, force=True)
    after = await told(world)
    assert (after.published, after.objects, after.by_item, after.by_code) == (public.published, 0, (), ())
    assert (after.problems.of, after.problems.share) == (0, None)


async def test_a_result_that_waits_is_told_to_nobody(world: Filled) -> None:
    before = await told(world)
    await Publication.update({Publication.state: "withheld"}).where(Publication.state == "approved")
    assert await told(world) == before


async def test_a_penalty_is_no_result(world: Filled, cmd: Command) -> None:
    before = await told(world)
    at = datetime(2025, 5, 5, tzinfo=UTC)
    await insert(
        Publication,
        authority=world.authority,
        state="published",
        published_at=at,
        number="CF-1",
        outcome=None,
        visit=None,
    )
    assert await told(world) == before


async def test_the_statements_are_as_many_for_more_results(
    world: Filled, cmd: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, counts = asking.current_engine(), []
    real = engine.ask

    async def counted(sql: str, args: Any) -> Any:
        counts[-1] += 1
        return await real(sql, args)

    monkeypatch.setattr(engine, "ask", counted)
    for last in (date(2025, 3, 31), LAST):
        counts.append(0)
        await statistics(world.authority, FIRST, last, TODAY)
    # One more where somebody was visited twice: on which days.
    assert counts[1] - counts[0] in {0, 1}
    assert counts[1] < 30


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL reads a small table whole anyway
async def test_every_result_of_the_year_is_read_out_of_an_index(world: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, seen = asking.current_engine(), []
    real = engine.ask

    async def noted(sql: str, args: Any) -> Any:
        seen.append((sql, args))
        return await real(sql, args)

    monkeypatch.setattr(engine, "ask", noted)
    await asked(world)
    await told(world)
    monkeypatch.undo()
    plans = [row["detail"] for sql, args in seen for row in await real(f"EXPLAIN QUERY PLAN {sql}", args)]
    whole = [
        line for line in plans if line.split()[:2] in (["SCAN", table] for table in ("v", "vt", "o", "p", "outcome"))
    ]
    assert whole == []
    assert any("COVERING INDEX publication__told" in line for line in plans)
    assert any("COVERING INDEX visit__authority_executed_at" in line for line in plans)
    assert any("COVERING INDEX inspection_object__alike" in line for line in plans)


async def test_nothing_of_another_authority_counts(world: Filled, cmd: Command) -> None:
    other = await found_authority(cmd, code="other", name="乙局", short_name="乙", rule_set="weihai-jingkai-commerce")
    figures = await statistics(other.id, FIRST, LAST, TODAY)
    assert (figures.visits.executed, figures.results.formed, figures.publication.published) == (0, 0, 0)
    assert figures.coverage.objects.share is None
    assert figures.results.by_code == ()
    public = await public_statistics(other, FIRST, LAST, TODAY)
    assert (public.published, public.drawn, public.by_code) == (0, 0, ())
    assert Counted("no_problem", 0) not in public.by_code
