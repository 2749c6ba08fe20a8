"""Invented days from a shell: they end whole, never mix with real work, and a demonstration survives a broken start."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import demo
from api.cli.demo import LOGINS, UNFINISHED
from api.simulation import story
from api.simulation.check import Custody
from api.simulation.story import Told
from api.simulation.year.living import Lived
from api.simulation.year.plot import Clause, Wanted, plot_of
from api.simulation.year.proofs import Proofs
from api.simulation.year.rules import Seen
from api.simulation.year.seen import effects
from inspection.kernel.calendar import WorkCalendar
from inspection.kernel.clock import FixedClock
from inspection.kernel.journal import uninstall_projections
from tests.cli.shell import Shell
from tests.conftest import NOW
from tests.support.logs import logs_as_they_were
from tests.support.once import once
from tests.support.rulesets import five

CLAUSES = (
    Clause(id="A-1", zh="清单公布", en="The list is published", found={"list_public": True}),
    Clause(id="A-2", zh="摇号", en="A draw", seen=(Wanted(kind="draw.sealed"),)),
)
SMALL = ("simulate", "--tablets", 2, "--days", 1)


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration of one short day, made now and not served."""
    monkeypatch.setattr(demo, "TABLETS", 2)
    monkeypatch.setattr(demo, "DAYS", 1)
    monkeypatch.setattr(demo, "SystemClock", lambda: FixedClock(NOW))


@dataclass(frozen=True)
class Days:
    """Days that were simulated once: what the command said, what came of them, and where they are kept."""

    said: dict[str, Any]
    told: Told
    data_dir: Path


@pytest.fixture
def days(tmp_path_factory: pytest.TempPathFactory, clock: FixedClock) -> Days:
    return once(tmp_path_factory, "simulated", simulated)


def simulated(folder: Path) -> Days:
    seen: list[Told] = []
    honest = story.tell

    async def noted(*args: Any) -> Told:
        seen.append(await honest(*args))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch, logs_as_they_were():
        patch.setattr("api.cli.simulate.tell", noted)
        said = Shell(folder / "data").json(*SMALL)
    uninstall_projections()
    return Days(said, seen[0], folder / "data")


def test_simulated_days_end_with_every_entry_in_the_store(days: Days, bare: Shell) -> None:
    shutil.copytree(days.data_dir, bare.data_dir)
    told = days.said
    assert told["whole"] is True
    assert told["custody"]["entries"] == told["custody"]["entries_identical"] > 0
    assert (told["tablets"], told["days"]) == (2, 1)
    _evidence_goes_out(bare, told["custody"]["media"])
    _notices_go_out(bare)


def _evidence_goes_out(shell: Shell, media: int) -> None:
    """Real tablets, receipts and uploads: the evidence of a visit holds in every point, signatures included."""
    visit = _asked(shell, "SELECT id FROM visit WHERE state = 'approved'")
    bundle = shell.data_dir.parent / "evidence.zip"
    words = ("archive", "export", visit, "--out", bundle, "--purpose", "法院调取", "--ground", "调取证据通知书")
    exported = shell.json(*words, "--as", "legal")
    assert 0 < exported["media"] <= media
    assert exported["media_missing"] == []
    assert shell.json("archive", "verify", bundle, "--sha256", exported["sha256"])["genuine"] is True
    assert "does not permit" in shell.refused(*words, "--force", "--as", "planner")
    before = bundle.read_bytes()
    assert "exists already" in shell.refused(*words, "--as", "legal")
    assert bundle.read_bytes() == before
    assert "Wrote the evidence of visit" in shell.run(*words, "--force", "--as", "legal").stdout


