"""What a client may send and keep open: sizes by kind, quotas of a device, how long an unfinished upload is kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from media.rules import MAX_PHOTO, MIB
from mobile_contract.media import MAX_SMALL_BYTES

GIB: Final = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """All sizes in bytes (docs/media.md, "Upload")."""

    image: int = MAX_PHOTO
    audio: int = 512 * MIB
    video: int = 4 * GIB
    other: int = 256 * MIB
    small: int = MAX_SMALL_BYTES
    """What may come in one piece and is then taken in at once."""
    free_floor: int = 512 * MIB
    """Below this much free space nothing new is taken in."""
    open_uploads: int = 64
    """Unfinished uploads of one device."""
    staged: int = 8 * GIB
    """What one device may have declared and not yet finished."""
    kept: timedelta = timedelta(days=7)
    """How long an unfinished upload is kept after its last byte."""

    @property
    def largest(self) -> int:
        """The largest file of any kind."""
        return max(self.image, self.audio, self.video, self.other)

    def of(self, mime: str) -> int:
        """The largest file of this declared type."""
        match mime.partition("/")[0]:
            case "image":
                return self.image
            case "audio":
                return self.audio
            case "video":
                return self.video
            case _:
                return self.other
