"""What is entered of one person: absences, interests, certificates, being in post, the photo."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Did, Form, acted, acted_on, filled
from api.desk.registry.inspectors import inspector_page
from api.office.inspectors import (
    Absence,
    Adjustment,
    CertificateStanding,
    NewCertificate,
    RelationDeclared,
    RelationEnd,
)
from api.permits import Action, may
from api.photos import LARGEST, keep_photo
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid, NotFound
from inspection.registry.inspectors.absences import add_absence, withdraw_absence
from inspection.registry.inspectors.adjust import adjust_inspector
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.certificates import add_certificate, set_certificate_status
from inspection.registry.inspectors.photo import set_photo
from inspection.registry.inspectors.questions import one_inspector
from inspection.registry.inspectors.relations import declare_relation, end_relation
from inspection.registry.inspectors.terms import CertificateStatus, RelationKind
from mobile_contract.problems import ProblemCode

KEEP: Final = {"action": Action.INSPECTOR_KEEP}
DECLARE: Final = {"action": Action.INSPECTOR_DECLARE}
ONE: Final = "/desk/inspectors/{inspector:uuid}"


@post(f"{ONE}/absences", opt=KEEP)
async def send_absence(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Enter leave, training or other work."""

    async def verb(form: Form) -> None:
        told = filled(form, Absence)
        given = {name: getattr(told, name) for name in Absence.model_fields}
        await add_absence(command(request), inspector, **given)

    return await _done(request, inspector, verb, "absence")


@post(f"{ONE}/absences/{{absence:uuid}}/withdrawal", opt=KEEP)
async def send_absence_back(request: AnyRequest, inspector: FromPath[UUID], absence: FromPath[UUID]) -> Response[bytes]:
    """The person is there after all."""

    async def verb(_: Form) -> None:
        await withdraw_absence(command(request), absence)

    return await _done(request, inspector, verb, "absence_withdrawn")


