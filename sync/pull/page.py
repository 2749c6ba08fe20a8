"""One page of a feed: each topic in its latest state, the entries of a visit cut where the page is full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.registry.find import checklist_version
from inspection.visits.entries.admission import UNCOUNTED
from inspection.visits.entries.store_given import StoredLine, Stretch, lines_of
from inspection.visits.listing import visible_to
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.pull import MAX_PAGE_BYTES, FeedOp
from mobile_contract.visit_card import VisitCard
from sync.devices.bind import acting_on
from sync.pull import write_items
from sync.pull.cards import cards_of
from sync.pull.store_moves import NOTHING_GIVEN
from sync.pull.topics import CHECKLIST, ENTRIES, VISIT, checklist_of, visit_of
from sync.rows import DeviceRow, FeedChange

ENTRY_BYTES: Final = 850
"""About what an entry takes: no more of them are read than may fit a page."""
CHUNK: Final = 100
"""Topics whose content is read at once."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page stopped inside a visit's entries: everything to number `vseq`, when its row stood at `seq`."""

    visit: UUID
    vseq: int
    seq: int


@dataclass(frozen=True, slots=True)
class Page:
    """`reached`: the last row that is on it whole. `newest`: when the latest of the rows so far changed, µs since 1970.
    `full`: it stopped for its size. `lost`: visits that the device may not see any more; what is left of them on the
    page is nothing.
    """

    items: tuple[bytes, ...]
    reached: FeedChange | None
    newest: int
    full: bool
    cut: Cut | None
    lost: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Content:
    """What the rows of one chunk are written from. `lines`: by topic, the entries that were read for it so far."""

    seen: frozenset[UUID]
    cards: Mapping[UUID, VisitCard]
    checklists: Mapping[str, PinnedChecklist]
    lines: Mapping[str, tuple[Stretch, list[StoredLine]]]


