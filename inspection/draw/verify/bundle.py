"""The bundle's files as the checks read them: strict JSON, whole numbers only, a missing or broken file fails alone."""

import io
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import IO, Any

from inspection.draw.verify.formulas import Hash, hash_named


def read_json(text: bytes | str) -> Any:
    """JSON without fractions and without a key that stands twice."""
    return _STRICT.decode(text if isinstance(text, str) else text.decode())


def canonical(value: Any) -> bytes:
    """Sorted keys, no white space, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key stands twice")
    return told


def _refused(text: str) -> Any:
    raise ValueError(f"not a whole number: {text[:20]}")


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused)


class Bundle:
    """The files by name. `params`, `ceremony`, `cells`, … are read as JSON when they are asked for.

    `stream` opens a file that is too large to be held; `key`: the supervisor's own K instead of `secret.json`.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        stream: Callable[[str], IO[bytes]] | None = None,
        key: bytes | None = None,
    ) -> None:
        self.files = files
        self.stream = stream or (lambda name: io.BytesIO(files[name]))
        self.own_key = key

    def __getattr__(self, name: str) -> Any:
        value = read_json(self.files[f"{name}.json"])
        setattr(self, name, value)
        return value

    @cached_property
    def h(self) -> Hash:
        return hash_named(self.ceremony["hash_alg"])

    @cached_property
    def key(self) -> bytes:
        return self.own_key if self.own_key is not None else bytes.fromhex(self.secret["key"])

    @cached_property
    def journal(self) -> list[tuple[Any, str]]:
        """Every line of the journal: what it says, and its hash."""
        lines = [read_json(line) for line in self.files["events.jsonl"].splitlines()]
        return [(read_json(line["text"]), line["hash"]) for line in lines]

    @cached_property
    def tickets(self) -> list[tuple[int, int, bytes, bytes]]:
        """(cell, rank, ticket, place) as published."""
        return [(t["cell"], t["rank"], bytes.fromhex(t["ticket"]), bytes.fromhex(t["place"])) for t in self.drawn]

    def raw(self, name: str) -> bytes:
        return bytes.fromhex(self.ceremony[name])

    def lines(self, name: str) -> list[list[str]]:
        *lines, rest = self.files[name].decode().split("\n")
        if rest:
            raise ValueError("the last line is not ended")
        return [line.split("\t") for line in lines]

    def events(self, *kinds: str) -> list[Any]:
        return [event for event, _ in self.journal if event["kind"] in kinds]

    def salt(self, name: str) -> bytes:
        return self.h(b"\x10" + self.key + name.encode())[:16]
