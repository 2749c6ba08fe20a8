"""The tablets' part of the service as committed text: `python -m api.contract` writes `mobile_contract/openapi.json`.

A change of the contract is a difference that somebody reads; `tests/api/test_contract.py` fails until it is written.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

from api.openapi import build_document, printed
from api.routes import device_routes
from mobile_contract.artefacts.difference import route_changes

FILE: Final = Path(str(files("mobile_contract").joinpath("openapi.json")))
TITLE: Final = "Fieldcheck for tablets"


def device_contract() -> bytes:
    """The document of every route that a tablet calls."""
    return printed(build_document(device_routes(), TITLE))


def difference() -> str:
    """What changed between the committed routes and those of the service, a line a change."""
    changes = route_changes(json.loads(FILE.read_bytes()), json.loads(device_contract()))
    return "\n".join(f"* {change}" for change in changes) or "the committed routes are those of the service"


if __name__ == "__main__":
    sys.stdout.write(difference() + "\n")
    FILE.write_bytes(device_contract())
