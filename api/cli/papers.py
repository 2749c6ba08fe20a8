"""Papers from a shell: what is printed for many visits at one go."""

from pathlib import Path

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.task import task_numbered
from api.notices_batch import Batch, Printed, print_notices
from api.output import Exit
from api.permits import Action
from inspection.kernel.catalogue import DEFAULT_LANGUAGE, LANGUAGES
from inspection.visits.listing import unsealed_visits


@click.group()
def papers() -> None:
    """Papers of visits (文书), as PDF to print."""


@papers.command()
@click.option("--task", "number", required=True, help="Number of the task.")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the files, one a visit; made when there is none.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="Language of the notices.")
@acting_option("head")
@click.pass_context
def notices(ctx: click.Context, number: str, folder: Path, lang: str, username: str) -> None:
    """Print the notices (抽查告知书) of all visits of a task that are unsealed, each once.

    A notice gets its number with its first printing. Repeating the command prints what is missing; a file that was
    taken away is printed again with the same number. Exit code 3 when some could not be printed.
    """
    folder.mkdir(parents=True, exist_ok=True)

    async def work(desk: Desk) -> Printed:
        cmd = await desk.acting(username, Action.PAPER_READ)
        found = await task_numbered(cmd, number)
        visits = await unsealed_visits(found.id)
        batch = Batch(visits, folder, lang, desk.keys(), desk.settings.address)
        with desk.output.progress(desk.output.word("cli.notices_printing"), len(visits)) as advance:
            return await print_notices(lambda: desk.at_once(cmd), batch, advance)

    told, output = run(ctx, work), ctx.obj["output"]
    if output.as_json:
        failed = [
            {"visit": str(visit), "problem": error.code.value, "detail": output.told(error)}
            for visit, error in told.failed.items()
        ]
        output.result({"folder": str(folder), "written": told.written, "kept": told.kept, "failed": failed})
    else:
        for visit, error in told.failed.items():
            output.note(f"✗ {visit}  {output.told(error)}")
        facts = {"written": told.written, "kept": told.kept, "failed": len(told.failed)}
        output.say("cli.notices_printed", number=number, folder=str(folder), **facts)
    ctx.exit(Exit.PARTLY if told.failed else Exit.DONE)


COMMANDS = [papers]
