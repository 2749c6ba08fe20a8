"""What a page is read from, all in one go: the device, the history, the feed behind a cursor, and what its rows name.

On SQLite all of it runs in a reader's thread, on PostgreSQL on one connection. It only reads: whoever asked writes what
must be written first, and asks again.
"""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import read_at_once
from mobile_contract.problems import ProblemCode
from sync.devices.standing import reading_device
from sync.histories import known_history
from sync.pull import store
from sync.pull.page import Page, PageMaker
from sync.pull.places import Place, read_place
from sync.rows import FeedState


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device asks for: at most `rows` rows behind `cursor` (None: from the beginning), which `secret` reads."""

    device: UUID
    cursor: str | None
    secret: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Found:
    """The page behind `start`, and the feed at that moment. `last`: no row is left behind those that were read.

    `page` is None where something must be written first: the store went back, or else the device did.
    """

    start: Place
    state: FeedState
    page: Page | None = None
    last: bool = False

    @property
    def overtaken(self) -> bool:
        """Whether this store did not write the cursor: only one that went back can be behind it, or have given one of
        its numbers to a change that is newer than all that the device was led past. Nobody announced that restore.
        """
        return self.start.seq > self.state.head or (self.start.seq > 0 and self.state.before > self.start.newest)


async def find(asked: Asked, *, fallen: bool = False) -> Found | None:
    """What there is for the device; None in a store without a history. `fallen`: it is noted that it went back.

    Raises:
        NotFound, Refused: the device is not enrolled, was revoked, or shall erase itself.
        Invalid: `cursor-invalid`: not a cursor of this device's feed.
        Conflict: `history-changed`: of another history, or from before removals that were swept.
    """
    return await read_at_once(_find, asked, fallen=fallen)


async def _find(asked: Asked, *, fallen: bool) -> Found | None:
    device = await reading_device(asked.device)
    history = await known_history()
    if history is None:
        return None
    origin = Place(history, device.id)
    start = origin if asked.cursor is None else read_place(asked.cursor, asked.secret, origin)
    state, changes = await store.changes_after(device.id, start.seq, asked.rows)
    found = Found(start, state)
    if found.overtaken:
        return found
    if asked.cursor is not None and start.seq < state.floor:
        # Removals that this device has not applied were swept: only a snapshot tells it what is gone.
        raise Conflict(ProblemCode.HISTORY_CHANGED, "sync.history_changed", history=str(history))
    if start.seq < state.confirmed and not fallen:
        return found
    page = await PageMaker(device, start.seq, start.cut).make(changes)
    return Found(start, state, page, last=not page.full and len(changes) < asked.rows)
