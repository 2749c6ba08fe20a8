from collections.abc import Awaitable, Callable
from uuid import UUID

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.task import task_numbered
from api.permits import Action
from inspection.draw.ceremony import Ceremony, VoidReason
from inspection.draw.contribute import contribute as contribute_verb
from inspection.draw.disclose import public_view
from inspection.draw.execute import execute as execute_verb
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.match import match as match_verb
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal as seal_verb
from inspection.draw.void_draw import ask_void
from inspection.kernel.command import Command
from inspection.visits.freeze_draw import freeze_draw
from inspection.visits.void_draw import confirm_void

draw_argument = click.argument("draw_id", metavar="DRAW", type=click.UUID)


@click.group()
def draw() -> None:
    """The draw (摇号), step by step: plan → freeze → contribute → execute → match → seal. Anybody can re-run it.

    The person who plans a draw can neither freeze nor seal it. Dice are typed twice, by two persons, after the freeze.
    Nothing here tells who was drawn.
    """


@draw.command()
@click.argument("task", metavar="TASK")
@click.option("--dice", "dice", default="骰子", show_default=True, help="Name of the dice thrown by witnesses.")
@click.option("--witness", "witnesses", multiple=True, required=True, help="A witness of the dice; may be repeated.")
@acting_option("planner")
@click.pass_context
def plan(ctx: click.Context, task: str, dice: str, witnesses: tuple[str, ...], username: str) -> None:
    """Open the next attempt of the reviewed task TASK (its number)."""

    async def work(desk: Desk) -> Ceremony:
        cmd = await desk.acting(username, Action.DRAW_PLAN)
        found = await task_numbered(cmd, task)
        thrown = Contributor(ContributionKind.DICE, dice, witnesses=witnesses)
        return await plan_draw(cmd, task_ids=[found.id], contributors=[thrown])

    _show(ctx, run(ctx, work))


@draw.command()
@draw_argument
@acting_option("approver")
@click.pass_context
def freeze(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Freeze the register and the roster, and publish their fingerprint."""

    _step(ctx, username, Action.DRAW_FREEZE, lambda cmd: freeze_draw(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@click.argument("name")
@click.option("--value", required=True, help="What was thrown: 20 digits.")
@acting_option("planner")
@click.pass_context
def contribute(ctx: click.Context, draw_id: UUID, name: str, value: str, username: str) -> None:
    """Type the contribution NAME (the dice); a second person types it again."""

    def step(cmd: Command) -> Awaitable[Ceremony]:
        return contribute_verb(cmd, draw_id=draw_id, name=name, value=value.encode())

    _step(ctx, username, Action.DRAW_CONTRIBUTE, step)


@draw.command()
@draw_argument
@acting_option("planner")
@click.pass_context
def execute(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Draw the objects. Running it again gives the first result."""
    _step(ctx, username, Action.DRAW_EXECUTE, lambda cmd: execute_verb(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@click.option("--load-cap", type=click.IntRange(1), help="Agree to the least load under which everybody is staffed.")
@acting_option("planner")
@click.pass_context
def match(ctx: click.Context, draw_id: UUID, load_cap: int | None, username: str) -> None:
    """Match inspectors to the drawn objects."""
    _step(ctx, username, Action.DRAW_EXECUTE, lambda cmd: match_verb(cmd, draw_id=draw_id, load_cap=load_cap))


@draw.command()
@draw_argument
@acting_option("approver")
@click.pass_context
def seal(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Re-run the whole draw, compare, and close it."""
    _step(ctx, username, Action.DRAW_SEAL, lambda cmd: seal_verb(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@click.option("--reason", type=click.Choice([reason.value for reason in VoidReason]), help="Ask for the void.")
@click.option("--note", default="", help="Why, in words; stays inside.")
@click.option("--confirm", is_flag=True, help="Confirm it, as the second person.")
@acting_option("approver")
@click.pass_context
def void(ctx: click.Context, draw_id: UUID, reason: str | None, note: str, confirm: bool, username: str) -> None:
    """Give an attempt up: one person asks, another confirms. It stays counted and binds the next attempt."""
    if confirm == (reason is not None):
        raise click.UsageError("give either --reason (to ask) or --confirm (as the second person)")

    def step(cmd: Command) -> Awaitable[Ceremony]:
        if reason is None:
            return confirm_void(cmd, draw_id=draw_id)
        return ask_void(cmd, draw_id=draw_id, reason=VoidReason(reason), note=note)

    action = Action.DRAW_ASK_VOID if reason else Action.DRAW_VOID
    _step(ctx, username, action, step)


@draw.command()
@draw_argument
@click.pass_context
def show(ctx: click.Context, draw_id: UUID) -> None:
    """Show all that is public of a draw, as JSON."""

    async def work(desk: Desk) -> dict[str, object]:  # noqa: ARG001  what is public needs nobody
        return dict(await public_view(draw_id))

    view = run(ctx, work)
    ctx.obj["output"].as_json = True
    ctx.obj["output"].result(view)


def _step(ctx: click.Context, username: str, action: Action, step: Callable[[Command], Awaitable[Ceremony]]) -> None:
    async def work(desk: Desk) -> Ceremony:
        return await step(await desk.acting(username, action))

    _show(ctx, run(ctx, work))


def _show(ctx: click.Context, ceremony: Ceremony) -> None:
    ctx.obj["output"].result(
        {
            "draw": str(ceremony.draw),
            "attempt": ceremony.attempt,
            "state": ceremony.state.value,
            "assurance": ceremony.level.name,
            "fingerprint": ceremony.fingerprint.hex() if ceremony.fingerprint else None,
            "seed": ceremony.seed.hex() if ceremony.seed else None,
            "drawn": len(ceremony.tickets),
            "awaited": [one.name for one in ceremony.contributions if one.revealed_at is None],
        }
    )


COMMANDS = [draw]
