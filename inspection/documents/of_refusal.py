"""The view of the note on a missing signature, or on anything else that was refused."""

from uuid import UUID

from inspection.documents.known_record import Draw, known_record
from inspection.documents.told_times import Times, nearest
from inspection.documents.views import RefusalView, Signed
from inspection.documents.words import Words
from inspection.kernel.errors import NotFound
from mobile_contract.entries import SignerRole
from mobile_contract.problems import ProblemCode


async def refusal_view(visit_id: UUID, hash_: str, *, lang: str, draw: Draw, times: Times) -> RefusalView:
    """拒签说明 of one refusal among the entries of the visit. `times`: as of `known_record`.

    Raises:
        NotFound: there is no such refusal; or as `known`.
    """
    told, words = await known_record(visit_id, draw, times), Words("documents.refusal.", lang)
    one = next((refusal for refusal in told.record.refusals if refusal.hash == hash_), None)
    if one is None:
        raise NotFound(ProblemCode.ENTRY_UNKNOWN, "documents.no_refusal", hash=hash_)
    names = {str(member.inspector): member.name for member in told.visit.team}
    who = " ".join(part for part in (one.refused_by, one.refused_by_role) if part)
    inspectors, witnesses = told.signed(SignerRole.INSPECTOR), told.signed(SignerRole.WITNESS)
    vouchers = tuple(Signed(names[person]) for person in (one.inspector, *one.vouched_by) if person in names)
    return RefusalView(
        authority=told.visit.authority.name,
        number="",
        party=told.visit.party(),
        ground=told.visit.ground(words),
        outcome=one.outcome,
        what=words(f"thing_{one.what}"),
        reason=one.text,
        refused_by=who,
        witness=names.get(one.witness or "", one.witness or ""),
        recordings=len(one.recordings),
        officers=inspectors or tuple(dict.fromkeys(vouchers)),
        witness_signed=witnesses[0] if witnesses else None,
        happened=told.told(hash_),
        digest=told.folded.digest,
        at=nearest(told.told(hash_)),
    )
