from pathlib import Path

import click

from api.cli.desk import Desk, run
from inspection.draw.relock import relock_draws
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys, relock_server_keys, rotate_server_key
from inspection.kernel.lock import lock_in_use, read_lock
from inspection.kernel.unit_of_work import in_unit


@click.group()
def keys() -> None:
    """The key by which the server signs receipts, tree heads and time anchors."""


@keys.command()
@click.pass_context
def rotate(ctx: click.Context) -> None:
    """Put a new key in the place of the one in use. The old one names it, is destroyed, and what it signed stays
    checkable. Start the server again afterwards: a running one goes on with the old key.
    """

    async def work(desk: Desk) -> tuple[ServerKeys, ServerKeys]:
        cmd = desk.system()
        before = desk.keys()
        after = rotate_server_key(desk.key_folder, cmd.now)
        await in_unit(append, cmd.event(EventKind.SERVER_KEY_CHANGED, "server-keys", before=before.kid, now=after.kid))
        return before, after

    before, after = run(ctx, work)
    output = ctx.obj["output"]
    if output.as_json:
        output.result({"before": before.kid, "now": after.kid})
    else:
        output.say("cli.key_changed", before=before.kid, now=after.kid)


@keys.command()
@click.option(
    "--old-key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The key file under which they are encrypted now, if they are.",
)
@click.pass_context
def seal(ctx: click.Context, old_key_file: Path | None) -> None:
    """Encrypt the server's keys, and what draws keep secret, under the key in FIELDCHECK_KEY_FILE; without one, decrypt
    them. Stop the server first, and keep the key file apart from every backup: without it nothing can be read.
    """
    before = read_lock(old_key_file) if old_key_file else None

    async def work(desk: Desk) -> tuple[tuple[str, ...], int]:
        secrets = await relock_draws(desk.system(), before, lock_in_use())
        return relock_server_keys(desk.key_folder, before, lock_in_use()), secrets

    files, secrets = run(ctx, work)
    lock = lock_in_use()
    output = ctx.obj["output"]
    if output.as_json:
        output.result({"lock": lock.name if lock else None, "files": list(files), "draws": secrets})
    elif lock:
        output.say("cli.keys_sealed", lock=lock.name, files=len(files), draws=secrets)
    else:
        output.say("cli.keys_opened", files=len(files), draws=secrets)


@keys.command(name="list")
@click.pass_context
def list_keys(ctx: click.Context) -> None:
    """The public keys, the one in use first."""

    async def work(desk: Desk) -> ServerKeys:
        return desk.keys()

    known = run(ctx, work, reads=True)
    until = {key.public_jwk.kid: key.until.isoformat() for key in known.retired}
    rows = [{"kid": key.kid, "x": key.x, "until": until.get(key.kid)} for key in known.known]
    ctx.obj["output"].rows(rows, ("kid", "x", "until"))


COMMANDS = [keys]
