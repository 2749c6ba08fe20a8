"""What a program is told on its command line: engines by their names, and `--name=N`. Anything else is refused, so that
nobody waits an hour for what a mistyped word did not ask for.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ENGINES: Final = ("SQLite", "PostgreSQL")


def parser_of(about: str | None, parts: Sequence[str] = (), **usual: float) -> argparse.ArgumentParser:
    """A parser for `[PART …] [--name=N …]`. What it parses has `only`, the parts that are named or else all, and each
    number by its name; where the usual one is an `int`, it is whole.
    """

    def part(word: str) -> str:
        if word not in parts:
            raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(parts)}")
        return word

    parser = argparse.ArgumentParser(
        prog=f"python -m bench.{Path(sys.argv[0]).stem}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if parts:
        parser.add_argument("only", nargs="*", type=part, default=parts, metavar="|".join(parts), help="usually all")
    for name, number in usual.items():
        parser.add_argument(f"--{name}", type=type(number), default=number, metavar="N", help=f"usually {number:,}")
    return parser
