"""Types commands and reads what they print."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from api.cli import main

AUTHORITY = ("weijing", "--name", "某某商务局", "--short-name", "某商务", "--rule-set", "weihai-jingkai-commerce")
PEOPLE = (
    ("admin", "admin"),
    ("planner", "planner"),
    ("head", "section_head"),
    ("approver", "approver"),
    ("supervisor", "supervisor"),
)


@dataclass(frozen=True)
class Shell:
    """A shell in which `--data-dir` is given once."""

    data_dir: Path

    def run(self, *words: object, code: int = 0, lang: str = "en") -> Result:
        """Type a command for people; it must end with this exit code."""
        return self._typed(["--lang", lang, *map(str, words)], code)

    def json(self, *words: object, code: int = 0) -> Any:
        """Type a command for machines; standard output must be exactly one JSON value."""
        return json.loads(self._typed(["--json", *map(str, words)], code).stdout)

    def refused(self, *words: object, lang: str = "en") -> str:
        """Type a command that must be refused: exit code 1, one sentence on standard error, no stack, no output."""
        result = self.run(*words, code=1, lang=lang)
        assert result.stdout == ""
        (sentence,) = result.stderr.splitlines()
        assert sentence.startswith("✗ ")
        return sentence.removeprefix("✗ ")

    def _typed(self, words: list[str], code: int) -> Result:
        result = CliRunner().invoke(main, ["--data-dir", str(self.data_dir), *words], catch_exceptions=False)
        assert result.exit_code == code, (words, result.exit_code, result.stdout, result.stderr)
        assert "Traceback" not in result.output
        return result
