from pathlib import Path
from uuid import UUID

import click

from api.cli.desk import Desk, acting_option, run
from api.dossiers import export as export_evidence
from api.output import Exit
from api.permits import Action
from inspection.archive import signatures
from inspection.archive.export import Exported
from inspection.archive.verdict import told, verdict
from inspection.archive.verify import verify_dossier
from inspection.kernel.catalogue import DEFAULT_LANGUAGE
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


@click.group()
def archive() -> None:
    """Sealed dossiers (档案) and bundles of evidence (证据包)."""


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sha256", help="The digest that the authority's journal records for this dossier.")
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificates (PEM) of the time-stamp authority.",
)
@click.pass_context
def verify(ctx: click.Context, file: Path, sha256: str | None, ca: Path | None) -> None:
    """Check a dossier or a bundle of evidence without any server: digests, chains, signatures, receipts, proofs."""
    output = ctx.obj["output"]
    checks = verify_dossier(file, sha256=sha256, trusted=ca)
    good = all(check.ok for check in checks)
    if output.as_json:
        output.result(
            {
                "genuine": good,
                "checks": [
                    {"name": one.name, "ok": one.ok, "zh": one.sentence_zh, "en": one.sentence_en} for one in checks
                ],
            }
        )
    else:
        place = 0 if output.lang == DEFAULT_LANGUAGE else 1
        for one in checks:
            output.line(told(one)[place])
        output.line(verdict(checks, signed=signatures.available())[place])
    ctx.exit(Exit.DONE if good else Exit.REFUSED)


@archive.command()
@click.argument("visit", type=click.UUID)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ZIP to write.")
@click.option("--force", is_flag=True, help="Replace the file when there is one.")
@click.option("--purpose", required=True, help="For whom or what; it is kept in the chain of custody.")
@click.option("--ground", required=True, help="On which ground; it is kept in the chain of custody.")
@acting_option("supervisor")
@click.pass_context
def export(ctx: click.Context, visit: UUID, out: Path, force: bool, purpose: str, ground: str, username: str) -> None:
    """Write the evidence of a visit as a bundle that `archive verify` checks, at any time after its unsealing."""
    if out.exists() and not force:
        raise Conflict(ProblemCode.CONFLICT, "cli.file_exists", path=str(out))

    async def work(desk: Desk) -> Exported:
        cmd = await desk.acting(username, Action.EVIDENCE_EXPORT)
        return await export_evidence(cmd, desk.keys(), visit, purpose=purpose, ground=ground, path=out)

    made, output = run(ctx, work), ctx.obj["output"]
    facts = {
        "visit": str(made.visit),
        "sha256": made.sha256,
        "bytes": made.bytes,
        "entries": made.entries,
        "media": made.media,
        "media_missing": list(made.media_missing),
        "log_waiting": made.log_waiting,
    }
    if output.as_json:
        output.result(facts)
        return
    output.say("cli.evidence_exported", path=str(out), **facts)
    if made.media_missing:
        output.say("cli.evidence_incomplete", missing=len(made.media_missing))


COMMANDS = [archive]
