"""The words a rule-set is written in: exact ratios, closed lists, texts in two languages."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from inspection.policy.flaws import wrong


def _fraction(value: Any) -> Any:
    """ "5/100" → Fraction(1, 20). Binary fractions (0.05) are refused: a quota must be exact."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and value.count("/") == 1:
        above, below = value.split("/")
        if above.isascii() and above.isdigit() and below.isascii() and below.isdigit() and int(below) > 0:
            return Fraction(int(above), int(below))
    raise wrong("ratio_form")


Ratio = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(lambda f: f"{f.numerator}/{f.denominator}", return_type=str),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


class Part(BaseModel):
    """A part of a rule-set. Frozen; unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Bilingual(Part):
    """One text in the language of the source and in English."""

    zh: Text
    en: Text


class Clause(Part):
    """A part read from the source document: `article` says where, `note` what we had to decide ourselves."""

    article: Text
    note: Text | None = None


class ItemField(StrEnum):
    """What the item list says of an item (随机抽查事项清单)."""

    NAME = "name"
    BASIS = "basis"  # 抽查依据
    SUBJECT = "subject"  # 抽查主体
    OBJECT = "object"  # 检查对象
    CONTENT = "content"  # 抽查内容
    METHOD = "method"  # 抽查方式
    RATIO = "ratio"  # 抽查比例
    FREQUENCY = "frequency"  # 抽查频次
    CLASS = "class"  # 一般、重点
    CHANNEL = "channel"  # 公开途径


class PlanField(StrEnum):
    """What the annual plan says (年度抽查工作计划)."""

    NAME = "name"  # 计划名称, of the whole plan
    ITEM = "item"  # 抽查事项
    OBJECT = "object"  # 检查对象、抽查范围
    CONTENT = "content"  # 抽查内容
    METHOD = "method"  # 检查方式
    RATIO = "ratio"  # 抽查比例
    QUANTITY = "quantity"  # 抽查数量
    FREQUENCY = "frequency"  # 抽查频次
    LEAD = "lead"  # 牵头部门
    PARTICIPANTS = "participants"  # 参与部门
    WINDOW = "window"  # 检查日期、抽查时间


class InspectorField(StrEnum):
    """What the register says of an inspector (安岳 一(四))."""

    NAME = "name"  # 姓名
    POSITION = "position"  # 职务
    UNIT = "unit"  # 工作单位
    CERTIFICATE = "certificate"  # 执法证号
    QUALIFICATION = "qualification"  # 执法资质
    EXPERTISE = "expertise"  # 业务专长


class StaffCategory(StrEnum):
    """Who may stand in the register of inspectors (兴隆台 二(四), 安岳 一(四))."""

    CIVIL_SERVANT = "civil_servant"  # 行政执法类公务员
    QUALIFIED = "qualified"  # 具有行政执法资格的工作人员
    DAILY_SUPERVISION = "daily_supervision"  # 从事日常监管工作的人员


class ChangeReview(StrEnum):
    """What follows a change of the register of inspectors."""

    REVIEWED = "reviewed"  # 报…汇总审核: not dispatched before another office has confirmed it
    REPORTED = "reported"  # 报送: that office is told


class ItemClass(StrEnum):
    """一般 or 重点 (安岳 一(三)): a key item's ratio has no upper limit."""

    GENERAL = "general"
    KEY = "key"


class Mark(StrEnum):
    """A dated fact about an object that makes a difference to how often it is inspected."""

    PENALTY = "penalty"  # 行政处罚记录
    COMPLAINT = "complaint"  # 投诉举报（查实）
    PROBLEM_FOUND = "problem_found"  # 检查中发现问题
    ABNORMAL_LIST = "abnormal_list"  # 列入经营异常名录
    DISHONESTY = "dishonesty"  # 失信行为、信用黑名单
    SERIOUS_VIOLATION = "serious_violation"  # 严重违法违规记录
    KEY_FIELD = "key_field"  # 安全、民生、国计民生等重点领域
    HIGH_RISK = "high_risk"  # 违法违规行为相对集中、风险高


class ExemptionEffect(StrEnum):
    """What an object's ground of exemption changes."""

    NOT_LIMITED = "not_limited"  # 不受比例和频次限制: the cap does not bind
    TARGETED = "targeted"  # 定向抽取、增加抽查频次: the cap does not bind a targeted draw
    MORE_LIKELY = "more_likely"  # 增加抽查概率: the cap binds, the weight grows


class RatioBase(StrEnum):
    """What a drawing ratio is a share of."""

    REGISTER = "register"  # every row of the item's register (检查对象名录库)
    AREA_ENTITIES = "area_entities"  # every market entity of the area (辖区内市场主体)
    ELIGIBLE = "eligible"  # the rows left after exclusions