class PageMaker:
    """Writes one page. `cursor`: the place the device stands at; None for a snapshot, which has everything whole."""

    def __init__(self, device: DeviceRow, cursor: int | None, cut: Cut | None) -> None:
        self._device = device
        self._cursor = cursor
        self._cut = cut
        self._left = MAX_PAGE_BYTES
        self._items: list[bytes] = []
        self._lost: set[UUID] = set()
        self._reached: FeedChange | None = None
        self._newest = 0

    async def make(self, changes: Sequence[FeedChange]) -> Page:
        """The page of these rows, as far as they fit."""
        acting = (await acting_on([self._device]))[self._device.id] if changes else frozenset()
        full = False
        for start in range(0, len(changes), CHUNK):
            chunk = changes[start : start + CHUNK]
            content = await self._content(chunk, acting)
            full = not await self._write(chunk, content)
            if full:
                break
        return Page(tuple(self._items), self._reached, self._newest, full, self._cut, frozenset(self._lost))

    async def _content(self, chunk: Sequence[FeedChange], acting: frozenset[UUID]) -> _Content:
        puts = [change.topic for change in chunk if change.op is FeedOp.PUT]
        named = {visit_of(topic) for topic in puts if topic.startswith((VISIT, ENTRIES))}
        seen = await visible_to(acting, named)
        wanted = [visit_of(topic) for topic in puts if topic.startswith(VISIT)]
        cards = await cards_of([visit for visit in wanted if visit in seen])
        pinned: dict[str, PinnedChecklist] = {}
        for topic in puts:
            if topic.startswith(CHECKLIST):
                facts = await checklist_version(self._device.authority, *checklist_of(topic))
                if facts is not None:
                    pinned[topic] = PinnedChecklist(digest=facts.digest, checklist=facts.checklist)
        return _Content(seen, cards, pinned, await self._lines(chunk, seen))

    async def _write(self, chunk: Sequence[FeedChange], content: _Content) -> bool:
        """Write rows until the page is full; whether it still is not."""
        for change in chunk:
            if _gives_entries(change) and visit_of(change.topic) in content.seen:
                read = content.lines.get(change.topic) or (await self._lines([change], content.seen))[change.topic]
                if not self._add_entries(change, *read):
                    return False
            else:
                item = self._item(change, content)
                if item is not None and not self._add(item):
                    return False
            self._reached = change
            self._newest = max(self._newest, change.changed)
        return True

    def _item(self, change: FeedChange, content: _Content) -> bytes | None:
        """The row as JSON; None for a topic that is on its way out of the feed, or that cannot be shown now."""
        topic = change.topic
        if change.op is FeedOp.REMOVE:
            if self._cut is not None and topic == f"{ENTRIES}{self._cut.visit}":
                self._cut = None
            return write_items.removal(topic, change.seq, change.reason)
        if topic.startswith(CHECKLIST):
            pinned = content.checklists.get(topic)
            return None if pinned is None else write_items.checklist_item(topic, change.seq, pinned)
        visit = visit_of(topic)
        if visit not in content.seen:
            self._lost.add(visit)
            return None
        card = content.cards.get(visit)
        return None if card is None else write_items.card_item(topic, change.seq, card)

    def _add(self, item: bytes) -> bool:
        if self._items and len(item) > self._left:
            return False
        self._items.append(item)
        self._left -= len(item) + 1
        return True

    async def _lines(
        self, rows: Sequence[FeedChange], seen: frozenset[UUID]
    ) -> dict[str, tuple[Stretch, list[StoredLine]]]:
        """By topic, the entries that the device lacks, of as many rows as may fit the page; one statement."""
        room = max(self._left, 0) // ENTRY_BYTES + 1
        wanted: dict[str, Stretch] = {}
        for change in rows:
            if room <= 0:
                break
            if _gives_entries(change) and (visit := visit_of(change.topic)) in seen:
                after = min(self._known(change, visit), change.vseq)
                wanted[change.topic] = Stretch(visit, after, change.vseq, room)
                room -= change.vseq - after
        asked = {topic: one for topic, one in wanted.items() if one.after < one.through}
        found = dict(zip(asked, await lines_of(list(asked.values())), strict=True))
        return {topic: (one, found.get(topic, [])) for topic, one in wanted.items()}

    def _add_entries(self, change: FeedChange, stretch: Stretch, lines: Sequence[StoredLine]) -> bool:
        """Write a visit's entries as far as they fit; whether they are all on the page."""
        entries = self._fitting(lines)
        whole = len(entries) == len(lines) and (len(lines) < stretch.most or lines[-1].vseq >= change.vseq)
        if not whole and not entries:
            return False
        through = change.vseq if whole else lines[len(entries) - 1].vseq
        item = write_items.entries_item(change.topic, change.seq, stretch.visit, stretch.after, through, entries)
        self._items.append(item)
        if not whole:
            self._cut = Cut(stretch.visit, through, change.seq)
        elif self._cut is not None and self._cut.visit == stretch.visit:
            self._cut = None
        return whole

    def _fitting(self, lines: Sequence[StoredLine]) -> list[bytes]:
        """As many of the entries as the page has room for; one at least when nothing else is on it."""
        entries: list[bytes] = []
        for line in lines:
            entry = write_items.entry_json(line, UNCOUNTED)
            if (self._items or entries) and len(entry) > self._left:
                break
            entries.append(entry)
            self._left -= len(entry) + 1
        return entries

    def _known(self, change: FeedChange, visit: UUID) -> int:
        """To which number the device has the visit's entries already, as they are now."""
        anew = change.given_seq if change.given_vseq == NOTHING_GIVEN else None
        if self._cut is not None and self._cut.visit == visit and (anew is None or self._cut.seq >= anew):
            return self._cut.vseq
        if self._cursor is None or change.given_seq is None or anew is not None or self._cursor < change.given_seq:
            return 0
        return change.given_vseq


def _gives_entries(change: FeedChange) -> bool:
    return change.op is FeedOp.PUT and change.topic.startswith(ENTRIES)
