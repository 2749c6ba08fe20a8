"""The stored files from a shell: what there is, whether it is what it should be, what may go, what must stay."""

from dataclasses import dataclass
from typing import Any

import click

from api.cli.desk import Desk, run, writer_elsewhere
from api.output import Exit, Output
from api.permits import Action
from inspection.kernel.errors import Refused
from media import hold as holds
from media import store_remote
from media.collect import Collected, collect, expiring, removable
from media.damage import Damage, note_damage
from media.removal import Removal
from media.replicate import Round, replicate_waiting
from media.scrub import verify_store
from media.store_holds import HoldRow
from media.store_remote import Counts
from media.vault import current_vault
from mobile_contract.problems import ProblemCode


@click.group()
def media() -> None:
    """Stored files (附件): photos, recordings, documents, by their SHA-256."""


@dataclass(frozen=True, slots=True)
class _Verified:
    """What `verify` found: how many files, and each finding with whether it is new."""

    files: int
    findings: tuple[tuple[Damage, bool], ...]


@media.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """How many files and bytes there are, on holds, and on their way to the object store."""

    async def work(desk: Desk) -> tuple[Counts, bool]:
        del desk
        return await store_remote.counts(), current_vault().remote is not None

    counts, elsewhere = run(ctx, work, reads=True)
    output: Output = ctx.obj["output"]
    if output.as_json:
        fields = ("files", "length", "without_sm3", "held", "unreplicated", "unreplicated_length")
        output.result({**{name: getattr(counts, name) for name in fields}, "object_store": elsewhere})
        return
    output.say("cli.media_stored", files=counts.files, bytes=counts.length, held=counts.held)
    if counts.without_sm3:
        output.say("cli.media_without_sm3", files=counts.without_sm3)
    if elsewhere:
        output.say("cli.media_unreplicated", files=counts.unreplicated, bytes=counts.unreplicated_length)
    else:
        output.say("cli.media_no_object_store")


@media.command()
@click.option("--remote", is_flag=True, help="Read and compare what the object store holds, too.")
@click.pass_context
def verify(ctx: click.Context, remote: bool) -> None:
    """Read every stored file again and compare it with its digest. Exit code 1 when anything is wrong.

    What is found is written into the journal, each finding once; on SQLite not while the server runs, which does so
    itself when it meets the same.
    """
    reads = writer_elsewhere(ctx.obj["settings"])

    async def work(desk: Desk) -> _Verified:
        total = (await store_remote.counts()).files
        done = 0
        with desk.output.progress(desk.output.word("cli.media_verifying"), total) as advance:

            def moved(files: int, of: int) -> None:
                nonlocal done
                done = files
                advance.to(files, of)

            findings = [
                (damage, not reads and await note_damage(desk.system(), damage))
                async for damage in verify_store(moved, remote=remote)
            ]
        return _Verified(done, tuple(findings))

    told = run(ctx, work, reads=reads)
    output: Output = ctx.obj["output"]
    if output.as_json:
        found = [{**damage.facts(), "new": new} for damage, new in told.findings]
        output.result({"good": not found, "files": told.files, "findings": found})
    else:
        for damage, _ in told.findings:
            facts = {"name": damage.name, "found": damage.found or "?"}
            output.say(f"cli.media_finding.{damage.place}_{damage.kind}", **facts)
        output.say("cli.media_wrong" if told.findings else "cli.media_good", files=told.files, n=len(told.findings))
    ctx.exit(Exit.REFUSED if told.findings else Exit.DONE)


@media.command(name="collect")
@click.option("--yes", is_flag=True, help="Really remove; without it, only say what would be.")
@click.pass_context
def collect_(ctx: click.Context, yes: bool) -> None:
    """Remove what a rule lets go.

    Expired uploads; bytes on their way, files without a record, and copies without an original, older than 7 days.
    Nothing that is stored by a row, or held, is ever removed. Each removal is written into the journal.
    """

    async def work(desk: Desk) -> Collected:
        cmd = desk.system()
        if yes:
            return await collect(cmd)
        return Collected(tuple([one async for one in removable(cmd)]), await expiring(cmd))

    told = run(ctx, work, reads=not yes)
    output: Output = ctx.obj["output"]
    length = sum(one.length for one in told.removed)
    if output.as_json:
        files = [_removal(one) for one in told.removed]
        output.result({"removed": yes, "files": files, "bytes": length, "expired_uploads": told.expired})
        return
    for one in told.removed:
        output.line(f"{output.word(f'cli.media_rule.{one.rule}')}  {one.path.name}  {one.length}")
    key = "cli.media_collected" if yes else "cli.media_collectable"
    output.say(key, files=len(told.removed), bytes=length, expired=told.expired)


@media.command()
@click.argument("digest")
@click.option("--ground", required=True, help="Why nothing may remove this file.")
@click.option("--as", "username", required=True, help="Account in whose name this is done and journalled.")
@click.pass_context
def hold(ctx: click.Context, digest: str, ground: str, username: str) -> None:
    """Let nothing remove the file DIGEST (SHA-256, hex) until it is released."""

    async def work(desk: Desk) -> HoldRow:
        return await holds.hold(await desk.acting(username, Action.MEDIA_HOLD), digest=digest, ground=ground)

    row = run(ctx, work)
    output: Output = ctx.obj["output"]
    if output.as_json:
        output.result({"digest": row.digest, "ground": row.ground, "held_at": row.held_at.isoformat()})
    else:
        output.say("cli.media_held", digest=row.digest, ground=row.ground)


@media.command()
@click.argument("digest")
@click.option("--ground", required=True, help="Why it need not be held any more.")
@click.option("--as", "username", required=True, help="Account in whose name this is done and journalled.")
@click.pass_context
def release(ctx: click.Context, digest: str, ground: str, username: str) -> None:
    """End the hold on the file DIGEST."""

    async def work(desk: Desk) -> None:
        await holds.release(await desk.acting(username, Action.MEDIA_HOLD), digest=digest, ground=ground)

    run(ctx, work)
    output: Output = ctx.obj["output"]
    if output.as_json:
        output.result({"digest": digest, "released": True})
    else:
        output.say("cli.media_released", digest=digest)


@media.command()
@click.pass_context
def replicate(ctx: click.Context) -> None:
    """Send what the object store does not have yet now, instead of in the background. Exit code 3 when some stayed."""

    async def work(desk: Desk) -> Round:
        if current_vault().remote is None:
            raise Refused(ProblemCode.CONFLICT, "media.no_remote")
        total = (await store_remote.counts()).unreplicated
        with desk.output.progress(desk.output.word("cli.media_replicating"), total) as advance:
            return await replicate_waiting(desk.system, advance)

    told = run(ctx, work)
    output: Output = ctx.obj["output"]
    if output.as_json:
        output.result({"sent": told.sent, "failed": told.failed, "away": told.away})
    else:
        output.say("cli.media_replicated", sent=told.sent, failed=told.failed)
        if told.away:
            output.say("media.elsewhere_away")
    ctx.exit(Exit.PARTLY if told.away or told.failed else Exit.DONE)


def _removal(one: Removal) -> dict[str, Any]:
    return {"rule": one.rule.value, "file": one.path.name, "bytes": one.length}


COMMANDS = [media]