def _notices_go_out(shell: Shell) -> None:
    """Every unsealed visit of a task gets its notice once, whoever asks how often."""
    task, folder = _asked(shell, "SELECT number FROM task WHERE state <> 'cancelled' ORDER BY number"), "notices"
    unsealed = "state NOT IN ('sealed', 'cancelled') AND linked_to IS NULL"
    words = ("papers", "notices", "--task", task, "--out", shell.data_dir.parent / folder)
    told = shell.json(*words)
    assert 0 < told["written"] <= _asked(shell, f"SELECT count(*) FROM visit WHERE {unsealed}")
    assert told["failed"] == []
    files = sorted((shell.data_dir.parent / folder).iterdir())
    assert len(files) == told["written"]
    assert all(file.read_bytes().startswith(b"%PDF") for file in files)
    again = shell.run(*words).stdout
    assert f"wrote 0 notices, {len(files)} were there, 0 could not be printed" in again
    assert "does not permit" in shell.refused(*words, "--as", "planner")


def test_a_simulation_keeps_out_of_a_database_that_somebody_works_in(office: Shell) -> None:
    before = _rows(office, "account")
    assert "an empty --data-dir" in office.refused(*SMALL)
    assert "an empty --data-dir" in office.refused("demo", "--prepare-only")
    assert _rows(office, "account") == before
    assert not (office.data_dir / LOGINS).exists()
    assert not (office.data_dir / UNFINISHED).exists()


def test_a_loss_ends_with_exit_code_1_and_is_told_in_the_language_asked_for(
    days: Days, bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def losing(*_: object) -> Told:
        days.told.report.custody.entries_identical -= 1
        return days.told

    monkeypatch.setattr("api.cli.simulate.tell", losing)
    told = bare.run(*SMALL, code=1).stdout
    assert told.startswith("2 tablets, 1 days: ")
    assert "One by one: entries " in told


@pytest.mark.usefixtures("small_demo")
def test_a_demonstration_that_broke_off_starts_over_is_prepared_once_and_names_its_logins(
    bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(story, "_days", _pulled_plug)  # drawn already, and half of it all
        with pytest.raises(RuntimeError, match="plug"):
            bare.run("demo", "--prepare-only")
    assert (bare.data_dir / UNFINISHED).exists()
    first = bare.json("demo", "--prepare-only")
    assert first["simulated"]["whole"] is True
    assert not (bare.data_dir / UNFINISHED).exists()
    assert _rows(bare, "authority") == 1
    assert first["pages"] == "http://127.0.0.1:8000/"
    assert "password: " in first["logins"]
    assert (bare.data_dir / LOGINS).stat().st_mode & 0o077 == 0
    second = bare.json("demo", "--prepare-only")
    assert second["simulated"] is None
    assert second["logins"] == first["logins"]
    assert "Public pages  http://127.0.0.1:8123/" in bare.run("demo", "--prepare-only", "--port", 8123).stdout


async def _pulled_plug(*_: object) -> None:
    raise RuntimeError("somebody pulled the plug")


def _rows(shell: Shell, table: str) -> int:
    return int(_asked(shell, f'SELECT count(*) FROM "{table}"'))


def _asked(shell: Shell, question: str) -> Any:
    """The first value of the first row."""
    raw = sqlite3.connect(shell.data_dir / "fieldcheck.sqlite3")
    try:
        return raw.execute(question).fetchone()[0]
    finally:
        raw.close()


def test_a_clause_without_an_effect_ends_a_year_with_exit_code_1_and_is_named(
    bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def briefly(*_: object, **__: object) -> Lived:
        plot = plot_of("anyue-joint").model_copy(update={"clauses": CLAUSES})
        seen = Seen([], five()[0], WorkCalendar({}, frozenset()), {"list_public": True})
        return Lived(plot, seen, effects(plot, seen), Proofs(3, 40, 2, 1, Custody(), (), "ab" * 32))

    monkeypatch.setattr("api.cli.simulate.live", briefly)
    words = ("simulate", "--rule-set", "anyue-joint")
    told = bare.run(*words, code=1).stdout
    assert "✓ A-1" in told
    assert "✗ A-2" in told
    assert "draw.sealed" in told
    assert "of 2 clauses the effect of 1 is to be seen" in told
    assert "2 条条款中 1 条" in bare.run(*words, code=1, lang="zh_CN").stdout
    facts = bare.json(*words, code=1)
    assert [(one["id"], one["visible"]) for one in facts["clauses"]] == [("A-1", True), ("A-2", False)]
    assert facts["good"] is False
