"""What the registry's routes answer."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from api.language import Language
from inspection.registry.facts import CertificateFacts, InspectorFacts, ItemFacts
from inspection.registry.report import Counts, ImportReport, NotedRow


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the file (as a spreadsheet counts) and what is to be said of it."""

    number: int
    text: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportView:
    """The outcome of one import. `repeated`: the same bytes were imported before, whole. At most 200 rows are told."""

    run: UUID
    what: str
    file_name: str
    file_digest: str
    repeated: bool
    counts: Counts
    rejected: tuple[RowView, ...]
    warned: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """The newest version of an inspection item. `ratio` is an exact fraction such as `1/20`; `null` when unreadable."""

    id: UUID
    code: str
    version: int
    name: str
    basis: str
    subject: str
    object_kinds: tuple[str, ...]
    object_text: str
    content: str
    methods: tuple[str, ...]
    ratio_text: str
    ratio: str | None
    frequency_text: str
    frequency: int | None
    item_class: str
    qualification: str | None
    channel: str
    joint_eligible: bool
    checklist_code: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class InspectorView:
    """One inspector, without the list of objects that person must not inspect."""

    id: UUID
    staff_no: str
    name: str
    position: str | None
    unit: str | None
    category: str
    qualifications: tuple[str, ...]
    expertise: tuple[str, ...]
    area: str | None
    leader_capable: bool
    active: bool
    certificates: tuple[CertificateFacts, ...]


def import_view(report: ImportReport, language: Language) -> ImportView:
    """The report in the caller's language."""
    return ImportView(
        run=report.run,
        what=report.what,
        file_name=report.file_name,
        file_digest=report.file_digest,
        repeated=report.repeated,
        counts=report.counts,
        rejected=tuple(_row(row, language) for row in report.rejected),
        warned=tuple(_row(row, language) for row in report.warned),
    )


def item_view(item: ItemFacts) -> ItemView:
    """The item, with its ratio as text."""
    return ItemView(
        id=item.id,
        code=item.code,
        version=item.version,
        name=item.name,
        basis=item.basis,
        subject=item.subject,
        object_kinds=item.object_kinds,
        object_text=item.object_text,
        content=item.content,
        methods=tuple(method.value for method in item.methods),
        ratio_text=item.ratio_text,
        ratio=_fraction(item.ratio),
        frequency_text=item.frequency_text,
        frequency=item.frequency,
        item_class=item.item_class.value,
        qualification=item.qualification,
        channel=item.channel,
        joint_eligible=item.joint_eligible,
        checklist_code=item.checklist_code,
        published_at=item.published_at,
    )


def inspector_view(person: InspectorFacts) -> InspectorView:
    """The inspector as the office sees one."""
    return InspectorView(
        id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        position=person.position,
        unit=person.unit,
        category=person.category,
        qualifications=person.qualifications,
        expertise=person.expertise,
        area=person.area,
        leader_capable=person.leader_capable,
        active=person.active,
        certificates=person.certificates,
    )


def _row(row: NotedRow, language: Language) -> RowView:
    return RowView(row.number, row.text(language), tuple(remark.key.value for remark in row.remarks))


def _fraction(ratio: Fraction | None) -> str | None:
    return f"{ratio.numerator}/{ratio.denominator}" if ratio is not None else None
