"""One engine: what is shown here happens before, or after, the database is asked."""

import shutil
from pathlib import Path

import pytest

from inspection.kernel.settings import Settings
from tests.api.desk.conftest import sit_down

__all__ = ["sit_down"]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database of this test's own."""
    copy = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Every route is asked within one instant, which nobody may do otherwise."""
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False, two_factor_roles=())
