"""A whole year under each of the five documents: every clause leaves something to be seen, and everything verifies."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.output import Output
from api.schema import all_tables
from api.simulation import service
from api.simulation.year.acts import ACTS
from api.simulation.year.living import Lived, live
from api.simulation.year.plot import Clause, codes, plot_of
from api.simulation.year.rules import Seen
from api.simulation.year.rules_of_tasks import RULES
from api.simulation.year.seen import effect_of
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.database import open_engine, running
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from inspection.policy.load import digest, use_local
from tests.guards.test_coverage_page import CLAUSES
from tests.support import postgres
from tests.support.once import once
from tests.support.routes import created
from tests.support.rulesets import BY_CODE

PASSWORD = "simulated-people-only"
ON_BOTH = "xinglongtai-market"
"""The shortest year."""
OnSqlite = Callable[[str], tuple[Lived, Path]]

every_year = pytest.mark.parametrize("rule_set", codes())


@pytest.fixture(autouse=True)
def routes_at_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Live in the routes that this process has put together already; projections as other tests expect them."""
    monkeypatch.setattr(service, "create_app", created)
    yield
    uninstall_projections()
    use_local(None)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    """The year of a rule-set and its folder; lived once a test run, at the first call."""

    def lived(rule_set: str) -> tuple[Lived, Path]:
        return once(tmp_path_factory, f"year-{rule_set}", lambda folder: (lived_through(rule_set, folder), folder))

    return lived


def lived_through(rule_set: str, folder: Path, database: str = "") -> Lived:
    named = {"database_url": database} if database else {}
    settings = Settings(data_dir=folder / "data", rate_limit=False, **named)
    return asyncio.run(live(settings, rule_set, seed=1, password=PASSWORD, output=Output()))


@every_year
def test_the_effect_of_every_clause_is_seen_and_everything_verifies(rule_set: str, on_sqlite: OnSqlite) -> None:
    lived, folder = on_sqlite(rule_set)
    assert {one.clause.id: one.missing for one in lived.effects if not one.visible} == {}
    assert lived.proofs.wrong == ()
    assert lived.proofs.custody.whole
    assert lived.proofs.draws >= 2
    assert lived.proofs.dossiers >= 1
    assert lived.good
    _rests_on_its_lines(lived)
    _made_under_its_rules(rule_set, folder / "data" / "fieldcheck.sqlite3")


def _rests_on_its_lines(lived: Lived) -> None:
    """Without the lines of its kinds, and without what routes told, no clause has an effect."""
    for effect in lived.effects:
        kinds = set(effect.kinds)
        thin = [line for line in lived.seen.lines if line.kind.value not in kinds]
        assert not effect_of(effect.clause, replace(lived.seen, lines=thin, found={})).visible, effect.clause.id


def _made_under_its_rules(rule_set: str, database: Path) -> None:
    """Plan, tasks, draws and visits, and what went out, bear the rule-set; every team is as large as it asks for."""
    rules = BY_CODE[rule_set]
    stamped = {(rules.name, digest(rules))}
    with sqlite3.connect(database) as raw:
        for table in ("annual_plan", "task", "draw", "visit"):
            assert set(raw.execute(f"SELECT rule_set, rule_digest FROM {table}")) == stamped
        published = [json.loads(text) for (text,) in raw.execute("SELECT document FROM published_document")]
        teams = raw.execute("SELECT count(*) FROM team_member WHERE left_at IS NULL GROUP BY visit").fetchall()
    assert all(told["ruleSet"] == {"name": rules.name, "sha256": digest(rules)} for told in published)
    assert min(size for (size,) in teams) >= rules.team.minimum_size


def test_the_same_seed_gives_the_same_journal(on_sqlite: OnSqlite, tmp_path: Path) -> None:
    here, _ = on_sqlite(ON_BOTH)
    uninstall_projections()
    assert lived_through(ON_BOTH, tmp_path).proofs.journal == here.proofs.journal


def test_on_the_other_engine_everybody_does_the_same(on_sqlite: OnSqlite, postgres_dsn: str, tmp_path: Path) -> None:
    """Jobs and deliveries that are due at one instant may change places, and a tablet may ask once more when a foreign
    transaction holds the feed back; nothing that a person or a tablet does may change.
    """
    here, _ = on_sqlite(ON_BOTH)
    uninstall_projections()
    try:
        there = lived_through(ON_BOTH, tmp_path, postgres_dsn)
    finally:
        asyncio.run(_emptied(postgres_dsn))
    assert _of_people(here) == _of_people(there)
    assert _kinds(here) == _kinds(there)
    assert there.good


def _of_people(lived: Lived) -> Counter[str]:
    """What people and tablets did, without its place on its stream and the number of the request."""
    told = [json.loads(line.text) for line in lived.seen.lines if line.actor_role != "system"]
    return Counter(json.dumps({**one, "seq": 0, "request_id": None}, sort_keys=True) for one in told)


def _kinds(lived: Lived) -> Counter[tuple[str, str]]:
    return Counter((line.stream, line.kind.value) for line in lived.seen.lines)


async def _emptied(dsn: str) -> None:
    async with running(open_engine(dsn), all_tables()) as engine:
        await postgres.empty(engine)


def test_the_plots_name_every_clause_of_the_five_documents_in_order() -> None:
    named = [clause.id for code in codes() for clause in plot_of(code).clauses]
    assert sorted(named) == sorted(CLAUSES)
    for code in codes():
        own = [clause.id for clause in plot_of(code).clauses]
        assert own == [one for one in CLAUSES if one in own]


def test_every_act_and_every_rule_is_used_by_some_year() -> None:
    plots = [plot_of(code) for code in codes()]
    assert {step.act for plot in plots for step in plot.steps} == set(ACTS)
    assert {rule for plot in plots for clause in plot.clauses for rule in clause.rule} == set(RULES)


@every_year
def test_nothing_is_seen_in_an_empty_journal(rule_set: str) -> None:
    empty = Seen([], BY_CODE[rule_set], WorkCalendar({}, frozenset()), {})
    assert [one.id for one in plot_of(rule_set).clauses if effect_of(one, empty).visible] == []


def test_a_clause_without_anything_to_look_for_is_never_seen() -> None:
    nothing = Clause(id="none", zh="", en="")
    assert not effect_of(nothing, Seen([], BY_CODE[ON_BOTH], WorkCalendar({}, frozenset()), {})).visible
