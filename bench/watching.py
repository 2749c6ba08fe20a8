"""What processes use while something is measured: processor, memory, open files, threads, each with its children."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
CORES = len(os.sched_getaffinity(0))
CLIENTS = "clients"
"""What drives the load: this process, without the servers that it started."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a process and its children hold at one moment; `cpu` in seconds since they began, memory in MB (10^6 bytes).

    `rss`: of one process its resident memory; of several what is theirs alone, and once the most that any of them has
    mapped of files and of shared memory. `pss` counts what processes share in parts, `own` not at all; both are nan
    where they were not asked for: reading them costs the kernel a walk through all pages.
    """

    at: float
    cpu: float
    rss: float
    files: int
    threads: int
    pss: float = float("nan")
    own: float = float("nan")


def family(process: int) -> list[int]:
    """The process and all that descend from it and still run."""
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
    return found


def use_of(process: int, *, whole: bool = False, alone: bool = False) -> Use:
    """What it uses now; what has ended counts as nothing. `whole`: with `pss` and `own`; `alone`: without children."""
    cpu = anonymous = mapped = shared = pss = own = 0.0
    files = threads = 0
    for one in [process] if alone else family(process):
        here = Path(f"/proc/{one}")
        with suppress(OSError, IndexError, KeyError):
            ticks = (here / "stat").read_text().rsplit(")", 1)[1].split()
            told = _told(here / "status")
            cpu += (int(ticks[11]) + int(ticks[12])) / _TICKS
            threads += int(ticks[17])
            anonymous += told["RssAnon"]
            mapped, shared = max(mapped, told["RssFile"]), max(shared, told["RssShmem"])
            files += len(os.listdir(here / "fd"))  # noqa: PTH208  names are not needed as paths
            if whole:
                rolled = _told(here / "smaps_rollup")
                pss += rolled["Pss"]
                own += rolled["Private_Clean"] + rolled["Private_Dirty"]
    seen = (pss, own) if whole else (float("nan"), float("nan"))
    return Use(time.perf_counter(), cpu, anonymous + mapped + shared, files, threads, *seen)


def _told(path: Path) -> dict[str, float]:
    """The lines `Name: N kB` of a file about a process, in MB."""
    parts = (line.split() for line in path.read_text().splitlines())
    return {one[0].rstrip(":"): int(one[1]) * 1024 / 1e6 for one in parts if one[-1] == "kB"}


def parent_of(process: int) -> int:
    """The process that started it."""
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])


@dataclass(slots=True)
class Watch:
    """What was seen of each process by its name, in order of time."""

    processes: Mapping[str, int]
    seen: dict[str, list[Use]] = field(default_factory=dict)

    def look(self, *, whole: bool = False) -> None:
        """Look once."""
        for name, process in self.processes.items():
            self.seen.setdefault(name, []).append(use_of(process, whole=whole, alone=name == CLIENTS))

    def share(self, name: str) -> float:
        """Of one processor, between the first look and the last: 1 is one core in full."""
        first, last = self.seen[name][0], self.seen[name][-1]
        return (last.cpu - first.cpu) / max(1e-9, last.at - first.at)

    def peak(self, name: str) -> float:
        """The most memory (RSS) that was seen, MB."""
        return max(one.rss for one in self.seen[name])

    def over_time(self, begin: float, what: str = "rss") -> Mapping[str, Sequence[tuple[float, float]]]:
        """By name: (second since `begin`, value)."""
        return {name: [(one.at - begin, getattr(one, what)) for one in uses] for name, uses in self.seen.items()}


@asynccontextmanager
async def watching(processes: Mapping[str, int], every: float = 1.0) -> AsyncIterator[Watch]:
    """Look at them again and again until the block ends, once at its beginning and once at its end at least."""
    watch = Watch({**processes, CLIENTS: os.getpid()})
    watch.look()

    async def keep() -> None:
        while True:
            await asyncio.sleep(every)
            watch.look()

    task = asyncio.create_task(keep())
    try:
        yield watch
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        watch.look()
