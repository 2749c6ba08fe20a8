"""A demonstration ends with records that wait for whoever reviews them, and with visits still to be made."""

import asyncio
import sqlite3
from pathlib import Path

from api.output import Output
from api.simulation.story import Plot, tell
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import uninstall_projections
from tests.support.logs import logs_as_they_were
from tests.support.world import PASSWORD
from tests.worlds.days import START, settings_in

SUBMITTED = """
    SELECT visit.id, count(DISTINCT member.inspector), count(DISTINCT entry.inspector)
    FROM visit JOIN team_member AS member ON member.visit = visit.id
    LEFT JOIN entry ON entry.visit = visit.id AND entry.type = 'submit'
    WHERE visit.state = 'in-progress' GROUP BY visit.id
"""
"""Of every visit that somebody has begun and nobody decided on: how large the team is, how many have submitted."""


def test_records_wait_for_their_review_and_keep_no_result_of_the_days_back(
    tmp_path: Path, routes_at_hand: None
) -> None:
    settings = settings_in(tmp_path)
    plot = Plot(14, 2, 1, START, PASSWORD, SeededEntropy("waiting"), ("SW04",), drawn_last=("SW05",), undecided=2)
    try:
        with logs_as_they_were():
            told = asyncio.run(tell(settings, plot, Output(as_json=True)))
    finally:
        uninstall_projections()
    with sqlite3.connect(tmp_path / "world.sqlite3") as raw:
        waiting = raw.execute(SUBMITTED).fetchall()
        states = dict(raw.execute("SELECT state, count(*) FROM visit GROUP BY state"))
    assert [submitted for _, _, submitted in waiting] == [team for _, team, _ in waiting]
    assert len(waiting) == plot.undecided
    assert states["approved"] == told.report.approved == told.report.visits_done > 0
    assert states["open"] > 0
