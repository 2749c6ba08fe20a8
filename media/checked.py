"""Which files of the disk this process has lately read whole and found to be what their names say (media.md §7).

Without it every range of a video would mean to hash the video; without any check a damaged file would be handed out
under the name of the good one.
"""

import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

MOST: Final = 4096
LASTS: Final = 100
"""How often a file is handed out on one check: then it is read whole again."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells that a file is still the one that was checked."""

    inode: int
    length: int
    changed_ns: int

    @classmethod
    def of(cls, told: os.stat_result) -> "Mark":
        """The mark of a file as its `stat` tells it."""
        return cls(told.st_ino, told.st_size, told.st_mtime_ns)


class Checked:
    """Remembers the newest few thousand checks. Pure; one a process."""

    def __init__(self, *, most: int = MOST, lasts: int = LASTS) -> None:
        self._most, self._lasts = most, lasts
        self._good: OrderedDict[str, tuple[Mark, int]] = OrderedDict()

    def holds(self, digest: str, mark: Mark) -> bool:
        """Whether this very file was found good, not too often ago; each True uses the check up a little."""
        kept = self._good.pop(digest, None)
        if kept is None or kept[0] != mark or kept[1] <= 0:
            return False
        self._good[digest] = (mark, kept[1] - 1)
        return True

    def keep(self, digest: str, mark: Mark) -> None:
        """It was read whole and is good."""
        self._good[digest] = (mark, self._lasts)
        self._good.move_to_end(digest)
        while len(self._good) > self._most:
            self._good.popitem(last=False)

    def forget(self, digest: str) -> None:
        """It is not good any more."""
        self._good.pop(digest, None)