class CapCounts(StrEnum):
    """What uses up an object's yearly cap."""

    EXECUTED = "executed"  # visits carried out (实施抽查)
    DRAWN = "drawn"  # draws, whether or not the visit took place


class CapPeriod(StrEnum):
    CALENDAR_YEAR = "calendar_year"
    ROLLING_YEAR = "rolling_year"


class TaskKind(StrEnum):
    """Where a task comes from. Everything but `random` is made outside the draw, with reason and basis."""

    RANDOM = "random"  # 双随机抽查, out of the annual plan
    CLUE = "clue"  # 投诉举报、转办交办、数据监测等个案线索
    CAMPAIGN = "campaign"  # 专项整治
    KEY_CHECK = "key_check"  # 重点检查
    FLIGHT = "flight"  # 飞行检查
    EMERGENCY = "emergency"  # 突发事件、突发敏感问题
    KEY_FIELD = "key_field"  # 重点领域, by the existing way of supervision
    UNLICENSED = "unlicensed"  # 无证无照经营
    RECHECK = "recheck"  # 复查: whether what an earlier visit found was put right


class ApprovalTime(StrEnum):
    """When a task outside the draw is approved (国办发〔2024〕54号: beforehand; an emergency may be made up for)."""

    BEFORE = "before"
    AFTERWARDS = "afterwards"


class DrawMode(StrEnum):
    """How the objects are drawn."""

    UNTARGETED = "untargeted"  # 不定向: the whole register
    TARGETED = "targeted"  # 定向: the rows that meet named conditions
    CROSS_DEPARTMENT = "cross-department"  # 跨部门（联合）


class Dimension(StrEnum):
    """By what a targeted draw narrows the register (金凤 第八条, 威海 第十六条)."""

    KIND = "kind"  # 主体类型
    TRADE = "trade"  # 行业领域、经营范围
    SCALE = "scale"  # 经营规模
    AREA = "area"  # 所属区域
    SUBORDINATION = "subordination"  # 隶属关系
    PROGRESS = "progress"  # 项目进展
    GRADE = "grade"  # 信用等级
    RISK = "risk"  # 风险等级
    MARK = "mark"  # 处罚、投诉、异常名录等情形
    REGISTER = "register"  # 专用名录


class MatchMode(StrEnum):
    """How inspectors are matched to the drawn objects (安岳 二(二))."""

    SCATTERED = "scattered"  # 分散: each object gets its own pair
    GROUPED = "grouped"  # 分组: fixed groups share the objects out


class MatchKind(StrEnum):
    """Out of whom the inspectors are matched."""

    AUTOMATIC = "automatic"  # 自动: the whole register of inspectors
    CONSTRAINED = "constrained"  # 手动: by qualification, specialty, object; still by lot


class LeaderNamedBy(StrEnum):
    SECTION_HEAD = "section_head"
    LOT = "lot"


class RecusalWay(StrEnum):
    """What follows an accepted recusal (回避)."""

    SWAP = "swap"  # 与其他执法检查人员交换检查对象
    ABSTAIN = "abstain"  # 不参与本次检查任务
    REDRAW = "redraw"  # 另行随机选派


class Method(StrEnum):
    """How a check is carried out (检查方式)."""

    ON_SITE = "on_site"  # 实地核查
    WRITTEN = "written"  # 书面检查
    ONLINE = "online"  # 网络监测


class AdvanceNotice(StrEnum):
    """Whether an object may be told before the visit."""

    FORBIDDEN = "forbidden"  # 不提前告知
    EXCEPTIONAL = "exceptional"  # 确需提前通知的除外: with a recorded reason
    ALLOWED = "allowed"


class Substitute(StrEnum):
    """Whom a later ticket may replace (递补)."""

    OBJECT = "object"
    INSPECTOR = "inspector"


class ReferralKind(StrEnum):
    """Where a problem goes that this authority does not settle itself."""

    PENALTY = "penalty"  # 依法立案查处
    JUDICIAL = "judicial"  # 涉嫌犯罪的移送司法机关
    OTHER_AGENCY = "other_agency"  # 属于其他行政机关管辖的移送
    OTHER_REGION = "other_region"  # 属于其他地区管辖的移送


class NoticeTime(StrEnum):
    ON_ARRIVAL = "on_arrival"
    IN_ADVANCE = "in_advance"


class Signer(StrEnum):
    """Who may sign for the object."""

    LEGAL_REPRESENTATIVE = "legal_representative"  # 法定代表人
    PERSON_IN_CHARGE = "person_in_charge"  # 负责人
    AUTHORISED_PERSON = "authorised_person"  # 其他授权人员


class ClockStart(StrEnum):
    """The event a working-day clock starts from; the day of the event is day 0."""

    TASK_COMPLETED = "task_completed"
    RESULT_FORMED = "result_formed"
    PENALTY_DECIDED = "penalty_decided"
    APPLICATION_RECEIVED = "application_received"
