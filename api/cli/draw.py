from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.task import task_numbered
from api.permits import Action
from inspection.draw.ceremony import Ceremony, VoidReason
from inspection.draw.close_draw import close_draw
from inspection.draw.contribute import contribute as contribute_verb
from inspection.draw.execute import execute as execute_verb
from inspection.draw.lot.entropy import ContributionKind, Contributor
from inspection.draw.lot.strata import StrataBy
from inspection.draw.match import match as match_verb
from inspection.draw.plan_draw import plan_draw
from inspection.draw.plan_terms import Asked
from inspection.draw.seal import seal as seal_verb
from inspection.draw.told.disclose import public_view
from inspection.draw.void_draw import ask_void
from inspection.kernel.command import Command
from inspection.visits.opening.freeze_draw import check_draw, freeze_draw
from inspection.visits.opening.void_draw import confirm_void

draw_argument = click.argument("draw_id", metavar="DRAW", type=click.UUID)


def hexed(ctx: click.Context, param: click.Parameter, value: str | None) -> bytes:  # noqa: ARG001  click's callback
    """An option in hex.

    Raises:
        BadParameter: it is not.
    """
    try:
        return bytes.fromhex(value or "")
    except ValueError:
        raise click.BadParameter("not hexadecimal") from None


@click.group()
def draw() -> None:
    """The draw (摇号), step by step: plan → freeze → contribute → execute → match → seal. Anybody can re-run it.

    The person who plans a draw can neither freeze nor seal it. Dice are typed twice, by two persons, after the freeze.
    Nothing here tells who was drawn.
    """


@draw.command()
@click.argument("tasks", metavar="TASK...", nargs=-1, required=True)
@click.option("--dice", "dice", default="骰子", show_default=True, help="Name of the dice thrown by witnesses.")
@click.option("--witness", "witnesses", multiple=True, help="A witness of the dice; may be repeated.")
@click.option("--supervisor", "supervisors", multiple=True, help="A supervisor who commits to a value.")
@click.option("--link", "links", multiple=True, help="A supervisor's chain, by its name.")
@click.option("--beacon", "beacons", multiple=True, help="The public beacon of this installation, under a name.")
@click.option("--count", type=click.IntRange(1), help="Draw so many objects of each task instead of a share.")
@click.option("--by", type=click.Choice([one.value for one in StrataBy]), help="Strata to spread the objects over.")
@click.option("--floor", "floors", multiple=True, metavar="NAME=N", help="The least number of a stratum.")
@click.option("--batches", type=click.IntRange(1), default=1, help="Into how many batches the objects are cut.")
@click.option("--delta", type=click.IntRange(0), default=1, show_default=True, help="Leeway above the least load.")
@click.option("--max-load", type=click.IntRange(1), help="The most objects that an inspector takes.")
@click.option("--area", is_flag=True, help="Inspectors go to objects of their areas only.")
@acting_option("planner")
@click.pass_context
def plan(ctx: click.Context, /, tasks: tuple[str, ...], username: str, **told: Any) -> None:
    """Open the next attempt of the reviewed task TASK (its number), or of several on shared tickets."""
    contributors = _contributors(told)
    if not contributors:
        raise click.UsageError("name who brings chance: --witness, --supervisor, --link or --beacon")
    by = StrataBy(told["by"]) if told["by"] else None
    asked = Asked(told["count"], by, _floors(told["floors"]), told["batches"])

    async def work(desk: Desk) -> Ceremony:
        cmd = await desk.acting(username, Action.DRAW_PLAN)
        found = [(await task_numbered(cmd, task)).id for task in tasks]
        return await plan_draw(
            cmd,
            task_ids=found,
            contributors=contributors,
            asked=dict.fromkeys(found, asked),
            delta=told["delta"],
            max_load=told["max_load"],
            area=told["area"],
        )

    show_ceremony(ctx, run(ctx, work))


def _contributors(told: Mapping[str, Any]) -> list[Contributor]:
    dice = [Contributor(ContributionKind.DICE, told["dice"], witnesses=told["witnesses"])] if told["witnesses"] else []
    named = (
        (ContributionKind.SUPV, "supervisors"),
        (ContributionKind.LINK, "links"),
        (ContributionKind.BEACON, "beacons"),
    )
    return dice + [Contributor(kind, name) for kind, option in named for name in told[option]]


