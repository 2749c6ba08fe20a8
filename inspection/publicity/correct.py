from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity import store, store_documents
from inspection.publicity.open_publications import stream
from inspection.publicity.redaction import document, search_text
from inspection.publicity.wording import public_facts
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Corrected:
    """The new version of a publication; the older ones keep their bytes."""

    number: str
    version: int
    digest: str
    replaces: str


async def correct_publication(cmd: Command, *, publication_id: UUID, reason: str) -> Corrected:
    """Publish the outcome that now stands in place of the one that is out, under the same number.

    Raises:
        NotFound: nothing of this authority is out under that id.
        Conflict: what is out is the outcome that stands.
        Refused: the same person decided the corrected outcome.
        Invalid: there is no reason.
    """
    if not reason.strip():
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    async with unit_of_work():
        await store.lock(publication_id)
        versions = await store_documents.documents(publication=publication_id)
        if not versions or cmd.authority not in (None, versions[-1].authority):
            raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
        old = versions[-1]
        outcome = await store_documents.newest_outcome(old.outcome)
        if outcome == old.outcome:
            raise Conflict(ProblemCode.CONFLICT, "publicity.nothing_to_correct", number=old.number)
        known = await store_documents.outcome_facts(outcome)
        if known["formed_by"] == cmd.actor.id:
            raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", number=old.number)
        facts, version, today = public_facts(known), old.version + 1, local_day(cmd.now)
        data = document(facts, number=old.number, version=version, replaces=old.digest, published_on=today)
        done = Corrected(old.number, version, sha256_hex(data), old.digest)
        await store.name_object(publication_id, facts.object_name, search_text(facts.object_name, facts.object_code))
        await store_documents.add_document(
            cmd.new_id(), publication_id, outcome, version, data, done.digest, cmd.now, replaces=old.id, reason=reason
        )
        await append(
            cmd.event(
                EventKind.PUBLICATION_CORRECTED,
                stream(old.visit),
                publication=str(publication_id),
                outcome=str(outcome),
                number=done.number,
                version=version,
                sha256=done.digest,
                replaces=old.digest,
                reason=reason.strip(),
                rests_on=await store_documents.pins_of(outcome),
            )
        )
    return done
