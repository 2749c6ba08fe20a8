"""How a process that serves goes: it says that it is leaving, takes requests a little longer, then ends what it has."""

import signal
import time
from dataclasses import dataclass
from typing import Final

STOPS: Final = (signal.SIGINT, signal.SIGTERM)
KILLED: Final = 128
"""What a shell adds to a signal's number for the exit code of what it ended."""


@dataclass(slots=True)
class Departure:
    """Whether this process is leaving. From then on it is not ready, whoever asks."""

    left_at: float | None = None

    @property
    def leaving(self) -> bool:
        return self.left_at is not None

    def leave(self) -> None:
        """The signal to stop has come."""
        self.left_at = time.monotonic()

    def due(self, drain_s: float) -> bool:
        """Whether whoever sends requests here has had `drain_s` seconds to see it."""
        return self.left_at is not None and time.monotonic() >= self.left_at + drain_s
