"""A restore that broke off: nothing may run on what it left."""

from pathlib import Path
from typing import Final

from inspection.kernel.disk import on_the_disk
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from mobile_contract.problems import ProblemCode

UNFINISHED: Final = "restore.unfinished"


def begin(settings: Settings, backup: str) -> None:
    """From now on, until `end`, nothing else works on this data directory."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{backup}\n")
    on_the_disk(path)
    on_the_disk(path.parent)


def end(settings: Settings) -> None:
    """What was restored is whole."""
    path = _path(settings)
    path.unlink()
    on_the_disk(path.parent)


def refuse_half_restored(settings: Settings) -> None:
    """Refuse to work on a database that was brought back, and whose new history was not begun.

    Raises:
        Refused: `cli.restore_unfinished`.
    """
    if _path(settings).exists():
        raise Refused(ProblemCode.CONFLICT, "cli.restore_unfinished", path=str(_path(settings)))


def _path(settings: Settings) -> Path:
    return settings.data_dir / UNFINISHED
