"""执法检查人员名录: who stands in it, who may be sent, absences, interests, certificates, and the review of changes."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.language import Language, preferred
from api.office.coverage_views import CoverView, cover_view
from api.office.inspector_views import (
    BatchView,
    CertificateWatch,
    InspectorDetail,
    InspectorView,
    batch_view,
    detail_view,
    ending_view,
    inspector_view,
    standing_view,
)
from api.office.parameters import PageSize
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.registry.inspectors.absences import add_absence, withdraw_absence
from inspection.registry.inspectors.adjust import adjust_inspector
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.certificates import add_certificate, set_certificate_status
from inspection.registry.inspectors.confirm_changes import confirm_changes
from inspection.registry.inspectors.export import csv_lines
from inspection.registry.inspectors.facts import AbsenceFacts, CertificateFacts, RelationFacts
from inspection.registry.inspectors.questions import (
    change_batches,
    coverage,
    ending,
    hindrances_of,
    history,
    one_inspector,
    standing,
    uncertified,
)
from inspection.registry.inspectors.relations import declare_relation, end_relation
from inspection.registry.inspectors.rows import MOST_OBJECTS
from inspection.registry.inspectors.store import inspectors_of
from inspection.registry.inspectors.terms import AbsenceKind, BatchState, CertificateStatus, RelationKind
from inspection.registry.rules_in_force import rules_today
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

Note = Annotated[str, Field(max_length=500)]
Reason = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=50)]
Days = Annotated[int, QueryParameter(ge=0, le=3660, description="so many days from today")]
FirstDay = Annotated[date | None, QueryParameter(description="first day of a visit; today when absent")]
LastDay = Annotated[date | None, QueryParameter(description="last day of a visit; the first one when absent")]

# The framework keeps the argument name `state` for itself.
StateAsked = Annotated[BatchState | None, QueryParameter(name="state")]


class Absence(Wire):
    """Days on which a person is not there for inspections, both included."""

    kind: AbsenceKind
    first_day: date
    last_day: date
    note: Note | None = None


class RelationDeclared(Wire):
    """An interest in an object, by the object's code; open days last. Former employment needs `until`."""

    object_code: Annotated[str, Field(min_length=1, max_length=80)]
    kind: RelationKind
    since: date | None = None
    until: date | None = None
    note: Note | None = None


class RelationEnd(Wire):
    """The last day on which the interest bars; today when absent."""

    last_day: date | None = None


class NewCertificate(Wire):
    """An enforcement certificate; without scope or areas it has no limit."""

    issuer: Annotated[str, Field(min_length=1, max_length=200)]
    number: Annotated[str, Field(min_length=4, max_length=32)]
    valid_from: date
    valid_until: date
    scope: Words = ()
    areas: Words = ()


class CertificateStanding(Wire):
    """A suspension or revocation from the day `since`, or its lifting; always with a reason."""

    status: CertificateStatus
    since: date | None = None
    reason: Reason


class Adjustment(Wire):
    """Whether a person is in post, and how many objects they may be given in a period at most."""

    active: bool
    maximum_load: Annotated[int, Field(ge=0, le=MOST_OBJECTS)] | None = None
    reason: Reason


class ChangesReviewed(Wire):
    """Confirm a batch of changes, or return it with remarks."""

    confirm: bool
    remarks: Note | None = None


@get("/inspectors", opt={"action": Action.REGISTRY_READ})
async def read_inspectors(
    request: AnyRequest, first_day: FirstDay = None, last_day: LastDay = None
) -> Sequence[InspectorView]:
    """The register: everybody with certificates, and whether they may be sent on these days (today)."""
    cmd = command(request)
    found = await standing(cmd, authority_of(request), _window(local_day(cmd.now), first_day, last_day))
    return [standing_view(one, _language(request)) for one in found]


