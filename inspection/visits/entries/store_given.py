"""The entries of visits as they are handed out again: the bytes that were signed, many visits in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of a visit behind `after`, to number `through`, at most `most` of them."""

    visit: UUID
    after: int
    through: int
    most: int


class StoredLine(NamedTuple):
    """One entry as it is stored; `reasons` is the JSON text of what was found of it.

    A tuple: a tablet that catches up is given ten thousand of them.
    """

    vseq: int
    header: bytes
    body: bytes | None
    signature: bytes
    kid: str
    alg: str
    reasons: str


async def lines_of(stretches: Sequence[Stretch]) -> list[list[StoredLine]]:
    """The entries of each stretch, in the order of their numbers."""
    if not stretches:
        return []
    # Each stretch is a walk along the index of its own; a condition over all of them would be a sort of all.
    parts = [
        f"SELECT * FROM (SELECT {number} AS part, vseq, header, body, signature, kid, alg, reasons FROM entry "
        f"WHERE visit = {{}} AND vseq > {{}} AND vseq <= {{}} ORDER BY vseq LIMIT {{}}) AS part_{number}"
        for number in range(len(stretches))
    ]
    args = [value for one in stretches for value in (one.visit, one.after, one.through, one.most)]
    found: list[list[StoredLine]] = [[] for _ in stretches]
    for row in await ask(" UNION ALL ".join(parts), *args):
        found[row["part"]].append(
            StoredLine(
                row["vseq"], row["header"], row["body"], row["signature"], row["kid"], row["alg"], row["reasons"]
            )
        )
    return [sorted(lines) for lines in found]


async def seen_by(inspectors: Collection[UUID], visits: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Those of the visits in whose own team one of these inspectors is, not sealed and not cancelled, each with what it
    is linked to.
    """
    if not visits or not inspectors:
        return {}
    rows = await ask(
        "SELECT own.visit, own.linked_to FROM (SELECT m.visit, m.inspector, v.linked_to FROM team_member AS m "
        "JOIN visit AS v ON v.id = m.visit WHERE m.left_at IS NULL AND v.state NOT IN ({}, {})) AS own "
        "WHERE {} AND {}",
        VisitState.SEALED.value,
        VisitState.CANCELLED.value,
        one_of("visit", [str(visit) for visit in visits]),
        one_of("inspector", [str(inspector) for inspector in inspectors]),
    )
    return {plain_uuid(row["visit"]): plain_uuid(row["linked_to"]) if row["linked_to"] else None for row in rows}