def _floors(told: Sequence[str]) -> dict[str, int]:
    floors = {}
    for one in told:
        name, _, number = one.rpartition("=")
        if not name or not number.isdecimal():
            raise click.UsageError(f"--floor takes NAME=N, not {one!r}")
        floors[name] = int(number)
    return floors


@draw.command()
@draw_argument
@acting_option("planner")
@click.pass_context
def check(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Look whether whatever is drawn can be staffed, while everything can still be changed."""
    step_of(ctx, username, Action.DRAW_CHECK, lambda cmd: check_draw(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@acting_option("approver")
@click.pass_context
def freeze(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Freeze the register and the roster, and publish their fingerprint."""

    step_of(ctx, username, Action.DRAW_FREEZE, lambda cmd: freeze_draw(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@click.argument("name")
@click.option("--value", help="What was thrown: 20 digits.")
@click.option("--hex", "in_hex", callback=hexed, help="A supervisor's value or link, or a beacon's randomness.")
@click.option("--nonce", default="", callback=hexed, help="Hex: opens a commitment; the signature of a beacon's round.")
@acting_option("planner")
@click.pass_context
def contribute(
    ctx: click.Context, draw_id: UUID, name: str, value: str | None, in_hex: bytes, nonce: bytes, username: str
) -> None:
    """Type the contribution NAME (the dice); a second person types it again."""
    given = value.encode() if value is not None else in_hex

    def step(cmd: Command) -> Awaitable[Ceremony]:
        return contribute_verb(cmd, draw_id=draw_id, name=name, value=given, nonce=nonce)

    step_of(ctx, username, Action.DRAW_CONTRIBUTE, step)


@draw.command()
@draw_argument
@acting_option("planner")
@click.pass_context
def execute(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Draw the objects. Running it again gives the first result."""
    step_of(ctx, username, Action.DRAW_EXECUTE, lambda cmd: execute_verb(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@click.option("--load-cap", type=click.IntRange(1), help="Agree to the least load under which everybody is staffed.")
@acting_option("planner")
@click.pass_context
def match(ctx: click.Context, draw_id: UUID, load_cap: int | None, username: str) -> None:
    """Match inspectors to the drawn objects."""
    step_of(ctx, username, Action.DRAW_EXECUTE, lambda cmd: match_verb(cmd, draw_id=draw_id, load_cap=load_cap))


@draw.command()
@draw_argument
@acting_option("approver")
@click.pass_context
def seal(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Re-run the whole draw, compare, and close it."""
    step_of(ctx, username, Action.DRAW_SEAL, lambda cmd: seal_verb(cmd, draw_id=draw_id))


@draw.command()
@draw_argument
@acting_option("approver")
@click.pass_context
def close(ctx: click.Context, draw_id: UUID, username: str) -> None:
    """Close a draw whose tasks have ended; with its last published object it closes by itself."""
    step_of(ctx, username, Action.DRAW_CLOSE, lambda cmd: close_draw(cmd, draw_id=draw_id))


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
    step_of(ctx, username, action, step)


@draw.command()
@draw_argument
@click.pass_context
def show(ctx: click.Context, draw_id: UUID) -> None:
    """Show all that is public of a draw, as JSON."""

    async def work(desk: Desk) -> dict[str, object]:  # noqa: ARG001  what is public needs nobody
        return dict(await public_view(draw_id))

    view = run(ctx, work, reads=True)
    ctx.obj["output"].json(view)


def step_of(ctx: click.Context, username: str, action: Action, step: Callable[[Command], Awaitable[Ceremony]]) -> None:
    async def work(desk: Desk) -> Ceremony:
        return await step(await desk.acting(username, action))

    show_ceremony(ctx, run(ctx, work))


def show_ceremony(ctx: click.Context, ceremony: Ceremony) -> None:
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
        },
        words={"state": "pages.draw_state_", "assurance": "pages.draw_level_"},
    )


COMMANDS = [draw]
