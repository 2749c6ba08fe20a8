"""`inspection.visits.store`, `store_cards` and `store_changes`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from inspection.visits.rows import Member, ServedTask, VisitRow
from inspection.visits.states import VisitState
from tests.simulator.memory import Tables


def visit(t: Tables, visit_id: UUID) -> VisitRow | None:
    return t.visits.get(visit_id)


lock_visit = visit


def change_visit(t: Tables, visit_id: UUID, **values: Any) -> None:
    if "state" in values:
        values["state"] = VisitState(values["state"])
    known = {name: value for name, value in values.items() if name in VisitRow.__dataclass_fields__}
    t.visits[visit_id] = replace(t.visits[visit_id], **known)


def served_tasks(t: Tables, visit_ids: Any) -> list[ServedTask]:
    return [task for visit_id in visit_ids for task in t.served.get(visit_id, ())]


def members(t: Tables, visit_id: UUID) -> list[Member]:
    return list(t.members.get(visit_id, ()))


def visits_of(t: Tables, inspector: UUID) -> list[UUID]:
    def there(visit_id: UUID) -> bool:
        row = t.visits.get(visit_id)
        open_ = row is not None and row.unsealed_at is not None
        return open_ and any(m.inspector == inspector and m.left_at is None for m in t.members[visit_id])

    return sorted(visit_id for visit_id in t.members if there(visit_id))


# -- store_cards --------------------------------------------------------------------------------------------------


def newest_number(t: Tables, visit: UUID) -> int:
    return t.numbers.setdefault(visit, 0)


def visits_by_id(t: Tables, ids: Any) -> dict[UUID, VisitRow]:
    return {visit_id: t.visits[visit_id] for visit_id in ids if visit_id in t.visits}


def members_of(t: Tables, ids: Any) -> dict[UUID, list[Member]]:
    return {visit_id: list(t.members[visit_id]) for visit_id in ids if visit_id in t.members}


def checklists_of(t: Tables, ids: Any) -> dict[UUID, frozenset[tuple[str, int]]]:
    found = {}
    for visit_id in ids:
        held = [t.checklists[task.checklist] for task in t.served.get(visit_id, ())]
        if held:
            found[visit_id] = frozenset((facts.code, facts.version) for facts in held)
    return found


# -- store_changes ------------------------------------------------------------------------------------------------


def leave(t: Tables, visit: UUID, inspector: UUID, at: Any, reason: str) -> None:
    t.members[visit] = tuple(
        replace(one, left_at=at, left_reason=reason) if one.inspector == inspector else one for one in t.members[visit]
    )


def join(t: Tables, visit: UUID, member_id: UUID, member: tuple[UUID, int, str], at: Any) -> None:
    inspector, slot, how = member
    others = [one for one in t.members.get(visit, ()) if one.inspector != inspector]
    others.append(Member(inspector, slot, how, at, None, None))
    t.members[visit] = tuple(sorted(others, key=lambda one: one.slot))
