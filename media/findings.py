"""What the image work says of a file. Pure values: the worker process writes them, this process checks them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from inspection.kernel.canonical import JSON
from media.exif import Claims
from media.sniff import MEDIA_TYPES

READY: Final = b"ready\n"
"""The first word of the process that decodes (`media.image_worker`), which the server does not load itself."""


class ImageFinding(StrEnum):
    """What is odd about a file. None of them removes it: evidence stays."""

    NOT_AN_IMAGE = "not-an-image"  # its sender calls it one, and it is none
    NOT_SHOWN = "not-shown"  # an image of a format that is not read here: HEIC without the extra, GIF, TIFF …
    TYPE_DIFFERS = "type-differs"  # its bytes are something else than its sender's media type says
    TOO_MANY_BYTES = "too-many-bytes"  # no photo is that large; it was not read
    UNREADABLE = "unreadable"  # cut off or broken: it cannot be decoded to its end
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MUCH_MEMORY = "too-much-memory"
    TOO_SLOW = "too-slow"
    DECODER_DIED = "decoder-died"
    TRAILING_BYTES = "trailing-bytes"  # something follows the picture: a second file, or a phone's own data
    SEVERAL_FRAMES = "several-frames"  # only the first is shown; another may show what the first does not


@dataclass(frozen=True, slots=True)
class Derived:
    """A copy: JPEG bytes and its size in pixels."""

    name: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a file. `format`: a key of `sniff.MEDIA_TYPES`, or `""`.

    Sizes in pixels as stored, before turning, 0 for what is no image; `trailing` bytes behind the picture's end;
    `claimed`: what the camera wrote.
    """

    format: str = ""
    width: int = 0
    height: int = 0
    frames: int = 0
    orientation: int = 1
    trailing: int = 0
    findings: tuple[ImageFinding, ...] = ()
    claimed: Claims = field(default_factory=Claims)
    copies: tuple[Derived, ...] = ()

    def facts(self) -> dict[str, JSON]:
        """Everything but the copies, for the blob's row and the journal."""
        return {
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "frames": self.frames,
            "orientation": self.orientation,
            "trailing": self.trailing,
            "findings": [finding.value for finding in self.findings],
            "claimed": self.claimed.facts(),
        }

    @classmethod
    def from_facts(cls, told: dict[str, Any], copies: tuple[Derived, ...]) -> Self:
        """The look that `facts()` describes.

        Raises:
            ValueError, KeyError, TypeError: it does not come from an honest worker.
        """
        numbers = {name: told[name] for name in ("width", "height", "frames", "orientation", "trailing")}
        if not all(type(value) is int and 0 <= value < 2**53 for value in numbers.values()):
            raise ValueError("not a count")
        if told["format"] not in {"", *MEDIA_TYPES}:
            raise ValueError("not a format we know")
        findings = tuple(ImageFinding(code) for code in told["findings"])
        if len(findings) > len(ImageFinding):
            raise ValueError("more findings than there are")
        claimed = Claims.from_facts(told["claimed"])
        return cls(format=told["format"], **numbers, findings=findings, claimed=claimed, copies=copies)
