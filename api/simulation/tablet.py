"""One simulated tablet: the reference client behind a bad network, with a clock that may lie."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

import httpx

from api.simulation.network import BadNetwork, Weather
from inspection.kernel.entropy import SeededEntropy
from mobile_contract.client import Device, DeviceStore, DeviceTime, ProblemError, Session, Surroundings
from mobile_contract.problems import ProblemCode

HOUR_MS = 3_600_000
YEAR_1970_MS = 86_400_000
YEAR_2099_MS = 4_070_908_800_000
PATIENCE = 40
PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class TabletClock:
    """A device's clocks: the true time plus an error, or a year of its own; monotonic since a boot."""

    now: Callable[[], datetime]
    error_ms: int
    fixed_ms: int | None
    boot: str

    def read(self) -> DeviceTime:
        true = int(self.now().timestamp() * 1000)
        wall = true + self.error_ms if self.fixed_ms is None else self.fixed_ms + true % HOUR_MS
        return DeviceTime(wall=max(wall, 0), mono=true % (30 * 24 * HOUR_MS), boot=self.boot)


class SimulatedTablet:
    """A tablet in the hands of one inspector."""

    def __init__(self, name: str, inner: httpx.AsyncBaseTransport, now: Callable[[], datetime], seed: str) -> None:
        self.name = name
        self.random = Random(seed)
        self.network = BadNetwork(inner, Weather(), self.random)
        error, fixed = self.random.choice(
            [(0, None), (0, None), (0, None), (HOUR_MS, None), (-HOUR_MS, None), (0, YEAR_1970_MS), (0, YEAR_2099_MS)]
        )
        clock = TabletClock(now, error, fixed, boot=seed[-8:])
        self.device = Device(DeviceStore(), Surroundings(clock.read, SeededEntropy(seed).bytes))
        self._http = httpx.AsyncClient(transport=self.network, base_url="http://fieldcheck.test")
        self.session = Session(self.device, self._http)

    @property
    def inspector(self) -> UUID:
        return self.device.inspector

    async def enrol(self, code: str) -> None:
        """Become known to the server; on a good network, in the office."""
        self.network.weather = Weather()
        await self.session.enrol(code, self.name)

    async def visit_office(self, weather: Weather) -> bool:
        """Synchronise as long as it takes, or until patience ends; whether nothing is left on this tablet alone."""
        self.network.weather = weather
        for _ in range(PATIENCE):
            try:
                await self.session.pull()
                await self.session.push()
                await self.session.reserve_numbers()
                await self.session.upload_files(PIECE)
            except (httpx.HTTPError, ProblemError) as trouble:
                if isinstance(trouble, ProblemError) and not _passes(trouble):
                    raise
                continue
            break
        self.network.weather = Weather(online=False)
        return not self.device.outbox() and not self.device.store.incomplete_files()

    async def close(self) -> None:
        await self._http.aclose()
        self.device.store.close()


def _passes(problem: ProblemError) -> bool:
    """Whether the server asked to come again: later, or with a fresh proof, which a doubled request may spend."""
    return problem.code == ProblemCode.PROOF_REQUIRED or problem.status in {408, 409, 423, 429, 502, 503, 504}
