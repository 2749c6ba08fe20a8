"""All checks, one after another; what breaks in one of them keeps no other from being made."""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from api.doctor import database, house, machine
from api.doctor.judging import Check, Tone
from api.doctor.patient import Look, Patient, bad
from inspection.kernel.errors import DomainError

PATIENCE_S: Final = 120.0
"""How long one check may take: one that hangs is told, too."""
SHARED: Final = frozenset({"schema", "disk", "work", "log", "backup"})
"""Checks that the desk's page makes as well, in the same words."""
OF_THE_DATABASE: Final[Sequence[Look]] = (*database.LOOKS, *house.LOOKS)
OF_THE_MACHINE: Final[Sequence[Look]] = machine.LOOKS

log = structlog.get_logger("fieldcheck.doctor")


async def look_at(patient: Patient, looks: Sequence[Look]) -> list[Check]:
    """What each of these checks found, in their order."""
    return [await _looked(patient, look) for look in looks]


def unreachable(patient: Patient, error: Exception) -> Check:
    """The database cannot be opened: nothing that stands in it was looked at."""
    return bad("database", "away", reason=_told(patient, error))


def worst(checks: Sequence[Check]) -> Tone:
    """How the worst of them stands."""
    return max((one.tone for one in checks), key=list(Tone).index, default=Tone.GOOD)


def words(check: Check) -> str:
    """The key of a check's name."""
    return f"desk_admin.check_{check.name}" if check.name in SHARED else f"doctor.{check.name}"


def finding(check: Check) -> str:
    """The key of what a check found; with `_do` behind, of what is to be done about it."""
    shared = f"desk_admin.check_{check.name}_{check.how}"
    return shared if check.name in SHARED else f"doctor.{check.name}_{check.how}"


async def _looked(patient: Patient, look: Look) -> Check:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await look(patient)
    except Exception as error:  # noqa: BLE001  whatever broke in it, the others are made
        log.debug("a check broke", check=look.__name__, error=type(error).__name__)
        return bad("broken", "off", check=look.__name__, reason=_told(patient, error))


def _told(patient: Patient, error: Exception) -> str:
    said = patient.told(error) if isinstance(error, DomainError) else str(error)
    return (said.strip() or type(error).__name__).splitlines()[0][:200]
