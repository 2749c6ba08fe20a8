"""The list of changes: dated, newest first, tied to the contract by its digest."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from mobile_contract.artefacts.changelog import contract_digest, entries, named_anew
from mobile_contract.artefacts.schemas import build_schemas

TEXT = f"""# Changes
## 2026-11-21 · contract 2
Digest: `{"a" * 64}`
* more
## 2026-11-01 · contract 1
Digest: `{"b" * 64}`
"""
OPENAPI = {"paths": {"/v1/a": {"get": {"summary": "A", "responses": {}}}}, "components": {}, "info": {"version": "1"}}


def test_entries_are_read_with_day_version_and_digest() -> None:
    newest, first = entries(TEXT)
    assert (newest.day, newest.version, newest.digest) == (date(2026, 11, 21), 2, "a" * 64)
    assert (first.day, first.version, first.digest) == (date(2026, 11, 1), 1, "b" * 64)


def test_an_entry_without_a_digest_is_none() -> None:
    with pytest.raises(ValueError, match="2026-11-01"):
        entries(TEXT.replace(f"Digest: `{'b' * 64}`", ""))


def test_only_the_newest_entry_is_named_anew() -> None:
    newest, first = entries(named_anew(TEXT, "c" * 64))
    assert (newest.digest, first.digest) == ("c" * 64, "b" * 64)


def test_words_do_not_move_the_digest_and_everything_else_does() -> None:
    schemas = build_schemas()
    digest = contract_digest(schemas, OPENAPI)
    reworded = copy.deepcopy(schemas)
    header = reworded["envelope"]["$defs"]["EntryHeader"]
    header["description"] = "Other words."
    header["properties"]["seq"]["description"] = "Other words."
    assert contract_digest(reworded, {**OPENAPI, "info": {"version": "2"}}) == digest
    header["properties"]["seq"]["maximum"] -= 1
    assert contract_digest(reworded, OPENAPI) != digest
    assert contract_digest(schemas, {**OPENAPI, "paths": {}}) != digest


def test_a_member_that_is_called_like_a_word_counts() -> None:
    schemas = build_schemas()
    without = copy.deepcopy(schemas)
    del without["checklist"]["$defs"]["Checklist"]["properties"]["title"]
    assert contract_digest(without, OPENAPI) != contract_digest(schemas, OPENAPI)
