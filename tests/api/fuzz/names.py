"""What the parameters of paths can be called by, where something is there: a request about nothing is soon answered."""

from itertools import islice
from typing import Any

from piccolo.columns import Column

from inspection.archive.tables import Dossier
from inspection.authority.tables import Authority
from inspection.draw.tables import Draw, DrawChange, SupervisorChain, SupervisorKey
from inspection.oversight.alerts.tables import Alert
from inspection.oversight.reminders.tables import Reminder
from inspection.oversight.reports.tables import Report
from inspection.planning.tables import AnnualPlan, Task
from inspection.publicity.channels.tables import Delivery
from inspection.publicity.objections.tables import Objection
from inspection.publicity.penalties.tables import Penalty
from inspection.publicity.tables import Publication
from inspection.registry.inspectors.tables import (
    Certificate,
    Inspector,
    InspectorAbsence,
    InspectorRelation,
    RegisterBatch,
)
from inspection.registry.intake.tables import ImportRun
from inspection.registry.items.tables import Checklist, InspectionItem
from inspection.registry.objects.tables import InspectionObject, ObjectMark, RegisterEntry, SpecialRegister
from inspection.visits.follow_up.tables import Referral, ThirdPartyConclusion
from inspection.visits.tables import Entry, Outcome, Visit
from media.tables import PublicCopy, StoredBlob, Upload
from sync.tables import DeadLetter, Device

CALLED = {
    "visit_id": Visit.id,
    "inspector": Inspector.id,
    "inspector_id": Inspector.id,
    "person": Inspector.id,
    "object_id": InspectionObject.id,
    "oid": InspectionObject.code,
    "draw_id": Draw.id,
    "change_id": DrawChange.id,
    "chain_id": SupervisorChain.id,
    "key_id": SupervisorKey.id,
    "plan_id": AnnualPlan.id,
    "task_id": Task.id,
    "item": InspectionItem.id,
    "code": InspectionItem.code,
    "version": Checklist.version,
    "run_id": ImportRun.id,
    "register_id": SpecialRegister.id,
    "entry_id": RegisterEntry.id,
    "mark_id": ObjectMark.id,
    "absence": InspectorAbsence.id,
    "relation": InspectorRelation.id,
    "certificate": Certificate.id,
    "batch": RegisterBatch.id,
    "outcome_id": Outcome.id,
    "referral_id": Referral.id,
    "conclusion_id": ThirdPartyConclusion.id,
    "copy": PublicCopy.copy,
    "publication_id": Publication.id,
    "number": Publication.number,
    "penalty_id": Penalty.id,
    "objection_id": Objection.id,
    "delivery_id": Delivery.id,
    "device_id": Device.id,
    "letter_id": DeadLetter.id,
    "alert_id": Alert.id,
    "reminder_id": Reminder.id,
    "report_id": Report.id,
    "authority": Authority.code,
    "digest": StoredBlob.digest,
    "upload_id": Upload.id,
    "entry": Entry.id,
}
NUMBERS = {"/office/dossiers": Dossier.number, "/public/penalties": Penalty.number}
"""Beginnings of paths under which `number` is another one's."""
WORDS = {"kind": ("notice", "record"), "register": ("objects",), "what": ("objects",)}
SOME = 3


async def names() -> dict[str, list[Any]]:
    """Some values of each parameter that something is called by, as texts."""
    found = {parameter: await _some(column) for parameter, column in CALLED.items()}
    return {parameter: values for parameter, values in found.items() if values} | {k: list(v) for k, v in WORDS.items()}


async def numbers() -> dict[str, list[Any]]:
    return {path: await _some(column) for path, column in NUMBERS.items()}


async def _some(column: Column) -> list[str]:
    table = column._meta.table
    rows = await table.select(column).where(column.is_not_null()).order_by(column).limit(SOME)
    return [str(value) for row in islice(rows, SOME) for value in row.values()]
