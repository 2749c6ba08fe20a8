"""检查结果 of one inspection item: what the settled check points propose, and what a leader may decide instead. Pure.

The values are the national eight of the publicity system, what the platforms say more exactly beneath them, and the
administrative class that they add. They are ours and stable: what other lists call them stands in `codes.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspection.visits.record import ItemClass, ItemRecord
from inspection.visits.record.model import StatementState
from mobile_contract.checklist import Answer


class OutcomeCode(StrEnum):
    """One result stands for one item, not for one visit; several codes may, except `no_problem`.

    Some say more exactly what another says: whose parents they are stands in `codes.py`.
    """

    # the national eight
    NO_PROBLEM = "no_problem"  # 未发现问题
    NOT_DISCLOSED = "not_disclosed"  # 未按规定公示应当公示的信息
    FALSE_DISCLOSURE = "false_disclosure"  # 公示信息隐瞒真实情况、弄虚作假
    UNREACHABLE = "unreachable"  # 通过登记的住所（经营场所）无法联系
    RECTIFIED = "rectified"  # 发现问题已责令改正
    REFUSED_SERIOUSLY = "refused_seriously"  # 不配合检查情节严重
    NO_SUCH_ACTIVITY = "no_such_activity"  # 未发现开展本次抽查涉及的经营活动
    PROBLEM_PENDING = "problem_pending"  # 发现问题待后续处理
    # a problem, more exactly
    BREACH_COMMERCE = "breach_commerce"  # 违反工商行政管理相关规定
    BREACH_COMMERCE_OTHER = "breach_commerce_other"  # 违反其他工商行政管理规定行为
    BREACH_FOOD_DRUG = "breach_food_drug"  # 违反食品药品管理相关规定
    BREACH_QUALITY = "breach_quality"  # 违反质量技术监督相关规定
    BREACH_POLICE = "breach_police"  # 违反公安部门相关规定
    BREACH_OTHER_DEPARTMENT = "breach_other_department"  # 违反其他部门相关规定
    # nothing there to be inspected: administrative
    CLOSED = "closed"  # 已关闭停业或正在组织清算
    CANCELLED = "cancelled"  # 注销
    REVOKED = "revoked"  # 被吊销
    RESCINDED = "rescinded"  # 被撤销
    MOVED = "moved"  # 迁出


class FollowUp(StrEnum):
    """后续处置措施, as the platforms list them. Several may stand together, except `none`."""

    NONE = "none"  # 未发现问题或者相关问题已规范、已改正，无需后续处置
    DAILY_SUPERVISION = "daily_supervision"  # 停止检查，反馈至日常监管部门依法依规处理
    ORDERED_TO_CORRECT = "ordered_to_correct"  # 违反本部门相关规定，责令改正；后续跟踪由日常监管部门负责
    CASE_REFERRED = "case_referred"  # 发现案件线索，初步固定相关证据后移送办案机构依法依规处理
    OTHER_DEPARTMENT = "other_department"  # 违反其他部门相关规定，抄告相关部门
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Finding:
    """A check point answered "no"."""

    item: str
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rule says of an item. `codes` is empty when a person must decide; `undecided` are the points why."""

    codes: tuple[OutcomeCode, ...]
    follow_up: tuple[FollowUp, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[str, ...]


def propose(items: Iterable[ItemRecord]) -> Proposal:
    """The outcome that follows from the check points of one checklist.

    A finding → `problem_pending`; no finding and every point settled → `no_problem`; otherwise a person decides:
    neither silence nor a refusal is a result.
    """
    points = list(items)
    findings = tuple(Finding(point.code, _comments(point)) for point in points if _is_finding(point))
    undecided = tuple(point.code for point in points if not point.cls.is_settled or point.value is None)
    if findings:
        return Proposal((OutcomeCode.PROBLEM_PENDING,), (FollowUp.DAILY_SUPERVISION,), findings, undecided)
    if undecided or not points:
        return Proposal((), (), (), undecided)
    return Proposal((OutcomeCode.NO_PROBLEM,), (FollowUp.NONE,), (), ())


def contradiction(codes: Sequence[OutcomeCode]) -> str | None:
    """Why these codes cannot stand together: `none`, `twice` or `exclusive`."""
    return _apart(codes, OutcomeCode.NO_PROBLEM)


def measures_apart(measures: Sequence[FollowUp]) -> str | None:
    """Why these measures cannot stand together: `none`, `twice` or `exclusive`."""
    return _apart(measures, FollowUp.NONE)


def _apart(values: Sequence[StrEnum], alone: StrEnum) -> str | None:
    if not values:
        return "none"
    if len(set(values)) != len(values):
        return "twice"
    return "exclusive" if alone in values and len(values) > 1 else None


def _is_finding(point: ItemRecord) -> bool:
    if point.value is not None:
        return point.value == Answer.NO
    both_stand = point.cls is ItemClass.RESOLVED
    return both_stand and any(one.value == Answer.NO and _stands(one.state) for one in point.statements)


def _comments(point: ItemRecord) -> tuple[str, ...]:
    said = (one.comment for one in point.statements if one.value == Answer.NO and _stands(one.state))
    return tuple(comment for comment in said if comment)


def _stands(state: StatementState) -> bool:
    return state is StatementState.CURRENT
