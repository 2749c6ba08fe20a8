"""摇号: the ceremony step by step. Nothing here says who was drawn, to anybody, before the visit is unsealed."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.tasks import my_task
from api.permits import Action
from api.zipped import ZIP, zipped
from inspection.draw import disclosure, store
from inspection.draw.ceremony import Ceremony, VoidReason
from inspection.draw.contribute import commit_contribution, contribute
from inspection.draw.disclose import bundle, public_view
from inspection.draw.execute import execute
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.void_draw import ask_void
from inspection.kernel.errors import NotFound
from inspection.visits.freeze_draw import freeze_draw
from inspection.visits.void_draw import confirm_void
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

View = Mapping[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){1,64}$")]
Grade = Annotated[str, Field(min_length=1, max_length=20)]
Weight = Annotated[int, Field(ge=1, le=1000)]
OK: Final = 200


class ContributorAsked(Wire):
    """Who brings chance besides the operator: `DICE` with its witnesses, or `SUPV` by a commitment (hex)."""

    kind: ContributionKind
    name: Name
    commitment: Hex32 | None = None
    witnesses: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


class PlanDraw(Wire):
    """The next attempt of a reviewed task. `weights`: whole numbers by credit grade; without: all objects alike."""

    task: UUID
    contributors: Annotated[tuple[ContributorAsked, ...], Field(max_length=20)] = ()
    weights: Annotated[dict[Grade, Weight], Field(max_length=50)] | None = None
    delta: Annotated[int, Field(ge=0, le=1000)] = 1
    max_load: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Commitment(Wire):
    """A supervisor's commitment (hex): S(0x31 ‖ ⟨label⟩ ‖ ⟨value⟩ ‖ ⟨nonce⟩), ⟨x⟩: x behind its length, two bytes."""

    name: Name
    commitment: Hex32


class Contribution(Wire):
    """A contribution revealed: `dice` for digits thrown, `value` and `nonce` (hex) for what was committed to."""

    name: Name
    dice: Annotated[str, Field(pattern=r"^[0-9]{1,100}$")] | None = None
    value: Hex | None = None
    nonce: Hex | None = None


class Match(Wire):
    """`load_cap` answers a shortage: the least load under which everybody is staffed."""

    load_cap: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class AskVoid(Wire):
    """Why an attempt is to be given up; the note stays inside."""

    reason: VoidReason
    note: Annotated[str, Field(min_length=1, max_length=2000)]


@post("/draws", opt={"action": Action.DRAW_PLAN})
async def plan(request: AnyRequest, data: JSONBody[PlanDraw]) -> View:
    """Open the next attempt of a task; the caller becomes its operator."""
    await my_task(request, data.task)
    contributors = [Contributor(one.kind, one.name, one.commitment, one.witnesses) for one in data.contributors]
    opened = await plan_draw(
        command(request),
        task_ids=[data.task],
        contributors=contributors,
        weights=data.weights,
        delta=data.delta,
        max_load=data.max_load,
    )
    return _told(opened)


@get("/tasks/{task_id:uuid}/draws", opt={"action": Action.DRAW_READ})
async def read_attempts(request: AnyRequest, task_id: FromPath[UUID]) -> Sequence[View]:
    """Every attempt of a task, void ones included, the first one first."""
    await my_task(request, task_id)
    return [await public_view(row.id) for row in await store.draws_of(task_id)]


@get("/draws/{draw_id:uuid}", opt={"action": Action.DRAW_READ})
async def read_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """What anybody may see of the draw at any time; never a name."""
    await _mine(request, draw_id)
    return await public_view(draw_id)


@post("/draws/{draw_id:uuid}/commitments", opt={"action": Action.DRAW_COMMIT}, status_code=OK)
async def commit(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Commitment]) -> View:
    """Bind a supervisor's value before the freeze."""
    await _mine(request, draw_id)
    bound = bytes.fromhex(data.commitment)
    return _told(await commit_contribution(command(request), draw_id=draw_id, name=data.name, commitment=bound))


