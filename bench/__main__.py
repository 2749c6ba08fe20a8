"""Run every benchmark program, each in a process of its own; keep the figures in results.json and RESULTS.md."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROGRAMS = (
    "import_registry",
    "search",
    "plan",
    "draw",
    "matching",
    "verify",
    "demo_start",
    "fleet",
    "push",
    "pull",
    "upload",
    "images",
    "papers",
    "door",
    "publicity",
    "desk",
    "tablet",
)
LONG = ("draw_statistics", "draw_nightly", "simulate")  # minutes and hours: only when they are named
HEAD = """# Figures

Figures that were seen, not promised. `make bench` measures them and rewrites this page; `python -m bench NAME` measures
one program and leaves the others' figures as they were. *Limit* is what the machine
itself does, measured in the same run; *ratio* = value / limit; *peak* = resident memory of the measuring process.
"""


def main() -> int:
    names = sys.argv[1:] or PROGRAMS
    if unknown := set(names) - {*PROGRAMS, *LONG}:
        known = ", ".join((*PROGRAMS, *LONG))
        sys.stderr.write(f"no such program: {', '.join(sorted(unknown))}; there are {known}\n")
        return 2
    measured = datetime.now(UTC).strftime("%Y-%m-%d")  # noqa: TID251  the date of the figures
    fresh: dict[str, list[dict[str, Any]]] = {}
    failed: list[str] = []
    for name in names:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True, check=False)
        sys.stdout.write(done.stdout)
        if done.returncode:
            failed.append(name)
            continue
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        fresh[name] = [{**json.loads(line), "program": name, "date": measured} for line in lines]
    rows = merged(json.loads((HERE / "results.json").read_text())["figures"], fresh)
    (HERE / "results.json").write_text(json.dumps({"figures": rows}, ensure_ascii=False, indent=1) + "\n")
    (HERE / "RESULTS.md").write_text(render(rows, "make bench"))
    for name in failed:
        sys.stderr.write(f"bench.{name} failed: see above\n")
    return 1 if failed else 0


def merged(kept: list[dict[str, Any]], fresh: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The figures of every program in its order: those just measured, else those that were kept. A failed program keeps
    its old ones."""
    listed = (*PROGRAMS, *LONG)
    programs = {name: [row for row in kept if row.get("program") == name] for name in listed} | fresh
    return [row for name in listed for row in programs[name]]


def render(rows: list[dict[str, Any]], command: str) -> str:
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


if __name__ == "__main__":
    raise SystemExit(main())
