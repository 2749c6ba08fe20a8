"""Deciding an objection: where it changes what is public, by a signed entry of the visit, like every amendment."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections.decide import Ruling, decidable, settle
from inspection.publicity.objections.rows import ObjectionRow
from mobile_contract.decisions import DecisionType
from sync.office.decide import Made, decide


async def decide_objection(
    cmd: Command, *, objection_id: UUID, seen: str, ruling: Ruling, keys: ServerKeys
) -> ObjectionRow:
    """Decide an objection that the actor has taken, on what was on the screen (`seen`).

    Raises:
        NotFound, Refused, Conflict, StaleScreen, Invalid: as `decidable` and `decide`.
    """
    return await in_unit(_decide, cmd, objection_id, seen, ruling, keys)


async def _decide(cmd: Command, objection_id: UUID, seen: str, ruling: Ruling, keys: ServerKeys) -> ObjectionRow:
    case = await decidable(cmd, objection_id, seen, ruling)
    if case.out is None or ruling.instead is None:
        return await settle(cmd, case, ruling)
    done: list[ObjectionRow] = []

    async def effect(cmd: Command, made: Made) -> None:
        done.append(await settle(cmd, case, ruling, entry=made.hash))

    await decide(
        cmd,
        # Visits that are one are decided on under the id of the first.
        visit_id=case.folded.setting.visit.id,
        type=DecisionType.AMEND,
        body={"publication": case.out.number, "reason": ruling.reasons.strip()},
        seen=case.folded.digest,
        keys=keys,
        effect=effect,
    )
    return done[-1]
