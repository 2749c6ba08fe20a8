"""Letting the bodies of entries go by law: the administrator sees which entries there are, not what they say."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.desk.review.heads import named_head
from api.office.decisions import Erasure
from api.office.visits import StateDigest
from api.permits import Action
from api.process import process_of
from inspection.visits.reading import fold_visit
from mobile_contract.decisions import DecisionType
from sync.office.decide import decide

ERASE: Final = {"action": Action.ENTRY_ERASE}


class ErasureSeen(Erasure):
    """An erasure on what was on the screen."""

    seen: StateDigest


async def erasures_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """The entries of a visit by hash and type."""
    folded = await fold_visit((await named_head(request, visit_id)).visit)
    facts: dict[str, Any] = {"visit_id": visit_id, "entries": folded.entries, "seen": folded.digest}
    gone = frozenset(one.hash for one in folded.record.erased)
    return desk_page(request, "desk_review/erasures.html", gone=gone, **facts)


@get("/desk/reviews/{visit_id:uuid}/erasures", opt=ERASE)
async def read_erasures(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """What may be erased."""
    return await erasures_page(request, visit_id)


@post("/desk/reviews/{visit_id:uuid}/erasures", opt=ERASE)
async def erase(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """Let the bodies of entries go by law; header, hash, signature and place of each stay."""

    async def do(form: Form) -> str:
        told = filled(form, ErasureSeen)
        body = told.model_dump(mode="json", exclude={"seen"})
        more: dict[str, Any] = {"type": DecisionType.ERASE_BODY, "body": body, "keys": process_of(request).keys}
        await decide(command(request), visit_id=visit_id, seen=told.seen, **more)
        return see(f"/desk/reviews/{visit_id}/erasures", "desk_review.done_erased")

    return await acted(request, do, lambda: erasures_page(request, visit_id))


HANDLERS: Final = (read_erasures, erase)
