"""docs/threats.md names only tests that are there, and says of each threat what stands against it and what shows it."""

import re

from tests.guards.sources import ROOT
from tests.guards.test_coverage_page import TEST, found_in

PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("\n## Threats\n")[2].partition("\n## ")[0]
SCRIPT = re.compile(r"`(tablet/test/[^`]+\.test\.ts)`")


def rows() -> list[list[str]]:
    """The cells of every threat."""
    lines = [line.strip("|").split("|") for line in TABLE.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line] for line in lines if not line[0].strip().startswith("**")]


def test_every_test_that_is_named_is_there() -> None:
    named = TEST.findall(PAGE)
    assert len(named) > 50
    assert [(path, name) for path, name in named if name not in found_in(path)] == []
    assert [path for path in SCRIPT.findall(PAGE) if not (ROOT / path).is_file()] == []


def test_every_threat_says_what_stands_against_it_and_what_shows_it() -> None:
    assert len(rows()) > 30
    for row in rows():
        assert len(row) == 4, row
        threat, against, shown, _ = row
        assert threat, row
        assert against, row
        assert TEST.search(shown), row


def test_every_actor_has_threats() -> None:
    actors = re.findall(r"^- \*\*(?:A |The |Somebody )?([^*]+)\*\*", PAGE.partition("## Who attacks")[2], re.MULTILINE)
    heads = " ".join(re.findall(r"^\| \*\*([^*]+)\*\* \|", TABLE, re.MULTILINE)).lower()
    assert len(actors) == 9
    assert [actor for actor in actors if actor.split()[0].split("-")[0].lower() not in heads] == []
