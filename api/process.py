"""What one server process holds for its whole life: settings, clock, entropy, keys. Handed down, never global."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.types import HTTPScope, Scope

from api.departure import Departure
from api.device.turns import Turns, small_file_turns
from api.entity.kept import Kept, kept_pages
from api.kept_figures import KeptFigures
from api.metrics.meters import Meters
from api.throttle import Throttle
from inspection.kernel.clock import Clock
from inspection.kernel.entropy import Entropy
from inspection.kernel.ids import uuid7
from inspection.kernel.keys import ServerKeys
from inspection.kernel.settings import Settings
from sync.devices.proofs import ProofDesk


@dataclass(frozen=True, slots=True)
class Process:
    """One server process. Stored as `app.state.process`."""

    settings: Settings
    clock: Clock
    entropy: Entropy
    keys: ServerKeys
    throttle: Throttle
    proofs: ProofDesk
    openapi: Callable[[], bytes]
    """The reference document as bytes; made at the first call."""
    meters: Meters | None = None
    """What is counted for whoever scrapes this process; None: nobody does."""
    departure: Departure = field(default_factory=Departure)
    """Whether it is leaving."""
    pushes: Turns = field(default_factory=Turns)
    """Whose push is worked on."""
    pulls: Turns = field(default_factory=Turns)
    """Whose feed is read."""
    confirmations: Turns = field(default_factory=Turns)
    """Whose cursor is noted."""
    small_files: Turns = field(default_factory=small_file_turns)
    """Whose file is held in memory whole."""
    public_figures: Kept = field(default_factory=Kept)
    """The public figures of years as they were counted last."""
    office_figures: KeptFigures = field(default_factory=KeptFigures)
    """The office's figures of spans as they were counted last."""
    door_facts: Kept = field(default_factory=Kept)
    """What the pages of doors are written from."""
    door_pages: Kept = field(default_factory=kept_pages)
    """The pages of doors as they were written."""

    def entropy_of(self, scope: Scope) -> Entropy:
        """Chance for one request: how often others ask, or ask again, moves nothing here. It matters to seeds only."""
        return self.entropy.branch(f"{cast('HTTPScope', scope)['method']} {scope['path']}")

    def new_request_id(self, scope: Scope) -> str:
        """An id for a request that brought none of its own."""
        return uuid7(self.clock.now(), self.entropy_of(scope)).hex


def process_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Process:
    """The process that serves this connection."""
    process: Process = connection.app.state.process
    return process
