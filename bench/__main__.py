"""Run every benchmark program, each in a process of its own; keep the figures in results.json and RESULTS.md."""

import asyncio
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import capacity
from bench.words import ENGINES, parser_of
from inspection.oversight.plots.drawn import drawn

HERE = Path(__file__).parent
PLOTS = HERE / "plots"
Rows = list[dict[str, Any]]
PROGRAMS = (
    "import_registry",
    "search",
    "plan",
    "draw",
    "matching",
    "verify",
    "demo_start",
    "fleet",
    "visit_cost",
    "push",
    "pull",
    "upload",
    "images",
    "papers",
    "door",
    "publicity",
    "desk",
    "tablet",
    "load",
    "rush",
    "idle",
)
# Minutes and hours: only when they are named.
LONG = ("draw_statistics", "draw_nightly", "simulate", "outage", "soak", "faults")
HELP = f"""programs: {", ".join(PROGRAMS)}
only when they are named, for they take many minutes or hours (LONG): {", ".join(LONG)}
What a program may be told says `python -m bench.PROGRAM --help`; what it does not know it refuses."""
HEAD = """# Figures

Figures that were seen, not promised. `make bench` measures them and rewrites this page; `python -m bench NAME` measures
one program and leaves the others' figures as they were. *Limit* is what the machine
itself does, measured in the same run; *ratio* = value / limit; *peak* = resident memory of the measuring process.
Of `load`, `rush`, `outage` and `soak` the clients run on the same cores as the servers and the database: what they took
of the processor stands beside each figure, and is missing to the servers (docs/decisions/0071).
"""


def asked(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The programs that are to run, and what each of them is told. Ends the process with the help, or code 2."""
    parser = parser_of(__doc__)
    parser.prog, parser.usage = "python -m bench", "python -m bench [PROGRAM …] [SQLite] [PostgreSQL] [--name=N …]"
    parser.epilog = HELP
    _, given = parser.parse_known_args(words)
    told = [word for word in given if word.startswith("-") or word in ENGINES]
    names = [word for word in given if word not in told]
    if unknown := set(names) - {*PROGRAMS, *LONG}:
        parser.error(f"no such program: {', '.join(sorted(unknown))} (--help names them)")
    return names or list(PROGRAMS), told


def main() -> int:
    names, told = asked(sys.argv[1:])
    measured = datetime.now(UTC).strftime("%Y-%m-%d")  # noqa: TID251  the date of the figures
    kept = json.loads((HERE / "results.json").read_text())
    figures: dict[str, Rows] = {}
    pictures: dict[str, Rows] = {}
    failed: list[str] = []
    for name in names:
        command = [sys.executable, "-m", f"bench.{name}", *told]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        sys.stdout.write(done.stdout)
        if done.returncode:
            failed.append(name)
            continue
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        lines = [{**line, "program": name, "date": measured} for line in lines]
        figures[name] = [line for line in lines if "plot" not in line]
        pictures[name] = draw([line for line in lines if "plot" in line], PLOTS)
    rows, plots = merged(kept["figures"], figures), merged(kept.get("plots", []), pictures)
    whole = {"figures": rows, "plots": plots}
    (HERE / "results.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    capacity.rewrite()
    (HERE / "RESULTS.md").write_text(render(rows, "make bench") + render_plots(plots))
    for name in failed:
        sys.stderr.write(f"bench.{name} failed: see above\n")
    return 1 if failed else 0


def draw(told: Rows, folder: Path) -> Rows:
    """Draw the plots that a program told of into `folder`, their text beside them; returns what is kept of them."""
    folder.mkdir(exist_ok=True)
    for one, picture in zip(told, asyncio.run(drawn([one["spec"] for one in told])), strict=True):
        (folder / f"{one['plot']}.svg").write_text(picture)
        (folder / f"{one['plot']}.txt").write_text(one["text"])
    return [{name: value for name, value in one.items() if name not in {"spec", "text"}} for one in told]


def merged(kept: Rows, fresh: dict[str, Rows]) -> Rows:
    """The figures (or plots) of every program in its order: those just measured, else those that were kept. A failed
    program keeps its old ones."""
    listed = (*PROGRAMS, *LONG)
    programs = {name: [row for row in kept if row.get("program") == name] for name in listed} | fresh
    return [row for name in listed for row in programs[name]]


def render(rows: Rows, command: str) -> str:
    """The page that people read."""
    cores = len(os.sched_getaffinity(0))
    machine = f"{cores} cores, Python {platform.python_version()}, {platform.system()}"
    lines = [HEAD, f"`{command}`, {machine}.\n"]
    lines += ["| figure | value | target | limit | ratio | peak MB | day |", "|---|---:|---|---:|---:|---:|---|"]
    for row in rows:
        limit = "" if row["limit"] is None else f"{row['limit']:g} ({row['limit_of']})"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
        value, peak = f"{row['value']:g} {row['unit']}", f"{row['peak_mb']:g}"
        cells = (row["name"], value, row["target"], limit, ratio, peak, row["date"])
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def render_plots(plots: Rows) -> str:
    """The pictures below the figures, each with the same in words."""
    lines = ["", "## Plots"] if plots else []
    for one in plots:
        picture, text = f"plots/{one['plot']}.svg", f"plots/{one['plot']}.txt"
        lines += ["", f"![{one['title']}; the same in words: {text}]({picture})", ""]
        lines += [f"{one['title']}, {one['date']} ([in words]({text}))"]
    return "\n".join(lines) + "\n" if lines else ""


if __name__ == "__main__":
    raise SystemExit(main())
