"""Queries of what people decide about a publication: parts, pictures, withdrawals. Rows leave as frozen values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.partial import Part
from inspection.publicity.release import Ground
from inspection.publicity.tables import PublicationPart, PublicationPicture, PublicationWithdrawal


class AskState(StrEnum):
    """Where a request to take something back stands."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture that goes out: the public copy (`digest`, SHA-256 in hex) of a file of the record (`original`)."""

    id: UUID
    publication: UUID
    digest: str
    original: str
    width: int
    height: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewWithdrawal:
    """A request to take back what is out, as it is asked. `due_on`: the last day for it, where the law sets one."""

    id: UUID
    publication: UUID
    ground: WithdrawalGround
    reason: str
    asked_by: str
    asked_at: datetime
    objection: UUID | None = None
    due_on: date | None = None
    due_provisional: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """A request to take back what is out, and what became of it. `due_on`: the last day for it, where the law sets one;
    `number`, `visit`, `penalty`, `object_name`: of the publication.
    """

    id: UUID
    publication: UUID
    authority: UUID
    visit: UUID | None
    penalty: UUID | None
    number: str | None
    object_name: str
    ground: WithdrawalGround
    reason: str
    objection: UUID | None
    state: AskState
    asked_by: str
    asked_at: datetime
    due_on: date | None
    due_provisional: bool
    settled_by: str | None
    settled_at: datetime | None
    answer: str | None


_PICTURE: Final = tuple(PictureRow.__dataclass_fields__)
_OF_PUBLICATION: Final = ("authority", "visit", "penalty", "number", "object_name")
_WITHDRAWAL: Final = tuple(name for name in WithdrawalRow.__dataclass_fields__ if name not in _OF_PUBLICATION)


async def add_part(part_id: UUID, publication: UUID, part: Part) -> None:
    """Keep a decision; it takes the place of earlier ones. The publication is locked."""
    turn = 1 + await PublicationPart.count().where(PublicationPart.publication == publication)
    row = {
        "turn": turn,
        "id": part_id,
        "publication": publication,
        "left_out": json.dumps(sorted(part.left_out)),
        "masked": json.dumps(sorted(part.masked)),
        "ground": part.ground.value,
        "reason": part.reason,
        "by": part.by,
        "at": part.at,
    }
    await bulk_insert(PublicationPart, [row])


async def part_of(publication: UUID) -> Part | None:
    """The decision in force, or None where everything is told."""
    row = (
        await PublicationPart.select()
        .where(PublicationPart.publication == publication)
        .order_by(PublicationPart.turn, ascending=False)
        .first()
    )
    if row is None or (row["left_out"], row["masked"]) == ("[]", "[]"):
        return None
    left_out, masked = frozenset(json.loads(row["left_out"])), frozenset(json.loads(row["masked"]))
    return Part(left_out, masked, Ground(row["ground"]), row["reason"], row["by"], row["at"])


async def add_pictures(rows: Sequence[PictureRow]) -> None:
    """Keep pictures that go out with a publication."""
    await bulk_insert(PublicationPicture, [{name: getattr(row, name) for name in _PICTURE} for row in rows])


async def remove_pictures(publication: UUID, at: datetime) -> None:
    """Let those that were chosen so far not go out."""
    mine, standing = PublicationPicture.publication == publication, PublicationPicture.removed_at.is_null()
    await PublicationPicture.update(removed_at=at).where(mine, standing)


async def pictures_of(publication: UUID) -> list[PictureRow]:
    """The pictures that go out with a publication, in the order in which they were chosen."""
    rows = (
        await PublicationPicture.select(*_PICTURE)
        .where(PublicationPicture.publication == publication, PublicationPicture.removed_at.is_null())
        .order_by(PublicationPicture.id)
    )
    return [PictureRow(**row) for row in rows]


async def add_withdrawal(new: NewWithdrawal) -> None:
    """Keep a request; the database has room for one that is open a publication."""
    told = {name: getattr(new, name) for name in NewWithdrawal.__dataclass_fields__}
    told |= {"ground": new.ground.value, "state": AskState.ASKED.value}
    await bulk_insert(PublicationWithdrawal, [told])


async def settle_withdrawal(
    withdrawal: UUID, state: AskState, by: str, at: datetime, *, answer: str | None = None
) -> None:
    """Write down what became of a request."""
    told = {"state": state.value, "settled_by": by, "settled_at": at, "answer": answer}
    await PublicationWithdrawal.update(told).where(PublicationWithdrawal.id == withdrawal)  # type: ignore[arg-type]


async def set_withdrawal_due(withdrawal: UUID, due_on: date, *, provisional: bool) -> None:
    """Set the last day for a withdrawal anew."""
    told = PublicationWithdrawal.update(due_on=due_on, due_provisional=provisional)
    await told.where(PublicationWithdrawal.id == withdrawal)


async def withdrawals_of(publication: UUID) -> list[WithdrawalRow]:
    """Every request to take a publication back, the oldest first."""
    return await _withdrawals("w.publication = {}", publication)


async def open_withdrawals(authority: UUID | None) -> list[WithdrawalRow]:
    """The requests that wait for a second person, the oldest first; of one authority or of all."""
    asked = f"w.state = '{AskState.ASKED.value}'"
    if authority is None:
        return await _withdrawals(asked)
    return await _withdrawals(f"{asked} AND p.authority = {{}}", authority)


# CROSS JOIN: SQLite begins with the few requests, whatever it thinks of the publications of an authority.
_ASKED: Final = (
    f"SELECT {', '.join(f'w.{name}' for name in _WITHDRAWAL)}, "
    f"{', '.join(f'p.{name} AS of_{name}' for name in _OF_PUBLICATION)} "
    "FROM publication_withdrawal w CROSS JOIN publication p WHERE p.id = w.publication"
)
_IDS: Final = ("id", "publication", "authority", "visit", "penalty", "objection")


async def _withdrawals(wanted: str, *args: Any) -> list[WithdrawalRow]:
    return [_withdrawal(row) for row in await ask(f"{_ASKED} AND {wanted} ORDER BY w.asked_at, w.id", *args)]


def _withdrawal(row: Mapping[str, Any]) -> WithdrawalRow:
    told = {name: row[name] for name in _WITHDRAWAL} | {name: row[f"of_{name}"] for name in _OF_PUBLICATION}
    told |= {name: plain_uuid(told[name]) for name in _IDS if told[name] is not None}
    told |= {"ground": WithdrawalGround(row["ground"]), "state": AskState(row["state"])}
    return WithdrawalRow(**told | {"due_provisional": bool(row["due_provisional"])})
