"""Who may be sent: every reason against it, and nothing else, decides. Pure."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.frozen.candidates import declared, roster_row, roster_rows
from inspection.kernel.catalogue import LANGUAGES
from inspection.registry.inspectors.dispatch import (
    Bar,
    DispatchRule,
    Hindrance,
    Need,
    dispatch_rule,
    dispatchable,
    hindrances,
)
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts, RelationFacts
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole, RelationKind, RelationSource
from tests.inspection.registry.inspectors.people import ME, away, certificate, person
from tests.support.rulesets import BY_CODE

DAY = date(2026, 3, 2)
WINDOW = (DAY, date(2026, 4, 30))
REVIEWED = DispatchRule(reviewed=True)


def bars(one: InspectorFacts, need: Need | None = None, rule: DispatchRule | None = None, load: int = 0) -> list[Bar]:
    return [found.key for found in hindrances(one, WINDOW, need or Need(), rule or DispatchRule(), load)]


def test_a_certified_inspector_in_post_may_go():
    assert bars(person(certificate())) == []
    assert dispatchable(person(certificate()), WINDOW)


@pytest.mark.parametrize(
    ("one", "bar"),
    [
        (person(), Bar.NO_CERTIFICATE),
        (person(certificate(last=date(2026, 4, 29))), Bar.EXPIRED),
        (person(certificate(first=date(2026, 3, 3))), Bar.NOT_YET_VALID),
        (person(certificate(status=CertificateStatus.SUSPENDED, status_since=date(2026, 4, 30))), Bar.SUSPENDED),
        (person(certificate(status=CertificateStatus.REVOKED)), Bar.REVOKED),
        (person(certificate(), active=False), Bar.INACTIVE),
        (person(certificate(), absences=(away(date(2026, 4, 30), date(2026, 5, 9)),)), Bar.ABSENT),
    ],
)
def test_one_thing_that_speaks_against_a_person_is_named_alone(one: InspectorFacts, bar: Bar):
    assert bars(one) == [bar]


def test_a_suspension_that_begins_after_the_visit_bars_nobody():
    held = certificate(status=CertificateStatus.SUSPENDED, status_since=date(2026, 5, 1))
    assert bars(person(held)) == []


def test_experts_and_assistants_are_never_sent_whatever_they_hold():
    for role in (InspectorRole.EXPERT, InspectorRole.ASSISTANT):
        assert bars(person(certificate(), role=role)) == [Bar.ASSISTS_ONLY]


def test_a_category_that_the_rule_set_does_not_know_is_not_sent():
    barred = dispatch_rule(BY_CODE["jinfeng-commerce"])
    assert bars(person(certificate(), category="daily_supervision"), rule=barred) == [Bar.CATEGORY]
    assert bars(person(certificate(), category="civil_servant"), rule=barred) == []


def test_where_changes_are_reviewed_an_unreviewed_person_waits_and_where_they_are_reported_not():
    new = person(certificate(), unreviewed=True)
    assert bars(new, rule=dispatch_rule(BY_CODE["anyue-joint"])) == [Bar.NOT_REVIEWED]
    assert bars(new, rule=dispatch_rule(BY_CODE["quanzhou-economy"])) == []
    assert bars(new, rule=dispatch_rule(BY_CODE["weihai-jingkai-commerce"])) == []


def test_a_required_qualification_must_be_held():
    assert bars(person(certificate()), Need(qualification="商务执法")) == []
    assert bars(person(certificate()), Need(qualification="药品检查员")) == [Bar.QUALIFICATION]


@pytest.mark.parametrize(
    ("scope", "covered"),
    [((), True), (("全部",), True), (("成品油",), True), (("SW02",), True), (("药品", "食品"), False)],
)
def test_the_scope_of_a_certificate_must_name_the_item(scope: tuple[str, ...], covered: bool):
    need = Need(matters=("SW02", "对成品油零售经营企业的行政检查"))
    assert bars(person(certificate(scope=scope)), need) == ([] if covered else [Bar.SCOPE])


def test_a_certificate_for_other_areas_does_not_serve():
    assert bars(person(certificate(areas=("东区",))), Need(area="东区崂山路")) == []
    assert bars(person(certificate(areas=("东区",))), Need(area="西区")) == [Bar.AREA]


def test_a_full_load_bars_and_a_limit_of_zero_bars_always():
    assert bars(person(certificate(), maximum_load=3), load=2) == []
    assert bars(person(certificate(), maximum_load=3), load=3) == [Bar.OVERLOADED]
    assert bars(person(certificate(), maximum_load=0)) == [Bar.OVERLOADED]


def test_one_certificate_that_serves_is_enough_and_no_two_are_patched_together():
    broken = certificate(last=date(2026, 3, 31))
    later = certificate(first=date(2026, 4, 1), number="A-0002")
    assert bars(person(broken, later)) == [Bar.EXPIRED, Bar.NOT_YET_VALID]
    assert bars(person(broken, later, certificate(number="A-0003"))) == []


def test_every_reason_is_told_at_once():
    one = person(certificate(last=DAY), active=False, unreviewed=True, absences=(away(DAY, DAY),), maximum_load=1)
    found = bars(one, Need(qualification="x"), REVIEWED, 1)
    assert found == [Bar.INACTIVE, Bar.NOT_REVIEWED, Bar.EXPIRED, Bar.QUALIFICATION, Bar.ABSENT, Bar.OVERLOADED]


@pytest.mark.parametrize("bar", Bar)
def test_every_reason_has_words_in_both_languages(bar: Bar):
    said = Hindrance(bar, {"number": "A-0001", "day": "2026-04-29"})
    assert len({said.text(lang) for lang in LANGUAGES}) == 2
    if "{number}" in bar:
        assert all("A-0001" in said.text(lang) for lang in LANGUAGES)


def test_an_expired_certificate_is_named_with_its_last_day():
    (found,) = hindrances(person(certificate(last=date(2026, 4, 29))), WINDOW)
    assert found.text("zh_CN") == "执法证 A-0001 于 2026-04-29 到期。"
    assert found.text("en") == "Certificate A-0001 runs out on 2026-04-29."


days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))


@st.composite
def certificates(draw: st.DrawFn) -> CertificateFacts:
    first, last = sorted((draw(days), draw(days)))
    status = draw(st.sampled_from(CertificateStatus))
    since = draw(st.none() | days) if status is not CertificateStatus.VALID else None
    return certificate(first, last, status=status, status_since=since, number=f"A-{draw(st.integers(0, 9999)):04d}")


@given(held=st.lists(certificates(), max_size=4), edges=st.tuples(days, days))
def test_a_person_may_go_exactly_when_some_certificate_is_valid_on_every_day_of_the_window(held, edges):
    first, last = sorted(edges)
    every_day = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def valid_on(one: CertificateFacts, day: date) -> bool:
        stopped = one.status is not CertificateStatus.VALID and (one.status_since is None or one.status_since <= day)
        return one.valid_from <= day <= one.valid_until and not stopped

    wanted = any(all(valid_on(one, day) for day in every_day) for one in held)
    assert dispatchable(person(*held), (first, last)) is wanted
    assert (person(*held).certificate_for(first, last) is not None) is wanted


@given(gone=st.tuples(days, days), edges=st.tuples(days, days))
def test_an_absence_bars_exactly_when_it_shares_a_day_with_the_window(gone, edges):
    (begins, ends), (first, last) = sorted(gone), sorted(edges)
    shared = any(begins <= first + timedelta(days=n) <= ends for n in range((last - first).days + 1))
    held = certificate(date(2025, 1, 1), date(2027, 1, 1))
    assert dispatchable(person(held, absences=(away(begins, ends),)), (first, last)) is not shared


# -- what the draw makes of it ------------------------------------------------------------------------------------


def test_the_roster_of_a_draw_marks_who_may_go_and_leaves_qualifications_to_the_draw():
    need = Need(matters=("SW02",), qualification="药品检查员")
    assert roster_row(person(certificate()), WINDOW, need).certified
    assert not roster_row(person(certificate(scope=("药品",))), WINDOW, need).certified
    assert not roster_row(person(certificate(), absences=(away(DAY, DAY),)), WINDOW).certified
    assert not roster_row(person(certificate(), unreviewed=True), WINDOW, rule=REVIEWED).certified


def test_experts_do_not_even_stand_in_the_roster():
    expert = person(certificate(), id=UUID(int=5), role=InspectorRole.EXPERT)
    assert [row.inspector for row in roster_rows([person(certificate()), expert], WINDOW)] == [str(ME)]


def test_only_interests_that_stand_on_a_day_of_the_window_recuse_and_each_object_once():
    def tie(code: str, since: date | None, until: date | None) -> RelationFacts:
        return RelationFacts(None, ME, code, RelationKind.KINSHIP, RelationSource.OFFICE, since, until, None)

    ties = (
        tie("A", None, None),
        tie("A", DAY, None),
        tie("B", None, DAY - timedelta(days=1)),
        tie("C", WINDOW[1], None),
        tie("D", WINDOW[1] + timedelta(days=1), None),
        tie("E", None, DAY),
    )
    one = replace(person(certificate()), relations=ties)
    assert [found.oid for found in declared([one], WINDOW)] == ["A", "C", "E"]
