"""Re-runs a draw from its published bundle.

Stand-alone: Python's standard library, and no code that took part in the draw.

V-one checks one opened object, V-public all that is public, V-full (with the supervisor's files) every row, ticket and
team. This folder alone makes a program for a stranger's own machine: see `inspection.draw.told.standalone`.
"""

from collections.abc import Callable, Mapping
from typing import IO, Any

from inspection.draw.verify import chance, changes, full, later, public, result
from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Check
from inspection.draw.verify.one import verify_opening
from inspection.draw.verify.remade import Remade

__all__ = ["VERSION", "Check", "verify_full", "verify_one", "verify_public"]

VERSION = "1.0"


def verify_one(opening: Mapping[str, Any]) -> list[Check]:
    """V-one: a single opened object, from the JSON of its opening."""
    return verify_opening(opening)


def verify_public(files: Mapping[str, bytes]) -> list[Check]:
    """V-public: everything that needs no secret. `files`: name → bytes of the bundle."""
    return _public(Bundle(files))


def verify_full(
    files: Mapping[str, bytes], *, stream: Callable[[str], IO[bytes]] | None = None, key: bytes | None = None
) -> list[Check]:
    """V-full: V-public, then the frame, every ticket and every team re-made from the supervisor's files.

    `stream` opens the frame where it is too large to be held; `key`: the supervisor's own, instead of `secret.json`.
    """
    bundle = Bundle(files, stream, key)
    remade = Remade(bundle)
    remade.begin()
    return _public(bundle) + [c for claims in (full.CLAIMS, changes.CLAIMS) for c in claims.run(remade)]


def _public(bundle: Bundle) -> list[Check]:
    return [
        check for claims in (public.CLAIMS, chance.CLAIMS, result.CLAIMS, later.CLAIMS) for check in claims.run(bundle)
    ]
