from pathlib import Path

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.office.rescues import RescueView, rescue_view
from api.output import Exit
from api.permits import Action
from inspection.kernel.keys import load_server_keys
from sync.office.rescue import import_rescue


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--receipts", type=click.Path(path_type=Path), help="Where to write the receipts, to be carried back.")
@acting_option()
@click.pass_context
def rescue(ctx: click.Context, file: Path, receipts: Path | None, username: str) -> None:
    """Take in what a tablet holds that cannot send it itself, from its export file (ZIP).

    Any part of it that can be read is taken. Doing it twice changes nothing.
    """

    async def work(desk: Desk) -> RescueView:
        cmd = await desk.acting(username, Action.RESCUE_IMPORT)
        keys = load_server_keys(desk.settings.data_dir / "keys")
        return rescue_view(await import_rescue(cmd, path=file, authority_id=authority_of(cmd), keys=keys))

    told, output = run(ctx, work), ctx.obj["output"]
    if receipts is not None:
        receipts.write_text("".join(one.model_dump_json() + "\n" for one in told.receipts), encoding="utf-8")
    counts = told.model_dump(mode="json", exclude={"receipts"})
    if output.as_json:
        output.result(counts)
    else:
        output.say("cli.rescued", **counts)
        if told.damaged or told.later or told.spoilt_files:
            output.say("cli.rescued_in_part", later=told.later, spoilt_files=told.spoilt_files)
    whole = not (told.damaged or told.later or told.spoilt_files or told.refused)
    ctx.exit(Exit.DONE if whole else Exit.PARTLY)


COMMANDS = [rescue]
