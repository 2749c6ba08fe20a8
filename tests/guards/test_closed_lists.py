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
from tests.guards.said_keys import is_said
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


def test_every_text_is_said_somewhere() -> None:
    assert [key for room in sorted(ROOMS) for key in catalogue(room, LANGUAGES[0]) if not is_said(key)] == []


def test_a_beginning_excuses_no_key_whose_rest_stands_nowhere() -> None:
    assert is_said("desk_planning.task_state_approved")
    assert not is_said("desk_planning.what_nobody_says")
    assert not is_said("desk_planning.task_state_what_nobody_says")


def test_every_type_of_entry_and_every_kind_of_event_has_a_word_at_the_desk() -> None:
    review, oversight = (catalogue(room, LANGUAGES[0]) for room in ("desk_review", "desk_oversight"))
    types = [*EntryType, *DecisionType]
    assert [one for one in types if f"desk_review.entry_type_{one}" not in review] == []
    assert [kind for kind in EventKind if f"desk_oversight.event_{kind}" not in oversight] == []
