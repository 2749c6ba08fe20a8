from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_documents
from inspection.publicity.content import Content, content_of
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.store_documents import DocumentRow, NewDocument
from inspection.visits.review.legal import waits
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Corrected:
    """The new version of a publication; the older ones keep their bytes."""

    number: str
    version: int
    digest: str
    replaces: str


async def correct_publication(cmd: Command, *, publication_id: UUID, reason: str | None = None) -> Corrected:
    """Publish the outcome that now stands in place of the one that is out, under the same number; what was withdrawn is
    out again by it. The reason is that of the corrected outcome unless another one is given.

    Raises:
        NotFound: nothing of this authority is out under that id.
        Conflict: what is out is the outcome that stands; `publicity.legal_review_due`.
        Refused: the same person decided the corrected outcome.
        Invalid: there is no reason.
    """
    return await in_unit(_correct, cmd, publication_id, (reason or "").strip())


async def _correct(cmd: Command, publication: UUID, given: str) -> Corrected:
    await store.lock(publication)
    versions = await store_documents.documents(publication=publication)
    if not versions or cmd.authority not in (None, versions[-1].authority):
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    old = versions[-1]
    if old.outcome is None or await store_documents.newest_outcome(old.outcome) == old.outcome:
        raise Conflict(ProblemCode.CONFLICT, "publicity.nothing_to_correct", number=old.number)
    content = await content_of(publication, old.outcome, None)
    if await waits(old.visit, await store_documents.newest_outcome(old.outcome)):
        raise Conflict(ProblemCode.PUBLICATION_NOT_READY, "publicity.legal_review_due", number=old.number)
    if content.decided_by == cmd.actor.id:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", number=old.number)
    reason = given or content.correcting
    if not reason:
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    return await _replace(cmd, old, content, reason)


async def _replace(cmd: Command, old: DocumentRow, content: Content, reason: str) -> Corrected:
    data = content.write(old.number, old.version + 1, old.digest, local_day(cmd.now))
    done = Corrected(old.number, old.version + 1, sha256_hex(data), old.digest)
    await store.name_object(old.publication, content.told)
    new = NewDocument(
        *(cmd.new_id(), old.publication, content.outcome, done.version, data, done.digest, cmd.now, content.kind),
        replaces=old.id,
        reason=reason,
    )
    await store_documents.add_document(new)
    if old.kind is DocumentKind.WITHDRAWAL:
        await store.mark_back(old.publication)
    await append(
        cmd.event(
            EventKind.PUBLICATION_CORRECTED,
            store.stream_of(old.visit, old.penalty),
            publication=str(old.publication),
            outcome=str(content.outcome),
            number=done.number,
            version=done.version,
            sha256=done.digest,
            replaces=old.digest,
            reason=reason,
            rests_on=dict(content.rests_on),
        )
    )
    return done
