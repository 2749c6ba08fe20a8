"""The fast way to read a line, for those who write JSON without ornament; everybody else is read the strict way.

A text is *plain* when it is exactly what is written for the value that is read from it, in whatever order its members
stand: nothing stands twice, there is no blank, no escape that is not needed. Nearly every library writes such JSON when
it is asked for none in particular. A text of another spelling is longer than the plain one, because a number that is
read as a whole one has no shorter spelling: so its length tells. Of plain texts one parse says everything that three
passes of `mobile_contract` say, several times as fast. What is read here is never more than what they accept, and never
another value (tested against them); whatever looks unusual is left to them, the verdict included.
"""

import re
from functools import lru_cache
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict
from pydantic import BaseModel

from mobile_contract.base import SAFE_INTEGER, is_id_text
from mobile_contract.envelope import MAX_BODY_BYTES, MAX_HEADER_BYTES, EntryHeader, EntryLine
from mobile_contract.strict_json import JSON, MAX_DEPTH

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

# The last of 43 characters carries four bits, the last of 86 two: the rest of it is nought in the one canonical form.
_hash: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]").fullmatch
_signature: Final = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]").fullmatch
_type: Final = re.compile(r"[a-z]+(?:\.[a-z]+)*").fullmatch

_Count = Annotated[int, Meta(ge=0, le=SAFE_INTEGER)]
_Position = Annotated[int, Meta(ge=1, le=SAFE_INTEGER)]
_Text = Annotated[str, Meta(min_length=1, max_length=100)]


class _Line(msgspec.Struct, forbid_unknown_fields=True, gc=False, kw_only=True):
    """`EntryLine` once more, without what is said by the spelling of hashes. What is not there stays unset."""

    p: str
    b: str | UnsetType | None = UNSET
    k: str
    a: Annotated[str, Meta(max_length=16)]
    s: str


class _Header(msgspec.Struct, forbid_unknown_fields=True, gc=False, kw_only=True):
    """`EntryHeader` once more, in its order, without what is said by the spelling of ids and hashes."""

    v: _Position
    id: str
    dev: str
    ep: _Position
    seq: _Position
    prev: str | UnsetType | None = UNSET
    ins: str
    visit: str | UnsetType | None = UNSET
    tasks: Annotated[tuple[str, ...], Meta(max_length=50)] | UnsetType = UNSET
    type: Annotated[str, Meta(max_length=40)]
    over: Annotated[tuple[str, ...], Meta(max_length=64)] | UnsetType = UNSET
    asg: tuple[str, _Position] | UnsetType | None = UNSET
    ck: tuple[_Text, _Position, str] | UnsetType | None = UNSET
    wall: Annotated[int, Meta(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
    mono: _Count
    boot: Annotated[str, Meta(min_length=1, max_length=40)]
    anchor: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET
    sth: tuple[_Count, str] | UnsetType | None = UNSET
    body: str
    blen: Annotated[int, Meta(ge=0, le=MAX_BODY_BYTES)]


_LINES: Final = msgspec.json.Decoder(_Line)
_HEADERS: Final = msgspec.json.Decoder(_Header)
_OBJECTS: Final = msgspec.json.Decoder(dict[str, Any])
_encode: Final = msgspec.json.Encoder().encode
_DEFAULTS: Final[dict[type[BaseModel], dict[str, Any]]] = {
    model: {name: field.default for name, field in model.model_fields.items() if not field.is_required()}
    for model in (EntryLine, EntryHeader)
}


def fast_line(raw: bytes) -> EntryLine | None:
    """The envelope of a plain line."""
    found = _plain(_LINES, raw)
    if found is None or not _hash(found.k) or not _signature(found.s):
        return None
    return _made(EntryLine, asdict(found))


def fast_header(p: bytes) -> EntryHeader | None:
    """The header of a plain text without members that this version does not know."""
    found = _plain(_HEADERS, p) if len(p) <= MAX_HEADER_BYTES else None
    if found is None or not _type(found.type) or not _hashes_hold(found):
        return None
    if (found.prev is UNSET or found.prev is None) != (found.seq == 1):
        return None
    values = asdict(found)
    try:
        values["id"], values["dev"], values["ins"] = _new_id(found.id), _id(found.dev), _id(found.ins)
        if found.visit is not None and found.visit is not UNSET:
            values["visit"] = _id(found.visit)
        if found.asg:
            values["asg"] = (_id(found.asg[0]), found.asg[1])
        if found.tasks:
            values["tasks"] = tuple(map(_id, found.tasks))
    except ValueError:
        return None
    return _made(EntryHeader, values)


def fast_body(b: bytes) -> dict[str, JSON] | None:
    """The members of a plain body; its size and its digest are the caller's business."""
    told = _plain(_OBJECTS, b)
    return told if told is not None and _whole(told, MAX_DEPTH) else None


def _plain(decoder: msgspec.json.Decoder[T], raw: bytes) -> T | None:
    """The value of a plain text; None when the text is not plain or no such value."""
    if b"\\u0000" in raw:
        return None  # what no text of the wire may hold
    try:
        value = decoder.decode(raw)
        return value if len(_encode(value)) == len(raw) else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _hashes_hold(found: _Header) -> bool:
    """Whether everything that is a hash is spelt as one."""
    return bool(
        _hash(found.body)
        and (found.prev is UNSET or found.prev is None or _hash(found.prev))
        and (not found.ck or _hash(found.ck[2]))
        and (not found.sth or _hash(found.sth[1]))
        and (not found.over or all(map(_hash, found.over)))
    )


def _new_id(text: str) -> UUID:
    if not is_id_text(text):
        raise ValueError(text)
    return msgspec.convert(text, UUID)


_id: Final = lru_cache(maxsize=4096)(_new_id)
"""The same ids stand in entry after entry."""


_SIMPLE: Final = frozenset({str, bool, type(None)})


def _whole(value: Any, depth: int) -> bool:
    """Whether there is nothing in it but text, truth, nothing and whole numbers that everybody reads alike."""
    kind = type(value)
    if kind is dict and _SIMPLE.issuperset(map(type, value.values())):
        return depth > 0
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-SAFE_INTEGER <= value <= SAFE_INTEGER)
    if depth == 0 or kind is float:
        return False
    inner = value.values() if kind is dict else value
    return all(_whole(one, depth - 1) for one in inner)


def _made(model: type[M], values: dict[str, Any]) -> M:
    """An instance as validation makes it, of values that were validated already."""
    defaults = _DEFAULTS[model]
    unset = [name for name in defaults if values[name] is UNSET]
    for name in unset:
        values[name] = defaults[name]
    made = model.__new__(model)
    put = object.__setattr__
    put(made, "__dict__", values)
    put(made, "__pydantic_fields_set__", _told(model, tuple(unset)))
    put(made, "__pydantic_extra__", None)
    put(made, "__pydantic_private__", None)
    return made


@lru_cache(maxsize=512)
def _told(model: type[BaseModel], unset: tuple[str, ...]) -> set[str]:
    """The names of the members that were there. Frozen instances share it: nobody changes it."""
    return set(model.model_fields) - set(unset)
