"""Plans of higher authorities come in as files, and whom they draw is not drawn again (兴隆台 五(五)、六(三))."""

import io
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from openpyxl import Workbook

from inspection.authority.found import found_authority
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, read
from inspection.planning.above import check_above, excluded_above, planned_above
from inspection.planning.approve_plan import approve_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.find import higher_plans, plan_versions, plans
from inspection.planning.finding import Fault
from inspection.planning.import_higher_plans import import_higher_plans
from inspection.planning.plan_lines import LineChange
from inspection.planning.plan_review import left_out
from inspection.planning.preset_task import preset_task
from inspection.planning.sketch_plan import PlanWish, plan_year, sketch_plan
from inspection.registry.find import published_items
from inspection.registry.intake.report import ImportReport
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.import_objects import import_objects
from mobile_contract.problems import ProblemCode
from tests.support.rulesets import BY_CODE, each_rule_set

HEADER = "上级机关,计划名称/编号,抽查事项,年度,起止日期,抽查范围,统一社会信用代码,名称"
OIL = "对成品油零售经营企业的行政检查"
HOME = "对家庭服务机构的行政检查"
WHOLE = f"省商务厅,省商抽〔2026〕1号,{OIL},2026,2026-03-01至2026-06-30,全省,,"
CODE = "91990001MA0000001C"
DRAWN = f"市商务局,市商抽〔2026〕2号,{HOME},2026,,,{CODE},合成甲家政服务部"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
RATIOS = {code: LineChange(ratio=Fraction(1, 20)) for code in ("SW04", "SW05")}


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


@pytest.fixture
async def bureau(db: Engine, cmd: Command) -> UUID:
    """An authority that does not draw whom a higher one has drawn."""
    row = await found_authority(cmd, code="x", name="某市监局", short_name="市监", rule_set="xinglongtai-market")
    await import_items(cmd, seed_items(), authority=row.id, checklists=seed_checklists())
    await publish_items(cmd, authority=row.id)
    return row.id


async def items_of(authority: UUID) -> dict[str, ItemFacts]:
    return {item.code: item for item in await published_items(authority)}


def reasons(report: ImportReport) -> dict[int, str]:
    return {row.number: " ".join(row.text(lang) for lang in LANGUAGES) for row in report.rejected}


async def test_a_file_says_who_is_drawn_above_and_which_items_are_left_to_it(bureau: UUID, cmd: Command):
    report = await import_higher_plans(cmd, file(WHOLE, DRAWN), authority=bureau)
    assert (report.counts.added, report.counts.rejected) == (2, 0)
    known = await items_of(bureau)
    oil = await planned_above(bureau, known["SW02"], *YEAR)
    assert (oil.whole, dict(oil.codes)) == (("省商抽〔2026〕1号",), {})
    home = await planned_above(bureau, known["SW03"], *YEAR)
    assert (home.whole, dict(home.codes)) == ((), {CODE: "市商抽〔2026〕2号"})
    assert (await planned_above(bureau, known["SW01"], *YEAR)).number_of(CODE) is None
    assert (await planned_above(bureau, known["SW02"], date(2026, 7, 1), date(2026, 12, 31))).whole == ()
    listed = await higher_plans(bureau, *YEAR)
    assert [(one.source, one.whole, one.objects) for one in listed] == [("市商务局", False, 1), ("省商务厅", True, 0)]


async def test_the_journal_tells_of_the_import_and_of_no_object(bureau: UUID, cmd: Command):
    await import_higher_plans(cmd, file(WHOLE, DRAWN), authority=bureau)
    told = [one for one in await read(f"registry:{bureau}") if one.kind is EventKind.HIGHER_PLANS_IMPORTED]
    assert [one.payload["objects"] for one in told] == [1]
    assert CODE not in str([one.payload for one in told])
    assert "合成甲" not in str([one.payload for one in told])


async def test_the_same_file_again_changes_nothing_and_later_files_change_days_and_add_objects(
    bureau: UUID, cmd: Command
):
    await import_higher_plans(cmd, file(WHOLE, DRAWN), authority=bureau)
    again = await import_higher_plans(cmd, file(WHOLE, DRAWN), authority=bureau)
    assert (again.repeated, again.counts.added, again.counts.changed, again.counts.unchanged) == (True, 0, 0, 2)
    moved = WHOLE.replace("06-30", "09-30")
    another = DRAWN.replace(CODE, "91990001MA0000002A").replace("甲", "乙")
    later = await import_higher_plans(cmd, file(moved, another), authority=bureau)
    assert (later.counts.added, later.counts.changed) == (1, 1)
    first, second = await higher_plans(bureau, *YEAR)
    assert (first.objects, second.ends_on) == (2, date(2026, 9, 30))


