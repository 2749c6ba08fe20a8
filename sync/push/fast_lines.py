"""The fast way to read a line, for those who write JSON without ornament; everybody else is read the strict way.

A text is *plain* when it is exactly what is written for the value that is read from it: nothing stands twice, no number
is spelt oddly, there is no blank, no escape that is not needed. Nearly every library writes such JSON when it is asked
for none in particular. Of plain texts one parse says everything that three passes of `mobile_contract` say, several
times as fast. What is read here is never more than what they accept, and never another value (tested against them);
whatever looks unusual is left to them, the verdict included.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from msgspec.structs import asdict
from pydantic import BaseModel

from mobile_contract.base import SAFE_INTEGER, is_id_text
from mobile_contract.envelope import MAX_BODY_BYTES, MAX_HEADER_BYTES, EntryHeader, EntryLine
from mobile_contract.strict_json import JSON, MAX_DEPTH

M = TypeVar("M", bound=BaseModel)

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode
# The last of 43 characters carries four bits, the last of 86 two: the rest of it is nought in the one canonical form.
_hash: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]").fullmatch
_signature: Final = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]").fullmatch
_type: Final = re.compile(r"[a-z]+(?:\.[a-z]+)*").fullmatch

_ALGORITHM: Final = 16
_Count = Annotated[int, Meta(ge=0, le=SAFE_INTEGER)]
_Position = Annotated[int, Meta(ge=1, le=SAFE_INTEGER)]
_Text = Annotated[str, Meta(min_length=1, max_length=100)]


class _Header(msgspec.Struct, forbid_unknown_fields=True, gc=False, kw_only=True):
    """`EntryHeader` once more, in its order, without what is said by the spelling of ids and hashes."""

    v: _Position
    id: str
    dev: str
    ep: _Position
    seq: _Position
    prev: str | None = None
    ins: str
    visit: str | None = None
    tasks: Annotated[tuple[str, ...], Meta(max_length=50)] = ()
    type: Annotated[str, Meta(max_length=40)]
    over: Annotated[tuple[str, ...], Meta(max_length=64)] = ()
    asg: tuple[str, _Position] | None = None
    ck: tuple[_Text, _Position, str] | None = None
    wall: Annotated[int, Meta(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
    mono: _Count
    boot: Annotated[str, Meta(min_length=1, max_length=40)]
    anchor: Annotated[str, Meta(max_length=40)] | None = None
    sth: tuple[_Count, str] | None = None
    body: str
    blen: Annotated[int, Meta(ge=0, le=MAX_BODY_BYTES)]


def plain_object(raw: bytes) -> dict[str, Any] | None:
    """The object of a plain text; None when the text is not plain or no object. Numbers are still to be looked at."""
    if b"\\u" in raw:
        return None
    try:
        value = _decode(raw)
        return value if type(value) is dict and _encode(value) == raw else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def fast_line(raw: bytes) -> EntryLine | None:
    """The envelope of a plain line."""
    line = plain_object(raw)
    if line is None or not line.keys() <= _LINE:
        return None
    p, b, k, a, s = line.get("p"), line.get("b"), line.get("k"), line.get("a"), line.get("s")
    if not (type(p) is type(k) is type(a) is type(s) is str) or not (b is None or type(b) is str):
        return None
    if len(a) > _ALGORITHM or not _hash(k) or not _signature(s):
        return None
    return _made(EntryLine, {"p": p, "b": b, "k": k, "a": a, "s": s}, line)


def fast_header(p: bytes) -> EntryHeader | None:
    """The header of a plain text without members that this version does not know."""
    if len(p) > MAX_HEADER_BYTES:
        return None
    told = plain_object(p)
    if told is None:
        return None
    try:
        found = msgspec.convert(told, _Header)
        if not _type(found.type) or (found.prev is None) != (found.seq == 1) or not _hashes_hold(found):
            return None
        values = asdict(found)
        values["id"], values["dev"], values["ins"] = _new_id(found.id), _id(found.dev), _id(found.ins)
        if found.visit is not None:
            values["visit"] = _id(found.visit)
        if found.asg is not None:
            values["asg"] = (_id(found.asg[0]), found.asg[1])
        if found.tasks:
            values["tasks"] = tuple(map(_id, found.tasks))
    except (msgspec.ValidationError, ValueError):
        return None
    return _made(EntryHeader, values, told)


def _hashes_hold(found: _Header) -> bool:
    """Whether everything that is a hash is spelt as one."""
    return bool(
        _hash(found.body)
        and (found.prev is None or _hash(found.prev))
        and (found.ck is None or _hash(found.ck[2]))
        and (found.sth is None or _hash(found.sth[1]))
        and all(map(_hash, found.over))
    )


def _new_id(text: str) -> UUID:
    if not is_id_text(text):
        raise ValueError(text)
    return UUID(text)


_id: Final = lru_cache(maxsize=4096)(_new_id)
"""The same ids stand in entry after entry."""


def fast_body(b: bytes) -> dict[str, JSON] | None:
    """The members of a plain body; its size and its digest are the caller's business."""
    told = plain_object(b)
    return told if told is not None and _whole(told, MAX_DEPTH) else None


def _whole(value: Any, depth: int) -> bool:
    """Whether there is nothing in it but text, truth, nothing and whole numbers that everybody reads alike."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-SAFE_INTEGER <= value <= SAFE_INTEGER)
    if depth == 0 or kind is float:
        return False
    inner = value.values() if kind is dict else value
    return all(_whole(one, depth - 1) for one in inner)


def _made(model: type[M], values: dict[str, Any], told: Mapping[str, Any]) -> M:
    """An instance as validation makes it, of values that were validated already."""
    made = model.__new__(model)
    put = object.__setattr__
    put(made, "__dict__", values)
    put(made, "__pydantic_fields_set__", set(told))
    put(made, "__pydantic_extra__", None)
    put(made, "__pydantic_private__", None)
    return made


_LINE: Final = EntryLine.model_fields.keys()
