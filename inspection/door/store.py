"""Queries of doors."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.door.tables import VisitDoor
from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import for_update, insert_new
from inspection.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door as it is kept. `failures`: wrong codes since the last right one."""

    visit: UUID
    link: str
    turn: int
    given_at: datetime
    expires_on: date
    revoked_at: datetime | None
    revoked_by: str | None
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A door with what is known of its visit at a glance. `lines`: of the visit's journal."""

    visit: UUID
    authority: UUID
    rule_set: str
    state: VisitState
    link: str
    turn: int
    expires_on: date
    revoked: bool
    lines: int


_COLUMNS: Final = (
    *("visit", "link", "turn", "given_at", "expires_on"),
    *("revoked_at", "revoked_by", "failures", "locked_until"),
)
_NAMED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_OPEN: Final = (
    "SELECT door.visit, visit.authority, visit.rule_set, visit.state, door.link, door.turn, door.expires_on, "
    "door.revoked_at, head.seq AS lines FROM visit_door door JOIN visit ON visit.id = door.visit "
    "JOIN journal_head head ON head.stream = 'visit:' || CAST(door.visit AS text) WHERE door.link = {}"
)


async def door_of(visit: UUID) -> DoorRow | None:
    rows = await ask(f"SELECT {_NAMED} FROM visit_door WHERE visit = {{}}", visit)
    return _row(rows[0]) if rows else None


async def lock_door(visit: UUID) -> DoorRow | None:
    """The door of a visit, kept from others until commit."""
    rows = await ask(f"SELECT {_NAMED} FROM visit_door WHERE visit = {{}}{for_update()}", visit)
    return _row(rows[0]) if rows else None


async def lock_link(link: str) -> DoorRow | None:
    """The door behind a link, kept from others until commit."""
    rows = await ask(f"SELECT {_NAMED} FROM visit_door WHERE link = {{}}{for_update()}", link)
    return _row(rows[0]) if rows else None


async def open_door_behind(link: str) -> OpenRow | None:
    """The door behind a link with its visit: one statement, for every page that is read."""
    rows = await ask(_OPEN, link)
    return _open(rows[0]) if rows else None


async def add_door(row: DoorRow) -> bool:
    """Whether it was new: two who give the link out at once give the same."""
    return bool(await insert_new(VisitDoor, [{name: getattr(row, name) for name in _COLUMNS}], "visit"))


async def set_failures(link: str, failures: int, locked_until: datetime | None) -> None:
    """Nothing, and as dear, where there is no such link."""
    await ask("UPDATE visit_door SET failures = {}, locked_until = {} WHERE link = {}", failures, locked_until, link)


async def replace_door(row: DoorRow) -> None:
    """The door of the same visit, given anew."""
    await change_door(row.visit, **{name: getattr(row, name) for name in _COLUMNS if name != "visit"})


async def change_door(visit: UUID, **values: Any) -> None:
    await VisitDoor.update(**values).where(VisitDoor.visit == visit)


def _row(row: dict[str, Any]) -> DoorRow:
    return DoorRow(**(row | {"visit": plain_uuid(row["visit"])}))


def _open(row: dict[str, Any]) -> OpenRow:
    told = {name: row[name] for name in ("rule_set", "link", "turn", "expires_on", "lines")}
    return OpenRow(
        visit=plain_uuid(row["visit"]),
        authority=plain_uuid(row["authority"]),
        state=VisitState(row["state"]),
        revoked=row["revoked_at"] is not None,
        **told,
    )
