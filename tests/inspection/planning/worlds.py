"""Items, drafts and rows for the rules of planning."""

from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID, uuid5

from inspection.planning.scope import Scope
from inspection.planning.task_rules import Papers, PlanFrame, TaskDraft
from inspection.policy.load import rule_set
from inspection.policy.model import RuleSet
from inspection.policy.terms import DrawMode, ItemClass, MatchKind, MatchMode, Method
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.facts import DirectoryRow
from inspection.registry.objects.rows import ObjectKind, ObjectStatus

SPACE = UUID(int=0)
PAPERS = Papers(checklist=True, procedure=True, joint=True)
FRAME = PlanFrame(Fraction(5, 100), date(2026, 1, 1), date(2026, 12, 31))


def rules() -> RuleSet:
    return rule_set("weihai-jingkai-commerce", date(2026, 3, 2))


def item(
    code: str,
    ratio: Fraction | None = None,
    frequency: int | None = None,
    methods: tuple[Method, ...] = (Method.ON_SITE,),
) -> ItemFacts:
    return ItemFacts(
        id=uuid5(SPACE, code),
        authority=SPACE,
        code=code,
        version=1,
        name=f"对{code}的检查",
        basis="某办法",
        subject="某局",
        object_kinds=(),
        object_text="某类企业",
        content="某项内容",
        methods=methods,
        method_text="现场检查",
        ratio_text="",
        ratio=ratio,
        frequency_text="",
        frequency=frequency,
        item_class=ItemClass.GENERAL,
        qualification=None,
        channel="",
        joint_eligible=False,
        checklist_code=f"{code}-YD",
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def draft(**changes: object) -> TaskDraft:
    facts: dict = {
        "name": "某项检查",
        "ratio": Fraction(5, 100),
        "team_size": 2,
        "draw_mode": DrawMode.UNTARGETED,
        "match_kind": MatchKind.AUTOMATIC,
        "match_mode": MatchMode.SCATTERED,
        "scope": Scope(),
        "scheme": "现场核查，按要点表逐项检查。",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 6, 30),
    }
    return TaskDraft(**{**facts, **changes})


def row(kind: ObjectKind, trades: tuple[str, ...], scale: str | None, area: str | None) -> DirectoryRow:
    return DirectoryRow(SPACE, "P:1", kind, trades, area, scale, "A", ObjectStatus.ACTIVE)
