"""The rules that the models of the wire hold by themselves."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mobile_contract.base import Wire, canonical_bytes, is_storable_text
from mobile_contract.checklist import Checklist
from mobile_contract.client.examples import FOLDER, VISIT, checklist, visit_card
from mobile_contract.decisions import DECISION_OF, DecisionType, Resolve
from mobile_contract.devices import WipedStatement
from mobile_contract.entries import BODY_OF, EntryType, Presence, Refusal, SignatureBody
from mobile_contract.ink import Ink
from mobile_contract.problems import STATUS, ProblemCode
from mobile_contract.push import Verdict
from mobile_contract.visit_card import VisitCard

SALT = "A" * 22


class Sample(Wire):
    text: str
    many: tuple[str, ...] = ()
    named: dict[str, str] = {}  # noqa: RUF012 -- pydantic copies it


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800"])
def test_text_that_one_database_cannot_store_is_refused_everywhere(bad):
    for members in ({"text": bad}, {"text": "a", "many": (bad,)}, {"text": "a", "named": {bad: "a"}}):
        with pytest.raises(ValidationError):
            Sample(**members)
    assert not is_storable_text(bad)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_every_other_text_passes_unchanged(text):
    assert Sample(text=text).text == text


def test_unknown_members_and_wrong_types_are_refused():
    with pytest.raises(ValidationError):
        Sample.model_validate_json('{"text":"a","more":1}')
    with pytest.raises(ValidationError):
        Sample.model_validate_json('{"text":1}')


@pytest.mark.parametrize("odd", [True, 1.0, "1", 2, 0, None])
def test_true_is_not_the_number_one(odd):
    """`Literal[1]` would take it: True == 1."""
    statement = {"device": str(VISIT), "order": str(VISIT), "lost_entries": 0, "lost_files": 0}
    assert WipedStatement.model_validate_json(json.dumps({**statement, "v": 1})).v == 1
    with pytest.raises(ValidationError):
        WipedStatement.model_validate_json(json.dumps({**statement, "v": odd}))


def test_every_problem_has_a_status_and_a_stable_type():
    assert set(STATUS) == set(ProblemCode)
    assert len({code.type for code in ProblemCode}) == len(ProblemCode)
    assert all(400 <= code.status < 600 for code in ProblemCode)
    assert ProblemCode.STALE_SCREEN.status == 412
    assert ProblemCode.TOO_LARGE.type == "/problems/too-large"


def test_every_entry_type_has_a_body():
    assert set(BODY_OF) == set(EntryType)
    assert set(DECISION_OF) == set(DecisionType)


def test_custody_is_taken_by_all_but_two_verdicts():
    assert {verdict for verdict in Verdict if not verdict.takes_custody} == {Verdict.REFUSED, Verdict.LATER}


def test_a_presence_has_a_position_or_the_reason_why_not():
    position = {"lat_e7": 374_000_000, "lon_e7": 1_221_000_000, "acc_dm": 50, "source": "gnss", "fix_age_ms": 10}
    Presence.model_validate_json(json.dumps({"salt": SALT, "position": position}))
    Presence.model_validate_json(json.dumps({"salt": SALT, "no_fix": "indoors"}))
    for members in ({}, {"position": position, "no_fix": "indoors"}):
        with pytest.raises(ValidationError):
            Presence.model_validate_json(json.dumps({"salt": SALT, **members}))


def test_a_refusal_names_who_refused_or_that_nobody_knows():
    members = {"salt": SALT, "what": "signature", "reason_code": "disagrees", "text": "不同意"}
    Refusal.model_validate_json(json.dumps({**members, "by": {"unknown": True}}))
    for by in ({}, {"name": "赵三", "unknown": True}):
        with pytest.raises(ValidationError):
            Refusal.model_validate_json(json.dumps({**members, "by": by}))


def ink(strokes: list[list[list[int]]]) -> Ink:
    members = {"width": 300, "height": 120, "pointer": "pen", "pressure": True, "strokes": strokes}
    return Ink.model_validate_json(json.dumps(members))


LINE = [[100 * step, 600, 10, 100] for step in range(10)]


def test_a_drawn_line_is_a_signature_and_a_dot_is_none():
    assert len(ink([LINE]).strokes[0]) == 10
    with pytest.raises(ValidationError, match="ink"):
        ink([[[500, 500, 10, 100]] * 20])


@pytest.mark.parametrize(
    "strokes",
    [
        [],
        [LINE[:7]],
        [[*LINE, [3_301, 600, 10, 100]]],
        [[*LINE, [100, -1_201, 10, 100]]],
        [[*LINE, [100, 600, -1, 100]]],
        [[*LINE, [100, 600, 1, 256]]],
        [LINE] * 41,
        [LINE * 2_001],
    ],
)
def test_strokes_outside_their_limits_are_refused(strokes):
    with pytest.raises(ValidationError):
        ink(strokes)


def test_a_finger_may_leave_the_box_by_a_tenth():
    assert ink([[*LINE, [3_300, -120, 0, 0]]])


def test_a_drawn_signature_needs_its_ink():
    members = {"salt": SALT, "role": "witness", "name": "李", "method": "drawn", "doc": "0" * 64, "set": "A" * 43}
    with pytest.raises(ValidationError, match="ink"):
        SignatureBody.model_validate_json(json.dumps(members))
    drawn = {"width": 300, "height": 120, "pointer": "pen", "pressure": True, "strokes": [LINE]}
    assert SignatureBody.model_validate_json(json.dumps({**members, "ink": drawn})).ink


def test_a_resolution_by_value_names_the_value():
    members = {"salt": SALT, "item": "fs.014", "reason": "复查", "how": "value"}
    Resolve.model_validate_json(json.dumps({**members, "value": "no"}))
    with pytest.raises(ValidationError):
        Resolve.model_validate_json(json.dumps(members))


def test_the_digest_of_a_checklist_covers_every_member_and_survives_the_wire():
    told = json.loads((FOLDER / "checklist.json").read_text())
    again = Checklist.model_validate_json(json.dumps(told["checklist"]))
    assert again.digest() == told["digest"] == checklist().digest()
    stricter = again.items[0].model_copy(update={"is_veto": True})
    assert again.model_copy(update={"items": (stricter, *again.items[1:])}).digest() != told["digest"]


def test_item_codes_of_a_checklist_are_unique():
    twice = checklist().items[0]
    with pytest.raises(ValidationError, match="unique"):
        Checklist(code="c", version=1, title=checklist().title, items=(twice, twice))


def test_a_visit_card_survives_the_wire():
    card = visit_card()
    assert VisitCard.model_validate_json(canonical_bytes(card)) == card
    assert VisitCard.model_validate_json(card.model_dump_json()).digest() == card.digest()
