"""How much an engine has to do: what both engines tell of themselves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """`busy`, `idle`: open connections that work and that do not; `most`: as many as there may be; `waiting`: pieces of
    work that wait for one; `log_bytes`: length of SQLite's write-ahead log, None of any other database.
    """

    busy: int
    idle: int
    most: int
    waiting: int
    log_bytes: int | None = None