@post("/draws/{draw_id:uuid}/freeze", opt={"action": Action.DRAW_FREEZE}, status_code=OK)
async def freeze_frame(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Take directory and roster as they are now, and publish the fingerprint (名录指纹)."""
    await _mine(request, draw_id)
    return _told(await freeze_draw(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/contributions", opt={"action": Action.DRAW_CONTRIBUTE}, status_code=OK)
async def reveal(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Contribution]) -> View:
    """Reveal a contribution; dice are typed twice, by two persons."""
    await _mine(request, draw_id)
    value = data.dice.encode() if data.dice is not None else bytes.fromhex(data.value or "")
    nonce = bytes.fromhex(data.nonce or "")
    return _told(await contribute(command(request), draw_id=draw_id, name=data.name, value=value, nonce=nonce))


@post("/draws/{draw_id:uuid}/execute", opt={"action": Action.DRAW_EXECUTE}, status_code=OK)
async def execute_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Draw the objects. A second call changes nothing: there is no re-draw."""
    await _mine(request, draw_id)
    return _told(await execute(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/match", opt={"action": Action.DRAW_EXECUTE}, status_code=OK)
async def match_inspectors(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Match]) -> View:
    """Give every drawn object its inspectors. A second call returns the first match."""
    await _mine(request, draw_id)
    return _told(await match(command(request), draw_id=draw_id, load_cap=data.load_cap))


@post("/draws/{draw_id:uuid}/seal", opt={"action": Action.DRAW_SEAL}, status_code=OK)
async def seal_draw(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """Run it all once more from what is kept, and close the draw if it comes out the same."""
    await _mine(request, draw_id)
    return _told(await seal(command(request), draw_id=draw_id))


@post("/draws/{draw_id:uuid}/void-request", opt={"action": Action.DRAW_ASK_VOID}, status_code=OK)
async def ask(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[AskVoid]) -> View:
    """Ask for an attempt to be given up."""
    await _mine(request, draw_id)
    return _told(await ask_void(command(request), draw_id=draw_id, reason=data.reason, note=data.note))


@post("/draws/{draw_id:uuid}/void", opt={"action": Action.DRAW_VOID}, status_code=OK)
async def confirm(request: AnyRequest, draw_id: FromPath[UUID]) -> View:
    """A second person gives the attempt up; it is counted for ever."""
    await _mine(request, draw_id)
    return _told(await confirm_void(command(request), draw_id=draw_id))


@get("/draws/{draw_id:uuid}/bundle", opt={"action": Action.DRAW_READ, "uncompressed": True}, media_type=ZIP)
async def read_bundle(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """What a stranger needs to run the draw again, as a ZIP for the stand-alone verifier."""
    await _mine(request, draw_id)
    return await zipped(await bundle(command(request), draw_id=draw_id), f"draw-{draw_id}.zip")


@post("/draws/{draw_id:uuid}/secrets", opt={"action": Action.DRAW_READ_SECRETS, "uncompressed": True}, status_code=OK)
async def read_secrets(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """The same with frame, key, lists and teams, for a supervisor under secrecy; reading it is journalled."""
    await _mine(request, draw_id)
    return await zipped(await bundle(command(request), draw_id=draw_id, full=True), f"draw-{draw_id}-secret.zip")


async def _mine(request: AnyRequest, draw_id: UUID) -> store.DrawRow:
    row = await store.draw_row(draw_id)
    if row.authority != authority_of(request):
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw_id))
    return row


def _told(ceremony: Ceremony) -> View:
    return disclosure.public_view(ceremony)


router = Router(
    "/office",
    route_handlers=[
        plan,
        read_attempts,
        read_draw,
        commit,
        freeze_frame,
        reveal,
        execute_draw,
        match_inspectors,
        seal_draw,
        ask,
        confirm,
        read_bundle,
        read_secrets,
    ],
    tags=["office: draws"],
)
