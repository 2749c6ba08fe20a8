"""Certificates one by one: a new one, a suspension, a revocation, its lifting."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store
from inspection.registry.inspectors.certificate_cells import NUMBER, CertificateDraft
from inspection.registry.inspectors.entry import Changed, certificate_after, certificate_changes
from inspection.registry.inspectors.facts import CertificateFacts
from inspection.registry.inspectors.keep_changes import keep_changes
from inspection.registry.inspectors.person import clean_note, held_person, in_order
from inspection.registry.inspectors.terms import CertificateStatus, ChangeKind
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

LONGEST_ISSUER = 200


async def add_certificate(cmd: Command, inspector: UUID, draft: CertificateDraft) -> UUID:
    """Enter a certificate of a person, e.g. the renewed one; earlier ones stay. Returns its id.

    Raises:
        NotFound: `registry.inspector_unknown`.
        Invalid: `registry.certificate_shape`, `registry.certificate_incomplete` (no issuer), `registry.days_reversed`.
        Conflict: `registry.certificate_taken`: it is entered already, with this person or another.
    """
    if not NUMBER.fullmatch(draft.number):
        raise Invalid(ProblemCode.CERTIFICATE_INVALID, "registry.certificate_shape", value=draft.number[:60])
    if not draft.issuer.strip() or len(draft.issuer) > LONGEST_ISSUER:
        raise Invalid(ProblemCode.CERTIFICATE_INVALID, "registry.certificate_incomplete", value=draft.number)
    in_order(draft.valid_from, draft.valid_until)
    told = replace(draft, issuer=draft.issuer.strip())
    async with unit_of_work():
        person = await held_person(cmd, inspector)
        if await store.holders(person.authority, [told.identity]):
            raise Conflict(ProblemCode.CONFLICT, "registry.certificate_taken", value=told.number)
        held, one = certificate_after(told, None), cmd.new_id()
        await store.put_certificates(person.authority, {one: (inspector, held)}, [])
        rules = await rules_today(cmd, person.authority)
        changes = [(inspector, change) for change in certificate_changes(None, held)]
        batch = await keep_changes(cmd, person.authority, rules, changes)
        facts = {"inspector": str(inspector), "certificate": str(one), "batch": str(batch)}
        await append(cmd.event(EventKind.CERTIFICATE_ENTERED, f"registry:{person.authority}", **facts))
    return one


async def set_certificate_status(
    cmd: Command, certificate: UUID, *, status: CertificateStatus, since: date | None = None, reason: str | None = None
) -> CertificateFacts:
    """Suspend or revoke a certificate from the day `since` on, or make it valid again.

    A restriction counts at once; a lifting is reviewed where the rule-set says so.

    Raises:
        NotFound: `registry.certificate_unknown`.
        Invalid: `registry.reason_missing`: a restriction needs day and reason; `registry.note_too_long`.
    """
    restricts = status is not CertificateStatus.VALID
    why = clean_note(reason, required=True)
    if restricts and since is None:
        raise Invalid(ProblemCode.INVALID, "registry.reason_missing")
    async with unit_of_work():
        found = await store.certificate(certificate)
        unknown = NotFound(ProblemCode.NOT_FOUND, "registry.certificate_unknown", certificate=str(certificate))
        if found is None:
            raise unknown
        inspector, before = found
        person = await held_person(cmd, inspector, unknown)
        after = replace(before, status=status, status_since=since if restricts else None, status_reason=why)
        await store.set_certificate_status(certificate, status, after.status_since, why)
        pair = [before.status.value, status.value]
        change = Changed(
            ChangeKind.CERTIFICATE_CHANGED,
            {"issuer": before.issuer, "number": before.number, "status": pair},
            entitles=not restricts,
        )
        batch = await keep_changes(
            cmd, person.authority, await rules_today(cmd, person.authority), [(inspector, change)]
        )
        event = cmd.event(
            EventKind.CERTIFICATE_STATUS_SET,
            f"registry:{person.authority}",
            inspector=str(inspector),
            certificate=str(certificate),
            status=pair,
            batch=str(batch),
        )
        await append(event)
    return after
