"""What the README tells a newcomer to type works as it stands there."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from tests.cli.shell import Shell

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough password\n"


def first_steps() -> list[str]:
    """The commands of the first block that makes a database, up to the server."""
    blocks = (ROOT / "README.md").read_text("utf-8").split("```")
    (block,) = (block for block in blocks if "\nfieldcheck authority found " in block)
    lines = [line.partition(" #")[0].strip() for line in block.splitlines() if line.startswith("fieldcheck ")]
    assert lines.pop() == "fieldcheck serve"
    return lines


def test_the_first_steps_of_the_readme_work_as_written(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    steps = first_steps()
    assert len(steps) > 4
    for step in steps:
        words = ["--data-dir", str(bare.data_dir), *shlex.split(step)[1:]]
        result = CliRunner().invoke(main, words, input=PASSWORD * 2, catch_exceptions=False)
        assert result.exit_code == 0, (step, result.output)
