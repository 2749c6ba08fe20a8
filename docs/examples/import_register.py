"""Bring a register of inspection objects in, as another system with a token of its own (`fcs_…`, scope `imports`).

    FIELDCHECK_TOKEN=fcs_… python3 import_register.py https://fieldcheck.example objects.csv

A look first: what would change is told, and a preview token binds the file and the register as they were. Standard
library only.
"""

# ruff: noqa: INP001, S310, T201, TID251

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen


def send(address: str, content: bytes, token: str) -> Any:
    """The JSON answer to a CSV file."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv", "Accept-Language": "en"}
    with urlopen(Request(address, content, headers), timeout=300) as answer:
        return json.load(answer)


def main() -> None:
    address, file = sys.argv[1], Path(sys.argv[2])
    token = os.environ["FIELDCHECK_TOKEN"]
    content, name = file.read_bytes(), urlencode({"name": file.name})
    look = send(f"{address}/office/registry/previews/objects?{name}", content, token)
    bound = urlencode({"name": file.name, "token": look["token"]})
    done = send(f"{address}/office/registry/imports/objects?{bound}", content, token)
    print(json.dumps({"run": done["run"], "counts": done["counts"]}, ensure_ascii=False))


if __name__ == "__main__":
    main()
