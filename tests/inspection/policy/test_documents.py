"""What each of the five documents says, number by number, under the clause it says it in."""

from fractions import Fraction

import pytest

from inspection.policy.clauses.planning import PlanDue
from inspection.policy.model import RuleSet
from inspection.policy.terms import (
    AdvanceNotice,
    CapCounts,
    CapPeriod,
    Clause,
    ClockStart,
    DrawMode,
    ExemptionEffect,
    Mark,
    MatchKind,
    MatchMode,
    RatioBase,
    RecusalWay,
    Substitute,
    TaskKind,
)
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from tests.support.rulesets import BY_CODE, five

LIAONING = BY_CODE["xinglongtai-market"]
SICHUAN = BY_CODE["anyue-joint"]
NINGXIA = BY_CODE["jinfeng-commerce"]
SHANDONG = BY_CODE["weihai-jingkai-commerce"]
FUJIAN = BY_CODE["quanzhou-economy"]


def codes(named) -> list[str]:
    return [one.code for one in named]


def marks(grounds) -> list[Mark]:
    return [one.mark for one in grounds]


# 兴隆台区市场监督管理局双随机抽查规范细则


def test_x_0_and_j_4_two_documents_ask_for_a_legal_review_and_the_others_do_not():
    asking = {one.code: one.legal_review.article for one in five() if one.legal_review.outcomes}
    assert asking == {"xinglongtai-market": "序言", "jinfeng-commerce": "第四条"}
    for rules in (LIAONING, NINGXIA):
        asked = rules.legal_review
        assert set(asked.outcomes) <= {code.value for code in OutcomeCode}
        assert set(asked.follow_ups) <= {step.value for step in FollowUp}
        assert set(asked.referrals) <= set(rules.referral.kinds)
    silent = [one.legal_review for one in five() if one.code not in asking]
    assert [(one.article, one.outcomes, one.follow_ups, one.referrals) for one in silent] == [("—", (), (), ())] * 3


def test_what_is_referred_goes_where_the_document_lets_it_and_none_sets_a_day_for_the_answer():
    everywhere = {"penalty", "judicial", "other_agency"}
    kinds = {one.code: set(one.referral.kinds) - everywhere for one in five()}
    assert all(everywhere <= set(one.referral.kinds) for one in five())
    # 兴隆台 五（五）属地管理原则; 泉州 二（四）1 属地的原则、二（五）跨区域执法机制.
    assert {code for code, more in kinds.items() if more == {"other_region"}} == {
        "xinglongtai-market",
        "quanzhou-economy",
    }
    assert {one.referral.acknowledge_within_working_days for one in five()} == {None}


def test_a_re_check_of_what_was_to_be_put_right_is_approved_first_and_not_counted_against_the_cap():
    kinds = {one.code: one.outside_draw.of(TaskKind.RECHECK) for one in five()}
    assert {code: (one.approval, one.limited_by_cap) for code, one in kinds.items()} == dict.fromkeys(
        kinds, ("before", False)
    )
    assert {code: one.article for code, one in kinds.items()} == {
        "xinglongtai-market": "—",
        "anyue-joint": "一（五）",
        "jinfeng-commerce": "—",
        "weihai-jingkai-commerce": "第二十七条",
        "quanzhou-economy": "二（四）1",
    }


def test_x_2_4_three_groups_of_staff_stand_in_the_register():
    assert set(LIAONING.registers.categories) == {"civil_servant", "qualified", "daily_supervision"}


def test_x_4_a_closed_dossier_is_never_changed():
    assert LIAONING.archive.immutable
    assert LIAONING.archive.article == "四"


def test_x_5_1_to_5_4_what_lies_outside_the_draw_and_only_emergencies_are_made_up_for():
    kinds = {one.kind: one for one in LIAONING.outside_draw.kinds}
    assert {kind: one.article for kind, one in kinds.items()} == {
        TaskKind.KEY_FIELD: "五（一）",
        TaskKind.CAMPAIGN: "五（二）",
        TaskKind.KEY_CHECK: "五（二）",
        TaskKind.FLIGHT: "五（二）",
        TaskKind.CLUE: "五（三）",
        TaskKind.EMERGENCY: "五（四）",
        TaskKind.RECHECK: "—",
    }
    assert [kind for kind, one in kinds.items() if one.approval == "afterwards"] == [TaskKind.EMERGENCY]
    assert not kinds[TaskKind.CLUE].limited_by_cap


