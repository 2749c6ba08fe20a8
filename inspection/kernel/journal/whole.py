"""The whole journal followed line by line: every stream from its genesis to the head that was kept of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from inspection.kernel.journal import store
from inspection.kernel.journal.chain import GENESIS, link
from inspection.kernel.journal.kinds import JournalEntry

STREAMS: Final = 500
LINES: Final = 2_000
SHOWN: Final = 20
"""Of streams that do not hold, at most so many are named."""
_END: Final = 2**62

Head = tuple[str, int, bytes]


@dataclass(slots=True)
class WholeReport:
    """What was followed. `heads`: SHA-256 (hex) over name, length and last hash of every stream, in their order: two
    runs that say the same saw the same journal; `newest`: when the last of the lines was written; `broken`: (stream,
    first line that does not fit), `wrong` of them in all.
    """

    streams: int = 0
    lines: int = 0
    heads: str = ""
    newest: datetime | None = None
    wrong: int = 0
    broken: list[tuple[str, int]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every chain holds."""
        return not self.wrong

    def found(self, stream: str, seq: int) -> None:
        """A chain does not hold at this line."""
        self.wrong += 1
        if len(self.broken) < SHOWN:
            self.broken.append((stream, seq))


class Follower:
    """Follows streams up to the heads that were kept of them. Pure.

    Lines beyond a head were written since it was read: they must go on with the chain, and need not be the last.
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads = {stream: (seq, hash_) for stream, seq, hash_ in heads}
        self._at: dict[str, tuple[int, bytes]] = dict.fromkeys(self._heads, (0, GENESIS))
        self.broken: dict[str, int] = {}
        self.unheaded: set[str] = set()

    def follow(self, stream: str, line: JournalEntry) -> None:
        """The next line, in the order of stream and number."""
        if stream not in self._heads:
            self.unheaded.add(stream)
            return
        if stream in self.broken:
            return
        seq, prev = self._at[stream]
        fits = line.stream == stream and line.seq == seq + 1 and line.prev == prev
        if not fits or line.hash != link(prev, line.text):
            self.broken[stream] = seq + 1
            return
        self._at[stream] = line.seq, line.hash
        if line.seq == self._heads[stream][0] and line.hash != self._heads[stream][1]:
            self.broken[stream] = line.seq

    def end(self) -> None:
        """No line comes any more: what is shorter than its head says was cut off."""
        for stream, (seq, _) in self._heads.items():
            if self._at[stream][0] < seq:
                self.broken.setdefault(stream, self._at[stream][0] + 1)


async def verify_whole() -> WholeReport:
    """Re-hash every stream of the journal and compare each end with the head that was kept. Reads only, some thousand
    lines at a time; what is written meanwhile is taken as far as it is seen.
    """
    report, digest, last = WholeReport(), hashlib.sha256(), ""
    while heads := await store.heads_behind(last, STREAMS):
        for stream, seq, hash_ in heads:
            digest.update(f"{stream}\0{seq}\0".encode() + hash_)
        await _follow(report, last, heads, heads[-1][0])
        report.streams += len(heads)
        last = heads[-1][0]
    await _follow(report, last, (), None)
    report.heads = digest.hexdigest()
    return report


async def _follow(report: WholeReport, behind: str, heads: Sequence[Head], last: str | None) -> None:
    """Follow the streams behind one, up to `last`. Behind the last head there must be no line without one."""
    follower, stream, seq = Follower(heads), behind, _END
    while page := await store.lines_behind(stream, seq, last, LINES):
        for name, line in page:
            follower.follow(name, line)
            report.newest = max(report.newest or line.at, line.at)
        report.lines += len(page)
        stream, seq = page[-1][0], page[-1][1].seq
    follower.end()
    for name, at in sorted(follower.broken.items()):
        report.found(name, at)
    for name in sorted(follower.unheaded):
        # A stream that began meanwhile has its head by now.
        if (await store.head(name))[0] == 0:
            report.found(name, 1)