@get("/inspectors/{inspector:uuid}", opt={"action": Action.INSPECTOR_READ})
async def read_inspector(
    request: AnyRequest, inspector: FromPath[UUID], first_day: FirstDay = None, last_day: LastDay = None
) -> InspectorDetail:
    """One person with absences and interests, and whether they may be sent on these days (today)."""
    cmd, authority = command(request), authority_of(request)
    person = await one_inspector(authority, inspector)
    window = _window(local_day(cmd.now), first_day, last_day)
    against = await hindrances_of([inspector], window, await rules_today(cmd, authority))
    return detail_view(person, against.get(inspector, ()), _language(request))


@get("/inspectors/{inspector:uuid}/history", opt={"action": Action.INSPECTOR_READ})
async def read_history(request: AnyRequest, inspector: FromPath[UUID]) -> Sequence[BatchView]:
    """What was changed of one person, by whom and when, oldest first."""
    return [batch_view(batch) for batch in await history(authority_of(request), inspector)]


@post("/inspectors/{inspector:uuid}/absences", opt={"action": Action.INSPECTOR_KEEP})
async def enter_absence(request: AnyRequest, inspector: FromPath[UUID], data: JSONBody[Absence]) -> AbsenceFacts:
    """Enter leave, training or other work: no draw counts on the person on these days."""
    days = {"first_day": data.first_day, "last_day": data.last_day}
    return await add_absence(command(request), inspector, kind=data.kind, note=data.note, **days)


@post("/inspector-absences/{absence:uuid}/withdrawal", opt={"action": Action.INSPECTOR_KEEP}, status_code=204)
async def take_absence_back(request: AnyRequest, absence: FromPath[UUID]) -> None:
    """The person is there after all; the entry stays on record."""
    await withdraw_absence(command(request), absence)


@post("/inspectors/{inspector:uuid}/relations", opt={"action": Action.INSPECTOR_DECLARE})
async def enter_relation(
    request: AnyRequest, inspector: FromPath[UUID], data: JSONBody[RelationDeclared]
) -> RelationFacts:
    """Declare an interest that requires recusal. Inspectors declare their own, the office everybody's."""
    given = {name: getattr(data, name) for name in RelationDeclared.model_fields}
    return await declare_relation(command(request), inspector, **given)


@post("/inspector-relations/{relation:uuid}/end", opt={"action": Action.INSPECTOR_DECLARE}, status_code=204)
async def finish_relation(request: AnyRequest, relation: FromPath[UUID], data: JSONBody[RelationEnd]) -> None:
    """The interest has ended; it stays on record."""
    await end_relation(command(request), relation, last_day=data.last_day)


@post("/inspectors/{inspector:uuid}/certificates", opt={"action": Action.INSPECTOR_KEEP})
async def enter_certificate(
    request: AnyRequest, inspector: FromPath[UUID], data: JSONBody[NewCertificate]
) -> InspectorView:
    """Enter a new or renewed certificate; earlier ones stay."""
    given = {name: getattr(data, name) for name in NewCertificate.model_fields}
    await add_certificate(command(request), inspector, CertificateDraft(**given))
    return await _viewed(request, inspector)


@post("/inspector-certificates/{certificate:uuid}/status", opt={"action": Action.INSPECTOR_KEEP}, status_code=200)
async def change_certificate(
    request: AnyRequest, certificate: FromPath[UUID], data: JSONBody[CertificateStanding]
) -> CertificateFacts:
    """Suspend or revoke a certificate, or make it valid again."""
    return await set_certificate_status(
        command(request), certificate, status=data.status, since=data.since, reason=data.reason
    )


@post("/inspectors/{inspector:uuid}/adjustment", opt={"action": Action.INSPECTOR_KEEP}, status_code=200)
async def adjust(request: AnyRequest, inspector: FromPath[UUID], data: JSONBody[Adjustment]) -> InspectorView:
    """Say that a person left or came back, or limit how many objects they are given."""
    await adjust_inspector(
        command(request), inspector, active=data.active, maximum_load=data.maximum_load, reason=data.reason
    )
    return await _viewed(request, inspector)


