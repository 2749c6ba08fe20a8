"""Texts that every reader of the contract refuses, and neighbours of theirs that every reader reads."""

from __future__ import annotations

import base64
import json
from typing import Any

from mobile_contract.base import b64url
from mobile_contract.client.state import Captured


def strict_texts() -> dict[str, Any]:
    """Strict JSON and base64url: what is read and what is refused, with the rule."""
    deep = "[" * 16 + "]" * 16
    refused = {
        "byte order mark": b"\xef\xbb\xbf{}",
        "duplicate member": b'{"a":1,"a":1}',
        "the same member, escaped": b'{"a":1,"\\u0061":2}',
        "fraction": b'{"n":1.0}',
        "exponent": b'{"n":1e5}',
        "not a number": b'{"n":NaN}',
        "infinity": b'{"n":-Infinity}',
        "integer beyond 2^53-1": b'{"n":9007199254740992}',
        "lone surrogate": b'{"s":"\\ud800"}',
        "surrogates the wrong way round": b'{"s":"\\ude00\\ud83d"}',
        "not UTF-8": b'{"s":"\xff"}',
        "overlong UTF-8": b'{"s":"\xc0\xaf"}',
        "seventeen levels": ("[" * 17 + "]" * 17).encode(),
        "text behind the value": b"{} {}",
        "control character": b'{"s":"a\nb"}',
        "leading zero": b'{"n":01}',
        "comment": b"{} // no",
    }
    read = {
        "sixteen levels": deep.encode(),
        "a pair of surrogates": b'{"s":"\\ud83d\\ude00"}',
        "the greatest integer": b'{"n":9007199254740991}',
        "the least integer": b'{"n":-9007199254740991}',
        "escaped NUL": b'{"s":"a\\u0000b"}',
        "space around": b' \n{ "a" : [ ] }\t',
    }
    return {
        "read": [{"why": why, "bytes_hex": raw.hex()} for why, raw in read.items()],
        "refused": [{"why": why, "bytes_hex": raw.hex()} for why, raw in refused.items()],
        "base64url_read": ["", "AA", "AAA", "AAAA", "_-8"],
        "base64url_refused": ["A", "AB", "AA==", "A+AA", "A/AA", "AA\n", " AA"],
    }


def refused_lines(entry: Captured) -> list[dict[str, Any]]:
    """Lines of a push that are refused, each for its reason, made by bending this entry."""
    line = json.loads(entry.line)
    p, b = line["p"], line["b"]
    device = json.loads(p)["dev"]
    return [
        _refused("bad-signature", _line(line, s=b64url(bytes(64)))),
        _refused("unknown-key", _line(line, k=b64url(bytes(32)))),
        _refused("body-mismatch", _line(line, b=b.replace("salt", "sal7"))),
        _refused("malformed", entry.line[:-1]),
        _refused("malformed", "\ufeff" + entry.line),
        _refused("malformed", _line(line, p=p.replace('{"v":1', '{"v":1,"v":1'))),
        _refused("malformed", _line(line, p=p.replace('"seq":1', '"seq":1.0'))),
        _refused("malformed", _line(line, p=p.replace('"seq":1', '"seq":9007199254740992'))),
        _refused("malformed", _line(line, p=p.replace('"seq":1', '"seq":NaN'))),
        _refused("malformed", _line(line, p=p.replace(device, device.upper()))),
        _refused("malformed", _line(line, p=p.replace(device, f"urn:uuid:{device}"))),
        _refused("malformed", entry.line.replace('"a":"ES256"', '"a":"\\ud800"')),
        _refused("malformed", "[" * 5_000),
        _refused("malformed", entry.line.encode().replace(b"ES256", b"ES\xff56")),
    ]


def _refused(reason: str, line: str | bytes) -> dict[str, Any]:
    raw = line.encode() if isinstance(line, str) else line
    return {"reason": reason, "line_base64": base64.b64encode(raw).decode()}


def _line(line: dict[str, str], **changes: str) -> str:
    return json.dumps({**line, **changes}, ensure_ascii=False, separators=(",", ":"))
