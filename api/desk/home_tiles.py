"""What waits for somebody, a tile a kind of work: how much, and the few that have waited the longest.

Every list is asked for with a limit; a tile counts to `MOST` and says when there are more.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import lang_of
from api.desk.draw.shown import TAKES, tasks_of
from api.permits import Action, may
from inspection.draw.changes.store import to_decide
from inspection.draw.store_listing import DrawLine, draw_lines
from inspection.draw.told.desk_view import NEXT, waits_for
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from inspection.oversight.alerts.read import list_alerts
from inspection.oversight.reports import store as store_reports
from inspection.planning.find import plan_versions, task_page
from inspection.planning.plan_rules import PlanState
from inspection.planning.store_tasks import TasksWanted
from inspection.planning.task_states import TaskState
from inspection.publicity.objections.read import list_objections
from inspection.publicity.objections.rows import OPEN
from inspection.publicity.store_queue import to_publish
from inspection.registry.inspectors import store_changes
from inspection.registry.inspectors.terms import BatchState
from inspection.visits.late_filing import store as store_filings
from inspection.visits.review import store_queue
from inspection.visits.review.store_queue import Waiting
from sync.office.letters import list_letters

SHOWN: Final = 4
MOST: Final = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits. `since`: from when on; `due_on`: the last day, which is past where `late`."""

    told: str
    path: str
    since: datetime | None = None
    due_on: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of work. `key`: its text; `count`: how much of it waits, or, with `more`, at least so much."""

    key: str
    path: str
    count: int
    more: bool
    lines: Sequence[Line] = field(default_factory=tuple)


Asked = Callable[[AnyRequest], Awaitable[Tile]]


async def tiles(request: AnyRequest, role: Role) -> list[Tile]:
    """The tiles of what waits for this role, without those where nothing does."""
    found = [await tile(request) for action, tile in TILES if may(role, action) and _concerns(role, action)]
    return [one for one in found if one.count]


async def _plans(request: AnyRequest) -> Tile:
    found = [plan for plan, _ in await plan_versions(authority_of(request)) if plan.state is PlanState.DRAFTED]
    lang = lang_of(request)
    named = [
        Line(text("desk.home_plan", lang, year=one.year, version=one.version), f"/desk/plans/{one.id}") for one in found
    ]
    return _tile("plans", "/desk/plans", found[: MOST + 1], named)


async def _tasks(request: AnyRequest, state: TaskState) -> Tile:
    found = await task_page(authority_of(request), TasksWanted(states=frozenset({state})), limit=MOST + 1)
    lines = [Line(f"{one.number} {one.name}", f"/desk/tasks/{one.id}") for one in found]
    return _tile(f"tasks_{state.value}", f"/desk/tasks?standing={state.value}", found, lines)


async def _draws(request: AnyRequest) -> Tile:
    """Draws whose next step is for this role; visits that come out of them are asked for elsewhere."""
    role = command(request).actor.role
    found = await draw_lines(authority_of(request), states=frozenset(NEXT), limit=MOST + 1)
    mine = [one for one in found if _is_my_step(role, one)]
    names = {one.id: f"{one.number} {one.name}" for one in await tasks_of([one.tasks[0] for one in mine[:SHOWN]])}
    lines = [Line(names.get(one.tasks[0], "…"), f"/desk/draws/{one.id}", one.planned_at) for one in mine[:SHOWN]]
    return _tile("draws", "/desk/draws?standing=open", mine, lines)


async def _changes(request: AnyRequest) -> Tile:
    found = await to_decide(authority_of(request), MOST + 1)
    lang = lang_of(request)
    lines = [
        Line(text(f"desk.home_change_{one.kind.value}", lang), f"/desk/draws/{one.draw}/changes", one.asked_at)
        for one in found
    ]
    return _tile("changes", "/desk/draws", found, lines)


async def _records(request: AnyRequest) -> Tile:
    cmd = command(request)
    leader = UUID(cmd.actor.id) if cmd.actor.role is Role.LEADER else None
    return _visits(request, "records", await store_queue.records(authority_of(request), leader=leader, limit=MOST + 1))


async def _legal(request: AnyRequest) -> Tile:
    return _visits(request, "legal", await store_queue.legal(authority_of(request), limit=MOST + 1))


async def _publications(request: AnyRequest) -> Tile:
    found = await to_publish(authority_of(request), limit=MOST + 1)
    return _visits(request, "publications", found, page="/desk/publications", of="/desk/visits/{}/publication")


async def _objections(request: AnyRequest) -> Tile:
    today = local_day(command(request).now)
    found = await list_objections(authority_of(request), states=OPEN, limit=MOST + 1)
    lines = [
        Line(one.number, f"/desk/objections/{one.id}", due_on=one.due_on, late=today > one.due_on)
        for one in sorted(found, key=lambda one: one.due_on)
    ]
    return _tile("objections", "/desk/objections", found, lines)


async def _filings(request: AnyRequest) -> Tile:
    today, lang = local_day(command(request).now), lang_of(request)
    found = await store_filings.filings(authority_of(request), ended=False, limit=MOST + 1)
    told = text("desk.home_filing", lang)
    lines = [Line(told, f"/desk/late-filings#{one.visit}", due_on=one.due_on, late=today > one.due_on) for one in found]
    return _tile("filings", "/desk/late-filings", found, lines)


async def _alerts(request: AnyRequest) -> Tile:
    found = await list_alerts(command(request), authority_of(request), settled=False, limit=MOST + 1)
    lang = lang_of(request)
    lines = [
        Line(text(f"desk_oversight.alert_kind_{one.kind.value}", lang), f"/desk/alerts/{one.id}", one.raised_at)
        for one in found
    ]
    return _tile("alerts", "/desk/alerts", found, lines)


async def _letters(request: AnyRequest) -> Tile:
    found = await list_letters(authority_of(request), limit=MOST + 1, still_open=True)
    told = text("desk.home_letter", lang_of(request))
    lines = [Line(told, "/desk/letters", one.letter.received_at) for one in found]
    return _tile("letters", "/desk/letters", found, lines)


async def _reports(request: AnyRequest) -> Tile:
    year = local_day(command(request).now).year
    rows = await store_reports.reports(authority_of(request), (year - 1, year))
    found = [one for one in rows if one.approved_at is None]
    lines = [Line(one.number, f"/desk/reports/{one.id}", one.drafted_at) for one in found]
    return _tile("reports", "/desk/reports", found, lines)


async def _inspector_changes(request: AnyRequest) -> Tile:
    found = await store_changes.batches(authority_of(request), {BatchState.PENDING}, MOST + 1)
    lines = [Line(one.made_by_name, f"/desk/inspectors/changes/{one.id}", one.made_at) for one in found]
    return _tile("inspector_changes", "/desk/inspectors/changes", found, lines)


TILES: Final[Sequence[tuple[Action, Asked]]] = (
    (Action.PLAN_APPROVE, _plans),
    (Action.TASK_REVIEW, partial(_tasks, state=TaskState.PRESET)),
    (Action.TASK_PRESET, partial(_tasks, state=TaskState.RETURNED)),
    (Action.DRAW_READ, _draws),
    (Action.CHANGE_DECIDE, _changes),
    (Action.REVIEW_READ, _records),
    (Action.INSPECTOR_REVIEW, _legal),
    (Action.INSPECTOR_REVIEW, _inspector_changes),
    (Action.PUBLICATION_PUBLISH, _publications),
    (Action.OBJECTION_REVIEW, _objections),
    (Action.LATE_FILING_FILE, _filings),
    (Action.REPORT_APPROVE, _reports),
    (Action.ALERT_READ, _alerts),
    (Action.LETTER_READ, _letters),
)
"""Each tile, and whose it is: the row of the table of permits."""
_RECORDS_OF: Final = frozenset({Role.LEADER, Role.SECTION_HEAD})
"""Who decides about records; others only read them."""


def _concerns(role: Role, action: Action) -> bool:
    return action is not Action.REVIEW_READ or role in _RECORDS_OF


def _is_my_step(role: Role, draw: DrawLine) -> bool:
    step = waits_for(draw.state, void_asked=draw.void_asked)
    return step is not None and may(role, TAKES[step])


def _visits(
    request: AnyRequest, key: str, found: Sequence[Waiting], page: str = "/desk/reviews", of: str = "/desk/reviews/{}"
) -> Tile:
    """Only since when each waits: whose visit it is would cost more than the rest of the page."""
    told = text(f"desk.home_one_{key}", lang_of(request))
    return _tile(key, page, found, [Line(told, of.format(one.visit), one.since) for one in found])


def _tile(key: str, path: str, found: Sequence[T], lines: Sequence[Line]) -> Tile:
    return Tile(f"desk.home_{key}", path, min(len(found), MOST), len(found) > MOST, tuple(lines[:SHOWN]))
