"""The words of the register of inspectors: closed lists, and the words of real files that mean them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class InspectorRole(StrEnum):
    """As what a person stands in the register. Only inspectors are counted, drawn and sent."""

    INSPECTOR = "inspector"  # 执法检查人员
    EXPERT = "expert"  # 专家: of a trade, an institute; advises (安岳 一(四), 国办发〔2024〕54号)
    ASSISTANT = "assistant"  # 检测机构、科研院所等协助人员


class CertificateStatus(StrEnum):
    """Whether the holder may use the certificate, apart from its days."""

    VALID = "valid"  # 有效
    SUSPENDED = "suspended"  # 暂扣、暂停
    REVOKED = "revoked"  # 吊销、撤销、注销、收回


class AbsenceKind(StrEnum):
    """Why a person is not there for inspections. No reason of health is kept: it is leave."""

    LEAVE = "leave"  # 请假、休假
    TRAINING = "training"  # 培训学习
    OTHER_WORK = "other_work"  # 借调、抽调或其他工作


class RelationKind(StrEnum):
    """What ties a person to an object (回避情形)."""

    KINSHIP = "kinship"  # 近亲属
    FORMER_EMPLOYMENT = "former_employment"  # 曾任职; `until` says how long it bars
    INVESTMENT = "investment"  # 投资、持股
    OTHER_INTEREST = "other_interest"  # 其他利害关系


class RelationSource(StrEnum):
    """Who said so."""

    REGISTER = "register"  # a register file; the next file that no longer says so ends it
    OFFICE = "office"
    INSPECTOR = "inspector"  # the person


class ChangeKind(StrEnum):
    """What happened to one person's entry."""

    ADDED = "added"
    CHANGED = "changed"
    CERTIFICATE_ENTERED = "certificate_entered"
    CERTIFICATE_CHANGED = "certificate_changed"
    ABSENCE_ENTERED = "absence_entered"
    ABSENCE_WITHDRAWN = "absence_withdrawn"
    RELATION_DECLARED = "relation_declared"
    RELATION_ENDED = "relation_ended"


class BatchState(StrEnum):
    """Where changes made at one go stand with the office that the rule-set names."""

    NOTED = "noted"  # the rule-set names none
    REPORTED = "reported"  # that office is told
    PENDING = "pending"  # it has to review them
    CONFIRMED = "confirmed"
    RETURNED = "returned"


OPEN_BATCHES = (BatchState.PENDING, BatchState.REPORTED)

Words = Mapping[str, str]

# The words of files, the surest first: the first one that occurs in a cell decides.
ROLE_WORDS: Words = MappingProxyType(
    {
        "检测机构": InspectorRole.ASSISTANT,
        "检验": InspectorRole.ASSISTANT,
        "科研": InspectorRole.ASSISTANT,
        "协助": InspectorRole.ASSISTANT,
        "辅助": InspectorRole.ASSISTANT,
        "assistant": InspectorRole.ASSISTANT,
        "专家": InspectorRole.EXPERT,
        "expert": InspectorRole.EXPERT,
    }
)
CERTIFICATE_WORDS: Words = MappingProxyType(
    {
        "吊销": CertificateStatus.REVOKED,
        "撤销": CertificateStatus.REVOKED,
        "注销": CertificateStatus.REVOKED,
        "收回": CertificateStatus.REVOKED,
        "作废": CertificateStatus.REVOKED,
        "失效": CertificateStatus.REVOKED,
        "revoked": CertificateStatus.REVOKED,
        "cancelled": CertificateStatus.REVOKED,
        "暂": CertificateStatus.SUSPENDED,
        "suspended": CertificateStatus.SUSPENDED,
        "有效": CertificateStatus.VALID,
        "正常": CertificateStatus.VALID,
        "valid": CertificateStatus.VALID,
    }
)
STANDING_WORDS: Mapping[str, bool] = MappingProxyType(
    {
        "离": False,
        "退": False,
        "调": False,
        "停": False,
        "注销": False,
        "不在": False,
        "inactive": False,
        "在": True,
        "正常": True,
        "有效": True,
        "active": True,
    }
)
RELATION_WORDS: Words = MappingProxyType(
    {
        "亲": RelationKind.KINSHIP,
        "配偶": RelationKind.KINSHIP,
        "kin": RelationKind.KINSHIP,
        "任职": RelationKind.FORMER_EMPLOYMENT,
        "就职": RelationKind.FORMER_EMPLOYMENT,
        "employ": RelationKind.FORMER_EMPLOYMENT,
        "股": RelationKind.INVESTMENT,
        "投资": RelationKind.INVESTMENT,
        "invest": RelationKind.INVESTMENT,
    }
)
EVERYTHING = frozenset({"全部", "所有", "不限", "全部事项", "所有事项", "all"})
"""Words of a certificate's scope that leave nothing out."""
