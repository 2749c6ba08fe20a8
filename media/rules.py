"""What a digest, a media type and an upload's limits are. Pure."""

import re
from enum import StrEnum
from typing import Final

MIB: Final = 1024 * 1024
MAX_PHOTO: Final = 64 * MIB
"""The largest photo, in bytes (docs/media.md: sizes by kind)."""

ANY_BYTES: Final = "application/octet-stream"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")


class UploadState(StrEnum):
    """Where an upload stands. Only the first two are visible to a client; the others answer "unknown"."""

    RECEIVING = "receiving"
    COMPLETE = "complete"
    REJECTED = "rejected"  # the bytes did not have the declared digest; they lie in quarantine
    TERMINATED = "terminated"  # given up by its owner
    EXPIRED = "expired"  # nothing came of it for too long
    BROUGHT = "brought"  # a receipt, of a small file that came by its digest and that others had before


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hex: the only client text that ever becomes part of a path."""
    return _DIGEST.fullmatch(text) is not None


def media_type(declared: str) -> str:
    """The declared type in its plain form without parameters; `application/octet-stream` for anything unusual.

    It is a claim of the sender and never decides how the bytes are shown (`serving.py` does).
    """
    plain = declared.partition(";")[0].strip().lower()
    return plain if _MEDIA_TYPE.fullmatch(plain) else ANY_BYTES
