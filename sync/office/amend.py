"""Amending a published result: a signed entry, and where asked for the outcome that is to take its place."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from inspection.publicity.amend import amend_publication, published_of
from inspection.visits.review.approve import Choice
from mobile_contract.decisions import DecisionType
from sync.office.decide import Made, decide


@dataclass(frozen=True, slots=True)
class AmendedNow:
    """The entry that says so, the state digest now, and what is to be published anew."""

    hash: str
    state: str
    publication: UUID
    outcome: UUID | None


async def amend(
    cmd: Command,
    *,
    visit_id: UUID,
    publication: str,
    reason: str,
    choice: Choice | None = None,
    seen: str,
    keys: ServerKeys,
) -> AmendedNow:
    """Amend what is out under the number `publication`; its bytes stay as they are for ever (I18).

    `choice`: the outcome that takes the place of the published one; another person then publishes it as a further
    version under the same number.

    Raises:
        NotFound: `visits.no_visit`; nothing of this visit is out under that number.
        Refused, Conflict, StaleScreen, Invalid: as `decide`, and what is wrong with the choice.
    """
    done: list[tuple[UUID, UUID | None]] = []

    async def effect(cmd: Command, made: Made) -> None:
        out = await published_of(made.folded, publication)
        told = await amend_publication(
            cmd, folded=made.folded, out=out, reason=reason, decision=made.hash, choice=choice
        )
        done.append((told.publication, told.outcome))

    body = {"publication": publication, "reason": reason}
    decided = await decide(
        cmd, visit_id=visit_id, type=DecisionType.AMEND, body=body, seen=seen, keys=keys, effect=effect
    )
    # The unit may have run more than once; what the last run did is what was committed.
    return AmendedNow(decided.hash, decided.state, *done[-1])
