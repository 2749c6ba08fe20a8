"""What is done in a database that was brought back, before anybody works on it: see docs/backup.md, "Outside"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.authority.after_restore import sign_everybody_out, skip_numbers
from inspection.draw.after_restore import stop_draws
from inspection.kernel.backup import STREAM
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.notices.lost_numbers import keep_lost
from media.store_depots import forget_depots
from sync.devices.after_restore import close_codes
from sync.histories import start_history


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done. `numbers`: by series, the first and the last that were left out; `draws`: those to be given up."""

    history: UUID
    sessions: int
    tokens: int
    codes: int
    numbers: Mapping[str, tuple[int, int]]
    draws: tuple[UUID, ...]
    chains: int


async def settle(cmd: Command, name: str, made_at: datetime, skip: int) -> Settled:
    """Begin a new history in a database that is as it was at `made_at`, and see to it that nothing outside is done
    twice; all of it or nothing. `name`: what it was restored from.
    """
    return await in_unit(_settle, cmd, name, made_at, skip)


async def _settle(cmd: Command, name: str, made_at: datetime, skip: int) -> Settled:
    history = await start_history(cmd, f"restored from {name}")
    sessions, tokens = await sign_everybody_out(cmd)
    codes = await close_codes(cmd)
    await forget_depots()
    numbers = await skip_numbers(skip, local_day(made_at).year) if skip else {}
    for series, (first, last) in numbers.items():
        await keep_lost(cmd, series, first, last)
    draws, chains = await stop_draws(cmd)
    await append(
        cmd.event(
            EventKind.BACKUP_RESTORED,
            STREAM,
            name=name,
            made_at=made_at.isoformat(),
            history=str(history),
            sessions=sessions,
            tokens=tokens,
            codes=codes,
            numbers={series: list(ends) for series, ends in numbers.items()},
            draws=[str(one) for one in draws],
            chains=chains,
        )
    )
    return Settled(history, sessions, tokens, codes, numbers, tuple(draws), chains)
