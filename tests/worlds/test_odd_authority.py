"""One straight line under a rule-set odd in every value: from the register to the sealed dossier, through the routes,
with tablets. The five that are shipped live through a whole year (tests/simulation/test_year.py).
"""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from api.output import Output
from api.simulation.story import Plot, Told, tell
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from inspection.policy.load import digest, use_local
from inspection.policy.model import RuleSet
from inspection.policy.terms import ClockStart
from tests.support.logs import logs_as_they_were
from tests.support.rulesets import ODD_FILE, odd


def test_a_record_goes_the_whole_way_under_a_rule_set_odd_in_every_value(tmp_path: Path, routes_at_hand: None) -> None:
    rules = odd()
    told = lived_through(rules, tmp_path)
    assert told.report.custody.whole
    assert told.report.approved > 0
    done = told.report.approved == told.visits
    due = {ClockStart.RESULT_FORMED: True, ClockStart.TASK_COMPLETED: done}.get(rules.publication.starts, False)
    assert told.report.published == (told.report.approved if due else 0)
    stamped = {(rules.name, digest(rules))}
    with sqlite3.connect(tmp_path / "data" / "fieldcheck.sqlite3") as raw:
        for table in ("annual_plan", "task", "draw", "visit"):
            assert set(raw.execute(f"SELECT rule_set, rule_digest FROM {table}")) == stamped
        published = [json.loads(text) for (text,) in raw.execute("SELECT document FROM published_document")]
        teams = raw.execute("SELECT count(*) FROM team_member GROUP BY visit").fetchall()
    assert all(told["ruleSet"] == {"name": rules.name, "sha256": digest(rules)} for told in published)
    assert {size for (size,) in teams} == {rules.team.minimum_size}


def lived_through(rules: RuleSet, folder: Path) -> Told:
    settings = Settings(data_dir=folder / "data", rate_limit=False, rule_sets=ODD_FILE.parent)
    plot = Plot(
        tablets=14,  # of sixteen inspectors: nearly every team has one each
        days=2,
        seed=1,
        start=datetime(2026, 3, 2, tzinfo=UTC),
        password="simulated-people-only",
        server_entropy=SeededEntropy("six authorities"),
        items=("SW02",),
        rule_set=rules.code,
    )
    try:
        with logs_as_they_were():
            return asyncio.run(tell(settings, plot, Output()))
    finally:
        uninstall_projections()
        use_local(None)