async def test_a_workbook_and_english_headers_say_the_same(bureau: UUID, cmd: Command):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["higher authority", "plan number", "item", "item code", "start", "end", "code"])
    sheet.append(["省厅", "P-1", "whatever it is called", "SW02", date(2026, 3, 1), date(2026, 4, 30), None])
    data = io.BytesIO()
    book.save(data)
    report = await import_higher_plans(cmd, data.getvalue(), authority=bureau)
    assert report.counts.added == 1
    above = await planned_above(bureau, (await items_of(bureau))["SW02"], date(2026, 4, 30), date(2026, 5, 1))
    assert above.whole == ("P-1",)


async def test_an_object_without_a_code_is_found_by_its_name_when_there_is_one(bureau: UUID, cmd: Command):
    named = {"91990001MA00000013": "唯一家政", "91990001MA00000021": "同名家政", "91990001MA0000003X": "同名家政"}
    register = "\n".join(["统一社会信用代码,企业名称", *(f"{code},{name}" for code, name in named.items())])
    assert (await import_objects(cmd, register.encode(), authority=bureau)).counts.added == 3
    rows = [DRAWN.replace(CODE, "").replace("合成甲家政服务部", name) for name in ("唯一家政", "同名家政", "没有这家")]
    report = await import_higher_plans(cmd, file(*rows), authority=bureau)
    assert report.counts.added == 1
    told = reasons(report)
    assert told.keys() == {3, 4}
    assert "同名家政" in told[3]
    assert "2 objects" in told[3]
    assert "请填写统一社会信用代码" in told[4]
    above = await planned_above(bureau, (await items_of(bureau))["SW03"], *YEAR)
    assert list(above.codes) == ["91990001MA00000013"]


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (WHOLE.replace("省商务厅", ""), "上级机关", "上级机关"),
        (WHOLE.replace("省商抽〔2026〕1号", " "), "计划名称/编号", "计划名称/编号"),
        (WHOLE.replace(OIL, ""), "抽查事项", "抽查事项"),
        (WHOLE.replace(",2026,2026-03-01至2026-06-30", ",,"), "年度", "年度"),
        (WHOLE.replace(",2026,2026-03-01至2026-06-30", ",二〇二六,"), "年度", "年度"),
        (WHOLE.replace("2026-03-01至2026-06-30", "春季"), "春季", "春季"),
        (WHOLE.replace("2026-03-01至2026-06-30", "2026-06-30至2026-03-01"), "早于开始日期", "before it begins"),
        (DRAWN.replace(CODE, "123"), "123", "123"),
        (DRAWN.replace(CODE, "9.1E+17"), "9.1E+17", "9.1E+17"),
        (DRAWN.replace("合成甲", "合" * 400), "300", "300"),
    ],
)
async def test_a_row_that_cannot_be_read_is_kept_with_its_reason_and_nothing_of_it_goes_in(
    bureau: UUID, cmd: Command, row: str, zh: str, en: str
):
    report = await import_higher_plans(cmd, file(row), authority=bureau)
    assert (report.counts.added, report.counts.rejected) == (0, 1)
    (noted,) = report.rejected
    assert zh in noted.text("zh_CN")
    assert en in noted.text("en")
    assert noted.text("zh_CN") != noted.text("en")
    assert await higher_plans(bureau, date(2000, 1, 1), date(2100, 12, 31)) == []


async def test_of_two_rows_of_one_plan_with_other_days_the_second_is_rejected(bureau: UUID, cmd: Command):
    other = DRAWN.replace(CODE, "91990001MA0000002A").replace("2026,,", "2026,2026-05-01至2026-05-31,")
    report = await import_higher_plans(cmd, file(DRAWN, other), authority=bureau)
    assert (report.counts.added, report.counts.rejected) == (1, 1)
    assert "第 2 行" in reasons(report)[3]
    assert "row 2" in reasons(report)[3]


async def test_a_file_without_its_columns_is_refused_whole(bureau: UUID, cmd: Command):
    with pytest.raises(Invalid) as refusal:
        await import_higher_plans(cmd, file("甲,乙", header="上级机关,抽查事项"), authority=bureau)
    assert refusal.value.code is ProblemCode.IMPORT_COLUMN_MISSING
    with pytest.raises(Invalid):
        await import_higher_plans(cmd, b"", authority=bureau)
    assert await higher_plans(bureau, *YEAR) == []


@each_rule_set
async def test_only_a_rule_set_that_says_so_leaves_out_whom_a_higher_authority_draws(bureau: UUID, cmd: Command, rules):
    await import_higher_plans(cmd, file(WHOLE, DRAWN), authority=bureau)
    known = await items_of(bureau)
    leaves = rules.higher_plans.excludes_planned_above
    oil = await excluded_above(bureau, known["SW02"], *YEAR, rules)
    assert (oil.number_of("any") == "省商抽〔2026〕1号") == leaves
    home = await excluded_above(bureau, known["SW03"], *YEAR, rules)
    assert (home.number_of(CODE) == "市商抽〔2026〕2号") == leaves
    assert home.number_of("another") is None
    told = [one.fault for one in await check_above(bureau, known["SW02"], *YEAR, rules)]
    assert told == ([Fault.DEPLOYED_ABOVE] if leaves else [])


