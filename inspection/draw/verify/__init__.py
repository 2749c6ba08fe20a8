"""Re-runs a draw from its published bundle.

Stand-alone: Python's standard library, and no code that took part in the draw.

V-one checks one opened object, V-public all that is public, V-full (with the supervisor's files) every row, ticket and
team. This folder alone makes a program for a stranger's own machine: see `inspection.draw.standalone`.
"""

from collections.abc import Mapping
from typing import Any

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Check
from inspection.draw.verify.full import CLAIMS as FULL
from inspection.draw.verify.one import CLAIMS as ONE
from inspection.draw.verify.public import CLAIMS as PUBLIC

__all__ = ["Check", "verify_full", "verify_one", "verify_public"]


def verify_one(opening: Mapping[str, Any]) -> list[Check]:
    """V-one: a single opened object, from the JSON of its opening."""
    return ONE.run(opening)


def verify_public(files: Mapping[str, bytes]) -> list[Check]:
    """V-public: everything that needs no secret. `files`: name → bytes of the bundle."""
    return PUBLIC.run(Bundle(files))


def verify_full(files: Mapping[str, bytes]) -> list[Check]:
    """V-full: V-public, then the frame, every ticket and every team re-made from the supervisor's files."""
    bundle = Bundle(files)
    return PUBLIC.run(bundle) + FULL.run(bundle)
