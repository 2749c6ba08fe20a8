"""A SQLite database whose rows were moved to PostgreSQL is closed: a mark lies beside it, and nothing opens it while
the mark is there. What somebody did in it afterwards would be missing in the other one, without anybody noticing.
"""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from inspection.kernel.disk import on_the_disk
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode


class MovedTo(BaseModel):
    """Where the rows went to, as an address without its password, and when."""

    target: str
    at: datetime


def mark_of(database: Path) -> Path:
    """The file that says that this database was moved."""
    whole = database.resolve()
    return whole.with_name(f"{whole.name}.moved")


def close_moved(database: Path, told: MovedTo) -> None:
    """From now on, until `take_back`, nothing opens this database."""
    path = mark_of(database)
    path.write_text(told.model_dump_json() + "\n")
    on_the_disk(path)
    on_the_disk(path.parent)


def refuse_moved(database: Path) -> None:
    """Refuse to work on a database that was moved.

    Raises:
        Refused: `kernel.database_moved`.
    """
    path = mark_of(database)
    if path.exists():
        told = MovedTo.model_validate_json(path.read_bytes())
        facts = {"path": str(database), "target": told.target, "at": told.at.isoformat(timespec="seconds")}
        raise Refused(ProblemCode.CONFLICT, "kernel.database_moved", **facts)


def take_back(database: Path) -> MovedTo | None:
    """Let this database be worked on again. None: it was not moved."""
    path = mark_of(database)
    if not path.exists():
        return None
    told = MovedTo.model_validate_json(path.read_bytes())
    path.unlink()
    on_the_disk(path.parent)
    return told
