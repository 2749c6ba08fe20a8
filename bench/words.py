"""What a program was told on its command line besides the names of engines: `--name=number`."""

import sys


def number_of(name: str, usual: float) -> float:
    """The number that was given by this name, else the usual one."""
    begin = f"--{name}="
    return next((float(word.removeprefix(begin)) for word in sys.argv[1:] if word.startswith(begin)), usual)
