"""The tablets' part of the service as committed text: `python -m api.contract` writes `mobile_contract/openapi.json`.

A change of the contract is a difference that somebody reads; `tests/api/test_contract.py` fails until it is written.
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

from api.openapi import build_document, printed
from api.routes import device_routes

FILE: Final = Path(str(files("mobile_contract").joinpath("openapi.json")))
TITLE: Final = "Fieldcheck for tablets"


def device_contract() -> bytes:
    """The document of every route that a tablet calls."""
    return printed(build_document(device_routes(), TITLE))


if __name__ == "__main__":
    FILE.write_bytes(device_contract())
