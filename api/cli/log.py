from pathlib import Path

import click

from api.cli.desk import Desk, run
from api.output import Exit
from inspection.kernel.errors import Refused
from inspection.kernel.timestamping import read_certificates
from mobile_contract.problems import ProblemCode
from sync.log import store_tree
from sync.log.verify import LogReport, verify_log

COUNTED = ("leaves", "heads", "stamps", "unverified_stamps", "waiting")


@click.group()
def log() -> None:
    """The transparency log (透明日志) of everything that tablets handed in."""


@log.command()
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificates (PEM) of the time-stamp authority; default: FIELDCHECK_TIMESTAMP_CERTIFICATES.",
)
@click.pass_context
def verify(ctx: click.Context, ca: Path | None) -> None:
    """Recompute the whole tree: every entry, signed head and time stamp. Exit code 1 when anything is wrong."""

    async def work(desk: Desk) -> LogReport:
        certificates = ca or desk.settings.timestamp_certificates
        try:
            trusted = read_certificates(certificates) if certificates else []
        except ValueError:
            raise Refused(ProblemCode.INVALID, "cli.no_certificates", path=str(certificates)) from None
        with desk.output.progress(desk.output.word("cli.log_leaves"), await store_tree.size()) as advance:
            return await verify_log(desk.system(), keys=desk.keys().known, trusted=trusted, advance=advance)

    report = run(ctx, work, reads=True)
    output = ctx.obj["output"]
    if output.as_json:
        wrong = [{"what": key.rpartition(".")[2], "about": fact} for key, fact in report.wrong]
        counted = {
            name: getattr(report, name) for name in ("leaves", "heads", "stamps", "unverified_stamps", "waiting")
        }
        output.result({"good": report.good, **counted, "wrong": wrong})
    else:
        output.say("cli.log_checked", leaves=report.leaves, heads=report.heads, stamps=report.stamps)
        if report.unverified_stamps:
            output.say("cli.log_stamps_unverified", stamps=report.unverified_stamps)
        for key, fact in report.wrong:
            output.say(key, fact=fact)
        output.say("cli.log_good" if report.good else "cli.log_wrong", wrong=len(report.wrong))
    ctx.exit(Exit.DONE if report.good else Exit.REFUSED)


COMMANDS = [log]
