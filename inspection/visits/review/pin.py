"""A newer version of a checklist for a visit that is under way: by a leader's decision only (sync.md §2.10, case 58).

A newer version never rewrites answers; it can require additional ones. So it may take the place of the pinned one where
it says all that the pinned one says, word for word, and more.
"""

from collections.abc import Mapping
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.unit_of_work import in_unit
from inspection.registry import find as registry
from inspection.registry.items.facts import ChecklistFacts
from inspection.visits import store
from inspection.visits.links.store import one_with
from inspection.visits.reading import locked_visit
from inspection.visits.rows import VisitRow
from inspection.visits.states import VisitState
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Checklist
from mobile_contract.envelope import ChecklistRef
from mobile_contract.problems import ProblemCode

_UNDER_WAY = frozenset({VisitState.OPEN, VisitState.IN_PROGRESS, VisitState.RETURNED})


async def pin_checklist(cmd: Command, *, visit_id: UUID, ck: ChecklistRef) -> None:
    """Bind a visit, and those that are one with it, to a newer version. Inside the unit of the signed decision.

    Raises:
        NotFound: `visits.no_visit`.
        Conflict: `visits.wrong_step`: it is sealed, approved or cancelled.
        Invalid: `visits.pin_unknown`: no such version, or of other content; `visits.pin_not_served`: nothing is
            answered with that checklist there; `visits.pin_not_more`: not newer, or it changes or drops a check point.
    """
    await in_unit(_pin, cmd, visit_id, ck)


def says_more(pinned: Checklist, newer: Checklist) -> bool:
    """Whether `newer` is a later version that holds every check point of `pinned` word for word, and further ones."""
    now, then = _by_code(newer), _by_code(pinned)
    kept = all(now.get(code) == text for code, text in then.items())
    return newer.version > pinned.version and kept and len(now) > len(then)


async def _pin(cmd: Command, visit_id: UUID, ck: ChecklistRef) -> None:
    visit = await locked_visit(cmd, visit_id)
    joined = await one_with(visit)
    if any(one.state not in _UNDER_WAY for one in joined):
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.wrong_step", visit=str(visit_id), state=visit.state.value)
    newer = await _named(visit, ck)
    tasks = await store.served_tasks([one.id for one in joined])
    pinned = await registry.checklists({task.checklist for task in tasks})
    old = {id_: facts for id_, facts in pinned.items() if facts.code == ck[0]}
    if not old:
        raise Invalid(ProblemCode.INVALID, "visits.pin_not_served", checklist=ck[0])
    if not all(says_more(facts.checklist, newer.checklist) for facts in old.values()):
        raise Invalid(ProblemCode.INVALID, "visits.pin_not_more", checklist=ck[0], version=ck[1])
    await store.pin_checklist([task.id for task in tasks if task.checklist in old], newer.id)


async def _named(visit: VisitRow, ck: ChecklistRef) -> ChecklistFacts:
    code, version, digest = ck
    facts = await registry.checklist_version(visit.authority, code, version)
    if facts is None or facts.digest != digest:
        raise Invalid(ProblemCode.INVALID, "visits.pin_unknown", checklist=code, version=version)
    return facts


def _by_code(checklist: Checklist) -> Mapping[str, bytes]:
    return {item.code: canonical_bytes(item) for item in checklist.items}
