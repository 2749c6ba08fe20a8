"""What the house says of its own work while it works: what happened, and how long a stretch of it took.

Nobody listens by default, and then it costs a look at an empty list. The edge installs listeners (`api.metrics`,
`api.tracing`); what they are told comes from the closed lists below and from closed lists of the caller's, never an id,
a name or anything else of a person.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import StrEnum
from typing import Final, Protocol


class Counted(StrEnum):
    """What is counted. Of which kinds there are some is told by whoever counts."""

    ENTRY = "entry"  # a line of a push; kind: its verdict
    RECEIPT = "receipt"  # a signed receipt
    PULLED = "pulled"  # a topic given to a device
    UPLOAD = "upload"  # kind: completed, refused
    UPLOADED = "uploaded"  # a byte that arrived
    JOB = "job"  # an attempt; kind: how it ended
    DELIVERY = "delivery"  # kind: how it ended
    SIGN_IN = "sign_in"  # kind: done, refused, locked
    RATE_REFUSAL = "rate_refusal"  # kind: which budget was used up
    SLOW_REQUEST = "slow_request"
    REPEAT = "repeat"  # of a request that the database refused because of a neighbour


class Stretch(StrEnum):
    """What is timed."""

    UNIT = "unit"  # a unit of work: from the wait for its connection to the end of its commit
    ADMIT = "admit"  # the lines of a push, from the first look to the receipt
    JOB = "job"  # one job of background work; kind: its name
    OBJECT_STORE = "object_store"  # one request to the object store; kind: put, head, get
    RENDER = "render"  # kind: paper, picture, plot


class Listener(Protocol):
    """Who is told. Neither method may raise or wait."""

    def counted(self, what: Counted, kind: str, amount: float) -> None:
        """`amount` more of it happened."""

    def watching(self, what: Stretch, kind: str) -> AbstractContextManager[object]:
        """Around a stretch of work; what leaves it as an exception made it fail."""


_listeners: Final[list[Listener]] = []


@contextmanager
def listening(*listeners: Listener) -> Iterator[None]:
    """Let these be told until the block ends."""
    _listeners.extend(listeners)
    try:
        yield
    finally:
        for one in listeners:
            _listeners.remove(one)


def count(what: Counted, kind: str = "", amount: float = 1) -> None:
    """Tell that `amount` more of it happened. After the commit, where there is one."""
    for one in _listeners:
        one.counted(what, kind, amount)


@contextmanager
def stretch(what: Stretch, kind: str = "") -> Iterator[None]:
    """Tell how long the block takes and whether it fails."""
    if not _listeners:
        yield
        return
    with ExitStack() as stack:
        for one in _listeners:
            stack.enter_context(one.watching(what, kind))
        yield
