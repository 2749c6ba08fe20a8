"""What supervisors do for a draw: chains and keys registered, links and keys given, draws signed for."""

from typing import Any
from uuid import UUID

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.cli.draw import draw, draw_argument, hexed, step_of
from api.permits import Action
from inspection.draw.contribute import commit_contribution
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.give_link import ask_link
from inspection.draw.supervision.key_custody import return_key
from inspection.draw.supervision.register_chain import register_chain, retire_chain
from inspection.draw.supervision.register_key import register_key, retire_key
from inspection.draw.supervision.store_supervisors import ChainRow, KeyRow
from inspection.draw.supervision.verify_draw import verify_draw
from inspection.draw.told.prove_object import object_code

COLUMNS = ("id", "what", "name", "latest", "used", "retired")
WORDS = {"what": "cli.supervision_"}


@draw.command("register-chain")
@click.argument("name")
@click.argument("head", callback=hexed)
@acting_option("supervisor")
@click.pass_context
def add_chain(ctx: click.Context, name: str, head: bytes, username: str) -> None:
    """Register the HEAD of a chain under a NAME that draws call it by."""

    async def work(desk: Desk) -> ChainRow:
        cmd = await desk.acting(username, Action.SUPERVISION_KEEP)
        return await register_chain(cmd, authority=authority_of(cmd), name=name, head=head)

    ctx.obj["output"].result(_chain(run(ctx, work)), words=WORDS)


@draw.command("retire-chain")
@click.argument("chain_id", metavar="CHAIN", type=click.UUID)
@acting_option("supervisor")
@click.pass_context
def end_chain(ctx: click.Context, chain_id: UUID, username: str) -> None:
    """Take a chain out of use."""

    async def work(desk: Desk) -> ChainRow:
        return await retire_chain(await desk.acting(username, Action.SUPERVISION_KEEP), chain_id=chain_id)

    ctx.obj["output"].result(_chain(run(ctx, work)), words=WORDS)


@draw.command("supervision")
@acting_option("supervisor")
@click.pass_context
def supervision(ctx: click.Context, username: str) -> None:
    """List the chains and public keys of the authority's supervisors."""

    async def work(desk: Desk) -> list[dict[str, Any]]:
        cmd = await desk.acting(username, Action.SUPERVISION_READ)
        authority = authority_of(cmd)
        chains = [_chain(row) for row in await store_supervisors.chains(authority)]
        keys = [_key(row) for row in await store_supervisors.keys(authority)]
        return [*chains, *keys]

    ctx.obj["output"].rows(run(ctx, work, reads=True), COLUMNS, words=WORDS)


@draw.command("register-key")
@click.argument("public_key", callback=hexed)
@acting_option("supervisor")
@click.pass_context
def add_key(ctx: click.Context, public_key: bytes, username: str) -> None:
    """Register the supervisor's PUBLIC_KEY: from now on the key of every draw is escrowed under it."""

    async def work(desk: Desk) -> KeyRow:
        cmd = await desk.acting(username, Action.SUPERVISION_KEEP)
        return await register_key(cmd, authority=authority_of(cmd), public_key=public_key)

    ctx.obj["output"].result(_key(run(ctx, work)), words=WORDS)


@draw.command("retire-key")
@click.argument("key_id", metavar="KEY", type=click.UUID)
@acting_option("supervisor")
@click.pass_context
def end_key(ctx: click.Context, key_id: UUID, username: str) -> None:
    """Take a public key out of use; what is escrowed under it stays so."""

    async def work(desk: Desk) -> KeyRow:
        return await retire_key(await desk.acting(username, Action.SUPERVISION_KEEP), key_id=key_id)

    ctx.obj["output"].result(_key(run(ctx, work)), words=WORDS)


@draw.command("return-key")
@draw_argument
@click.argument("key", callback=hexed)
@acting_option("supervisor")
@click.pass_context
def give_back(ctx: click.Context, draw_id: UUID, key: bytes, username: str) -> None:
    """Bring the KEY of a closed draw back: then anybody undrawn may see their own ticket."""
    step_of(ctx, username, Action.DRAW_RETURN_KEY, lambda cmd: return_key(cmd, draw_id=draw_id, key=key))


@draw.command("commit")
@draw_argument
@click.argument("name")
@click.argument("commitment", callback=hexed)
@acting_option("supervisor")
@click.pass_context
def commit(ctx: click.Context, draw_id: UUID, name: str, commitment: bytes, username: str) -> None:
    """Bind the supervisor's value before the freeze, by its COMMITMENT."""
    step_of(
        ctx,
        username,
        Action.DRAW_COMMIT,
        lambda cmd: commit_contribution(cmd, draw_id=draw_id, name=name, commitment=commitment),
    )


@draw.command("ask-link")
@draw_argument
@click.argument("name")
@acting_option("planner")
@click.pass_context
def ask_for_link(ctx: click.Context, draw_id: UUID, name: str, username: str) -> None:
    """Ask the holder of the chain NAME for the link of this fingerprint; that is journalled."""
    step_of(ctx, username, Action.DRAW_ASK_LINK, lambda cmd: ask_link(cmd, draw_id=draw_id, name=name))


@draw.command("verified")
@draw_argument
@click.argument("version")
@click.option("--wrong", is_flag=True, help="A check did not hold.")
@acting_option("supervisor")
@click.pass_context
def verified(ctx: click.Context, draw_id: UUID, version: str, wrong: bool, username: str) -> None:
    """Sign for a sealed draw: verified under secrecy, with this VERSION of the verifier."""
    step_of(
        ctx,
        username,
        Action.DRAW_VERIFY,
        lambda cmd: verify_draw(cmd, draw_id=draw_id, version=version, good=not wrong),
    )


@draw.command("object-code")
@draw_argument
@click.argument("oid")
@acting_option("head")
@click.pass_context
def print_code(ctx: click.Context, draw_id: UUID, oid: str, username: str) -> None:
    """Print the code with which the firm OID may see its own ticket in a closed draw."""

    async def work(desk: Desk) -> str:
        return await object_code(await desk.acting(username, Action.DRAW_OBJECT_CODE), draw_id=draw_id, oid=oid)

    ctx.obj["output"].result({"code": run(ctx, work)})


def _chain(row: ChainRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "what": "chain",
        "name": row.name,
        "latest": row.latest.hex(),
        "used": row.used,
        "retired": row.retired_at is not None,
    }


def _key(row: KeyRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "what": "key",
        "name": row.fingerprint,
        "latest": "",
        "used": "",
        "retired": row.retired_at is not None,
    }
