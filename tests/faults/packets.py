"""Two network namespaces and a wire of ours between them, on which packets are late, lost, doubled and overtake.

Not every kernel has netem, so the wire is a program: a TUN device in each namespace, and a process that holds both and
carries IP packets from one to the other, each after a time of its own. The servers live in the first namespace, the
tablets in the second. A program of its own (`python -m tests.faults.packets ENGINE`), because it leaves its network
behind; root is needed.
"""

import argparse
import asyncio
import ctypes
import fcntl
import heapq
import json
import mmap
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from random import Random
from typing import Final

from tests.faults.check import Checked
from tests.faults.stem import Stem, bound_to
from tests.faults.world import ENGINES, World, world

SERVER, TABLETS = "10.77.0.1", "10.77.0.2"
NEEDS_ROOT: Final = (
    "packets are delayed and reordered in network namespaces, which only root may make: run this as root"
)
_NEW_NET: Final = 0x40000000
_SET_INTERFACE: Final = 0x400454CA
_TUN, _BARE = 0x0001, 0x1000
_MTU: Final = 1500
COUNTED: Final = ("carried", "lost", "doubled", "overtook")


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances of a packet, and how long it is under way, in seconds: `least`, and up to `spread` more. What is spread
    wider than packets follow each other overtakes.
    """

    loss: float = 0.04
    double: float = 0.04
    least: float = 0.001
    spread: float = 0.03


FINE: Final = Weather(0.0, 0.0, 0.0, 0.0)


class Told:
    """What the wire is told, and what it tells, in memory that both processes see."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    @property
    def weather(self) -> Weather:
        return Weather(*struct.unpack_from("4d", self._page, 0))

    @weather.setter
    def weather(self, weather: Weather) -> None:
        struct.pack_into("4d", self._page, 0, weather.loss, weather.double, weather.least, weather.spread)

    def count(self, what: str) -> None:
        """One more."""
        at = 64 + 8 * COUNTED.index(what)
        struct.pack_into("q", self._page, at, struct.unpack_from("q", self._page, at)[0] + 1)

    def counts(self) -> Counter[str]:
        """All of them."""
        return Counter(dict(zip(COUNTED, struct.unpack_from(f"{len(COUNTED)}q", self._page, 64), strict=True)))


def new_network(address: str) -> int:
    """Leave for a network of this process's own, with one interface of this address; the handle of its TUN."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NET):
        raise PermissionError(ctypes.get_errno(), NEEDS_ROOT)
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, _SET_INTERFACE, struct.pack("16sH22x", b"wire", _TUN | _BARE))
    for words in (
        ("link", "set", "lo", "up"),
        ("addr", "add", f"{address}/24", "dev", "wire"),
        ("link", "set", "wire", "mtu", str(_MTU), "up"),
    ):
        subprocess.run(["ip", *words], check=True)  # noqa: S607
    return handle


def carry(ends: tuple[int, int], told: Told, random: Random) -> None:
    """Carry packets for ever."""
    waiting: list[tuple[float, int, int, bytes]] = []
    number, newest = 0, dict.fromkeys(ends, 0)
    while True:
        wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for came in select.select(ends, [], [], wait)[0]:
            packet = os.read(came, _MTU + 64)
            weather, to = told.weather, ends[came == ends[0]]
            if random.random() < weather.loss:
                told.count("lost")
                continue
            copies = 2 if random.random() < weather.double else 1
            if copies == 2:
                told.count("doubled")
            for _ in range(copies):
                number += 1
                due = time.monotonic() + weather.least + random.random() * weather.spread
                heapq.heappush(waiting, (due, number, to, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, its, to, packet = heapq.heappop(waiting)
            told.count("carried")
            if its < newest[to]:
                told.count("overtook")
            newest[to] = max(newest[to], its)
            try:
                os.write(to, packet)
            except BlockingIOError:
                told.count("lost")  # as a router whose queue is full


def between(ends: tuple[int, int], told: Told, random: Random) -> int:
    """Let a process of its own be the wire; its number."""
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            bound_to(own)
            carry(ends, told, random)
        finally:
            os._exit(1)
    return pid


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    packets: dict[str, int]
    checked: Checked
    troubles: dict[str, int]


async def bad_weather(engine: str, stem: Stem, first: int, *, rounds: int, seed: int) -> Outcome:
    """The tablets work through a bad wire, then through a good one until everything has arrived."""
    told, random, wires = Told(), Random(seed), list[int]()
    told.weather = FINE

    def move() -> None:
        wires.append(between((first, new_network(TABLETS)), told, random))

    try:
        async with world(engine, stem, seed=f"packets {seed}", host=SERVER, moved=move, timeout=5.0) as there:
            told.weather = Weather()
            await _work(there, rounds)
            told.weather = FINE
            checked = await there.settle()
            return Outcome(dict(told.counts()), checked, dict(there.fleet.troubles))
    finally:
        for pid in wires:
            os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(os.waitpid, pid, 0)


async def _work(there: World, rounds: int) -> None:
    async with there.fleet as fleet:
        for _ in range(rounds):
            await fleet.progress()
            await there.check()


def main() -> int:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.packets")
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--rounds", type=int, default=20, help="how often everybody pushes through bad weather")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if os.getuid():
        sys.stderr.write(NEEDS_ROOT + "\n")
        return 3
    first = new_network(SERVER)
    with Stem() as stem:
        outcome = asyncio.run(bad_weather(asked.engine, stem, first, rounds=asked.rounds, seed=asked.seed))
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
