"""The whole service in this process, on a clock that the simulation moves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from api.app import create_app
from api.migrate import migrate
from api.worker import make_worker
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import Entropy
from inspection.kernel.settings import Settings
from inspection.kernel.work.worker import Worker


@dataclass(frozen=True, slots=True)
class Service:
    """A running service without a socket: requests go in by `transport`."""

    transport: httpx.AsyncBaseTransport
    clock: FixedClock
    entropy: Entropy
    worker: Worker

    def command(self) -> Command:
        return Command(SYSTEM, self.clock.now(), self.entropy)


@asynccontextmanager
async def in_process(settings: Settings, start: datetime, entropy: Entropy) -> AsyncIterator[Service]:
    """Start the service at the instant `start`, its database brought up to this version."""
    clock = FixedClock(start)
    # A simulated rush comes from one address: the limits for strangers would only slow it down.
    app = create_app(
        settings.model_copy(update={"rate_limit": False, "two_factor_roles": ()}), clock=clock, entropy=entropy
    )
    with _the_error_itself():
        async with app.lifespan():
            await migrate()
            # The two libraries spell the same ASGI types differently.
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            service = Service(transport, clock, entropy, make_worker(clock, entropy))
            await seed_calendar(service.command())
            yield service


@contextmanager
def _the_error_itself() -> Iterator[None]:
    """The framework's lifespan runs in a task group, which wraps every error that passes through it."""
    try:
        yield
    except ExceptionGroup as group:
        error: Exception = group
        while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None
