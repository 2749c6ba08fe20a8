import asyncio
import sqlite3
from typing import Any

import asyncpg
import click

from api.cli.desk import Desk, opened
from api.doctor.judging import Check, Tone
from api.doctor.look import OF_THE_DATABASE, OF_THE_MACHINE, finding, look_at, unreachable, words, worst
from api.doctor.patient import Patient
from api.output import Exit, Output
from inspection.kernel.catalogue import text
from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.errors import DomainError
from inspection.kernel.settings import Settings

CODES = {Tone.GOOD: Exit.DONE, Tone.WARN: Exit.PARTLY, Tone.BAD: Exit.REFUSED}


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at everything that keeps this installation going, also beside a running server, and say what to do.

    Nothing is changed. Exit codes: 0 all is well · 3 something should be seen to · 1 something is wrong.
    """
    ctx.exit(CODES[worst(examine(ctx.obj["settings"], ctx.obj["output"]))])


def examine(settings: Settings, output: Output) -> list[Check]:
    """Make every check, and tell what they found, the worst first."""
    checks = asyncio.run(_looked_at(Desk(settings, output, SystemClock(), SystemEntropy())))
    _tell(output, checks)
    return checks


async def _looked_at(desk: Desk) -> list[Check]:
    patient = Patient(desk.settings, desk.clock, desk.keys, desk.output.told)
    found = await look_at(patient, OF_THE_MACHINE)
    try:
        async with opened(desk, migrated=False, reads=True):
            return found + await look_at(patient, OF_THE_DATABASE)
    except (DomainError, OSError, sqlite3.Error, asyncpg.PostgresError) as error:
        return [*found, unreachable(patient, error)]


def _tell(output: Output, checks: list[Check]) -> None:
    rows = [_row(output, one) for one in sorted(checks, key=lambda one: list(Tone).index(one.tone), reverse=True)]
    if output.as_json:
        output.json({"worst": worst(checks).value, "checks": rows})
        return
    output.rows(rows, ("state", "check", "found", "do"))


def _row(output: Output, one: Check) -> dict[str, Any]:
    found = finding(one)
    what_to_do = "" if one.tone is Tone.GOOD else text(f"{found}_do", output.lang, **one.facts)
    row: dict[str, Any] = {
        "state": one.tone.value if output.as_json else output.word(f"doctor.tone_{one.tone}"),
        "check": one.name if output.as_json else output.word(words(one)),
        "found": text(found, output.lang, **one.facts),
        "do": what_to_do,
    }
    return {**row, "how": one.how, "facts": dict(one.facts)} if output.as_json else row


COMMANDS = [doctor]
