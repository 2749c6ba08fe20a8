"""One example view of every paper: synthetic, with everything that can stand on it."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import segno

from inspection.documents.views import (
    Answer,
    ApprovalView,
    CellLine,
    CeremonyView,
    Contact,
    Deadline,
    DossierView,
    FileLine,
    Finding,
    Ground,
    ItemLine,
    Link,
    NoticeView,
    ObjectionDecisionView,
    ObjectionReceiptView,
    Officer,
    Opinion,
    PaperKind,
    Party,
    RecordView,
    RefusalView,
    ResultView,
    Signed,
    Told,
)

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
AUTHORITY = "示例区市场监督管理局"
PARTY = Party(
    "示例区和顺百货店",
    "92110000MA00000X1A",
    "示例区人民路 12 号",
    "李某",
    "010-00000001",
    "王某",
    "010-00000002",
)
GROUND = Ground(
    "日常检查", "2026年度抽查工作计划", "2026年第一季度不定向抽查", "示市监抽查〔2026〕1号", "D-2026-000012"
)
ITEMS = (
    ItemLine("A08-01", "登记事项检查", "营业执照规范使用情况", ("《市场主体登记管理条例》第三十八条",)),
    ItemLine("A07-02", "公示信息检查", "年度报告公示信息", ("《企业信息公示暂行条例》第十四条",)),
)
METHODS = ("实地检查", "书面检查")
OFFICERS = (
    Officer("赵一", "信用监管科", "示例省 11000000001", leader=True),
    Officer("钱二", "和平市场监管所", "示例省 11000000002"),
)
CONTACT = Contact("信用监管科", "孙三", "010-00000003", "示例区政务路 1 号", "010-00000004")
INK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="240" viewBox="0 0 4800 2400" fill="none" '
    'stroke="#1a1a2e" stroke-width="40"><path d="M600 1200l900 -500l600 900l900 -800l800 400"/></svg>'
)
DIGEST = "3f786850e387550fdab836ed7e6dc881de23001b" + "0" * 24
FINDINGS = (
    Finding("登记事项检查", "", "", "未发现问题"),
    Finding("公示信息检查", "2025年度报告联系电话与实际不符", "当场责令改正", "发现问题已责令改正"),
)
SIGNED = (Signed("赵一", INK, DAY), Signed("钱二", INK, DAY))


def link() -> Link:
    """The page of the entity, by an address that nobody has."""
    address = "https://inspection.example/e"
    drawing = segno.make(f"{address}#K7QM-2XWF").svg_inline(border=1)
    return Link(drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1), address, "K7QM-2XWF")


def _notice() -> NoticeView:
    return NoticeView(
        authority=AUTHORITY,
        number="示市监查告〔2026〕000123号",
        party=PARTY,
        ground=GROUND,
        items=ITEMS,
        methods=METHODS,
        opens=DAY,
        closes=date(2026, 3, 31),
        materials=("营业执照正、副本", "2025年度报告的相关凭证"),
        officers=OFFICERS,
        assistants=1,
        frequency="除投诉举报、上级交办等情形外，本机关对同一企业的检查每年不超过 2 次；今年已检查 0 次。",
        text="我们是本机关执法检查人员，现已向您出示行政执法证件。根据随机抽查结果，现依法对您单位实施检查。",
        contact=CONTACT,
        at=AT,
        link=link(),
    )


def _record() -> RecordView:
    return RecordView(
        authority=AUTHORITY,
        number="示市监查记〔2026〕000123号",
        party=PARTY,
        ground=GROUND,
        findings=FINDINGS,
        methods=METHODS,
        follow_up=("未发现问题或相关问题已规范、已改正，无需后续处置",),
        arrived=Told(AT),
        left=Told(AT + timedelta(days=31), AT + timedelta(minutes=90), AT + timedelta(minutes=97)),
        answers=(
            Answer("登记事项", "营业执照是否置于住所醒目位置", "是"),
            Answer("登记事项", "实际经营范围与登记是否一致", "是"),
            Answer("公示信息", "年度报告联系电话是否真实", "否", "当场改正"),
            Answer("公示信息", "股东出资信息是否及时公示", "合理缺项"),
        ),
        notes=("告知全程录音录像，当事人无异议。", "询问是否申请回避：不申请。"),
        evidence=("照片 4 份", "录像 1 份"),
        party_opinion="情况属实。",
        party_signed=(Signed("李某", INK, DAY),),
        not_signed="",
        officers=SIGNED,
        leader=Opinion("同意。", "赵一", DAY),
        publication=None,
        digest=DIGEST,
        at=AT,
    )


def _refusal() -> RefusalView:
    return RefusalView(
        authority=AUTHORITY,
        number="",
        party=PARTY,
        ground=GROUND,
        outcome="refused",
        what="在检查记录上签名",
        reason="当事人对检查结果有不同意见，拒绝在检查记录上签字。",
        refused_by="李某（店长）",
        witness="周某（人民路社区居民委员会）",
        recordings=1,
        officers=SIGNED,
        witness_signed=None,
        happened=Told(AT),
        digest=DIGEST,
        at=AT,
    )


def _ceremony() -> CeremonyView:
    return CeremonyView(
        authority=AUTHORITY,
        number="D-2026-000012",
        name="2026年第一季度不定向抽查摇号",
        task=GROUND.task_name,
        frame_size=3366,
        excluded=12,
        fingerprint=DIGEST,
        cells=(CellLine("信用风险 A", 2400, 72, "3/100"), CellLine("信用风险 D", 66, 33, "1/2")),
        contributions=("监督人骰子：3 1 6 6 2", "企业代表骰子：5 5 1 4 2", "系统承诺值（先行公布摘要）"),
        boxes=tuple("31662551420987654321"),
        notes=("全部参数见公开资料 params.json（SHA-256：3f786850）。",),
        seed=DIGEST,
        root=DIGEST,
        present=(Signed("吴四"), Signed("郑五"), Signed("王六")),
        held=AT,
        verify=replace(link(), address="https://inspection.example/draws", code="D-2026-000012"),
        at=AT,
    )


def _dossier() -> DossierView:
    return DossierView(
        authority=AUTHORITY,
        number="SL-2026-D000001",
        party=PARTY,
        title="示例区和顺百货店 2026年第一季度不定向抽查",
        opened=DAY,
        closed=date(2026, 4, 20),
        results=("登记事项检查：未发现问题", "公示信息检查：发现问题已责令改正"),
        officers=("赵一", "钱二"),
        retention="永久",
        files=(
            FileLine("一、基础信息", "facts.json", 4_120, DIGEST),
            FileLine("二、证据材料", "media/3f78.jpg", 3_670_016, DIGEST),
            FileLine("三、法律文书", "record.pdf", 131_072, DIGEST),
        ),
        at=AT,
    )


def _approval() -> ApprovalView:
    return ApprovalView(
        authority=AUTHORITY,
        number="示市监查审〔2026〕12号",
        party=PARTY,
        ground=GROUND,
        items=ITEMS,
        methods=METHODS,
        opens=DAY,
        closes=date(2026, 3, 31),
        officers=OFFICERS,
        asked=Opinion("拟按计划实施检查。", "孙三", DAY),
        reviewed=None,
        approved=Opinion("同意。", "周局", DAY),
        emergency="",
        at=AT,
    )


def _result() -> ResultView:
    return ResultView(
        authority=AUTHORITY,
        number="示市监查结〔2026〕000123号",
        party=PARTY,
        ground=GROUND,
        inspected_on=DAY,
        findings=FINDINGS,
        follow_up=("责令改正，由日常监管部门跟踪",),
        rectify=(Deadline(("公示信息检查",), date(2026, 3, 17)),),
        publish_by=date(2026, 3, 30),
        object_days=20,
        contact=CONTACT,
        at=AT,
        link=link(),
    )


def _receipt() -> ObjectionReceiptView:
    return ObjectionReceiptView(
        authority=AUTHORITY,
        number="示市监异受〔2026〕3号",
        party=PARTY,
        about="公示信息检查：发现问题已责令改正",
        received=AT,
        grounds="年度报告已于检查前更正，请予复核。",
        attachments=("更正回执.pdf",),
        due=date(2026, 3, 30),
        provisional=True,
        contact=CONTACT,
        at=AT,
    )


def _decision() -> ObjectionDecisionView:
    return ObjectionDecisionView(
        authority=AUTHORITY,
        number="示市监异决〔2026〕3号",
        party=PARTY,
        about="公示信息检查：发现问题已责令改正",
        received=AT,
        upheld=False,
        facts="经调取公示系统记录，更正时间为2026年2月28日，早于检查日。",
        reasons="检查结果与事实不符。",
        corrected=("公示信息检查：未发现问题",),
        reviewer="冯七",
        at=AT,
    )


_VIEWS = {
    PaperKind.NOTICE: _notice,
    PaperKind.RECORD: _record,
    PaperKind.REFUSAL: _refusal,
    PaperKind.APPROVAL: _approval,
    PaperKind.RESULT: _result,
    PaperKind.OBJECTION_RECEIPT: _receipt,
    PaperKind.OBJECTION_DECISION: _decision,
    PaperKind.CEREMONY: _ceremony,
    PaperKind.COVER: _dossier,
    PaperKind.INDEX: _dossier,
}


def example(kind: PaperKind) -> Any:
    """The view of a paper of this kind."""
    return _VIEWS[kind]()


def with_texts(view: Any, say: Callable[[str], str], name: str = "") -> Any:
    """The same view with every text as `say` has it; what is a word of ours or a drawing stays."""
    if isinstance(view, str):
        return view if name in {"drawing", "outcome"} else say(view)
    if is_dataclass(view) and not isinstance(view, type):
        told = {one.name: with_texts(getattr(view, one.name), say, one.name) for one in fields(view)}
        return replace(view, **told)
    return tuple(with_texts(one, say, name) for one in view) if isinstance(view, tuple) else view
