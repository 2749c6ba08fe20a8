"""Whether a result may go out."""

from dataclasses import replace
from datetime import date

import pytest

from inspection.publicity.release import Ground, Hindrance, Readiness, Withholding, hindrances

TODAY = date(2026, 3, 30)
READY = Readiness(clock_started=True, visit_approved_by="leader", approved_by="approver", withholding=None)


def test_a_result_with_its_clock_started_and_a_second_person_goes_out() -> None:
    assert hindrances(READY, TODAY) == ()


@pytest.mark.parametrize(
    ("ready", "why"),
    [
        (replace(READY, clock_started=False), Hindrance.CLOCK_NOT_STARTED),
        (replace(READY, approved_by=None), Hindrance.NOT_APPROVED),
        (replace(READY, approved_by="leader"), Hindrance.SAME_PERSON),
        (replace(READY, withholding=Withholding("涉密", Ground.STATE_SECRET, "legal")), Hindrance.WITHHELD),
        (
            replace(READY, withholding=Withholding("商业秘密", Ground.TRADE_SECRET, "legal", date(2026, 3, 31))),
            Hindrance.DEFERRED,
        ),
    ],
)
def test_each_missing_step_and_each_decision_keeps_it_in(ready: Readiness, why: Hindrance) -> None:
    assert hindrances(ready, TODAY) == (why,)


def test_a_deferred_result_goes_out_on_its_day() -> None:
    deferred = replace(READY, withholding=Withholding("商业秘密", Ground.TRADE_SECRET, "legal", TODAY))
    assert hindrances(deferred, TODAY) == ()


def test_all_hindrances_are_told_at_once() -> None:
    nothing = Readiness(
        clock_started=False,
        visit_approved_by="leader",
        approved_by=None,
        withholding=Withholding("涉密", Ground.PRIVACY, "x"),
    )
    assert hindrances(nothing, TODAY) == (Hindrance.CLOCK_NOT_STARTED, Hindrance.NOT_APPROVED, Hindrance.WITHHELD)
