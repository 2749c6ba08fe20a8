"""Opaque values that only this server can make: feed cursors, snapshot pages and time anchors. Pure."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from mobile_contract.base import b64url, unb64url

CURSOR_SECRET = "sync/cursor/v1"  # noqa: S105 -- the label a secret is derived under
ANCHOR_SECRET = "sync/anchor/v1"  # noqa: S105 -- likewise
_MAC = 16
_SEQ, _NEWEST = 6, 8
_FIXED = 1 + 16 + _SEQ + _NEWEST
_ANCHOR_TIME = 6
_ANCHOR_FEED = 6
_ANCHOR_PLAIN = _ANCHOR_TIME + _ANCHOR_FEED
_ANCHOR_MAC = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - _EPOCH
_KINDS = {"pull": b"\x03", "page": b"\x04"}  # 1 and 2 told no `newest`


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in one device's feed, valid within one history. `after` is the last topic of a snapshot page.

    `newest`: the latest instant (µs since 1970) at which one of the rows changed that the device was led past; 0: none.
    """

    history: UUID
    feed: UUID
    seq: int
    newest: int = 0
    after: str = ""


class ForeignCursorError(ValueError):
    """Not a cursor of this server, or not of this kind."""


def write_cursor(cursor: Cursor, secret: bytes, kind: str = "pull") -> str:
    """The cursor as text: MACed, so that a device cannot make one up, use another's or carry one to another server."""
    numbers = cursor.seq.to_bytes(_SEQ, "big") + cursor.newest.to_bytes(_NEWEST, "big")
    plain = _KINDS[kind] + cursor.history.bytes + numbers + cursor.after.encode()
    return b64url(plain + _mac(secret, plain + cursor.feed.bytes, _MAC))


def read_cursor(text: str, secret: bytes, feed: UUID, kind: str = "pull") -> Cursor:
    """The place in this feed that a text names; ForeignCursorError for everything `write_cursor` did not write."""
    try:
        data = unb64url(text)
    except ValueError as error:
        raise ForeignCursorError("not base64url") from error
    plain, mac = data[:-_MAC], data[-_MAC:]
    if len(plain) < _FIXED or not hmac.compare_digest(mac, _mac(secret, plain + feed.bytes, _MAC)):
        raise ForeignCursorError("not ours")
    if plain[:1] != _KINDS[kind]:
        raise ForeignCursorError("of another kind")
    return Cursor(
        history=UUID(bytes=plain[1:17]),
        feed=feed,
        seq=int.from_bytes(plain[17:23], "big"),
        newest=int.from_bytes(plain[23:_FIXED], "big"),
        after=plain[_FIXED:].decode(),
    )


def as_number(at: datetime) -> int:
    """An instant as cursors carry it: µs since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an anchor proves: its device knew this time and had confirmed its feed to this number (0: nothing)."""

    time: datetime
    feed: int


def write_anchor(now: datetime, secret: bytes, *, device: UUID | None = None, feed: int = 0) -> str:
    """The id of the anchor of this instant: milliseconds, feed and a MAC. Nothing is stored, nothing can be guessed.

    An anchor made for a `device` proves something in that device's log only; one for nobody (`feed` 0) in any.
    """
    ms = (now - _EPOCH) // timedelta(milliseconds=1)
    plain = ms.to_bytes(_ANCHOR_TIME, "big") + feed.to_bytes(_ANCHOR_FEED, "big")
    return b64url(plain + _anchor_mac(secret, plain, device))


def read_anchor(text: str, secret: bytes, device: UUID) -> Anchored | None:
    """What an anchor named by an entry of `device` proves, to the millisecond; None when this server did not issue it,
    or issued it to another device.
    """
    try:
        data = unb64url(text)
    except ValueError:
        return None
    plain, mac = data[:_ANCHOR_PLAIN], data[_ANCHOR_PLAIN:]
    feed = int.from_bytes(plain[_ANCHOR_TIME:], "big")
    since = timedelta(milliseconds=int.from_bytes(plain[:_ANCHOR_TIME], "big"))
    if len(mac) != _ANCHOR_MAC or since > _LATEST:
        return None
    own = hmac.compare_digest(mac, _anchor_mac(secret, plain, device))
    anybodys = feed == 0 and hmac.compare_digest(mac, _anchor_mac(secret, plain, None))
    return Anchored(_EPOCH + since, feed) if own or anybodys else None


def _anchor_mac(secret: bytes, plain: bytes, device: UUID | None) -> bytes:
    return _mac(secret, plain + (device.bytes if device else b""), _ANCHOR_MAC)


def _mac(secret: bytes, plain: bytes, length: int) -> bytes:
    return hmac.new(secret, plain, hashlib.sha256).digest()[:length]
