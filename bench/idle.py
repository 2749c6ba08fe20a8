"""Memory of the processes that do nothing: right after they were ready, and a while after a load has ended.

`python -m bench.idle [SQLite] [PostgreSQL] [--seconds=N]`: seconds of the load between (20). The machine need not be
idle: memory is not time.
"""

import asyncio
import urllib.request

import uvloop

from bench.figure import Figure
from bench.fleet_world import founded
from bench.load import pages_of, step
from bench.mix import Mix
from bench.site import empty, serving
from bench.watching import Use, use_of
from bench.words import ENGINES, parser_of

TARGET = "≤ 150 MB"
SECONDS, TABLETS, VISITS, ENTRIES = 20.0, 40, 20, 500.0
QUIET_S = 5.0


async def loaded(mix: Mix, seconds: float) -> None:
    """A load that every process can bear, and quiet afterwards."""
    await mix.sit_down()
    await step(mix, ENTRIES, seconds, 1)
    await mix.close()
    await asyncio.sleep(QUIET_S)


def tell(engine: str, when: str, process: str, use: Use) -> None:
    """The three ways of counting."""
    name = f"idle memory, {engine}, {process}, {when}"
    Figure(f"{name}: resident (RSS)", use.rss, "MB", target=TARGET).emit()
    Figure(f"{name}: with what is shared in parts (PSS)", use.pss, "MB").emit()
    Figure(f"{name}: its own alone", use.own, "MB").emit()


def main() -> None:
    told = parser_of(__doc__, ENGINES, seconds=SECONDS).parse_args()
    for engine in told.only:
        with empty(engine) as store:
            public = uvloop.run(pages_of(store))
            fleet = uvloop.run(founded(store, TABLETS, VISITS))
            with serving(store) as site:
                urllib.request.urlopen(f"http://127.0.0.1:{site.port}/health/ready").read()
                uvloop.run(asyncio.sleep(QUIET_S))
                for process, number in site.processes.items():
                    tell(engine, "after the start", process, use_of(number, whole=True))
                uvloop.run(loaded(Mix(fleet, site, public), told.seconds))
                for process, number in site.processes.items():
                    tell(engine, "after a load", process, use_of(number, whole=True))


if __name__ == "__main__":
    main()