@get("/inspector-coverage", opt={"action": Action.INSPECTOR_READ})
async def read_coverage(
    request: AnyRequest, first_day: FirstDay = None, last_day: LastDay = None, short: FromQuery[bool] = False
) -> Sequence[CoverView]:
    """Of every published item, how many inspectors could be sent on these days, and whether that breaks the rule-set;
    `short`: only items with too few."""
    cmd = command(request)
    covers = await coverage(cmd, authority_of(request), _window(local_day(cmd.now), first_day, last_day))
    return [cover_view(one, _language(request)) for one in covers if one.short or not short]


@get("/inspector-certificates/watch", opt={"action": Action.INSPECTOR_READ})
async def read_watch(request: AnyRequest, within: Days = 90) -> CertificateWatch:
    """Certificates that end within so many days, and inspectors who hold none that is valid today."""
    cmd, authority, language = command(request), authority_of(request), _language(request)
    bare = [inspector_view(one, (), language) for one in await uncertified(cmd, authority)]
    return CertificateWatch(tuple(ending_view(one) for one in await ending(cmd, authority, within)), tuple(bare))


@get("/inspector-changes", opt={"action": Action.INSPECTOR_READ})
async def read_changes(
    request: AnyRequest, standing_in: StateAsked = None, limit: PageSize = 50
) -> Sequence[BatchView]:
    """Changes of the register as they were made, the newest first."""
    states = None if standing_in is None else [standing_in]
    return [batch_view(batch) for batch in await change_batches(authority_of(request), states, limit)]


@post("/inspector-changes/{batch:uuid}/review", opt={"action": Action.INSPECTOR_REVIEW}, status_code=200)
async def review_changes(request: AnyRequest, batch: FromPath[UUID], data: JSONBody[ChangesReviewed]) -> BatchView:
    """The word of the office that the rule-set names; never by the person who made the changes."""
    return batch_view(await confirm_changes(command(request), batch, confirm=data.confirm, remarks=data.remarks))


@get("/inspectors.csv", opt={"action": Action.INSPECTOR_KEEP, "answers": ("text/csv",)})
async def export_inspectors(request: AnyRequest) -> Stream:
    """The register as a CSV file that an import takes back unchanged: a row for each certificate."""
    return await register_file(request)


async def register_file(request: AnyRequest) -> Stream:
    """The whole register of this office as CSV."""
    people = await inspectors_of(authority_of(request))
    headers = {"Content-Disposition": 'attachment; filename="inspectors.csv"'}
    lines = csv_lines(people, local_day(command(request).now))
    return Stream(lines, media_type="text/csv", headers=headers)


async def _viewed(request: AnyRequest, inspector: UUID) -> InspectorView:
    cmd, authority = command(request), authority_of(request)
    today = local_day(cmd.now)
    against = await hindrances_of([inspector], (today, today), await rules_today(cmd, authority))
    person = await one_inspector(authority, inspector)
    return inspector_view(person, against.get(inspector, ()), _language(request))


def _window(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    """The days that were asked for.

    Raises:
        Invalid: `registry.days_reversed`.
    """
    begins = first or today
    ends = last or begins
    if ends < begins:
        raise Invalid(ProblemCode.INVALID, "registry.days_reversed", first=begins.isoformat(), last=ends.isoformat())
    return begins, ends


def _language(request: AnyRequest) -> Language:
    return preferred(request.headers.get("accept-language"))


router = Router(
    "/office/registry",
    route_handlers=[
        read_inspectors,
        read_inspector,
        read_history,
        enter_absence,
        take_absence_back,
        enter_relation,
        finish_relation,
        enter_certificate,
        change_certificate,
        adjust,
        read_coverage,
        read_watch,
        read_changes,
        review_changes,
        export_inspectors,
    ],
    tags=["office: inspectors"],
)
