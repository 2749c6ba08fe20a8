import asyncio
import secrets
import shutil
from datetime import timedelta
from pathlib import Path

import click

from api.cli.desk import Desk, authority_of, run, sole_writer, sqlite_file
from api.cli.enrolment import Code, invited, show_code
from api.cli.serve import run_server
from api.cli.simulate import facts_of, show
from api.logs import configure_logs
from api.output import Output
from api.permits import Action
from api.simulation.story import DRAWN_ITEMS, Plot, Told, tell
from api.tablet import ROOT
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.settings import Settings
from inspection.registry.find import inspectors
from inspection.visits.listing import list_visits
from inspection.visits.states import VisitState

TABLETS, DAYS, SEED = 14, 7, 1
UNDECIDED = 4
"""Records that wait at the desk for whoever reviews them."""
# Far enough back that the simulated days are over before the server starts on the real clock.
AGO = timedelta(days=12)
LOGINS = "demo-logins.txt"
UNFINISHED = "demo-unfinished"
INVITING = "head"
"""The account that hands codes to inspectors."""


@click.command()
@click.option("--port", type=int, help="Port to listen on (default: FIELDCHECK_PORT or 8000).")
@click.option("--prepare-only", is_flag=True, help="Make the demonstration data and stop before serving.")
@click.pass_context
def demo(ctx: click.Context, port: int | None, prepare_only: bool) -> None:
    """A whole demonstration: database, invented authority, simulated days, and the server. Later runs only serve."""
    settings: Settings = ctx.obj["settings"]
    given: dict[str, object] = {"port": port} if port else {}
    if "two_factor_roles" not in settings.model_fields_set:
        # Whoever tries the demonstration out signs in as everybody, with one password and no phone.
        given["two_factor_roles"] = ()
    settings = settings.model_copy(update=given)
    output: Output = ctx.obj["output"]
    configure_logs(level="error")
    logins = settings.data_dir / LOGINS
    told = None
    if not logins.exists():
        with sole_writer(settings):
            told = _prepare(settings, output, logins)
    _welcome(settings, output, logins.read_text(encoding="utf-8"), told)
    if not prepare_only:
        ctx.obj["settings"] = settings
        _invite_a_team(ctx)
        run_server(settings)


def _prepare(settings: Settings, output: Output, logins: Path) -> Told:
    _start_over(settings)
    password = secrets.token_urlsafe(9)
    start = SystemClock().now() - AGO
    *lived_through, to_be_made = DRAWN_ITEMS
    plot = Plot(
        TABLETS,
        DAYS,
        SEED,
        start,
        password,
        SystemEntropy(),
        items=tuple(lived_through),
        drawn_last=(to_be_made,),
        undecided=UNDECIDED,
    )
    told = asyncio.run(tell(settings, plot, output))
    rows = [f"{person.role.value:<14}{person.username:<12}{person.name}" for person in told.people]
    logins.touch(mode=0o600)
    # Written last: without this file the next run starts over.
    logins.write_text("\n".join([*rows, "", f"密码 password: {password}", ""]), encoding="utf-8")
    (settings.data_dir / UNFINISHED).unlink(missing_ok=True)
    return told


def _start_over(settings: Settings) -> None:
    """Clear away what a preparation that broke off left behind; never a database that was there before it."""
    file, mark = sqlite_file(settings), settings.data_dir / UNFINISHED
    if file is None:
        return
    if mark.exists():
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        shutil.rmtree(settings.data_dir / "media", ignore_errors=True)
    if not file.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _welcome(settings: Settings, output: Output, logins: str, told: Told | None) -> None:
    places = {
        "cli.welcome_pages": f"{settings.address}/",
        "cli.welcome_results": f"{settings.address}/results",
        "cli.welcome_tablet": f"{settings.address}{ROOT}",
        "cli.welcome_reference": f"{settings.address}/schema",
        "cli.welcome_desk": f"{settings.address}/desk",
    }
    if output.as_json:
        named = {key.removeprefix("cli.welcome_"): place for key, place in places.items()}
        output.json({**named, "logins": logins, "simulated": facts_of(told) if told else None})
        return
    if told:
        show(output, told)
    output.line("")
    for key, place in places.items():
        output.line(f"  {output.word(key)}  {place}")
    output.line("")
    for line in logins.splitlines():
        output.line(f"  {line}")


def _invite_a_team(ctx: click.Context) -> None:
    """Tell the codes by which both inspectors of one open visit enrol a tablet, and how to get others later."""
    settings, output = ctx.obj["settings"], ctx.obj["output"]

    async def work(desk: Desk) -> list[Code]:
        cmd = await desk.acting(INVITING, Action.DEVICE_INVITE)
        visits = await list_visits(authority_of(cmd), states=[VisitState.OPEN], limit=1)
        people = await inspectors(visits[0].team if visits else ())
        return [await invited(cmd, people[one], desk.settings.address) for one in sorted(people)]

    codes = run(ctx, work)
    if output.as_json:
        output.json({"enrolment_codes": [one.told() for one in codes]})
        return
    output.say("cli.demo_codes", address=settings.address, account=INVITING)
    for one in codes:
        show_code(output, one)
    output.line("")


COMMANDS = [demo]
