"""What must outlive a power cut."""

import os
from pathlib import Path


def on_the_disk(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk: a file whose folder is not synced can vanish."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
