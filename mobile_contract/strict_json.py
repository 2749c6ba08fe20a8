"""Strict JSON: the only reader of JSON that devices signed.

The usual parsers accept duplicate keys, NaN, infinities and numbers that other languages round, so that two
readers of the same signed bytes could see two statements. Here such bytes are malformed, alike for everyone.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from mobile_contract.base import SAFE_INTEGER

MAX_DEPTH: Final = 16
_BOM: Final = b"\xef\xbb\xbf"
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
# Possessive, closing quote optional: an unterminated string is one token, so hostile input costs linear time.
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_MAX_INTEGER_TEXT: Final = 17

JSON = dict[str, "JSON"] | list["JSON"] | str | int | bool | None


class MalformedJsonError(ValueError):
    """Bytes that are not strict JSON; the message says which rule they break."""


def parse_strict(raw: bytes, max_depth: int = MAX_DEPTH) -> JSON:
    """The value of strict JSON text.

    Refuses (MalformedJsonError): invalid UTF-8, a byte order mark, duplicate keys, floats, NaN, infinities,
    integers beyond ±(2^53−1), lone surrogates, and more than `max_depth` nested arrays and objects.
    """
    if raw.startswith(_BOM):
        raise MalformedJsonError("byte order mark")
    _check_depth(raw, max_depth)
    try:
        text = raw.decode("utf-8")
        value: JSON = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise MalformedJsonError("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise MalformedJsonError("not JSON") from error
    if _SURROGATE_ESCAPE.search(raw):
        _check_surrogates(value)
    return value


def parse_strict_object(raw: bytes, max_depth: int = MAX_DEPTH) -> dict[str, JSON]:
    """Like `parse_strict`, for text whose value must be an object."""
    value = parse_strict(raw, max_depth)
    if not isinstance(value, dict):
        raise MalformedJsonError("not an object")
    return value


def _check_depth(raw: bytes, max_depth: int) -> None:
    # Counted before parsing: the parser itself recurses, and 50,000 brackets would exhaust the stack.
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return
    depth = 0
    for token in _STRUCTURE.finditer(raw):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
            if depth > max_depth:
                raise MalformedJsonError("too deep")
        elif first in b"]}":
            depth -= 1


def _check_surrogates(value: JSON) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise MalformedJsonError("lone surrogate") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJsonError("duplicate key")
    return members


def _integer(text: str) -> int:
    # The length is checked first: converting a million digits is quadratic.
    if len(text) > _MAX_INTEGER_TEXT or abs(number := int(text)) > SAFE_INTEGER:
        raise MalformedJsonError("integer beyond 2^53-1")
    return number


def _no_float(_text: str) -> NoReturn:
    raise MalformedJsonError("floating-point number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)