def test_x_5_5_and_6_3_whom_a_higher_plan_names_is_left_out_and_the_drawn_list_is_filed():
    assert LIAONING.higher_plans.excludes_planned_above
    assert LIAONING.task.drawn_list_filed_with is not None
    assert LIAONING.task.drawn_list_filed_with.zh.startswith("法制")


def test_x_6_0_no_task_without_an_operable_procedure_of_its_item():
    assert LIAONING.task.procedure_required
    assert LIAONING.task.scheme_required


def test_x_6_2_next_years_plan_is_made_in_the_last_thirty_working_days():
    assert LIAONING.plan.due == PlanDue(month=12, day=31, in_year_before=True, opens_working_days_before=30)
    assert set(LIAONING.plan.fields) == {"item", "window", "object"}


def test_x_6_4_written_on_site_and_online():
    assert set(LIAONING.method.allowed) == {"written", "on_site", "online"}


def test_x_6_5_ninety_days_three_classes_twenty_working_days():
    assert LIAONING.task.complete_within_days == 90
    assert [one.text.zh for one in LIAONING.results.classes] == [
        "未发现问题",
        "不配合检查情节严重",
        "发现违法违规行为",
    ]
    assert LIAONING.publication.working_days == 20
    assert LIAONING.publication.note is not None  # its start is not named: the reading is ours


# 安岳县 (安府发〔2020〕7号)


def test_a_1_3a_the_list_names_five_things_of_an_item():
    assert set(SICHUAN.items.fields) >= {"basis", "subject", "object", "content", "method"}


def test_a_1_3b_general_items_have_an_upper_ratio_key_items_an_order_of_batches():
    assert SICHUAN.items.classes
    assert SICHUAN.items.general_needs_cap
    assert SICHUAN.items.general_ratio_cap is None  # the number is the list's
    assert SICHUAN.items.key_batch_order


def test_a_1_4a_products_projects_and_conduct_may_be_objects():
    kinds = set(SICHUAN.registers.object_kinds)
    assert {"enterprise", "individual", "cooperative", "product", "project", "conduct"} <= kinds


def test_a_1_4b_six_things_of_an_inspector_and_changes_reviewed_by_the_judicial_office():
    wanted = {"name", "position", "unit", "certificate", "qualification", "expertise"}
    assert set(SICHUAN.registers.inspector_fields) == wanted
    assert SICHUAN.registers.review == "reviewed"
    assert SICHUAN.registers.changes_reviewed_by is not None
    assert "司法" in SICHUAN.registers.changes_reviewed_by.zh


def test_a_1_4c_experts_assist():
    assert SICHUAN.registers.experts_assist


def test_a_1_5a_ratio_and_frequency_follow_credit_grade_and_class_of_item():
    grades = {(one.item_class, one.grade) for one in SICHUAN.risk.differentiated}
    assert {("general", grade) for grade in "ABCD"} <= grades
    assert all(one.ratio_maximum is None for one in SICHUAN.risk.differentiated if one.item_class == "key")
    assert list(SICHUAN.risk.weights.values()) == sorted(SICHUAN.risk.weights.values())


def test_a_1_5b_a_penalty_in_three_years_and_two_other_grounds_lead_into_the_targeted_pool():
    assert marks(SICHUAN.risk.targeted) == [Mark.PENALTY, Mark.COMPLAINT, Mark.HIGH_RISK]
    assert SICHUAN.risk.targeted[0].within_months == 36
    assert SICHUAN.risk.targeted[0].least == 1


def test_a_2_1b_and_c_nine_columns_by_the_end_of_january_published():
    assert len(set(SICHUAN.plan.fields)) == 9
    assert SICHUAN.plan.due == PlanDue(month=1, day=31, in_year_before=False)
    assert SICHUAN.plan.published


