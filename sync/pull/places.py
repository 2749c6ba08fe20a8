"""Where a device stands in its feed, and where a snapshot goes on: read out of opaque texts, and written into them."""

from dataclasses import dataclass, replace
from uuid import UUID

from inspection.kernel.errors import Conflict, Invalid
from mobile_contract.problems import ProblemCode
from sync.opaque import Cursor, ForeignCursorError, read_cursor, write_cursor
from sync.pull.page import Cut, Page

_BETWEEN = "\n"  # no topic has one


@dataclass(frozen=True, slots=True)
class Place:
    """`seq`: everything up to there was applied. `cut`: and some of one visit's entries behind it.

    `newest`: the latest instant (µs since 1970) at which one of the rows up to there changed.

    `topic`: of a snapshot, the last one that was told whole; `seq` is then where it began.
    """

    history: UUID
    feed: UUID
    seq: int = 0
    newest: int = 0
    cut: Cut | None = None
    topic: str = ""

    def after(self, page: Page) -> "Place":
        """The place behind a page of the feed."""
        seq = page.reached.seq if page.reached else self.seq
        return replace(self, seq=seq, newest=max(self.newest, page.newest), cut=page.cut)

    def behind(self, page: Page) -> "Place":
        """The place behind a page of a snapshot."""
        return replace(self, topic=page.reached.topic if page.reached else self.topic, cut=page.cut)


def write_place(place: Place, secret: bytes, kind: str = "pull") -> str:
    """The place as a text that only this server can make."""
    cut = f"{place.cut.visit}:{place.cut.vseq}:{place.cut.seq}" if place.cut else ""
    within = f"{place.topic}{_BETWEEN}{cut}" if place.topic or cut else ""
    return write_cursor(Cursor(place.history, place.feed, place.seq, place.newest, within), secret, kind)


def read_place(text: str, secret: bytes, origin: Place, kind: str = "pull") -> Place:
    """The place that a text names, in the feed and the history of `origin`.

    Raises:
        Invalid: `cursor-invalid`: not of this feed, or not this server's.
        Conflict: `history-changed`: of another history.
    """
    try:
        cursor = read_cursor(text, secret, origin.feed, kind)
    except ForeignCursorError as error:
        raise Invalid(ProblemCode.CURSOR_INVALID, "sync.cursor_invalid") from error
    if cursor.history != origin.history:
        raise Conflict(ProblemCode.HISTORY_CHANGED, "sync.history_changed", history=str(origin.history))
    topic, _, cut = cursor.after.partition(_BETWEEN)
    return replace(origin, seq=cursor.seq, newest=cursor.newest, cut=_cut(cut), topic=topic)


def _cut(text: str) -> Cut | None:
    if not text:
        return None
    visit, vseq, seq = text.split(":")
    return Cut(UUID(visit), int(vseq), int(seq))
