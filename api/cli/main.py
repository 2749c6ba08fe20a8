"""The command line's entrance: settings out of the environment, and which module knows which command."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import click
from pydantic import ValidationError

from api.cli.trouble import PlainSpoken
from api.engine import engine_of
from api.logs import configure_logs
from api.output import Output
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.lock import use_lock
from inspection.kernel.settings import Settings

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "archive": ("archive",),
    "authority": ("authority",),
    "backup": ("backup",),
    "channel": ("channel",),
    "demo": ("demo",),
    "doctor": ("doctor",),
    "draw": ("draw", "draw_machine", "draw_supervision"),
    "enrolment-code": ("enrolment",),
    "import": ("imports",),
    "inspectors": ("inspectors",),
    "items": ("items",),
    "keys": ("keys",),
    "log": ("log",),
    "media": ("media",),
    "migrate": ("migrate",),
    "move-database": ("move_database",),
    "papers": ("papers",),
    "plan": ("plan",),
    "policy": ("policy",),
    "publish": ("publish",),
    "registry": ("registry",),
    "rescue": ("rescue",),
    "restore": ("restore",),
    "restored": ("restore",),
    "retention": ("retention",),
    "serve": ("serve",),
    "simulate": ("simulate",),
    "task": ("task", "task_assistants", "task_ends"),
    "worker": ("worker",),
}
"""By the name of a command: the module of this folder whose `COMMANDS` has it, then those that add to it."""


class ByName(PlainSpoken):
    """Loads a command when it is asked for: a server bears no other command's memory, and none waits for all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        modules = [import_module(f"api.cli.{name}") for name in COMMANDS.get(cmd_name, ())]
        return next((one for module in modules[:1] for one in module.COMMANDS if one.name == cmd_name), None)


@click.group(cls=ByName, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON for machines; no progress bars.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Language of messages.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Keys, media and the SQLite file (default: var).")
@click.version_option(package_name="fieldcheck-inspection", prog_name="fieldcheck")
@click.pass_context
def main(ctx: click.Context, as_json: bool, lang: str, data_dir: Path | None) -> None:
    """双随机、一公开: draw, inspect, publish. The server, its set-up, and the office's work from a shell.

    The database is DATABASE_URL (postgresql://… or sqlite:///…); without it, SQLite in the data directory.

    Exit codes: 0 done · 1 refused by a rule, with the reason · 2 wrong usage · 3 done, but some rows were rejected.
    """
    try:
        settings = Settings(data_dir=data_dir) if data_dir else Settings()
        engine_of(settings)  # connects to nothing yet; refuses an address that is none
    except ValidationError as error:
        wrong = [f"{_setting(told['loc'])}: {told['msg']}" for told in error.errors()]
        raise click.UsageError("; ".join(wrong)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    # Before anybody logs: unconfigured, structlog writes to standard output, which belongs to results.
    configure_logs(level="warning", log_format="console")
    ctx.obj = {"settings": settings, "output": Output(as_json=as_json, lang=lang)}
    use_lock(settings.key_file)


def _setting(place: tuple[int | str, ...]) -> str:
    return f"FIELDCHECK_{str(place[0]).upper()}" if place else "FIELDCHECK"
