"""The implementer's guide shows the bytes that the vectors hold, and names only files that exist."""

from __future__ import annotations

import json
import re

import pytest

from mobile_contract.artefacts.guide import BLOCK, refreshed, told
from mobile_contract.client.vectors import FOLDER
from tests.guards.sources import ROOT

GUIDE = (ROOT / "docs" / "native-app.md").read_text(encoding="utf-8")
VECTORS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}
BLOCKS = [(block[1], block[2], block[3]) for block in BLOCK.finditer(GUIDE)]


@pytest.mark.parametrize(("file", "pointer", "shown"), BLOCKS, ids=[f"{file}#{at}" for file, at, _ in BLOCKS])
def test_a_block_of_the_guide_is_what_the_vectors_hold(file: str, pointer: str, shown: str) -> None:
    value = told(VECTORS[file], pointer)
    assert value
    assert "".join(shown.splitlines()) == value, "run `make contract`"


def test_every_block_of_the_guide_names_its_place() -> None:
    assert len(BLOCKS) > 20
    assert GUIDE.count("```") == 2 * len(BLOCKS)


def test_every_file_that_the_guide_names_is_there_and_every_vector_is_named() -> None:
    named = set(re.findall(r"\b([a-z-]+\.json)\b", GUIDE))
    known = {path.name for path in (ROOT / "mobile_contract").rglob("*.json")} | {"manifest.json"}
    assert named <= known
    assert set(VECTORS) <= named
    folders = re.findall(r"`((?:mobile_contract|docs|examples|schemas)/[\w/.-]+)`", GUIDE)
    homes = (ROOT, ROOT / "mobile_contract")
    assert [one for one in folders if not any((home / one).exists() for home in homes)] == []


def test_a_stale_block_is_written_anew_and_a_wrong_place_is_named() -> None:
    stale = "```text a.json#/x/1\nold\n```\n"
    assert refreshed(stale, {"a.json": {"x": ["", "n" * 130]}}) == (
        f"```text a.json#/x/1\n{'n' * 120}\n{'n' * 10}\n```\n"
    )
    with pytest.raises(KeyError, match="/x/1"):
        refreshed(stale, {"a.json": {"x": []}})
