"""What the facts of a running server mean: pure. Each check says how it stands and, by its texts, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

LATE: Final = timedelta(minutes=10)
"""Background work that could have been done for so long is not being done."""
SILENT: Final = timedelta(days=7)
OLD_BACKUP: Final = timedelta(days=2)
UNSTAMPED_DAYS: Final = 2
LITTLE_ROOM: Final = 5 * 1024**3


class Tone(StrEnum):
    """How a check stands."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: texts `desk_admin.check_<name>`, `…_<how>`, and `…_<how>_do` unless all is well; `facts`: of them."""

    name: str
    how: str
    tone: Tone
    facts: Mapping[str, str | int] = field(default_factory=dict)


def of_migrations(waiting: int) -> Check:
    """Whether the schema is this version's."""
    return Check("schema", "behind" if waiting else "good", Tone.BAD if waiting else Tone.GOOD, {"n": waiting})


def of_disk(free: int, total: int, floor: int) -> Check:
    """Whether there is room. `floor`: below it no file is taken in."""
    facts: dict[str, str | int] = {"free": size(free), "total": size(total), "floor": size(floor)}
    if free < floor:
        return Check("disk", "full", Tone.BAD, facts)
    return Check("disk", *(("little", Tone.WARN) if free < LITTLE_ROOM else ("good", Tone.GOOD)), facts)


def of_store(*, writable: bool) -> Check:
    """Whether files can be taken in."""
    return Check("store", *(("good", Tone.GOOD) if writable else ("closed", Tone.BAD)))


def of_work(now: datetime, waiting: int, dead: int, due: datetime | None, most: int) -> Check:
    """Whether background work is being done. `waiting`, `dead`: `most` + 1 when they are more."""
    facts: dict[str, str | int] = {
        "waiting": up_to(waiting, most),
        "dead": up_to(dead, most),
        "minutes": _minutes(now, due),
    }
    if due is not None and now - due > LATE:
        return Check("work", "late", Tone.BAD, facts)
    return Check("work", *(("dead", Tone.WARN) if dead else ("good", Tone.GOOD)), facts)


def of_log(now: datetime, size_of_tree: int | None, waiting: int, since: datetime | None) -> Check:
    """Whether what tablets handed in gets its place in the public log."""
    facts: dict[str, str | int] = {"size": size_of_tree or 0, "waiting": waiting, "minutes": _minutes(now, since)}
    if since is not None and now - since > LATE:
        return Check("log", "late", Tone.BAD, facts)
    return Check("log", "none" if size_of_tree is None else "good", Tone.GOOD, facts)


def of_stamps(today: date, *, configured: bool, last: date | None, covered: bool) -> Check:
    """Whether the log is time-stamped. `covered`: the newest stamp has all of the log below it."""
    facts: dict[str, str | int] = {"day": last.isoformat() if last else "—"}
    if not configured:
        return Check("stamps", "off", Tone.WARN, facts)
    if last is None or covered:
        return Check("stamps", "good" if last else "none", Tone.GOOD, facts)
    behind = (today - last).days > UNSTAMPED_DAYS
    return Check("stamps", *(("behind", Tone.WARN) if behind else ("good", Tone.GOOD)), facts)


def of_tablets(now: datetime, heard: list[datetime | None]) -> Check:
    """Which tablets were not heard of for a week. `heard`: when each was last."""
    silent = sum(1 for one in heard if one is None or now - one > SILENT)
    facts: dict[str, str | int] = {"n": len(heard), "silent": silent, "days": SILENT.days}
    if not heard:
        return Check("tablets", "none", Tone.GOOD, facts)
    return Check("tablets", *(("silent", Tone.WARN) if silent else ("good", Tone.GOOD)), facts)


def of_backups(now: datetime, newest: datetime | None) -> Check:
    """Whether there is a fresh backup in the folder of this installation."""
    if newest is None:
        return Check("backup", "none", Tone.BAD)
    facts: dict[str, str | int] = {"hours": int((now - newest).total_seconds() // 3600)}
    return Check("backup", *(("old", Tone.WARN) if now - newest > OLD_BACKUP else ("good", Tone.GOOD)), facts)


def size(length: int) -> str:
    """Bytes as people read them: 512 B, 1.5 KiB, 20.0 GiB."""
    value, units = float(length), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:  # noqa: PLR2004
        value /= 1024
        units.pop(0)
    return f"{length} B" if units[0] == "B" else f"{value:.1f} {units[0]}"


def up_to(count: int, most: int) -> str:
    """A number that was not counted further than `most`."""
    return f"{most}+" if count > most else str(count)


def _minutes(now: datetime, since: datetime | None) -> int:
    return int((now - since).total_seconds() // 60) if since else 0
