import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.permits import Action
from inspection.publicity.channels import store
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.set_channel import SetChannel, retire_channel, set_channel
from inspection.publicity.channels.store import ChannelRow


@click.group()
def channel() -> None:
    """Where published results are sent: other platforms, the authority's website, anybody's webhook."""


@channel.command("set")
@click.argument("code")
@click.argument("address")
@click.option("--kind", type=click.Choice([kind.value for kind in ChannelKind]), required=True, help="What it takes.")
@click.option("--all-so-far", is_flag=True, help="Send what is published already, too.")
@acting_option("admin")
@click.pass_context
def set_(ctx: click.Context, code: str, address: str, kind: str, username: str, *, all_so_far: bool) -> None:
    """Send results to the receiver CODE at ADDRESS, and print the secret it checks signatures with.

    A receiver of this code that is in use is replaced; the new one has a secret of its own.
    """

    async def work(desk: Desk) -> SetChannel:
        cmd = await desk.acting(username, Action.CHANNEL_KEEP)
        return await set_channel(
            cmd,
            authority=authority_of(cmd),
            code=code,
            kind=ChannelKind(kind),
            address=address,
            keys=desk.keys(),
            all_so_far=all_so_far,
        )

    done = run(ctx, work)
    told = {"channel": done.channel.code, "address": done.channel.address, "waiting": done.waiting}
    ctx.obj["output"].result({**told, "secret": done.secret.hex()})


@channel.command()
@click.argument("code")
@acting_option("admin")
@click.pass_context
def retire(ctx: click.Context, code: str, username: str) -> None:
    """Send nothing more to the receiver CODE."""

    async def work(desk: Desk) -> None:
        cmd = await desk.acting(username, Action.CHANNEL_KEEP)
        await retire_channel(cmd, authority=authority_of(cmd), code=code)

    run(ctx, work)
    ctx.obj["output"].result({"channel": code, "state": "retired"}, words={"state": "cli.channel_"})


@channel.command("list")
@acting_option("admin")
@click.pass_context
def list_(ctx: click.Context, username: str) -> None:
    """The receivers in use."""

    async def work(desk: Desk) -> list[ChannelRow]:
        cmd = await desk.acting(username, Action.CHANNEL_KEEP)
        return await store.channels(authority_of(cmd))

    rows = run(ctx, work, reads=True)
    told = [{"code": row.code, "kind": row.kind.value, "address": row.address} for row in rows]
    ctx.obj["output"].rows(told, ("code", "kind", "address"), words={"kind": "desk_admin.channel_kind_"})


COMMANDS = [channel]
