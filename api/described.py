"""What the names in addresses and queries mean, and in which order an outside developer meets the routes.

One table for all operations: a parameter that says nothing of itself means what its name means here, and one that is
in neither place fails a test.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "If-Match": "the state that was on the screen: its ETag, or the digest told with it (hex), in quotes",
        "absence": "id (UUID) of an inspector's absence",
        "absent": "what becomes of rows that a whole register does not name any more",
        "actor": "id of the account, tablet or job that acted",
        "after": "where the page before ended: its `after`, or the id of its last row; without it, the first page",
        "alert_id": "id (UUID) of an alert",
        "authority": "code of an inspecting authority",
        "batch": "id (UUID) of changes to the register of inspectors that were made at one go",
        "behind": "id (UUID) of the last line of the page before; lines behind it are older",
        "certificate": "id (UUID) of an inspector's certificate",
        "chain_id": "id (UUID) of a supervisor's hash chain",
        "change_id": "id (UUID) of a change after a draw",
        "code": "code that the authority has given: of an item, an object, a checklist or a channel; of a problem",
        "conclusion_id": "id (UUID) of a third party's conclusion",
        "day": "a day in Beijing, YYYY-MM-DD",
        "delivery_id": "id (UUID) of what was sent to a receiver",
        "device_id": "id (UUID) of an enrolled tablet",
        "digest": "SHA-256 of a file, in 64 hexadecimal digits",
        "draw_id": "id (UUID) of a draw",
        "ended": "true: those that are settled as well",
        "entry": "hash of an entry of a tablet (SHA-256, base64url without padding, 43 characters)",
        "entry_id": "id (UUID) of an entry of a special register",
        "file": "name of the file with its ending, which says the kind",
        "first": "first day in Beijing, YYYY-MM-DD, itself included",
        "grade": "credit grade (信用等级) of the objects",
        "ground": "why, in words that stand in the journal",
        "inspector": "id (UUID) of an inspector",
        "inspector_id": "id (UUID) of an inspector",
        "item": "code of an inspection item",
        "key_id": "id (UUID) of a supervisor's signing key",
        "kind": "which kind: of object, paper, file or journal line",
        "kind_of_file": "csv (UTF-8 with a byte-order mark) or xlsx",
        "last": "last day in Beijing, YYYY-MM-DD, itself included",
        "leader": "id (UUID) of the inspector who leads the visit",
        "letter_id": "id (UUID) of a line that a tablet sent and that could not be read",
        "limit": "how many rows at most",
        "mark_id": "id (UUID) of a mark on an object",
        "number": "number of a publication or a dossier, as it is printed",
        "object_id": "id (UUID) of an inspection object",
        "objection_id": "id (UUID) of an objection",
        "oid": "id (UUID) of the object in the frozen register of a draw",
        "on": "the day in Beijing of which the answer is to hold, YYYY-MM-DD; today by default",
        "outcome_id": "id (UUID) of the outcome of one item of a visit",
        "penalty_id": "id (UUID) of a penalty",
        "person": "id (UUID) of an account or an inspector",
        "plan_id": "id (UUID) of an annual plan",
        "publication_id": "id (UUID) of a publication",
        "referral_id": "id (UUID) of a referral",
        "register_id": "id (UUID) of a special register",
        "relation": "id (UUID) of an inspector's interest in an object",
        "reminder_id": "id (UUID) of a reminder",
        "report_id": "id (UUID) of a quarterly or annual report",
        "risk": "risk grade (风险等级) of the objects",
        "run_id": "id (UUID) of an import",
        "settled": "true: only what is settled; false: only what is open",
        "short": "true: only what has too few inspectors",
        "since": "from this day on (Beijing, YYYY-MM-DD, itself included), or from this instant on (RFC 3339)",
        "state": "only those in this state",
        "status": "only objects of this status",
        "step": "only those of which this step is the next",
        "stream": "stream of the journal, `<kind>:<id>`",
        "task_id": "id (UUID) of a task",
        "unseen": "true: only what the caller has not seen yet",
        "until": "up to this day in Beijing, YYYY-MM-DD, itself included",
        "upload_id": "id (UUID) of an upload",
        "version": "number of the version, from 1 on",
        "visit": "id (UUID) of a visit",
        "visit_id": "id (UUID) of a visit",
        "year": "calendar year",
    }
)

TAGS: Final[tuple[tuple[str, str, str], ...]] = (
    ("office: sessions", "登录与注销", "Signing in and out."),
    ("office: authority", "检查主体、科室与人员", "The authority, its units and people."),
    ("office: registry", "抽查事项清单与检查对象名录库", "一单两库: items, objects, their imports and exports."),
    ("office: inspectors", "执法检查人员名录库", "Inspectors, certificates, absences, interests."),
    ("office: plans", "年度抽查工作计划", "Annual plans, and plans from above."),
    ("office: tasks", "抽查任务", "Tasks, and visits outside the draw."),
    ("office: draws", "摇号", "The draw: freeze, chance, match, seal, changes afterwards."),
    ("office: visits", "检查", "Visits: team, unsealing, record, ledger."),
    ("office: devices", "平板", "Tablets: enrolment, revocation, wiping, rescue."),
    ("office: decisions", "检查记录的裁定", "A leader's signed decisions on a record."),
    ("office: late filings", "补录", "Visits that nobody had assigned."),
    ("office: media", "证据文件", "Evidence: originals, copies, holds."),
    ("office: papers", "文书", "Prescribed papers as PDF."),
    ("office: evidence", "证据导出", "The evidence of one visit as a ZIP."),
    ("office: reviews", "审核", "What waits for whom, and a record beside its evidence."),
    ("office: follow-up", "后续处理", "Referrals, re-checks, conclusions, what was put right."),
    ("office: publications", "公示与推送", "Results and penalties made public, and sent to other systems."),
    ("office: objections", "异议", "Objections and their review."),
    ("office: remarks", "匿名意见", "What parties said without a name."),
    ("office: dossiers", "案卷", "Sealed dossiers."),
    ("office: oversight", "监督", "Clocks, alerts, reminders, statistics, reports."),
    ("office: journal", "全程留痕", "The journal."),
    ("device: enrolment", "平板：登记", "A tablet: enrolment and its token."),
    ("device: time", "平板：时间", "A tablet: the server's time, signed."),
    ("device: sync", "平板：同步", "A tablet: push, pull, inventory."),
    ("device: uploads", "平板：文件上传", "A tablet: files, resumable (tus) or whole."),
    ("device: log", "平板：透明日志", "A tablet: the transparency log and its proofs."),
    ("public", "公开", "Results, draws, figures and open data, for anybody."),
    ("reference", "参考", "What problem codes mean."),
    ("health", "运行状况", "Whether the service is up."),
)
"""(tag, zh-CN, English), in the order of the work."""


def tags_of(used: set[str]) -> list[dict[str, Any]]:
    """The tags of a document, in the order of the work; those that are not in the table come last."""
    known = {name: f"{zh} · {en}" for name, zh, en in TAGS}
    ordered = [name for name in known if name in used] + sorted(used - known.keys())
    return [{"name": name, "description": known.get(name, name)} for name in ordered]
