"""The items of a feed as JSON. What tablets signed is written directly: no model is made of ten thousand entries to be
taken apart again. Pure; byte for byte what the models of `mobile_contract.pull` write (tested).
"""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Final
from uuid import UUID

from inspection.visits.entries.store_given import StoredLine
from mobile_contract.base import b64url
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.pull import FeedItem, FeedOp, PullAnswer, RemoveReason, SnapshotAnswer
from mobile_contract.visit_card import VisitCard

_NOTHING: Final = "[]"
_CONTROLS: Final = bytes(range(32))


def as_json(answer: PullAnswer | SnapshotAnswer | FeedItem) -> bytes:
    """A model as these functions write it: members that say nothing are left out, but for the answer's own."""
    if isinstance(answer, FeedItem):
        return answer.model_dump_json(exclude_none=True).encode()
    items = [as_json(item) for item in answer.items]
    plain = answer.model_dump_json(by_alias=True, exclude={"items"}).encode()
    return with_items(plain, items)


def with_items(plain: bytes, items: Collection[bytes]) -> bytes:
    """The JSON of an answer (an object that is not empty) with its items as the last member."""
    return b"".join((plain[:-1], b',"items":[', b",".join(items), b"]}"))


def removal(topic: str, seq: int, reason: RemoveReason | None) -> bytes:
    """A topic that left the feed."""
    return as_json(FeedItem(topic=topic, seq=seq, op=FeedOp.REMOVE, reason=reason))


def card_item(topic: str, seq: int, card: VisitCard) -> bytes:
    """The card of a visit."""
    return as_json(FeedItem.model_construct(topic=topic, seq=seq, op=FeedOp.PUT, rev=card.digest(), card=card))


def checklist_item(topic: str, seq: int, pinned: PinnedChecklist) -> bytes:
    """A checklist. Its JSON is kept: it never changes, and every tablet gets it."""
    head = f'{{"topic":{quoted(topic)},"seq":{seq},"op":"put","rev":"{pinned.digest}","checklist":'
    return head.encode() + _checklist_json(pinned) + b"}"


@lru_cache(maxsize=64)
def _checklist_json(pinned: PinnedChecklist) -> bytes:
    return pinned.model_dump_json(exclude_none=True).encode()


def entries_item(topic: str, seq: int, visit: UUID, after: int, through: int, entries: Sequence[bytes]) -> bytes:
    """The entries of a visit; each is what `entry_json` made."""
    head = f'{{"topic":{quoted(topic)},"seq":{seq},"op":"put","entries":'
    block = f'{{"visit":"{visit}","after":{after},"through":{through},"entries":['
    return b"".join((head.encode(), block.encode(), b",".join(entries), b"]}}"))


def entry_json(line: StoredLine, uncounting: Collection[str]) -> bytes:
    """One entry: the bytes that were signed, and those of the reasons found at its arrival that keep it uncounted."""
    reasons = _NOTHING
    if line.reasons != _NOTHING:
        kept = [reason for reason in json.loads(line.reasons) if reason in uncounting]
        reasons = json.dumps(kept, separators=(",", ":"))
    body = b"" if line.body is None else b',"b":' + _quoted(line.body)
    parts = (
        b'{"vseq":%d,"line":{"p":' % line.vseq,
        _quoted(line.header),
        body,
        _signer(line.kid, line.alg),
        b64url(line.signature).encode(),
        b'"},"uncounted":',
        reasons.encode(),
        b"}",
    )
    return b"".join(parts)


def _quoted(text: bytes) -> bytes:
    """UTF-8 as a JSON string. Bytes to bytes: most of an answer goes this way."""
    if len(text.translate(None, _CONTROLS)) < len(text):
        return quoted(text.decode()).encode()
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


@lru_cache(maxsize=4096)
def _signer(kid: str, alg: str) -> bytes:
    return f',"k":{quoted(kid)},"a":{quoted(alg)},"s":"'.encode()
