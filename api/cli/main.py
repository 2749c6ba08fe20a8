from pathlib import Path

import click
from pydantic import ValidationError

from api.cli import (
    archive,
    authority,
    backup,
    channel,
    demo,
    draw,
    draw_machine,
    draw_supervision,
    enrolment,
    imports,
    inspectors,
    items,
    keys,
    log,
    media,
    migrate,
    papers,
    plan,
    policy,
    publish,
    registry,
    rescue,
    serve,
    simulate,
    task,
    task_assistants,
    task_ends,
)
from api.cli.trouble import PlainSpoken
from api.logs import configure_logs
from api.output import Output
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.database import open_engine
from inspection.kernel.settings import Settings


@click.group(cls=PlainSpoken, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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
        open_engine(settings.database)  # connects to nothing yet; refuses an address that is none
    except ValidationError as error:
        wrong = [f"{_setting(told['loc'])}: {told['msg']}" for told in error.errors()]
        raise click.UsageError("; ".join(wrong)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    # Before anybody logs: unconfigured, structlog writes to standard output, which belongs to results.
    configure_logs(level="warning", log_format="console")
    ctx.obj = {"settings": settings, "output": Output(as_json=as_json, lang=lang)}


def _setting(place: tuple[int | str, ...]) -> str:
    return f"FIELDCHECK_{str(place[0]).upper()}" if place else "FIELDCHECK"


for module in (
    serve,
    migrate,
    backup,
    authority,
    channel,
    policy,
    imports,
    registry,
    inspectors,
    enrolment,
    items,
    plan,
    task,
    task_assistants,
    task_ends,
    draw,
    draw_machine,
    draw_supervision,
    simulate,
    publish,
    papers,
    archive,
    media,
    rescue,
    log,
    keys,
    demo,
):
    for command in module.COMMANDS:
        main.add_command(command)
