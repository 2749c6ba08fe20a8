"""The password that a person is given once and has to change."""

from typing import Final

from inspection.kernel.command import Command

LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs that nobody mistakes for another when he reads them out or copies them by hand."""
_GROUPS, _GROUP = 4, 4


def first_password(cmd: Command) -> str:
    """Sixteen signs by chance (80 bits), in groups of four."""
    signs = [LETTERS[byte % len(LETTERS)] for byte in cmd.random(_GROUPS * _GROUP)]
    return "-".join("".join(signs[at : at + _GROUP]) for at in range(0, len(signs), _GROUP))