@post(f"{ONE}/certificates", opt=KEEP)
async def send_certificate(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Enter a new or renewed certificate."""

    async def verb(form: Form) -> None:
        told = filled(_listed(form, "scope", "areas"), NewCertificate)
        given = {name: getattr(told, name) for name in NewCertificate.model_fields}
        await add_certificate(command(request), inspector, CertificateDraft(**given))

    return await _done(request, inspector, verb, "certificate")


@get(f"{ONE}/certificates/{{certificate:uuid}}", opt=KEEP)
async def read_certificate(
    request: AnyRequest, inspector: FromPath[UUID], certificate: FromPath[UUID]
) -> Response[bytes]:
    """One certificate, and the form that suspends or revokes it, or makes it valid again."""
    return await _certificate_page(request, inspector, certificate)


@post(f"{ONE}/certificates/{{certificate:uuid}}", opt=KEEP)
async def send_certificate_status(
    request: AnyRequest, inspector: FromPath[UUID], certificate: FromPath[UUID]
) -> Response[bytes]:
    """Suspend or revoke a certificate, or make it valid again."""

    async def do(form: Form) -> str:
        told = filled(form, CertificateStanding)
        given: dict[str, Any] = {"status": told.status, "since": told.since, "reason": told.reason}
        await set_certificate_status(command(request), certificate, **given)
        return see(f"/desk/inspectors/{inspector}", "desk_registry.done_certificate_status")

    return await acted(request, do, lambda: _certificate_page(request, inspector, certificate))


@post(f"{ONE}/adjustment", opt=KEEP)
async def send_adjustment(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Say that a person left or came back, or limit how many objects they are given."""

    async def verb(form: Form) -> None:
        told = filled(form, Adjustment)
        given = {"active": told.active, "maximum_load": told.maximum_load, "reason": told.reason}
        await adjust_inspector(command(request), inspector, **given)  # type: ignore[arg-type]

    return await _done(request, inspector, verb, "adjusted")


@post(f"{ONE}/photo", opt=KEEP, request_max_body_size=LARGEST + 65_536)
async def send_photo(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Set the photo: JPEG, PNG or HEIC of at most 1 MiB."""

    async def verb(form: Form) -> None:
        await one_inspector(authority_of(request), inspector)
        sent = form.files.get("photo")
        if sent is None or not sent.filename:
            missing: Any = [{"at": "photo", "kind": "missing"}]
            raise Invalid(ProblemCode.INVALID, "api.invalid", errors=missing)
        digest = await keep_photo(command(request), await sent.read())
        await set_photo(command(request), inspector, photo=digest)

    return await _done(request, inspector, verb, "photo")


@post(f"{ONE}/photo/withdrawal", opt=KEEP)
async def send_photo_away(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Nobody is shown it any more."""

    async def verb(_: Form) -> None:
        await set_photo(command(request), inspector, photo=None)

    return await _done(request, inspector, verb, "photo_withdrawn")


@get(f"{ONE}/relations", opt=DECLARE)
async def read_relations(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """The interests of one person, to be declared or ended: inspectors see their own, the office everybody's."""
    return await _relations_page(request, inspector)


@post(f"{ONE}/relations", opt=DECLARE)
async def send_relation(request: AnyRequest, inspector: FromPath[UUID]) -> Response[bytes]:
    """Declare an interest that requires recusal."""

    async def do(form: Form) -> str:
        told = filled(form, RelationDeclared)
        given = {name: getattr(told, name) for name in RelationDeclared.model_fields}
        await declare_relation(command(request), inspector, **given)
        return see(f"/desk/inspectors/{inspector}/relations", "desk_registry.done_relation")

    return await acted(request, do, lambda: _relations_page(request, inspector))


@post(f"{ONE}/relations/{{relation:uuid}}/end", opt=DECLARE)
async def send_relation_end(
    request: AnyRequest, inspector: FromPath[UUID], relation: FromPath[UUID]
) -> Response[bytes]:
    """The interest has ended, today."""

    async def do(form: Form) -> str:
        await end_relation(command(request), relation, last_day=filled(form, RelationEnd).last_day)
        return see(f"/desk/inspectors/{inspector}/relations", "desk_registry.done_relation_ended")

    return await acted(request, do, lambda: _relations_page(request, inspector))


async def _done(request: AnyRequest, inspector: UUID, verb: Did, name: str) -> Response[bytes]:
    return await acted_on(
        request,
        verb,
        see(f"/desk/inspectors/{inspector}", f"desk_registry.done_{name}"),
        lambda: inspector_page(request, inspector),
    )


async def _certificate_page(request: AnyRequest, inspector: UUID, certificate: UUID) -> Response[bytes]:
    person = await one_inspector(authority_of(request), inspector)
    held = next((one for one in person.certificates if one.id == certificate), None)
    if held is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.certificate_unknown", certificate=str(certificate))
    facts: dict[str, Any] = {"person": person, "held": held, "today": local_day(command(request).now)}
    return desk_page(request, "desk_registry/certificate.html", statuses=CertificateStatus, **facts)


async def _relations_page(request: AnyRequest, inspector: UUID) -> Response[bytes]:
    actor = bearer_of(request).actor
    if not may(actor.role, Action.INSPECTOR_READ) and actor.id != str(inspector):
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "registry.inspector_unknown", inspector=str(inspector))
    person = await one_inspector(authority_of(request), inspector)
    today: date = local_day(command(request).now)
    return desk_page(request, "desk_registry/relations.html", person=person, today=today, kinds=RelationKind)


def _listed(form: Form, *names: str) -> Form:
    """Words that are typed into one line, as the several values of their fields."""
    words = {f"{name}[]": form.get(name).replace("，", "、").replace(",", "、").split("、") for name in names}
    return Form({name: told for name, told in form.texts.items() if name not in names} | words, form.files)


HANDLERS: Final = [
    send_absence,
    send_absence_back,
    send_certificate,
    read_certificate,
    send_certificate_status,
    send_adjustment,
    send_photo,
    send_photo_away,
    read_relations,
    send_relation,
    send_relation_end,
]