def test_a_2_2_grouped_or_scattered_and_five_working_days_to_the_joint_start():
    assert set(SICHUAN.draw.match_modes) == {MatchMode.GROUPED, MatchMode.SCATTERED}
    assert DrawMode.CROSS_DEPARTMENT in SICHUAN.draw.modes
    assert SICHUAN.task.joint_start_within_working_days == 5


def test_a_2_2d_four_may_watch_a_draw_and_none_must():
    assert [one.text.zh for one in SICHUAN.supervision.may] == ["纪检监察部门", "公证部门", "市场主体", "社会第三方"]
    assert SICHUAN.supervision.required == ()


def test_a_2_4_twenty_working_days_from_the_result_in_two_channels():
    publication = SICHUAN.publication
    assert (publication.working_days, publication.starts) == (20, ClockStart.RESULT_FORMED)
    assert codes(publication.channels) == ["gsxt-sichuan", "credit-sichuan"]
    assert SICHUAN.secrecy.may_withhold


def test_a_3_5_quarterly_and_by_the_tenth_of_december():
    reports = SICHUAN.reports
    assert (reports.quarterly, reports.annual_month, reports.annual_day) == (True, 12, 10)


# 金凤区商务和经济技术合作局2023年抽查实施细则


def test_j_3_only_holders_of_a_certificate_stand_in_the_register():
    assert NINGXIA.registers.certified_only
    assert "daily_supervision" not in NINGXIA.registers.categories


def test_j_6_penalty_judiciary_and_other_agencies():
    assert set(NINGXIA.referral.kinds) == {"penalty", "judicial", "other_agency"}


def test_j_7_the_list_names_the_channel_of_publication_of_each_item():
    assert set(NINGXIA.items.fields) == {"name", "basis", "subject", "content", "channel"}
    assert NINGXIA.publication.per_item_channel


def test_j_8_three_modes_and_six_conditions():
    assert set(NINGXIA.draw.modes) == set(DrawMode)
    assert {"trade", "area", "subordination", "scale", "progress", "risk"} <= set(NINGXIA.draw.dimensions)


def test_j_11_two_inspectors_and_a_new_draw_after_a_recusal():
    assert NINGXIA.team.minimum_size == 2
    assert NINGXIA.recusal.ways == (RecusalWay.REDRAW,)


def test_j_13_two_draws_in_a_year_and_grounds_that_only_raise_the_probability():
    cap = NINGXIA.visit_cap
    assert (cap.maximum, cap.counts, cap.period) == (2, CapCounts.DRAWN, CapPeriod.ROLLING_YEAR)
    assert {one.effect for one in cap.exemptions} == {ExemptionEffect.MORE_LIKELY}
    assert len(cap.exemptions) == 6
    assert NINGXIA.draw.weighted


def test_j_16_penalties_within_seven_working_days_of_their_decision():
    penalty = NINGXIA.publication.penalty
    assert penalty is not None
    assert (penalty.working_days, penalty.starts) == (7, ClockStart.PENALTY_DECIDED)


def test_j_18_lists_are_confidential_with_an_exception():
    assert NINGXIA.secrecy.lists_confidential
    assert NINGXIA.notice.advance is AdvanceNotice.EXCEPTIONAL


# 威海市经开区商务局监管工作实施细则: the rest stands in test_rule_sets.py


def test_w_6c_four_grounds_lift_the_cap_altogether():
    assert {one.effect for one in SHANDONG.visit_cap.exemptions} == {ExemptionEffect.NOT_LIMITED}
    assert set(marks(SHANDONG.visit_cap.exemptions)) == {
        Mark.COMPLAINT,
        Mark.ABNORMAL_LIST,
        Mark.DISHONESTY,
        Mark.SERIOUS_VIOLATION,
    }


def test_w_10_labels_and_w_15_merging_and_w_16_ways_of_drawing():
    assert SHANDONG.registers.covers_all_objects
    assert set(SHANDONG.registers.inspector_labels) == {"qualification", "specialty"}
    assert SHANDONG.task.merge_same_object_same_period
    assert set(SHANDONG.draw.modes) == {DrawMode.UNTARGETED, DrawMode.TARGETED}
    assert set(SHANDONG.draw.match_kinds) == {MatchKind.AUTOMATIC, MatchKind.CONSTRAINED}
    assert {"kind", "scale", "area"} <= set(SHANDONG.draw.dimensions)


