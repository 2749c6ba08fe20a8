"""The forms of a ceremony, from the look ahead to the visits. Each leads back to where it was sent from: the working
page, or the projector.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from api.commands import AnyRequest, command
from api.desk.answers import see
from api.desk.draw.progress import looked_at, running
from api.desk.draw.stage import stage_page
from api.desk.draw.working import SHORTAGE, draw_page
from api.desk.forms import Form, acted, filled
from api.office.draw_bodies import AskVoid, Contribution, LinkAsked, Match
from api.office.draws import my_draw
from api.permits import Action
from api.process import process_of
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.match import match
from inspection.draw.seal import seal
from inspection.draw.supervision.give_link import ask_link
from inspection.draw.void_draw import ask_void
from inspection.kernel.errors import DomainError
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.freeze_draw import check_draw, freeze_draw
from inspection.visits.opening.void_draw import confirm_void

STAGE: Final = "stage"
Do = Callable[[Form], Awaitable[Any]]


@post("/desk/draws/{draw_id:uuid}/feasibility", opt={"action": Action.DRAW_CHECK})
async def check(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Look whether whatever is drawn can be staffed."""
    return await step(request, draw_id, "checked", lambda _: check_draw(command(request), draw_id=draw_id))


@post("/desk/draws/{draw_id:uuid}/freeze", opt={"action": Action.DRAW_FREEZE})
async def freeze(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Take directory and roster as they are now, and publish the fingerprint (名录指纹)."""
    return await step(request, draw_id, "frozen", lambda _: freeze_draw(command(request), draw_id=draw_id), 1)


@post("/desk/draws/{draw_id:uuid}/link-request", opt={"action": Action.DRAW_ASK_LINK})
async def ask_for_link(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Ask the holder of a chain for the link of this fingerprint."""

    async def do(form: Form) -> None:
        await ask_link(command(request), draw_id=draw_id, name=filled(form, LinkAsked).name)

    return await step(request, draw_id, "link_asked", do, 3)


@post("/desk/draws/{draw_id:uuid}/contributions", opt={"action": Action.DRAW_CONTRIBUTE})
async def reveal(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Reveal a contribution; dice are typed twice, by two persons."""

    async def do(form: Form) -> None:
        told = filled(_squeezed(form), Contribution)
        value = told.dice.encode() if told.dice is not None else bytes.fromhex(told.value or "")
        nonce = bytes.fromhex(told.nonce or "")
        await contribute(command(request), draw_id=draw_id, name=told.name, value=value, nonce=nonce)

    return await step(request, draw_id, "contributed", do, 3)


@post("/desk/draws/{draw_id:uuid}/execute", opt={"action": Action.DRAW_EXECUTE})
async def execute_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Draw the objects. A second call changes nothing: there is no re-draw."""

    async def do(_: Form) -> None:
        async with running(draw_id, process_of(request).clock):
            await execute(command(request), draw_id=draw_id, seen=looked_at(draw_id))

    return await step(request, draw_id, "executed", do, 4)


@post("/desk/draws/{draw_id:uuid}/match", opt={"action": Action.DRAW_EXECUTE})
async def match_inspectors(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Give every drawn object its inspectors, or say who lacks."""

    async def do(form: Form) -> None:
        await match(command(request), draw_id=draw_id, load_cap=filled(form, Match).load_cap)

    return await step(request, draw_id, "matched", do, 5)


@post("/desk/draws/{draw_id:uuid}/seal", opt={"action": Action.DRAW_SEAL})
async def seal_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Run it all once more from what is kept, and close the draw if it comes out the same."""
    return await step(request, draw_id, "sealed", lambda _: seal(command(request), draw_id=draw_id), 6)


@post("/desk/draws/{draw_id:uuid}/visits", opt={"action": Action.VISIT_ASSEMBLE})
async def assemble(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Make the visits of a sealed draw, which stay secret; tickets that were held back are told."""
    await my_draw(request, draw_id)

    async def do(_: Form) -> Response[bytes]:
        made = await assemble_visits(command(request), draw_id=draw_id)
        return await draw_page(request, draw_id, made=made)

    return await acted(request, do, lambda: draw_page(request, draw_id))


@post("/desk/draws/{draw_id:uuid}/void-request", opt={"action": Action.DRAW_ASK_VOID})
async def ask_to_void(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Ask for an attempt to be given up."""

    async def do(form: Form) -> None:
        told = filled(form, AskVoid)
        await ask_void(command(request), draw_id=draw_id, reason=told.reason, note=told.note)

    return await step(request, draw_id, "void_asked", do)


@post("/desk/draws/{draw_id:uuid}/void", opt={"action": Action.DRAW_VOID})
async def void(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """A second person gives the attempt up; it is counted for ever."""
    return await step(request, draw_id, "voided", lambda _: confirm_void(command(request), draw_id=draw_id))


async def step(request: AnyRequest, draw_id: UUID, done: str, do: Do, shown_at: int = 1) -> Response[bytes]:
    """One step of this authority's draw, then back to where it was taken. `shown_at`: its step on the projector."""
    await my_draw(request, draw_id)
    from_stage = False

    async def take(form: Form) -> str:
        nonlocal from_stage
        from_stage = form.get("from") == STAGE
        try:
            await do(Form({name: told for name, told in form.texts.items() if name != "from"}, form.files))
        except DomainError as error:
            request.scope["state"][SHORTAGE] = error.facts
            raise
        if from_stage:
            return see(f"/desk/draws/{draw_id}/stage", step=str(shown_at))
        return see(f"/desk/draws/{draw_id}", f"desk_draw.done_{done}")

    async def again() -> Response[bytes]:
        return await (stage_page(request, draw_id, shown_at) if from_stage else draw_page(request, draw_id))

    return await acted(request, take, again)


def _squeezed(form: Form) -> Form:
    """Digits and hex as they are typed from paper, in groups: without the blanks between them."""
    typed = {name: ["".join(one.split()) for one in form.texts.get(name, ())] for name in ("dice", "value", "nonce")}
    kept = {"name": form.texts.get("name", ())}
    return Form(kept | {name: values for name, values in typed.items() if values})


HANDLERS = (
    check,
    freeze,
    ask_for_link,
    reveal,
    execute_draw,
    match_inspectors,
    seal_draw,
    assemble,
    ask_to_void,
    void,
)
