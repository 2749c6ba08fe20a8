"""`fieldcheck publish` on the eve of publication: what may go out goes out once, and what is kept in says why."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import desk
from inspection.kernel.clock import FixedClock
from inspection.kernel.journal import uninstall_projections
from tests.cli.shell import Shell
from tests.support.world import AFTER, World


@pytest.fixture
def eve(shared_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A shell over a copy of the world in which nothing is published yet."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(desk, "SystemClock", lambda: FixedClock(AFTER))
    shutil.copytree(shared_world.data_dir, tmp_path / "data", ignore=shutil.ignore_patterns("*.sqlite3*"))
    shutil.copy(shared_world.eve, tmp_path / "data" / "fieldcheck.sqlite3")
    yield Shell(tmp_path / "data")
    uninstall_projections()


def test_every_approved_result_goes_out_once(eve: Shell, world: World) -> None:
    told = eve.json("publish")
    assert len({one["number"] for one in told["published"]}) == world.told.report.published
    assert told["kept_in"] == []
    assert not any(one["late"] for one in told["published"])
    assert eve.json("publish") == {"published": [], "kept_in": []}


def test_a_person_sees_the_numbers_that_went_out(eve: Shell) -> None:
    printed = eve.run("publish").stdout
    numbers = _asked(eve, "SELECT number FROM publication WHERE number IS NOT NULL")
    assert numbers
    assert all(number in printed for (number,) in numbers)


def test_what_is_not_due_yet_waits(eve: Shell) -> None:
    assert eve.json("publish", "--through", "2026-03-05")["published"] == []


def test_what_is_kept_in_is_told_with_the_reason_in_words(eve: Shell) -> None:
    ((kept,),) = _asked(eve, "SELECT id FROM publication LIMIT 1")
    _asked(eve, "UPDATE publication SET approved_by = NULL, approved_at = NULL, state = 'open' WHERE id = ?", kept)
    told = eve.run("publish")
    assert kept not in told.stdout
    assert kept in told.stderr
    assert "Publication is not approved" in told.stderr


def _asked(shell: Shell, sql: str, *values: object) -> list[tuple[str, ...]]:
    raw = sqlite3.connect(shell.data_dir / "fieldcheck.sqlite3")
    try:
        rows = raw.execute(sql, values).fetchall()
        raw.commit()
        return rows
    finally:
        raw.close()
