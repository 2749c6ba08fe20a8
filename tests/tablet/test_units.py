"""The unit tests of the tablet's app (Vitest), run once a session and told file by file."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.node import NODE
from tests.support.once import once

TABLET = Path(__file__).parents[2] / "tablet"
FILES = sorted(path.relative_to(TABLET).as_posix() for path in (TABLET / "test").rglob("*.test.ts"))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Vitest tells of each file, by its path."""
    return once(tmp_path_factory, "vitest", _vitest)


def _vitest(folder: Path) -> dict[str, Any]:
    report, vitest = folder / "report.json", TABLET / "node_modules" / "vitest" / "vitest.mjs"
    assert vitest.exists(), "run `make tablet`"
    words = [str(NODE), str(vitest), "run", "--reporter=json", f"--outputFile={report}"]
    done = subprocess.run(words, cwd=TABLET, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    files = json.loads(report.read_text())["testResults"]
    return {Path(file["name"]).relative_to(TABLET).as_posix(): file for file in files}


def test_there_are_unit_tests_of_the_app() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_the_unit_tests_of_the_app_hold(told: dict[str, Any], file: str) -> None:
    found = told[file]
    cases = found["assertionResults"]
    failed = {case["fullName"]: "\n".join(case["failureMessages"]) for case in cases if case["status"] != "passed"}
    assert failed == {}, "\n\n".join(f"{name}\n{why}" for name, why in failed.items())
    assert (found["status"], bool(cases)) == ("passed", True), found["message"]
