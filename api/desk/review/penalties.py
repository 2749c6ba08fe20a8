"""行政处罚 at the desk: the list, one of them, its annulment."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.desk.review.heads import id_chosen
from api.office.penalties import Annulment
from api.permits import Action
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.read import known_penalty, listed_penalties
from inspection.publicity.penalties.rules import yuan
from inspection.publicity.penalties.store import AnnulledBy
from inspection.registry import find as registry

PAGE: Final = 50


@get("/desk/penalties", opt={"action": Action.PENALTY_READ})
async def read_penalties(request: AnyRequest, after: FromQuery[str] = "") -> Response[bytes]:
    """A page of penalties, the oldest first."""
    found = await listed_penalties(authority_of(request), id_chosen(after), PAGE + 1)
    more = str(found[PAGE - 1].penalty.id) if len(found) > PAGE else None
    objects = await registry.objects({one.penalty.object for one in found})
    return desk_page(
        request, "desk_review/penalties.html", penalties=found[:PAGE], objects=objects, next=more, after=after
    )


async def penalty_page(request: AnyRequest, penalty_id: UUID) -> Response[bytes]:
    """One penalty with what became of it."""
    file = await known_penalty(penalty_id, authority=authority_of(request))
    about = await registry.object_facts(file.penalty.object)
    amount = yuan(file.penalty.amount_fen)
    return desk_page(
        request, "desk_review/penalty.html", file=file, about=about, amount=amount, annullers=tuple(AnnulledBy)
    )


@get("/desk/penalties/{penalty_id:uuid}", opt={"action": Action.PENALTY_READ})
async def read_penalty(request: AnyRequest, penalty_id: FromPath[UUID]) -> Response[bytes]:
    """One penalty."""
    return await penalty_page(request, penalty_id)


@post("/desk/penalties/{penalty_id:uuid}/annulment", opt={"action": Action.PENALTY_ANNUL})
async def annul(request: AnyRequest, penalty_id: FromPath[UUID]) -> Response[bytes]:
    """Write down that a penalty was annulled."""

    async def do(form: Form) -> str:
        annulled = Annulled(**filled(form, Annulment).model_dump())
        await annul_penalty(command(request), penalty_id=penalty_id, annulled=annulled)
        return see(f"/desk/penalties/{penalty_id}", "desk_review.done_annulled")

    return await acted(request, do, lambda: penalty_page(request, penalty_id))


HANDLERS: Final = (read_penalties, read_penalty, annul)
