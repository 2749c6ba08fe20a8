"""Everything in a public bundle changed, one thing at a time: what is wrong with such a bundle must be seen."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Files = Mapping[str, bytes]


def tampered(files: Files, every: int = 1) -> Iterator[tuple[str, str, bytes]]:
    """(file, place in it, the file with that place changed): every value is changed once and left out once, every line
    of the journal too; of all these each `every`-th.
    """
    told = [name for name in sorted(files) if name.endswith((".json", ".jsonl"))]
    found = (case for name in told for case in _of(name, files[name]))
    for number, case in enumerate(found):
        if number % every == 0:
            yield case


def _of(name: str, data: bytes) -> Iterator[tuple[str, str, bytes]]:
    if not name.endswith(".jsonl"):
        for place, value in _changed(json.loads(data)):
            yield name, place, _text(value)
        return
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines):
        told = json.loads(line)
        yield name, f"{number} left out", b"".join(lines[:number] + lines[number + 1 :])
        for place, value in _changed(json.loads(told["text"])):
            other = _text({**told, "text": _text(value).decode()}) + b"\n"
            yield name, f"{number} {place}", b"".join([*lines[:number], other, *lines[number + 1 :]])


def _changed(value: Any) -> Iterator[tuple[str, Any]]:
    """The value with one of its parts changed or left out, for every part."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in list(parts):
        rest = dict(value) if isinstance(value, dict) else list(value)
        del rest[key]
        yield f"{key} left out", rest
        for place, other in [("", _other(part)), *_changed(part)]:
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[key] = other
            yield f"{key} {place}".strip(), copy


def _other(part: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(part, bool):
        return not part
    if isinstance(part, int):
        return part + 1
    if isinstance(part, str):
        return part[:-1] + ("0" if part[-1:] != "0" else "1")
    return {"other": 0} if part is None else part[:0] if isinstance(part, list) else {}


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
