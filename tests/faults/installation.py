"""The processes of one installation: the web server, on PostgreSQL the worker and the database beside it."""

import asyncio
import ssl
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster, program
from tests.faults.shim import VARIABLE, Page
from tests.faults.stem import Child, Executed, Stem
from tests.faults.waiting import until
from tests.support.served import free_port

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Reading the machine's takes longer than a request, and there is no TLS here."""
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
    data: Path | None = None
    """Where the data directory lies, if not beside the logs."""
    settings: Mapping[str, str] = field(default_factory=dict)
    cold: bool = False
    """Whether its servers are started as an operator does, from the command, without the shim."""
    plant: str = ""
    """A bug of `planted.PLANTS` that its servers have."""
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    running: dict[str, Child] = field(default_factory=dict)
    fell: list[str] = field(default_factory=list)
    """What processes said last that ended although nobody killed them."""

    def __post_init__(self) -> None:
        self.data_dir = (self.data or self.folder) / "data"
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
        return self._started(words, self.log(name))

    def type(self, *words: str) -> str:
        """A command of an operator, to its end; what it said."""
        log = self.log(words[0])
        self._started(words, log).wait()
        return log.read_text()

    def _started(self, words: Sequence[str], log: Path) -> Child:
        told = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "DATABASE_URL": self.database,
            "FIELDCHECK_RATE_LIMIT": "false",
            "FIELDCHECK_TWO_FACTOR_ROLES": "",
            "FIELDCHECK_PG_BIN": str(Path(program("pg_dump")).parent),
            VARIABLE: str(self.page.path),
            **self.settings,
        }
        if self.cold:
            command = [str(Path(sys.executable).with_name("fieldcheck")), "--data-dir", str(self.data_dir), *words]
            return Executed(command, told, log)
        return self.stem.fork(["--data-dir", str(self.data_dir), *words], told, log, self.plant)

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
            elif not self._runs(name) and (self.cluster is None or self.cluster.ready()):
                self.start(name)  # before its database was there it would have ended at once

    def _runs(self, name: str) -> bool:
        if name in self.running and not self.running[name].alive:
            self.running.pop(name).wait()
            self.fell.append(f"{name}: {self.log(name).read_text()[-1500:]}")
        return name in self.running

    async def become_ready(self) -> float:
        """Seconds until the web server says that it is; dead processes are started again meanwhile."""
        begin = time.monotonic()
        async with httpx.AsyncClient(
            base_url=self.address, verify=_NO_CERTIFICATES, trust_env=False, timeout=5
        ) as client:

            async def ready() -> bool:
                await asyncio.to_thread(self.revive)
                try:
                    return (await client.get("/health/ready")).is_success
                except httpx.TransportError:
                    return False

            try:
                await until(ready)
            except TimeoutError as error:
                error.add_note(self.log(WEB).read_text()[-3000:])
                raise
        return time.monotonic() - begin

    def stop(self) -> None:
        """End it all, as an operator does."""
        for child in self.running.values():
            child.stop()
        self.running.clear()
        if self.cluster is not None:
            self.cluster.stop()
