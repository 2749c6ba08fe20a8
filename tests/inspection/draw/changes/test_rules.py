"""What the five rule-sets allow: ways of recusal, reasons, and whose word a change needs. Every refusal by name."""

from dataclasses import replace

import pytest

from inspection.draw.changes.rules import approved_by, check_note, check_reason, recusal_kind
from inspection.draw.changes.terms import NOTE_MOST, RESULTS, ChangeKind, ObjectReason
from inspection.draw.terms import Substitution
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Role
from inspection.kernel.errors import DomainError, Invalid, Refused
from inspection.policy.load import rule_set_named
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind

ANYUE, JINFENG, QUANZHOU, WEIHAI, XINGLONGTAI = (
    "anyue-joint.2020",
    "jinfeng-commerce.2023",
    "quanzhou-economy.2016",
    "weihai-jingkai-commerce.2019",
    "xinglongtai-market.2019",
)
ALL = Substitution(tuple(reason.value for reason in ObjectReason))
ILLNESS = {QUANZHOU: True, WEIHAI: True, ANYUE: False, JINFENG: False, XINGLONGTAI: False}


def refused(kind: ChangeKind, reason: str, rules: str = WEIHAI, agreed: Substitution = ALL) -> str:
    with pytest.raises(Refused) as error:
        check_reason(agreed, rule_set_named(rules), kind, reason)
    assert said(error.value)
    return error.value.message_key


def said(error: DomainError) -> bool:
    """Every fact has its place in both languages."""
    return all("{" not in text(error.message_key, lang, **error.facts) for lang in LANGUAGES)


@pytest.mark.parametrize("rules", [ANYUE, JINFENG, QUANZHOU, XINGLONGTAI])
def test_where_the_document_names_no_way_the_place_is_drawn_anew(rules: str) -> None:
    assert recusal_kind(rule_set_named(rules), RecusalWay.REDRAW) is ChangeKind.LEAVE
    for way in (RecusalWay.SWAP, RecusalWay.ABSTAIN):
        with pytest.raises(Refused) as error:
            recusal_kind(rule_set_named(rules), way)
        assert error.value.message_key == "draw.change_way_unknown"
        assert said(error.value)


def test_weihai_swaps_objects_or_lets_the_inspector_abstain() -> None:
    kinds = [recusal_kind(rule_set_named(WEIHAI), way) for way in (RecusalWay.SWAP, RecusalWay.ABSTAIN)]
    assert kinds == [ChangeKind.SWAP, ChangeKind.LEAVE]


@pytest.mark.parametrize("rules", sorted(ILLNESS))
def test_health_is_a_reason_only_where_it_is_listed(rules: str) -> None:
    if ILLNESS[rules]:
        check_reason(ALL, rule_set_named(rules), ChangeKind.REPLACE_INSPECTOR, "health")
    else:
        assert refused(ChangeKind.REPLACE_INSPECTOR, "health", rules) == "draw.change_reason_not_allowed"


@pytest.mark.parametrize("rules", sorted(ILLNESS))
def test_recusal_has_its_own_way(rules: str) -> None:
    assert refused(ChangeKind.REPLACE_INSPECTOR, "recusal", rules) == "draw.change_recusal_by_way"


@pytest.mark.parametrize("kind", [ChangeKind.SWAP, ChangeKind.LEAVE])
def test_a_recusal_names_its_ground(kind: ChangeKind) -> None:
    for ground in RelationKind:
        check_reason(ALL, rule_set_named(WEIHAI), kind, ground.value)
    assert refused(kind, "dislike") == "draw.change_reason_not_allowed"


@pytest.mark.parametrize("reason", sorted(RESULTS))
def test_a_result_of_the_inspection_is_never_a_reason(reason: str) -> None:
    assert refused(ChangeKind.REPLACE_OBJECT, reason) == "draw.change_reason_is_result"


@pytest.mark.parametrize("reason", list(ObjectReason))
def test_an_object_is_replaced_for_what_the_draw_announced(reason: ObjectReason) -> None:
    check_reason(ALL, rule_set_named(WEIHAI), ChangeKind.REPLACE_OBJECT, reason.value)
    none = replace(ALL, reasons=())
    assert refused(ChangeKind.REPLACE_OBJECT, reason.value, agreed=none) == "draw.change_reason_not_allowed"


def test_where_no_inspectors_are_replaced_none_is() -> None:
    rules = rule_set_named(WEIHAI)
    without = rules.model_copy(update={"replacement": rules.replacement.model_copy(update={"substitutes": ()})})
    with pytest.raises(Refused) as error:
        check_reason(ALL, without, ChangeKind.REPLACE_INSPECTOR, "health")
    assert error.value.message_key == "draw.change_no_substitutes"
    assert said(error.value)


def test_whose_word_a_change_needs() -> None:
    asked = {name: approved_by(rule_set_named(name), ChangeKind.LEAVE) for name in ILLNESS}
    assert asked == {
        ANYUE: Role.APPROVER,
        JINFENG: None,
        QUANZHOU: None,
        WEIHAI: Role.APPROVER,
        XINGLONGTAI: Role.APPROVER,
    }
    assert {approved_by(rule_set_named(name), ChangeKind.REPLACE_OBJECT) for name in ILLNESS} == {Role.APPROVER}


def test_a_recusal_may_go_without_words_and_nothing_else_does() -> None:
    check_note(ChangeKind.SWAP, "")
    for kind, note in [
        (ChangeKind.REPLACE_OBJECT, ""),
        (ChangeKind.REPLACE_INSPECTOR, " \n"),
        (ChangeKind.LEAVE, "长" * (NOTE_MOST + 1)),
    ]:
        with pytest.raises(Invalid) as error:
            check_note(kind, note)
        assert said(error.value)
