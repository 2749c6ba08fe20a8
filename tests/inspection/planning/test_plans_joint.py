"""Joint plans: lead, participants, ratios by credit grade and numbers, as the joint office's document has them."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.planning.approve_plan import approve_plan
from inspection.planning.draft_plan import draft_plan
from inspection.planning.plan_lines import LineChange, Party, Stratum
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_register

HEADER = "事项编码,抽查事项,抽查依据,抽查主体,抽查对象,适用对象类型,抽查内容,抽查方式,抽查比例,抽查频次,事项类别,可联合"
ITEMS = (
    "G1,家政检查,某办法,某局,家庭服务机构,家庭服务,服务合同,现场检查,不高于30%,,一般检查事项,是",
    "K1,成品油检查,某办法,某局,成品油零售企业,成品油零售,台账,现场检查,50%,每年2次,重点检查事项,否",
)
WITH_MARKET = LineChange(ratio=Fraction(1, 20), frequency=1, participants=(Party("市场监管局"), Party("消防大队")))


@pytest.fixture
async def office(db: Engine, cmd: Command) -> UUID:
    row = await found_authority(cmd, code="j", name="某县联席会议办公室", short_name="联席办", rule_set="anyue-joint")
    report = await import_items(cmd, "\n".join([HEADER, *ITEMS]).encode(), authority=row.id)
    assert report.counts.rejected == 0
    await publish_items(cmd, authority=row.id)
    await import_objects(cmd, synthetic_register(300, "joint"), authority=row.id)
    return row.id


async def test_a_joint_plan_states_lead_participants_numbers_and_grades(
    office: UUID, planner: Command, approver: Command
):
    drafted = await draft_plan(planner, authority=office, year=2026, changes={"G1": WITH_MARKET})
    general, key = drafted.lines
    assert general.lead is not None
    assert (general.joint, general.lead.name, general.lead.authority) == (True, "某县联席会议办公室", office)
    assert [party.name for party in general.participants] == ["市场监管局", "消防大队"]
    assert [(one.grade, one.ratio) for one in general.strata] == [
        ("A", Fraction(1, 20)),
        ("B", Fraction(1, 20)),
        ("C", Fraction(1, 10)),
        ("D", Fraction(3, 10)),
    ]
    assert [(one.grade, one.ratio, one.frequency) for one in key.strata] == [
        ("C", Fraction(1, 2), 2),
        ("D", Fraction(1, 2), 2),
    ]
    assert general.quantity is not None
    assert general.base is not None
    assert general.base * Fraction(1, 20) <= general.quantity <= general.base
    assert drafted.due_on == date(2026, 1, 31)
    await approve_plan(approver, drafted.id)


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"G1": LineChange(frequency=1)}, "请明确", "state one"),
        ({"G1": LineChange(ratio=Fraction(31, 100), frequency=1)}, "超过上限 30%", "upper bound 30%"),
        (
            {"G1": LineChange(ratio=Fraction(1, 20), frequency=1, strata=(Stratum("A", Fraction(1, 5), 1),))},
            "信用等级 A",
            "credit grade A",
        ),
        ({"G1": WITH_MARKET, "K1": LineChange(participants=(Party("消防大队"),))}, "不可联合", "not fit for joint"),
        ({"G1": LineChange(ratio=Fraction(1, 20), frequency=1, joint=True)}, "未明确参与部门", "no participating"),
        ({"G1": LineChange(quantity=10**6, frequency=1)}, "超过", "above"),
    ],
)
async def test_a_joint_plan_that_breaks_a_rule_is_refused_in_both_languages(
    office: UUID, planner: Command, change: dict[str, LineChange], zh: str, en: str
):
    with pytest.raises(Invalid) as refusal:
        await draft_plan(planner, authority=office, year=2026, changes=change)
    told = str(refusal.value.facts["reasons"])
    assert zh in told
    assert en in told
