"""What a device was told: the topics of its feed, and in them what its partners wrote.

Nothing here touches the own log. Every entry is kept under the hash of its own bytes; a block that does not follow on
what is known, or a feed whose digest differs, asks for a snapshot and changes nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from mobile_contract.base import b64url
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.client.shown import forget_credentials
from mobile_contract.client.state import DeviceStore, HeardEntry
from mobile_contract.envelope import EntryLine, body_digest, entry_hash
from mobile_contract.pull import EntryBlock, FeedItem, FeedOp, PullAnswer, SnapshotAnswer, feed_digest
from mobile_contract.push import Reason
from mobile_contract.visit_card import VisitCard

_VISIT, _ENTRIES, _CHECKLIST = "visit:", "entries:", "checklist:"


class UntrustedAnswerError(Exception):
    """An answer that the server this device enrolled with did not sign, or content that is not what it names."""


class Replica:
    """The read side of a device, in the same store as its log."""

    def __init__(self, store: DeviceStore) -> None:
        self._store = store

    @property
    def cursor(self) -> str | None:
        """The place in the own feed up to which everything was applied."""
        return self._store.recall("cursor")

    @property
    def needs_snapshot(self) -> bool:
        """Whether something did not fit together: only a snapshot puts it right."""
        return self._store.recall("torn") is not None

    def apply(self, answer: PullAnswer) -> bool:
        """Apply a page and its cursor in one step; False, and nothing, when it is not the next page of this feed.

        Raises:
            UntrustedAnswerError: an entry or a checklist is not what it names; nothing of the page was applied.
        """
        with self._store.step():
            if answer.from_ != self.cursor:
                return False
            torn = [item.topic for item in answer.items if item.entries is not None and not self._follows(item.entries)]
            if torn:
                self._store.remember("torn", torn[0])
                return False
            for item in answer.items:
                self._take(item)
            self._store.remember("cursor", answer.to)
            if answer.digest is not None and answer.digest != self.digest():
                self._store.remember("torn", "digest")
        return True

    def apply_snapshot(self, pages: Sequence[SnapshotAnswer]) -> None:
        """Rebuild everything from all pages of a snapshot: what is not named is not there any more."""
        items = [item for page in pages for item in page.items]
        with self._store.step():
            before = self._store.topics()
            for topic in before:
                self._drop(topic)
            for item in items:
                self._take(item)
            for topic in before.keys() - self._store.topics().keys():
                self._nobody_shows(topic)
            if pages:
                self._store.remember("cursor", pages[0].cursor)
            self._store.remember("torn", None)

    def digest(self) -> str:
        """The digest of the topics as they stand here."""
        return feed_digest(self._store.topic_numbers())

    def visits(self) -> dict[UUID, VisitCard]:
        """The visits that stand in the feed, as they were last told."""
        found = (VisitCard.model_validate_json(data) for data in self._store.topics(_VISIT).values())
        return {card.id: card for card in found}

    def checklist(self, code: str, version: int) -> PinnedChecklist | None:
        """A checklist that a visit names; None when it was not told."""
        data = self._store.topics(f"{_CHECKLIST}{code}@{version}").get(f"{_CHECKLIST}{code}@{version}")
        return PinnedChecklist.model_validate_json(data) if data else None

    def heard(self, visit: UUID) -> list[HeardEntry]:
        """The visit's entries as the server told them, the own ones among them, in the order of their numbers."""
        return self._store.heard(visit)

    def _follows(self, block: EntryBlock) -> bool:
        """Whether a block begins no later than where the known entries of its visit end."""
        return block.after <= self._through(block.visit)

    def _through(self, visit: UUID) -> int:
        topic = f"{_ENTRIES}{visit}"
        return int(self._store.topics(topic).get(topic, "0"))

    def _take(self, item: FeedItem) -> None:
        if item.op is FeedOp.REMOVE:
            self._drop(item.topic)
            self._nobody_shows(item.topic)
        elif item.card is not None:
            self._store.put_topic(item.topic, item.seq, item.card.model_dump_json(exclude_none=True))
        elif item.checklist is not None:
            self._take_checklist(item, item.checklist)
        elif item.entries is not None:
            self._take_entries(item, item.entries)

    def _take_checklist(self, item: FeedItem, pinned: PinnedChecklist) -> None:
        if pinned.checklist.digest() != pinned.digest:
            raise UntrustedAnswerError(item.topic)
        self._store.put_topic(item.topic, item.seq, pinned.model_dump_json(exclude_none=True))

    def _take_entries(self, item: FeedItem, block: EntryBlock) -> None:
        # What was told of these numbers before is replaced: a restored server may have given them to something else.
        self._store.forget_heard(block.visit, after=block.after, through=block.through)
        self._store.hear(block.visit, (_checked(one.vseq, one.line, one.uncounted) for one in block.entries))
        self._store.put_topic(item.topic, item.seq, str(max(self._through(block.visit), block.through)))

    def _drop(self, topic: str) -> None:
        self._store.drop_topic(topic)
        if topic.startswith(_ENTRIES):
            self._store.forget_heard(UUID(topic.removeprefix(_ENTRIES)))

    def _nobody_shows(self, topic: str) -> None:
        if topic.startswith(_VISIT):
            forget_credentials(self._store, topic.removeprefix(_VISIT))


def _checked(vseq: int, line: EntryLine, uncounted: Iterable[Reason]) -> HeardEntry:
    header: Mapping[str, Any] = json.loads(line.p)
    if line.b is not None and b64url(body_digest(line.b.encode())) != header.get("body"):
        raise UntrustedAnswerError(f"entry {vseq}")
    hash_ = b64url(entry_hash(line.p.encode()))
    return HeardEntry(hash_, vseq, line.model_dump_json(exclude_none=True), tuple(reason.value for reason in uncounted))
