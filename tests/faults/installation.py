"""The processes of one installation: the web server, on PostgreSQL the worker and the database beside it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster
from tests.faults.shim import VARIABLE, Page
from tests.faults.stem import Child, Stem
from tests.support.served import free_port

PATIENCE_S = 120.0
WEB, WORKER, DATABASE = "web", "worker", "database"


@dataclass
class Installation:
    """One data directory and one database. `cluster` is None on SQLite, where the web server is all there is.

    `database` is the address that the servers are told; `page` is what their shim reads.
    """

    stem: Stem
    folder: Path
    page: Page
    cluster: Cluster | None = None
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    running: dict[str, Child] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data_dir = self.folder / "data"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not self.database:
            file = self.data_dir / "fieldcheck.sqlite3"
            self.database = self.cluster.dsn if self.cluster is not None else f"sqlite:///{file}"

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def victims(self) -> tuple[str, ...]:
        """What may be killed."""
        return (WEB,) if self.cluster is None else (WEB, WORKER, DATABASE)

    def log(self, name: str) -> Path:
        """What a process had to say."""
        return self.folder / f"{name}.log"

    def start(self, *names: str) -> None:
        """Start these processes, or all."""
        for name in names or self.victims[::-1]:
            if name != DATABASE:
                self.running[name] = self._fork(name)
            elif self.cluster is not None and not self.cluster.alive:
                self.cluster.start(wait=False)

    def _fork(self, name: str) -> Child:
        words = {WEB: ["serve", "--host", self.host, "--port", str(self.port)], WORKER: ["worker"]}[name]
        told = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "DATABASE_URL": self.database,
            "FIELDCHECK_RATE_LIMIT": "false",
            "FIELDCHECK_TWO_FACTOR_ROLES": "",
            VARIABLE: str(self.page.path),
            **self.settings,
        }
        return self.stem.fork(["--data-dir", str(self.data_dir), *words], told, self.log(name))

    def kill(self, name: str) -> None:
        """kill -9."""
        if name == DATABASE and self.cluster is not None:
            self.cluster.kill()
        else:
            self.running.pop(name).kill()

    def revive(self) -> None:
        """Start whatever is not there, as a supervisor does: what ended by itself, too."""
        for name in self.victims[::-1]:
            if name == DATABASE:
                self.start(name)
            elif name not in self.running or not self.running[name].alive:
                # A process that is started before its database ends at once, and is started again.
                if self.cluster is None or self.cluster.ready():
                    self.start(name)

    async def become_ready(self) -> float:
        """Seconds until the web server says that it is; dead processes are started again meanwhile."""
        begin = time.monotonic()
        async with httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=5) as client:
            while True:
                await asyncio.to_thread(self.revive)
                try:
                    if (await client.get("/health/ready")).is_success:
                        return time.monotonic() - begin
                except httpx.TransportError:
                    pass
                if time.monotonic() - begin > PATIENCE_S:
                    raise TimeoutError(f"not ready again:\n{self.log(WEB).read_text()[-3000:]}")
                await asyncio.sleep(0.01)

    def stop(self) -> None:
        """End it all, as an operator does."""
        for child in self.running.values():
            child.stop()
        self.running.clear()
        if self.cluster is not None:
            self.cluster.stop()
