"""Who may call whom is written in pyproject.toml and fails here."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.guards.sources import ROOT


def test_nobody_calls_whom_they_may_not(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(cache_dir=str(tmp_path)) == EXIT_STATUS_SUCCESS
