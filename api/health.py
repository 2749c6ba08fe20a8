"""Liveness and readiness, for whatever watches the process."""

import asyncio
import tempfile
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Final

import structlog
from litestar import get
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest
from api.migrate import waiting
from api.permits import Action
from api.process import process_of
from inspection.kernel.errors import Conflict
from inspection.kernel.journal.store import streams
from mobile_contract.problems import ProblemCode

_OPT: Final = {"action": Action.HEALTH_READ}
RETRY_AFTER_S: Final = 5

log: structlog.stdlib.BoundLogger = structlog.get_logger("api")


@get("/health/live", opt=_OPT, tags=["health"], sync_to_thread=False)
def read_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", opt=_OPT, tags=["health"])
async def read_ready(request: AnyRequest) -> dict[str, str]:
    """The database answers and is migrated, the data directory can be written to, and nobody has said stop."""
    state = request.app.state
    # Asked until it is so: migrations are never taken back under a running process.
    state.migrated = getattr(state, "migrated", False) or await _holds("migrations", _check_migrated())
    checks = {
        "serving": not process_of(request).departure.leaving,
        "database": await _holds("database", streams("health:")),
        "migrations": state.migrated,
        "data_dir": await _holds("data_dir", asyncio.to_thread(_write_a_file, process_of(request).settings.data_dir)),
    }
    if failing := [name for name, passed in checks.items() if not passed]:
        raise Conflict(ProblemCode.BUSY, "api.not_ready", failing=failing, retry_after=RETRY_AFTER_S)
    return {"status": "ok"}


async def _holds(name: str, check: Awaitable[object]) -> bool:
    try:
        await check
    except Exception as error:  # noqa: BLE001  whatever fails, the answer is "not ready"
        log.warning("not ready", check=name, error=type(error).__name__)
        return False
    return True


async def _check_migrated() -> None:
    if steps := await waiting():
        raise LookupError(f"{len(steps)} migrations wait")


def _write_a_file(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"ready?")


handlers: Final[Sequence[ControllerRouterHandler]] = [read_live, read_ready]