async def test_a_plan_leaves_a_deployed_item_to_the_higher_authority_and_says_so(
    bureau: UUID, cmd: Command, planner: Command, approver: Command
):
    await import_higher_plans(cmd, file(WHOLE), authority=bureau)
    drafted = await draft_plan(planner, authority=bureau, year=2026, changes=RATIOS)
    assert "SW02" not in [line.item_code for line in drafted.lines]
    notes = (await read(f"plan:{drafted.id}"))[0].payload["notes"]
    assert "planning.left_to_above" in str(notes)
    await approve_plan(approver, drafted.id)


async def test_a_line_that_the_planner_sets_all_the_same_is_refused_in_the_higher_plan_s_days_only(
    bureau: UUID, cmd: Command, planner: Command
):
    await import_higher_plans(cmd, file(WHOLE), authority=bureau)
    asked = {**RATIOS, "SW02": LineChange(note="照常")}
    with pytest.raises(Invalid) as refusal:
        await draft_plan(planner, authority=bureau, year=2026, changes=asked)
    told = str(refusal.value.facts["reasons"])
    assert "不再安排抽查" in told
    assert "it is not drawn again" in told
    assert await plans(bureau) == []
    later = LineChange(starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30))
    drafted = await draft_plan(planner, authority=bureau, year=2026, changes={**RATIOS, "SW02": later})
    assert "SW02" in [line.item_code for line in drafted.lines]


async def test_a_plan_is_not_approved_and_a_task_not_preset_for_what_was_deployed_since(
    bureau: UUID, cmd: Command, planner: Command, approver: Command
):
    drafted = await draft_plan(planner, authority=bureau, year=2026, changes=RATIOS)
    await import_higher_plans(cmd, file(WHOLE), authority=bureau)
    with pytest.raises(Invalid) as refusal:
        await approve_plan(approver, drafted.id)
    assert "planning.deployed_above" in str(refusal.value.facts["findings"])
    anew = await draft_plan(
        planner, authority=bureau, year=2026, changes=RATIOS, revise=True, reason="上级已部署成品油抽查"
    )
    approved = await approve_plan(approver, anew.id)
    await import_higher_plans(cmd, file(WHOLE.replace(OIL, HOME)), authority=bureau)
    line = next(one for one in approved.lines if one.item_code == "SW03")
    days = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 6, 30)}
    with pytest.raises(Invalid) as task_refusal:
        await preset_task(planner, plan_line=line.id, scheme="现场核查", **days)
    assert "planning.deployed_above" in str(task_refusal.value.facts["findings"])


def test_the_rule_set_of_the_market_bureau_is_the_one_that_leaves_them_out():
    assert BY_CODE["xinglongtai-market"].higher_plans.excludes_planned_above
    assert not BY_CODE["weihai-jingkai-commerce"].higher_plans.excludes_planned_above


async def test_an_item_without_a_line_is_told_with_the_higher_plan_that_it_is_left_to(bureau: UUID, cmd: Command):
    await import_higher_plans(cmd, file(WHOLE), authority=bureau)
    sketch = await sketch_plan(bureau, 2026, BY_CODE["xinglongtai-market"], PlanWish(RATIOS), counted_on=None)
    assert (dict(sketch.above), list(sketch.findings)) == ({"SW02": "省商抽〔2026〕1号"}, [])
    plan = await draft_plan(cmd, authority=bureau, year=2026, changes=RATIOS)
    assert [(line.item_code, line.ratio) for line in plan.lines] == [(one.item, one.ratio) for one in sketch.lines]
    assert [(one.code, one.above) for one in await left_out(plan)] == [("SW02", "省商抽〔2026〕1号")]
    (told,) = await plan_versions(bureau)
    assert (told[0].id, told[1]) == (plan.id, len(plan.lines))


async def test_a_sketch_of_a_plan_that_breaks_a_rule_says_so_and_keeps_nothing(bureau: UUID, cmd: Command):
    wish = PlanWish({"SW04": LineChange(ratio=Fraction(3, 2))})
    sketch = await sketch_plan(bureau, 2026, BY_CODE["xinglongtai-market"], wish, counted_on=cmd.now.date())
    assert Fault.RATIO_ABOVE_ONE in {one.fault for one in sketch.findings}
    assert await plan_versions(bureau) == []
    year = await plan_year(bureau, 2026)
    assert (year.newest, year.in_force, year.begun, year.revises) == (None, None, None, False)
