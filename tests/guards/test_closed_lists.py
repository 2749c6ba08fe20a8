"""Closed lists stay closed: every kind is used, every job has a hand, every text has both languages."""

import re
from functools import cache

import pytest

from api.worker import HANDLERS
from inspection.kernel.catalogue import LANGUAGES, ROOMS, catalogue
from inspection.kernel.journal import EventKind
from inspection.kernel.work.routes import JOB_ROUTES
from mobile_contract.decisions import DecisionType
from mobile_contract.entries import EntryType
from mobile_contract.problems import ProblemCode
from tests.guards.sources import ROOT, modules, tracked

MARK = re.compile(r"\{(\w+)\}")


@cache
def all_code() -> str:
    texts = [path for path in tracked() if path.parts[0] == "api" and path.suffix == ".html"]
    return "\n".join((ROOT / path).read_text() for path in (*modules(), *texts))


def test_every_kind_of_event_is_written_somewhere() -> None:
    assert [kind for kind in EventKind if f"EventKind.{kind.name}" not in all_code()] == []


def test_every_job_has_a_handler_and_every_handler_a_job() -> None:
    asked = {name for names in JOB_ROUTES.values() for name in names}
    assert asked == set(HANDLERS)


def test_every_problem_code_is_raised_somewhere() -> None:
    code = all_code()
    assert [problem for problem in ProblemCode if code.count(f"ProblemCode.{problem.name}") < 2] == []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_text_is_there_in_both_languages_with_the_same_facts(room: str) -> None:
    first, second = (catalogue(room, lang) for lang in LANGUAGES)
    assert first.keys() == second.keys()
    assert {key: set(MARK.findall(first[key])) ^ set(MARK.findall(second[key])) for key in first} == {
        key: set() for key in first
    }
    assert [key for key in first if not first[key].strip() or not second[key].strip()] == []


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_text_is_said_somewhere(room: str) -> None:
    assert [key for key in catalogue(room, LANGUAGES[0]) if not _is_said(key)] == []


def test_every_type_of_entry_and_every_kind_of_event_has_a_word_at_the_desk() -> None:
    review, oversight = (catalogue(room, LANGUAGES[0]) for room in ("desk_review", "desk_oversight"))
    types = [*EntryType, *DecisionType]
    assert [one for one in types if f"desk_review.entry_type_{one}" not in review] == []
    assert [kind for kind in EventKind if f"desk_oversight.event_{kind}" not in oversight] == []


@cache
def named_in_code(area: str) -> str:
    """Whatever in the code may name a key that begins with `area`: each word with a dot behind that name, with the
    sign that ends it. A key has none but these letters, so to look here is to look through all code.
    """
    return "\n".join(word for word in _dotted() if f"{area}." in word)


@cache
def _dotted() -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[\w.-]+[\"'{]?", all_code()) if "." in word)


def _is_said(key: str) -> bool:
    """Whether the code names the key, or a beginning of it that a value completes: `"room.state"`, `"room.state_" ~`,
    `f"room.state_{…}"`.
    """
    room_ends = key.index(".")
    code = named_in_code(key[:room_ends])
    if key in code:
        return True
    cuts = [place for place, char in enumerate(key) if char in "_." and place >= room_ends]
    whole = [key[:place] + end for place in cuts if place > room_ends for end in "\"'"]
    begun = [key[: place + 1] + end for place in cuts for end in "{\"'"]
    return any(beginning in code for beginning in (*whole, *begun))
