"""A thousand kills under load on each engine, and every other fault: what was acknowledged is held against the store.

`python -m bench.faults --cycles 60 sqlite` makes fewer, on one engine. Anything that is missing ends the run with what
it was. How it is done: tests/faults, docs/faults.md.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from bench.figure import Figure
from bench.words import parser_of
from tests.faults import clocks, failover, full_disk, restored, syncs
from tests.faults.broken_lines import broken_lines
from tests.faults.check import Checked
from tests.faults.cluster import Cluster
from tests.faults.installation import DATABASE, WORKER
from tests.faults.kills import Tally, kill_cycles
from tests.faults.ledger import Ledger
from tests.faults.packets import COUNTED
from tests.faults.stem import Stem
from tests.faults.world import ENGINES, World, place, world

CYCLES: Final = 1000
NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
WHOLE: Final = "all of them"
_IMPORTS: Final = "import tests.support.warm"


async def kills(engine: str, cycles: int, stem: Stem) -> None:
    """The cycles of one engine, and how long it was away each time."""
    async with world(engine, stem, seed=f"bench {cycles}", in_memory=False) as there:
        tally = await kill_cycles(there, cycles)
        name = f"faults, {NAMES[engine]}, kill -9"
        if tally.last is not None:
            _whole(name, there, tally.last)
        recovery = await _recovery(there) if there.installation.cluster is not None else None
    Figure(f"{name}: cycles", tally.cycles, "cycles", target=f"{CYCLES:,}").emit()
    Figure(f"{name}: processes that ended unasked", len(there.installation.fell), "", target="0").emit()
    for said in there.installation.fell:
        sys.stderr.write(f"ended unasked: {said}\n")
    Figure(f"{name}: a cycle", tally.spent_s / tally.cycles, "s", target="≤ 2").emit()
    imports = _imports() if tally.cold_s else None
    for victim in there.installation.victims:
        _away(f"{name} of the {victim}", victim, tally, imports, recovery)


def _whole(name: str, there: World, checked: Checked) -> None:
    """What was compared with what was promised: one that is missing would have ended the run."""
    ledger = there.ledger
    for what, found, promised in (
        ("entries with a receipt", checked.entries, len(ledger.entries)),
        ("files said to be complete", checked.files, len(ledger.files)),
        ("refused lines", checked.refused, len(ledger.refused)),
    ):
        Figure(f"{name}: {what} found unaltered", found, "", promised, "promised", WHOLE).emit()


def _away(name: str, victim: str, tally: Tally, imports: float | None, recovery: float | None) -> None:
    """Time until ready again: as an operator's start takes it, and from a process that had read the programs."""
    limit, of = (
        (recovery, "recovery of the database alone") if victim == DATABASE else (imports, "interpreter, imports")
    )
    for how, spent in (("", tally.cold_s.get(victim)), (", programs read before", tally.ready_s.get(victim))):
        if not spent or (how == "" and victim in {DATABASE, WORKER}):
            continue  # these start no web server: the way they are started is the same, or nobody waits for it
        for part in (50, 95):
            value = sorted(spent)[min(len(spent) - 1, len(spent) * part // 100)]
            beside = limit if victim != WORKER else None
            Figure(f"{name}: ready again{how}, p{part}", value, "s", beside, of if beside else "").emit()


def _imports() -> float:
    """Seconds of an interpreter that reads the programs and does nothing."""

    def once() -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", _IMPORTS], check=True)
        return time.perf_counter() - begin

    return median(once() for _ in range(3))


async def _recovery(there: World) -> float:
    """Seconds of a database that is killed under load and started, its servers being away."""
    cluster = there.installation.cluster
    if not isinstance(cluster, Cluster):
        raise TypeError(there.installation.database)
    spent = []
    for _ in range(5):
        async with there.fleet as fleet:
            await fleet.progress(3)
        for name in there.installation.victims:
            there.installation.kill(name)
        spent.append(await asyncio.to_thread(cluster.start))
        await there.installation.become_ready()
    return median(spent)


# -- the other faults ------------------------------------------------------------------------------------------------


async def full(engine: str, stem: Stem) -> None:
    """A disk that is full, five times."""
    with ExitStack() as stack:
        disk = place(in_memory=True)
        stack.callback(shutil.rmtree, disk, ignore_errors=True)
        mounted = stack.enter_context(full_disk.small_disk(disk, 250))
        where = {"data": disk / "own", "cluster_at": disk / "postgres"}
        async with world(engine, stem, seed="bench full", **where) as there:
            await full_disk.run_out_of_room(there, disk, mounted=mounted, times=5)
            await _said(engine, "a full disk, five times", there)


async def lines(engine: str, stem: Stem) -> None:
    """Lines that break at byte positions, dawdle and stand still."""
    async with (
        world(engine, stem, seed="bench lines", timeout=1.0) as there,
        broken_lines(there, at_least=50) as line,
    ):
        await _said(engine, f"{line.happened.total()} broken, slow and silent connections", there)


async def clock(engine: str, stem: Stem) -> None:
    """A server whose clock jumps, started anew and running."""
    for restart in (True, False):
        async with world(engine, stem, seed="bench clock") as there:
            await clocks.jumping(there, restarts=[restart] * len(clocks.JUMPS))
            how = "between starts" if restart else "while it runs"
            await _said(engine, f"a clock that jumps {how}", there)


def _receipts(ledger: Ledger) -> Collection[object]:
    return ledger.receipts


def _files(ledger: Ledger) -> Collection[object]:
    return ledger.files


async def sync(engine: str, stem: Stem) -> None:
    """Failing fsync: of the database, of files."""
    places = ("fieldcheck.sqlite3", "/media/") if engine == "sqlite" else ("pg_wal", "/media/")
    for where in places:
        async with world(engine, stem, seed=f"bench {where}") as there:
            await syncs.nothing_is_acknowledged(there, where, _files if where == "/media/" else _receipts)
            for first in (1, 2, 5, 9):
                await syncs.some_fail(there, where, first=first, count=1 if where == "pg_wal" else 4)
            await _said(engine, f"syncs that fail in {where.strip('/')}, all and four times some", there)


async def yesterday(engine: str, stem: Stem) -> None:
    """A backup that is brought back by the commands, and a machine that is put back without a word."""
    async with world(engine, stem, seed="bench backup") as there:
        lost = await restored.brought_back_under_load(there)
        await _said(engine, f"a backup brought back, {lost} acknowledged entries gone and offered again", there)
    async with world(engine, stem, seed="bench yesterday") as there:
        lost = await restored.put_back_under_load(there)
        await _said(engine, f"a machine put back, {lost} acknowledged entries gone and offered again", there)


async def standby(engine: str, stem: Stem) -> None:
    """A primary that dies, and its standby."""
    for synchronous in (True, False) if engine == "postgres" else ():
        async with world(engine, stem, seed="bench standby", moving=True) as there:
            if there.line is None:
                raise RuntimeError("no line")
            async with failover.standing_by(there, there.line, synchronous=synchronous) as pair:
                if synchronous:
                    await failover.fail_over(there, pair)
                    await _said(engine, "a synchronous standby takes over", there)
                else:
                    lost = await failover.fail_over_behind(there, pair)
                    what = f"an asynchronous standby takes over, {lost} acknowledged entries gone and offered again"
                    await _said(engine, what, there)


async def _said(engine: str, what: str, there: World) -> None:
    _whole(f"faults, {NAMES[engine]}, {what}", there, await there.settle())


FAULTS: Final[Sequence[Callable[[str, Stem], Awaitable[None]]]] = (full, lines, clock, sync, yesterday, standby)


def packets(engine: str, rounds: int) -> bool:
    """A wire on which packets are late, lost, doubled and overtake; whether it could be laid."""
    words = [sys.executable, "-m", "tests.faults.packets", engine, "--rounds", str(rounds)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False, cwd=Path(__file__).parents[1])
    if done.returncode == 3:
        return False
    done.check_returncode()
    told = json.loads(done.stdout)
    name = f"faults, {NAMES[engine]}, packets"
    for what in COUNTED:
        Figure(f"{name} {what}", told["packets"][what], "packets").emit()
    Figure(f"{name} shuffled: entries with a receipt found unaltered", told["checked"]["entries"], "").emit()
    return True


def main() -> int:
    """All faults of all engines asked for."""
    parser = parser_of(__doc__, ENGINES, cycles=CYCLES)
    parser.add_argument("--kills-only", action="store_true", help="leave the other faults out")
    asked = parser.parse_args()
    laid = True
    with Stem() as stem:
        for engine in asked.only:
            asyncio.run(kills(engine, asked.cycles, stem))
            for fault in () if asked.kills_only else FAULTS:
                asyncio.run(fault(engine, stem))
            laid = laid and (asked.kills_only or packets(engine, 60))
    return 0 if laid else 1


if __name__ == "__main__":
    raise SystemExit(main())
