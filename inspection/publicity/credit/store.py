"""The one query of credit: what is public of a result now, and of which object."""

import json
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.ask import as_day, ask
from inspection.kernel.ids import plain_uuid
from inspection.publicity.credit.rules import InForce
from inspection.visits.review.outcomes import OutcomeCode

_NEWEST = (
    "SELECT p.authority AS authority, a.name AS source, p.number AS number, d.version AS version, v.object AS object, "
    "o.codes AS codes, o.inspected_on AS day FROM published_document d "
    "JOIN publication p ON p.id = d.publication JOIN authority a ON a.id = p.authority JOIN visit v ON v.id = p.visit "
    "LEFT JOIN outcome o ON o.id = d.outcome AND (d.kind IS NULL OR d.kind = 'result') "
    "WHERE p.id = {} AND p.outcome IS NOT NULL ORDER BY d.version DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class PublicResult:
    """What is in force under a number, whose object it is about, and which authority says so."""

    authority: UUID
    source: str
    object: UUID
    told: InForce


async def public_result(publication: UUID) -> PublicResult | None:
    """The newest version of a published result; None for a penalty, or where nothing was ever public."""
    rows = await ask(_NEWEST, publication)
    if not rows:
        return None
    (row,) = rows
    codes = frozenset(map(OutcomeCode, json.loads(row["codes"]))) if row["codes"] is not None else frozenset()
    return PublicResult(
        authority=plain_uuid(row["authority"]),
        source=row["source"],
        object=plain_uuid(row["object"]),
        told=InForce(row["number"], row["version"], codes, as_day(row["day"]) if row["day"] is not None else None),
    )
