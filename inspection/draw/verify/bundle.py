"""The bundle's files as the checks read them."""

import json
from collections.abc import Mapping
from typing import Any

from inspection.draw.verify.formulas import hash_named


class Bundle:
    """The files by name, read as JSON when asked for; a missing or broken one fails the check that needs it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def __getattr__(self, name: str) -> Any:
        value = json.loads(self.files[f"{name}.json"])
        setattr(self, name, value)
        return value

    def h(self, *parts: bytes) -> bytes:
        return hash_named(self.ceremony["hash_alg"])(*parts)

    def raw(self, name: str) -> bytes:
        return bytes.fromhex(self.ceremony[name])

    def lines(self, name: str) -> list[list[str]]:
        return [line.split("\t") for line in self.files[name].decode().split("\n")[:-1]]

    def events(self, kind: str = "") -> list[Any]:
        told = [json.loads(json.loads(line)["text"]) for line in self.files["events.jsonl"].splitlines()]
        return [event for event in told if kind in {"", event["kind"]}]

    def tickets(self) -> list[tuple[int, int, str, str]]:
        return [(t["cell"], t["rank"], t["ticket"], t["place"]) for t in self.drawn]

    def salt(self, name: str, tag: bytes = b"\x10") -> bytes:
        return self.h(tag, bytes.fromhex(self.secret["key"]), name.encode())[:16]