def test_w_24_three_may_sign_or_seal_and_a_witness_comes_when_necessary():
    assert SHANDONG.record.seal_accepted
    assert SHANDONG.record.witness == "when_necessary"


# 泉经信法规〔2016〕309号


def test_q_2_2_no_notice_beforehand_and_every_item_has_its_inspectors():
    assert FUJIAN.notice.advance is AdvanceNotice.FORBIDDEN
    assert FUJIAN.registers.every_item_has_inspectors
    assert FUJIAN.registers.review == "reported"


def test_q_2_2_3_four_offices_watch_and_objects_and_inspectors_are_substituted():
    assert [one.text.zh for one in FUJIAN.supervision.required] == ["法规科", "办公室", "人事科", "监察室"]
    assert set(FUJIAN.replacement.substitutes) == {Substitute.OBJECT, Substitute.INSPECTOR}


def test_q_2_3_1_five_percent_of_the_areas_entities_twice_a_year():
    ratio, frequency = FUJIAN.ratio, FUJIAN.frequency
    assert (ratio.minimum, ratio.base, ratio.adjustable) == (Fraction(1, 20), RatioBase.AREA_ENTITIES, True)
    assert (frequency.minimum_per_year, frequency.adjustable) == (2, True)


def test_q_2_3_2_the_same_team_as_far_as_possible_and_two_inspectors():
    assert FUJIAN.continuity.preferred
    assert FUJIAN.team.minimum_size == 2


def test_q_2_3_3_twice_within_a_year_and_grounds_for_a_targeted_draw():
    cap = FUJIAN.visit_cap
    assert (cap.maximum, cap.counts, cap.period) == (2, CapCounts.DRAWN, CapPeriod.ROLLING_YEAR)
    assert {one.effect for one in cap.exemptions} == {ExemptionEffect.TARGETED}
    assert len(cap.exemptions) == 6


def test_q_2_4_3_a_dossier_has_three_parts():
    assert [one.text.zh for one in FUJIAN.archive.parts] == ["基础信息", "证据材料", "法律文书"]


# What all five have in common


def clauses(rules: RuleSet) -> dict[str, Clause]:
    return {name: part for name in type(rules).model_fields if isinstance(part := getattr(rules, name), Clause)}


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
def test_a_value_on_which_the_document_is_silent_says_why_it_is_what_it_is(rules: RuleSet):
    assert [name for name, part in clauses(rules).items() if part.article == "—" and part.note is None] == []


@pytest.mark.parametrize("rules", [NINGXIA, SHANDONG, FUJIAN], ids=lambda rules: rules.code)
def test_where_ratio_and_cap_meet_the_cap_wins_and_the_rule_set_says_so(rules: RuleSet):
    assert rules.visit_cap.maximum == 2
    assert "cap wins" in str(rules.visit_cap.note)


def test_the_same_team_is_bounded_by_a_share_and_a_number_of_times_with_a_reason():
    assert (FUJIAN.continuity.most_share, FUJIAN.continuity.most_periods) == (Fraction(3, 10), 2)
    assert "random draw" in str(FUJIAN.continuity.note)


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
def test_secrecy_and_the_duty_to_notify_meet_in_a_notice_on_arrival(rules: RuleSet):
    assert rules.notice.served == "on_arrival"
    assert rules.notice.advance is not AdvanceNotice.ALLOWED
    assert "凡检查必通知" in str(rules.notice.note)


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
def test_staff_without_a_certificate_may_be_registered_where_the_document_says_so_but_never_sent(rules: RuleSet):
    registered = "daily_supervision" in rules.registers.categories
    assert registered == (rules in (LIAONING, SICHUAN, SHANDONG))
    assert "国办发〔2024〕54号" in str(rules.registers.note)


@pytest.mark.parametrize("rules", five(), ids=lambda rules: rules.code)
def test_third_parties_conclude_where_the_document_lets_them_and_never_inspect(rules: RuleSet):
    assert rules.method.third_party_conclusions == (rules in (SICHUAN, SHANDONG))
    assert "国办发〔2024〕54号" in str(rules.method.note)
