"""What alerts are raised of: pure rules over facts."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.told.monitoring import Alert as DrawSign
from inspection.draw.told.monitoring import Sign
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Actor, Role
from inspection.oversight.alerts.read import KINDS, said, shown_to
from inspection.oversight.alerts.rules import (
    AlertKind,
    Decided,
    Late,
    Pair,
    Raised,
    VoidedTask,
    clean_run,
    crowded_door,
    draw_signs,
    draws_voided,
    late,
    same_pairs,
    same_sides,
)
from inspection.oversight.alerts.store import AlertRow
from inspection.visits.ledger.warn import DoorWarning
from inspection.visits.ledger.warnings import Period
from inspection.visits.repeats.rules import Run
from tests.conftest import NOW
from tests.support.rulesets import BY_CODE

RULE = BY_CODE["weihai-jingkai-commerce"].warnings
TODAY = date(2026, 3, 2)
RUN = Run(UUID(int=1), "9137", (UUID(int=2), UUID(int=3), UUID(int=4)), date(2026, 1, 5), date(2026, 3, 1))


def voided(times: int) -> list[Raised]:
    return list(draws_voided([VoidedTask(UUID(int=1), "T1", times, TODAY, ("a", "b"))], RULE))


def test_a_draw_given_up_twice_is_an_alert_and_each_further_time_another() -> None:
    assert voided(1) == []
    assert [one.subjects for one in voided(2)] == [("a", "b")]
    assert voided(2)[0].key != voided(3)[0].key


def pairs(*told: tuple[str, str, int]) -> list[tuple[str, ...]]:
    return [one.subjects for one in same_pairs([Pair(*one) for one in told], 2026, RULE, TODAY)]


def test_two_people_who_always_approve_together_and_with_nobody_else_are_an_alert() -> None:
    assert pairs(("a", "b", RULE.same_pair_least)) == [("a", "b")]
    assert pairs(("a", "b", RULE.same_pair_least - 1)) == []
    assert pairs(("a", "b", 50), ("a", "c", 1)) == []
    assert pairs(("a", "b", 50), ("c", "b", 1)) == []
    assert pairs(("a", "b", 50), ("c", "d", 50)) == [("a", "b"), ("c", "d")]


def sides(won: tuple[str, ...], by: str) -> list[Raised]:
    return list(same_sides([Decided(by, one, TODAY) for one in won], 2026, RULE))


def test_conflicts_always_decided_for_the_same_inspector_are_an_alert() -> None:
    least = RULE.same_side_least
    assert [one.subjects for one in sides(("x",) * least, "head")] == [("head", "x")]
    assert sides(("x",) * (least - 1), "head") == []
    assert sides((*("x",) * 20, "y"), "head") == []


@given(days=st.integers(-10, 10), done=st.one_of(st.none(), st.integers(-10, 10)))
def test_late_is_what_is_over_its_day_and_not_done_or_done_after_it(days: int, done: int | None) -> None:
    due = TODAY + timedelta(days=days)
    done_on = TODAY + timedelta(days=done) if done is not None else None
    found = list(late(AlertKind.PUBLICATION_LATE, [Late(UUID(int=1), "某店", due, done_on)], TODAY))
    assert bool(found) == ((done_on or TODAY) > due)


def test_the_same_thing_bears_the_same_key_whenever_it_is_found() -> None:
    one = Late(UUID(int=1), "某店", TODAY - timedelta(days=1))
    keys = {raised.key for n in range(5) for raised in late(AlertKind.OBJECTION_LATE, [one], TODAY + timedelta(days=n))}
    assert len(keys) == 1
    assert clean_run(RUN, "甲").key == clean_run(RUN, "改了名").key
    assert [one.key for one in draw_signs([DrawSign(Sign.REPLACED, "2026Q1")], TODAY)] == [
        one.key for one in draw_signs([DrawSign(Sign.REPLACED, "2026Q1")], TODAY + timedelta(days=9))
    ]


def every_kind() -> list[Raised]:
    thing = Late(UUID(int=1), "某店", TODAY - timedelta(days=1))
    return [
        clean_run(RUN, "甲"),
        crowded_door(DoorWarning("9137", Period.WEEK, TODAY, TODAY, 3, 2)),
        *voided(2),
        *(raised for sign in Sign for raised in draw_signs([DrawSign(sign, "2026Q1")], TODAY)),
        *same_pairs([Pair("a", "b", 50)], 2026, RULE, TODAY),
        *sides(("x",) * 20, "head"),
        *late(AlertKind.PUBLICATION_LATE, [thing], TODAY),
        *late(AlertKind.OBJECTION_LATE, [thing], TODAY),
    ]


def row(raised: Raised) -> AlertRow:
    about = (raised.about_on, raised.subjects, raised.facts, NOW)
    return AlertRow(UUID(int=9), UUID(int=8), raised.kind, raised.key, *about, None, None, None, None)


def test_every_alert_says_what_was_counted_in_both_languages() -> None:
    found = every_kind()
    assert {one.kind for one in found} == set(AlertKind)
    for one in found:
        for lang in LANGUAGES:
            assert "{" not in said(row(one), lang), one.kind
    assert text("oversight.period_week", "zh_CN") in said(row(found[1]), "zh_CN")


def test_what_is_about_heads_and_approvers_is_shown_to_supervision_and_the_legal_office_alone() -> None:
    house = {AlertKind.SAME_PAIR, AlertKind.SAME_SIDE, AlertKind.DRAW_SIGN, AlertKind.DRAW_VOIDED}
    for raised in every_kind():
        readers = {role for role in Role if shown_to(Actor("somebody", "某人", role), row(raised))}
        watchers = {Role.SUPERVISOR, Role.LEGAL}
        assert readers == (watchers if raised.kind in house else watchers | {Role.SECTION_HEAD, Role.APPROVER})
    assert set(KINDS) == {Role.SUPERVISOR, Role.LEGAL, Role.SECTION_HEAD, Role.APPROVER}


def test_somebody_of_the_legal_office_is_not_shown_what_is_about_himself() -> None:
    (pair,) = same_pairs([Pair("a", "b", 50)], 2026, RULE, TODAY)
    assert not shown_to(Actor("b", "某人", Role.LEGAL), row(pair))
    assert shown_to(Actor("c", "某人", Role.LEGAL), row(pair))
