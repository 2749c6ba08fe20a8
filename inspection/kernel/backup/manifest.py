"""What a backup says of itself: versions, history, tree, and the SHA-256 of each of its parts. Written last."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inspection.kernel.disk import on_the_disk

TOLD: Final = "backup.json"
FILES: Final = "files.txt"
KEYS: Final = "keys"
MEDIA: Final = "media"
FORMAT: Final = 2
MOST: Final = 500
_MISSING_TOLD: Final = 100

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.backup")

Hex: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """A file of a backup: its path below the backup's folder, its bytes, its SHA-256 (hex)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    length: int
    sha256: Hex


class Backup(BaseModel):
    """A backup. `length`, `sha256` (hex): of the file with the database; `files`, `files_length`: how many stored
    files it speaks of, and their bytes; `held` of them lie in it, `elsewhere` in the object store alone; `missing`: the
    first hundred digests of `lacking` files that were nowhere, or damaged. `tree_root` is hex.

    Those of format 1 (older versions) hold a SQLite database and a list, and tell nothing beyond `files_length`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    made_at: datetime
    length: int
    sha256: str
    files: int
    files_length: int
    format: int = 1
    engine: Literal["sqlite", "postgres"] = "sqlite"
    server: str = ""
    app: str = ""
    migrations: tuple[str, ...] = ()
    database: str = ""
    history: str | None = None
    history_number: int = 0
    tree_size: int = 0
    tree_root: str | None = None
    list_sha256: str = ""
    with_files: bool = False
    held: int = 0
    elsewhere: int = 0
    lacking: int = 0
    missing: tuple[str, ...] = Field(default=(), max_length=_MISSING_TOLD)
    with_keys: bool = False
    keys: tuple[Part, ...] = ()

    def facts(self) -> dict[str, str | int]:
        """What the journal keeps of it."""
        told = self.model_dump(mode="json", include={"name", "made_at", "length", "sha256", "files", "files_length"})
        return {**told, "held": self.held, "lacking": self.lacking, "tree_size": self.tree_size}


def backups(folder: Path) -> list[Backup]:
    """The backups in a folder, the newest first; what was never finished is none, nor what tells nothing of itself."""
    if not folder.is_dir():
        return []
    # A backup's name begins with the time when it was asked for.
    found = sorted(one for one in folder.iterdir() if not one.name.startswith(".") and (one / TOLD).is_file())
    return sorted(_told(found[-MOST:]), key=lambda one: (one.made_at, one.name), reverse=True)


def _told(folders: Sequence[Path]) -> Iterator[Backup]:
    for one in folders:
        try:
            yield read_manifest(one)
        except (OSError, ValueError) as error:
            log.warning("a backup cannot be read", place=one.name, error=type(error).__name__)


def read_manifest(folder: Path) -> Backup:
    """What a backup says of itself; its name is that of its folder.

    Raises:
        ValueError: it is none of ours.
        OSError: there is none.
    """
    try:
        told = Backup.model_validate_json((folder / TOLD).read_bytes())
    except ValidationError as error:
        raise ValueError(f"{folder / TOLD} is no manifest of a backup") from error
    return told.model_copy(update={"name": folder.name})


def write_manifest(folder: Path, told: Backup) -> None:
    """Write it, for good and for its owner only."""
    path = folder / TOLD
    path.write_text(told.model_dump_json(indent=1) + "\n")
    path.chmod(0o600)
    on_the_disk(path)
