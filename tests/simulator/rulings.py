"""What the office decides by entries of its own log: on the screen of a leader, and by the law on erasure."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.kernel.errors import DomainError
from inspection.visits.reading import Folded, fold_visit, known_visit
from mobile_contract.decisions import DecisionType
from mobile_contract.entries import BODY_OF
from sync.office.decide import decide
from tests.simulator.founding import VALUES
from tests.simulator.tablet import Tablet

if TYPE_CHECKING:
    from tests.simulator.world import World

Ruling = tuple[DecisionType, dict[str, Any], Sequence[str]]
"""Type, body without salt, and what it is made over."""


async def rule(world: World, _tablet: Tablet, random: Random) -> None:
    """The leader decides something at his desk: a conflict, what counts, that a stretch of a log is lost."""
    folded = await _on_the_screen(world, random)
    made = _rulings(folded, random)
    if made:
        await _decide(world, folded, random.choice(made), Role.SECTION_HEAD)


async def erase(world: World, _tablet: Tablet, random: Random) -> None:
    """A body goes by law, whoever still holds it."""
    folded = await _on_the_screen(world, random)
    said = sorted(one.text_hash for one in folded.entries if one.header.type in BODY_OF)
    if said:
        body = {"targets": [random.choice(said)], "ground": "依申请删除"}
        decided = await _decide(world, folded, (DecisionType.ERASE_BODY, body, ()), Role.ADMIN)
        if decided is not None:
            world.erased |= set(body["targets"])
            world.report.erasures += 1


async def _on_the_screen(world: World, random: Random) -> Folded:
    visit = await known_visit(random.choice(sorted(world.known)))
    # Visits that are one are read under one id.
    return await fold_visit(await known_visit(visit.linked_to or visit.id))


def _rulings(folded: Folded, random: Random) -> list[Ruling]:
    record = folded.record
    found: list[Ruling] = []
    for conflict in record.conflicts:
        if conflict.topic != "signature":
            value = {"item": conflict.topic, "how": "value", "value": random.choice(VALUES), "reason": "核实"}
            found.append((DecisionType.RESOLVE, value, conflict.heads))
    if record.entries:
        targets = {"targets": random.sample(record.entries, min(2, len(record.entries))), "reason": "核实"}
        found += [(DecisionType.ADMIT, targets, ()), (DecisionType.EXCLUDE, targets, ())]
    for gap in record.gaps[:1]:
        stretch = {"dev": gap.dev, "ep": gap.ep, "first": gap.first, "last": gap.last, "reason": "设备损毁"}
        found.append((DecisionType.LOG_GAP, stretch, ()))
    return found


async def _decide(world: World, folded: Folded, ruling: Ruling, role: Role) -> str | None:
    """The hash of the decision; None where it may not be made now."""
    visit: UUID = folded.setting.visit.id
    kind, body, over = ruling
    leader = world.founding.inspectors[0].id
    cmd = replace(world.command("decide"), actor=Actor(str(leader), "leader", role))
    with suppress(DomainError):
        seen, keys = folded.digest, world.server.keys
        decided = await decide(cmd, visit_id=visit, type=kind, body=body, over=over, seen=seen, keys=keys)
        world.decided.add(decided.hash)
        world.report.decisions += 1
        return decided.hash
    return None
