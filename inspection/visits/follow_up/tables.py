from piccolo.columns import UUID, Boolean, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.planning.tables import Task
from inspection.registry.items.tables import InspectionItem
from inspection.visits.tables import Outcome, Visit


class FollowUpDue(Table, tablename="follow_up_due"):
    """That an outcome leaves something to be done: to be referred, or to be put right. Kept when it is formed, so that
    what is open is found without reading every outcome there is.
    """

    outcome = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    authority = refers_to(Authority)
    refer = Boolean(default=None)
    put_right = Boolean(default=None)
    at = Timestamptz(default=None)


class Referral(Table, tablename="referral"):
    """移送 of what one outcome says to somebody who decides on it. `form`: its one-time name; `handed`: what went
    along, as JSON.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    outcome = refers_to(Outcome)
    form = Varchar(length=60, default=None)
    kind = Varchar(length=20, default=None)
    number = Varchar(length=60, default=None)
    addressee = Varchar(length=200, default=None)
    region = Varchar(length=100, default=None)
    ground = Text(default=None)
    handed = Text(default=None)
    made_at = Timestamptz(default=None)
    made_by = Varchar(length=80, default=None)
    made_by_name = Varchar(length=120, default=None)


class ReferralAnswer(Table, tablename="referral_answer"):
    """What came back to a referral: one receipt, any number of answers, one end. `day`: when its sender gave it."""

    id = UUID(primary_key=True, default=None)
    referral = refers_to(Referral)
    form = Varchar(length=60, default=None)
    part = Varchar(length=12, default=None)
    day = Date(default=None)
    sender = Varchar(length=200, default=None)
    their_number = Varchar(length=100, default=None)
    result = Varchar(length=20, default=None)
    said = Text(default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=120, default=None)


class Recheck(Table, tablename="recheck"):
    """复查: the task that looks again at what one outcome left to be put right."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    outcome = refers_to(Outcome)
    task = refers_to(Task)
    form = Varchar(length=60, default=None)
    due_on = Date(default=None)
    reason = Text(default=None)
    ordered_at = Timestamptz(default=None)
    ordered_by = Varchar(length=80, default=None)
    ordered_by_name = Varchar(length=120, default=None)


class RectificationSettled(Table, tablename="rectification_settled"):
    """What became of something that was to be put right: as a re-check found it (`found` is its outcome), or accepted
    on the papers that the party handed in.
    """

    id = UUID(primary_key=True, default=None)
    outcome = refers_to(Outcome)
    way = Varchar(length=10, default=None)
    recheck = refers_to(Recheck, null=True)
    found = refers_to(Outcome, null=True)
    result = Varchar(length=10, default=None)
    reason = Text(default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)
    by_name = Varchar(length=120, default=None)


class ThirdPartyConclusion(Table, tablename="third_party_conclusion"):
    """第三方结论 on one item of one visit. `digest`: SHA-256 (hex) of its file, `name` what that is called."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    item = refers_to(InspectionItem)
    form = Varchar(length=60, default=None)
    kind = Varchar(length=20, default=None)
    institution = Varchar(length=200, default=None)
    qualification = Varchar(length=400, default=None)
    number = Varchar(length=100, default=None)
    issued_on = Date(default=None)
    said = Text(default=None)
    digest = Varchar(length=64, default=None)
    name = Varchar(length=200, default=None)
    entered_at = Timestamptz(default=None)
    entered_by = Varchar(length=80, default=None)
    entered_by_name = Varchar(length=120, default=None)


class ConclusionWithdrawn(Table, tablename="conclusion_withdrawn"):
    """That a conclusion was entered wrongly, and why. It stays readable."""

    conclusion = UUID(primary_key=True, default=None)
    reason = Text(default=None)
    at = Timestamptz(default=None)
    by = Varchar(length=80, default=None)


class OutcomeBasis(Table, tablename="outcome_basis"):
    """That an outcome rests on a third party's conclusion (核查方式 6 委托专业机构辅助)."""

    id = UUID(primary_key=True, default=None)
    outcome = refers_to(Outcome)
    conclusion = refers_to(ThirdPartyConclusion)


INDEXES = [
    Index("follow_up_due", ("authority", "at")),
    AppendOnly("follow_up_due"),
    UniqueIndex("referral", ("visit", "form")),
    UniqueIndex("referral", ("authority", "number")),
    Index("referral", ("outcome",)),
    Index("referral", ("authority", "made_at")),
    AppendOnly("referral"),
    UniqueIndex("referral_answer", ("referral", "form")),
    UniqueIndex("referral_answer", ("referral", "part"), where="part <> 'answer'"),
    AppendOnly("referral_answer"),
    UniqueIndex("recheck", ("visit", "form")),
    UniqueIndex("recheck", ("task",)),
    Index("recheck", ("outcome",)),
    Index("recheck", ("authority", "due_on")),
    AppendOnly("recheck"),
    Index("rectification_settled", ("outcome",)),
    UniqueIndex("rectification_settled", ("recheck", "found"), where="recheck IS NOT NULL"),
    AppendOnly("rectification_settled"),
    UniqueIndex("third_party_conclusion", ("visit", "form")),
    AppendOnly("third_party_conclusion"),
    AppendOnly("conclusion_withdrawn"),
    UniqueIndex("outcome_basis", ("outcome", "conclusion")),
    Index("outcome_basis", ("conclusion",)),
    AppendOnly("outcome_basis"),
]
