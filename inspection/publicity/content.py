"""What goes out of a publication, whatever it is of: an outcome or a penalty. One way into public for both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.publicity import store_decisions, store_documents
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.partial import PICTURES, Part, in_part, told_of_part
from inspection.publicity.penalties.rules import penalty_document, penalty_number, redact_penalty
from inspection.publicity.redaction import document, public_number
from inspection.publicity.store import ToldRow, told_row
from inspection.publicity.store_decisions import PictureRow
from inspection.publicity.wording import public_facts

Write = Callable[[str, int, str | None, date], bytes]
"""The document, of its number, version, the SHA-256 (hex) of what it replaces, and its day."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is about to be public. `object_name`, `object_code`, `item_code`: as the public reads them, empty where they
    are left out; `ticket`: the lot that a stranger may be shown from then on; `decided_by`: the account that decided
    the outcome or entered the penalty; `correcting`: why an outcome took the place of another.
    """

    kind: DocumentKind
    outcome: UUID | None
    penalty: UUID | None
    authority_code: str
    object_name: str
    object_code: str
    item_code: str
    result_codes: tuple[str, ...]
    ticket: UUID | None
    decided_by: str
    correcting: str | None
    rests_on: Mapping[str, JSON]
    write: Write

    @property
    def told(self) -> ToldRow:
        """What the register finds it by: nothing that its document does not say."""
        return told_row(self.object_name, self.object_code, self.item_code, self.result_codes)

    @property
    def series(self) -> str:
        """Which counter numbers it, within authority and year."""
        return "penalty-publication" if self.kind is DocumentKind.PENALTY else "publication"

    def number(self, year: int, n: int) -> str:
        """Its public number."""
        numbered = penalty_number if self.kind is DocumentKind.PENALTY else public_number
        return numbered(self.authority_code, year, n)


async def content_of(publication: UUID, outcome: UUID | None, penalty: UUID | None) -> Content:
    """What would go out now: the outcome that stands in place of `outcome`, or the penalty.

    Raises:
        ValueError: a fact that is always told is missing.
    """
    if penalty is not None:
        return _of_penalty(penalty, await store_documents.penalty_facts(penalty))
    if outcome is None:
        raise LookupError(publication)
    return await _of_outcome(publication, await store_documents.newest_outcome(outcome))


async def _of_outcome(publication: UUID, outcome: UUID) -> Content:
    known = await store_documents.outcome_facts(outcome)
    part, pictures = await store_decisions.part_of(publication), await store_decisions.pictures_of(publication)
    facts = in_part(public_facts(known), part)
    beside = told_of_part(part) | _pictures(part, pictures)
    return Content(
        kind=DocumentKind.RESULT,
        outcome=outcome,
        penalty=None,
        authority_code=known["authority_code"],
        object_name=facts.object_name,
        object_code=facts.object_code,
        item_code=facts.item_code,
        result_codes=tuple(facts.result_code.split(",")),
        # The proof of a lot names its object: where the object is not told, it stays closed.
        ticket=known["ticket"] if part is None or part.names_object else None,
        decided_by=known["formed_by"],
        correcting=known["reason"],
        rests_on=await store_documents.pins_of(outcome),
        write=partial(_written, partial(document, facts, beside=beside)),
    )


def _of_penalty(penalty: UUID, known: Mapping[str, Any]) -> Content:
    facts = redact_penalty(known, known["persons"])
    return Content(
        kind=DocumentKind.PENALTY,
        outcome=None,
        penalty=penalty,
        authority_code=known["authority_code"],
        object_name=facts.object_name,
        object_code=facts.object_code,
        item_code="",
        result_codes=(),
        ticket=None,
        decided_by=known["entered_by"],
        correcting=None,
        rests_on={"penalty": str(penalty), "decision": known["decision_number"]},
        write=partial(_written, partial(penalty_document, facts)),
    )


def _written(made: Callable[..., bytes], number: str, version: int, replaces: str | None, on: date) -> bytes:
    return made(number=number, version=version, replaces=replaces, published_on=on)


def _pictures(part: Part | None, pictures: list[PictureRow]) -> dict[str, JSON]:
    if not pictures or (part is not None and PICTURES in part.left_out):
        return {}
    return {"pictures": [{"sha256": one.digest, "width": one.width, "height": one.height} for one in pictures]}
