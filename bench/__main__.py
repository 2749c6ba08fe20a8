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
PROGRAMS = ("import_registry", "demo_start", "fleet")
HEAD = """# Figures

Figures that were seen, not promised. `make bench` measures them and rewrites this page. *Limit* is what the machine
itself does, measured in the same run; *ratio* = value / limit; *peak* = resident memory of the measuring process.
"""


def main() -> int:
    names = sys.argv[1:] or PROGRAMS
    rows: list[dict[str, Any]] = []
    failed: list[str] = []
    for name in names:
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True, check=False)
        sys.stdout.write(done.stdout)
        rows += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode:
            failed.append(name)
    measured = datetime.now(UTC).strftime("%Y-%m-%d")  # noqa: TID251  the date of the figures
    (HERE / "results.json").write_text(
        json.dumps({"date": measured, "figures": rows}, ensure_ascii=False, indent=1) + "\n"
    )
    (HERE / "RESULTS.md").write_text(render(rows, measured, "make bench"))
    for name in failed:
        sys.stderr.write(f"bench.{name} failed: see above\n")
    return 1 if failed else 0


def render(rows: list[dict[str, Any]], measured: str, command: str) -> str:
    """The page that people read."""
    cores = len(os.sched_getaffinity(0))
    machine = f"{cores} cores, Python {platform.python_version()}, {platform.system()}"
    lines = [HEAD, f"{measured}, `{command}`, {machine}.\n"]
    lines += ["| figure | value | target | limit | ratio | peak MB |", "|---|---:|---|---:|---:|---:|"]
    for row in rows:
        limit = "" if row["limit"] is None else f"{row['limit']:g} ({row['limit_of']})"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
        cells = (row["name"], f"{row['value']:g} {row['unit']}", row["target"], limit, ratio, f"{row['peak_mb']:g}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
