"""Queries of doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
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


Standing: TypeAlias = tuple[frozenset[tuple[str, int]], tuple[str | None, ...]]
"""How many lines the streams have that tell of a visit, and how its authority can be reached."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A door with what is known of its visit at a glance. `standing`: the same value means that nothing happened to
    what the pages behind the door tell.
    """

    visit: UUID
    authority: UUID
    rule_set: str
    state: VisitState
    link: str
    turn: int
    expires_on: date
    revoked: bool
    standing: Standing


_COLUMNS: Final = (
    *("visit", "link", "turn", "given_at", "expires_on"),
    *("revoked_at", "revoked_by", "failures", "locked_until"),
)
_NAMED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_REACHED: Final = ("name", "address", "phone", "contact_person", "supervision_phone")
# The authority is told by its columns: its stream moves whenever somebody signs in. Of the object's other visits (of
# which some may be one with this, and all count for its cap) only those are looked at that are no secret: a page that
# takes longer because of a sealed one would tell of it.
_OPEN: Final = (
    "WITH own AS (SELECT door.visit, visit.object, visit.authority, visit.rule_set, visit.state, door.link, door.turn, "
    f"door.expires_on, door.revoked_at, {', '.join(f'office.{name} AS at_{name}' for name in _REACHED)} "
    "FROM visit_door door JOIN visit ON visit.id = door.visit JOIN authority office ON office.id = visit.authority "
    "WHERE door.link = {}), "
    "there AS (SELECT visit.id FROM own JOIN visit ON visit.object = own.object WHERE visit.unsealed_at IS NOT NULL), "
    "streams AS (SELECT 'visit:' || CAST(there.id AS text) AS stream FROM there "
    "UNION SELECT 'task:' || CAST(served.task AS text) FROM there JOIN visit_task served ON served.visit = there.id "
    "UNION SELECT 'registry:' || CAST(person.authority AS text) FROM there "
    "JOIN team_member member ON member.visit = there.id JOIN inspector person ON person.id = member.inspector "
    "UNION SELECT 'registry:' || CAST(thing.authority AS text) FROM own "
    "JOIN inspection_object thing ON thing.id = own.object) "
    "SELECT own.*, streams.stream, head.seq FROM own CROSS JOIN streams "
    "LEFT JOIN journal_head head ON head.stream = streams.stream"
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
    """The door behind a link with its visit and how that stands: one statement, for every page that is read."""
    rows = await ask(_OPEN, link)
    return _open(rows) if rows else None


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


def _open(rows: Sequence[dict[str, Any]]) -> OpenRow:
    row = rows[0]
    told = {name: row[name] for name in ("rule_set", "link", "turn", "expires_on")}
    heads = frozenset((one["stream"], one["seq"] or 0) for one in rows)
    return OpenRow(
        visit=plain_uuid(row["visit"]),
        authority=plain_uuid(row["authority"]),
        state=VisitState(row["state"]),
        revoked=row["revoked_at"] is not None,
        standing=(heads, tuple(row[f"at_{name}"] for name in _REACHED)),
        **told,
    )
