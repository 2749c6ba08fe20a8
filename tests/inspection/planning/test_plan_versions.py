"""A plan in force is adjusted with a reason, and every version that was published stays what it was."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.authority.found import found_authority, open_unit
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.planning.approve_plan import approve_plan, file_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan, plans, published_plan, published_plans
from inspection.planning.finding import Fault
from inspection.planning.plan_diff import differences
from inspection.planning.plan_lines import LineChange, Party, Stratum
from inspection.planning.plan_review import left_out, plan_changes, plan_gaps, review
from inspection.planning.publish_plan import publish_plan
from inspection.planning.sketch_plan import plan_year
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_items
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_register
from mobile_contract.problems import ProblemCode

WIDER = {"SW02": LineChange(ratio=Fraction(1, 10))}


async def revised(planner: Command, of: PlanFacts, **changes: LineChange) -> PlanFacts:
    return await draft_plan(
        planner, authority=of.authority, year=of.year, revise=True, reason="依据专项部署调整", changes=changes or WIDER
    )


@pytest.mark.parametrize("reason", [None, "", "  "])
async def test_an_adjustment_needs_a_reason(approved: PlanFacts, planner: Command, reason: str | None):
    with pytest.raises(Invalid) as refusal:
        await draft_plan(planner, authority=approved.authority, year=2026, revise=True, reason=reason, changes=WIDER)
    assert refusal.value.message_key == "planning.revision_reason_missing"
    assert [one.version for one in await plans(approved.authority)] == [1]


async def test_an_adjustment_begins_with_the_lines_in_force(approved: PlanFacts, planner: Command, approver: Command):
    second = await revised(planner, approved, SW02=LineChange(ratio=Fraction(1, 10), note="加油站"))
    await approve_plan(approver, second.id)
    third = await revised(planner, second, SW03=LineChange(frequency=3))
    kept = next(line for line in third.lines if line.item_code == "SW02")
    assert (kept.ratio, kept.note) == (Fraction(1, 10), "加油站")
    changed = await plan_changes(third)
    assert (changed.older, changed.added, changed.removed) == (second.id, (), ())
    assert {code: [one.field for one in fields] for code, fields in changed.changed.items()} == {"SW03": ["frequency"]}
    assert changed.reason == "依据专项部署调整"
    whole = await plan_changes(third, approved.id)
    assert whole.changed.keys() == {"SW02", "SW03"}


async def test_of_the_first_version_every_line_is_new(approved: PlanFacts):
    assert (await plan_changes(approved)).added == ("SW01", "SW02", "SW03", "SW04", "SW05")
    with pytest.raises(NotFound):
        await plan_changes(approved, UUID(int=0))


async def test_an_item_whose_list_changed_is_a_gap_until_the_plan_is_adjusted(
    approved: PlanFacts, cmd: Command, planner: Command, approver: Command
):
    assert await plan_gaps(approved) == ()
    lines = seed_items().splitlines(keepends=True)
    grown = b"".join(lines).replace("成品油购销".encode(), "成品油购进、销售".encode())
    grown += lines[-1].replace(b"SW05,", b"SW06,")
    await import_items(cmd, grown, authority=approved.authority)
    await publish_items(cmd, authority=approved.authority)
    gaps = await plan_gaps(await plan(approved.id))
    assert [(one.fault, one.facts["item"]) for one in gaps] == [
        (Fault.ITEM_NOT_COVERED, "SW06"),
        (Fault.ITEM_CHANGED, "SW02"),
    ]
    assert not (await review(approved, date(2026, 3, 2))).complete
    second = await revised(planner, approved)
    await approve_plan(approver, second.id)
    assert await plan_gaps(second) == ()
    assert (await plan_changes(second)).added == ("SW06",)


async def test_the_whole_list_is_covered_where_the_rule_set_says_so(authority: UUID, planner: Command):
    with pytest.raises(Invalid) as refusal:
        await draft_plan(planner, authority=authority, year=2026, left_out=["SW01"])
    assert "SW01" in str(refusal.value.facts["reasons"])


async def test_items_may_be_left_out_where_the_rule_set_lets_them(cmd: Command, planner: Command, authority: UUID):
    other = await found_authority(cmd, code="q", name="某经信委", short_name="经信", rule_set="quanzhou-economy")
    await import_items(cmd, seed_items().replace(b"SW05-YD", b"").replace(b"SW04-YD", b""), authority=other.id)
    await publish_items(cmd, authority=other.id)
    every = await draft_plan(planner, authority=other.id, year=2026)
    some = await draft_plan(planner, authority=other.id, year=2027, left_out=[every.lines[0].item_code])
    assert len(some.lines) == len(every.lines) - 1
    with pytest.raises(Invalid):
        await draft_plan(planner, authority=other.id, year=2028, left_out=["XX"])


async def test_why_an_item_is_left_out_is_kept_with_the_plan_and_told_to_who_approves_it(
    cmd: Command, planner: Command, authority: UUID
):
    other = await found_authority(cmd, code="q", name="某经信委", short_name="经信", rule_set="quanzhou-economy")
    await import_items(cmd, seed_items().replace(b"SW05-YD", b"").replace(b"SW04-YD", b""), authority=other.id)
    await publish_items(cmd, authority=other.id)
    codes = [line.item_code for line in (await draft_plan(planner, authority=other.id, year=2026)).lines]
    first, other_item = codes[:2]
    said = {first: " 已停业整顿。 ", other_item: "有一行，不是理由。"}
    some = await draft_plan(planner, authority=other.id, year=2027, left_out=[first], left_out_why=said)
    assert [(one.code, one.reason) for one in await left_out(some)] == [(first, "已停业整顿。")]
    assert (await plan_year(other.id, 2027)).why == {first: "已停业整顿。"}
    (event,) = await read(f"plan:{some.id}")
    assert event.payload["left_out"] == {first: "已停业整顿。"}
    facts = {"left_out": [first], "left_out_why": {first: " \n"}, "revise": True, "reason": "补列"}
    again = await draft_plan(planner, authority=other.id, year=2027, **facts)
    assert [(one.code, one.reason) for one in await left_out(again)] == [(first, "")]


async def test_departments_grades_numbers_and_reasons_of_a_line_are_kept(
    authority: UUID, cmd: Command, planner: Command
):
    await import_objects(cmd, synthetic_register(200, "plan"), authority=authority)
    unit = await open_unit(cmd, authority=authority, name="市场科")
    change = LineChange(
        ratio=Fraction(1, 50),
        reason="企业分散",
        strata=(Stratum("D", Fraction(1, 2), 2),),
        lead=Party("市场科", authority, unit.id),
    )
    drafted = await draft_plan(planner, authority=authority, year=2026, changes={"SW04": change})
    line = next(one for one in drafted.lines if one.item_code == "SW04")
    assert (line.ratio, line.reason, line.strata) == (change.ratio, "企业分散", change.strata)
    assert line.lead == change.lead
    assert line.base is not None
    assert line.quantity is not None
    assert 0 < line.quantity <= line.base
    others = {one.lead.name for one in drafted.lines if one.item_code != "SW04" and one.lead}
    assert others == {"某开发区商务局"}
    told = (await read(f"plan:{drafted.id}"))[0].payload
    assert "planning.ratio_lowered" in json.dumps(told["notes"])


async def test_a_department_that_is_not_there_is_refused(authority: UUID, planner: Command, cmd: Command):
    other = await found_authority(cmd, code="o", name="他局", short_name="他", rule_set="weihai-jingkai-commerce")
    unit = await open_unit(cmd, authority=other.id, name="他科")
    for party in (
        Party("无此局", UUID(int=1)),
        Party("他科", authority, unit.id),
        Party("他科", None, unit.id),
        Party("无此科", authority, UUID(int=2)),
    ):
        with pytest.raises(Invalid) as refusal:
            await draft_plan(planner, authority=authority, year=2026, changes={"SW01": LineChange(lead=party)})
        assert "planning.party_unknown" in json.dumps(refusal.value.facts["findings"])
    assert await plans(authority) == []


async def test_the_shortfall_under_the_cap_on_visits_is_told_at_the_draft_and_by_the_check(
    authority: UUID, cmd: Command, planner: Command
):
    await import_objects(cmd, synthetic_register(200, "plan"), authority=authority)
    changes = {code: LineChange(ratio=Fraction(1), frequency=4) for code in ("SW01", "SW02", "SW03", "SW04", "SW05")}
    drafted = await draft_plan(planner, authority=authority, year=2026, changes=changes)
    told = await review(drafted, date(2026, 3, 2))
    assert told.findings == ()
    assert Fault.VISITS_OVER_CAP in {note.fault for note in told.notes}
    assert told.objects > 0
    assert "planning.visits_over_cap" in json.dumps((await read(f"plan:{drafted.id}"))[0].payload["notes"])


async def test_only_a_plan_in_force_is_published_and_only_once(authority: UUID, planner: Command, approver: Command):
    drafted = await draft_plan(planner, authority=authority, year=2026)
    with pytest.raises(Conflict) as refusal:
        await publish_plan(approver, drafted.id)
    assert refusal.value.code is ProblemCode.PLAN_NOT_APPROVED
    assert await published_plans() == []
    await approve_plan(approver, drafted.id)
    shown = await publish_plan(approver, drafted.id)
    assert shown.published_at == approver.now
    with pytest.raises(Conflict) as again:
        await publish_plan(approver, drafted.id)
    assert again.value.message_key == "planning.plan_published"
    assert [entry.kind for entry in await read(f"plan:{drafted.id}")][-1] is EventKind.PLAN_PUBLISHED
    with pytest.raises(NotFound):
        await published_plan(UUID(int=3))


async def test_what_was_published_stays_and_an_adjustment_says_what_it_changed(
    approved: PlanFacts, planner: Command, approver: Command
):
    await file_plan(planner, approved.id)
    await publish_plan(approver, approved.id)
    first = await published_plan(approved.id)
    second = await revised(planner, approved)
    await approve_plan(approver, second.id)
    await publish_plan(approver, second.id)
    assert await published_plan(approved.id) == first
    assert [one.version for one in await published_plans()] == [2, 1]
    text, digest = await published_plan(second.id)
    assert sha256_hex(text.encode()) == digest
    document = json.loads(text)
    assert (document["adjusts"], document["changed"]) == (1, {"SW02": ["ratio"]})
    assert document["reason"] == "依据专项部署调整"
    assert (document["rule_set"], document["rule_digest"]) == (second.rule_set, second.rule_digest)
    assert document["channels"]
    (line, *_) = document["lines"]
    assert {
        "item",
        "object",
        "content",
        "methods",
        "ratio",
        "quantity",
        "frequency",
        "lead",
        "participants",
        "window",
    } <= line.keys()
    assert planner.actor.id not in text


CODES = [f"SW0{n}" for n in range(1, 6)]


async def test_differences_name_exactly_what_was_done(approved: PlanFacts):
    @settings(max_examples=60)
    @given(
        kept=st.sets(st.sampled_from(CODES)),
        noted=st.dictionaries(st.sampled_from(CODES), st.sampled_from(["甲", "乙"])),
    )
    def holds(kept: set[str], noted: dict[str, str]) -> None:
        lines = tuple(
            replace(line, note=noted.get(line.item_code, line.note))
            for line in approved.lines
            if line.item_code in kept
        )
        found = differences(approved, replace(approved, lines=lines))
        assert set(found.removed) == set(CODES) - kept
        assert found.added == ()
        assert found.changed.keys() == noted.keys() & kept
        back = differences(replace(approved, lines=lines), approved)
        assert set(back.added) == set(found.removed)
        assert differences(approved, approved).changed == {}

    holds()
