"""Ends of a task that need to know of its draws: given up before anybody is drawn, or closed because nobody can be."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from inspection.draw import store as draws
from inspection.draw.ceremony import DrawState
from inspection.draw.frozen.candidates import exclusion_of
from inspection.draw.lot.frame import Exclusion
from inspection.draw.lot.quota import sample_size
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import end_task
from inspection.planning.above import excluded_above
from inspection.planning.facts import TaskFacts
from inspection.planning.file_list import file_drawn_list as record_filing
from inspection.planning.review_task import locked_task
from inspection.policy.load import rule_set_named
from inspection.policy.terms import DrawMode, TaskKind
from inspection.registry import find as registry
from inspection.registry.objects.rules import lifting
from inspection.visits.ledger.questions import visits_this_year
from inspection.visits.rules import first_day
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a draw of the task would find today: `wanted` of `directory` objects by the ratio, `eligible` left.

    `excluded`: how many are left out, by the draw's code of the reason.
    """

    directory: int
    wanted: int
    eligible: int
    excluded: dict[str, int]

    @property
    def drawable(self) -> bool:
        return self.wanted > 0 and self.eligible > 0

    def as_json(self) -> dict[str, JSON]:
        return {
            "directory": self.directory,
            "wanted": self.wanted,
            "eligible": self.eligible,
            "excluded": dict(self.excluded),
        }


async def cancel_task(cmd: Command, task_id: UUID, *, reason: str) -> TaskFacts:
    """Give a task up as long as nobody was drawn or assigned; an attempt to draw is voided first, by its own two steps.

    Raises:
        Conflict: `visits.task_draw_open`; as `inspection.planning.end_task.cancel_task`.
        NotFound, Refused, Invalid: as `inspection.planning.end_task.cancel_task`.
    """
    async with unit_of_work():
        await _no_open_draw(await locked_task(task_id))
        return await end_task.cancel_task(cmd, task_id, reason=reason)


async def close_task(cmd: Command, task_id: UUID, *, reason: str) -> TaskFacts:
    """Close an approved task of the plan that a draw would find nobody for; the shortfall is recorded with the reason.

    Raises:
        Conflict: `visits.task_drawable`: somebody may be drawn; `visits.task_draw_open`; `visits.task_not_drawn`.
        NotFound, Refused, Conflict, Invalid: as `inspection.planning.end_task.close_task`.
    """
    async with unit_of_work():
        found = await locked_task(task_id)
        if found.kind is not TaskKind.RANDOM:
            raise Conflict(ProblemCode.CONFLICT, "visits.task_not_drawn", task=found.number)
        await _no_open_draw(found)
        outlook = await _outlook(cmd, found)
        if outlook.drawable:
            facts = {"eligible": outlook.eligible, "wanted": outlook.wanted}
            raise Conflict(ProblemCode.CONFLICT, "visits.task_drawable", task=found.number, **facts)
        return await end_task.close_task(cmd, task_id, reason=reason, shortfall=outlook.as_json())


async def file_drawn_list(cmd: Command, task_id: UUID, *, reference: str, office: str = "") -> TaskFacts:
    """Note that the confirmed list of drawn objects was filed, bound to the fingerprint of the sealed draw.

    Raises:
        NotFound, Conflict, Invalid: as `inspection.planning.file_list.file_drawn_list`.
    """
    async with unit_of_work():
        await locked_task(task_id)
        sealed = [draw for draw in await draws.draws_of(task_id) if draw.state in RESULT]
        root = sealed[-1].result_root if sealed else None
        return await record_filing(cmd, task_id, reference=reference, office=office, root=root.hex() if root else "")


RESULT = frozenset({DrawState.SEALED, DrawState.OPENING, DrawState.CLOSED})
"""A draw that has a result, whatever of it is public."""


async def _no_open_draw(found: TaskFacts) -> None:
    attempts = await draws.draws_of(found.id)
    if attempts and attempts[-1].state is not DrawState.VOIDED:
        facts = {"draw": str(attempts[-1].id), "state": attempts[-1].state.value}
        raise Conflict(ProblemCode.CONFLICT, "visits.task_draw_open", task=found.number, **facts)


async def _outlook(cmd: Command, found: TaskFacts) -> Outlook:
    """The frame that a freeze would take now, counted only."""
    rules, today = rule_set_named(found.rule_set), local_day(cmd.now)
    day = first_day((found.starts_on, found.ends_on), today)
    visits = await visits_this_year(found.authority, rules, day, today)
    exempt = lifting(rules, targeted=found.draw_mode is DrawMode.TARGETED)
    cap = rules.visit_cap.maximum
    item = await registry.item(found.item)
    above = await excluded_above(found.authority, item, found.starts_on, found.ends_on, rules)
    codes: Counter[Exclusion] = Counter()
    rows = registry.directory(found.authority, found.item, on=today, rules=rules, also=found.scope.named)
    async for row in rows:
        used, number = visits.get(row.object_id, 0), above.number_of(row.oid)
        codes[exclusion_of(row, found.scope, used, cap, exempt, number)] += 1
    directory = codes.total() - codes[Exclusion.CLOSED] - codes[Exclusion.SCOPE]
    excluded = {code.value: n for code, n in sorted(codes.items()) if code is not Exclusion.NONE and n}
    return Outlook(directory, sample_size(found.ratio, directory), codes[Exclusion.NONE], excluded)
