"""一单 at the desk: the item list, one item in all its versions, figures and changes of the list."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.registry.asking import asked_of, page_of, stated
from api.desk.registry.wording import told_fields
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.planning.store_procedures import newest as newest_procedure
from inspection.policy.terms import ItemClass
from inspection.registry.find import checklist_for, item, item_history, items, published_items
from inspection.registry.items.facts import ChecklistFacts, ItemFacts
from inspection.registry.items.history import changes, list_changes
from inspection.registry.items.publishing import findings
from inspection.registry.items.ratios import percent
from inspection.registry.items.statistics import item_statistics
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

READ: Final = {"action": Action.REGISTRY_READ}
STATES: Final = ("waiting", "published", "ahead", "withdrawn")


@get("/desk/items", opt=READ)
async def read_items(request: AnyRequest, after: FromQuery[str] = "") -> Response[bytes]:
    """The newest version of every item, and whether it is public."""
    asked, authority = asked_of(request, "q", "state", "item_class"), authority_of(request)
    today = local_day(command(request).now)
    public = {one.code: one for one in await published_items(authority, today)}
    found = [(one, state_of(one, today)) for one in await items(authority)]
    chosen = [pair for pair in found if _fits(*pair, asked)]
    rows, more = page_of(chosen, lambda pair: pair[0].code, after)
    facts: dict[str, Any] = {
        "rows": rows,
        "more": more,
        "first": not after,
        "public": public,
        "waiting": sum(state == "waiting" for _, state in found),
        "asked": asked,
        "query": stated(asked),
        "states": STATES,
        "classes": ItemClass,
    }
    return desk_page(request, "desk_registry/items.html", **facts)


@get("/desk/items/statistics", opt=READ)
async def read_statistics(
    request: AnyRequest, since: FromQuery[str] = "", until: FromQuery[str] = ""
) -> Response[bytes]:
    """How many key and general items there are, what to look at, and what changed between two days."""
    authority, cmd = authority_of(request), command(request)
    today = local_day(cmd.now)
    told = item_statistics(await items(authority), await rules_today(cmd, authority))
    first, last = _day(since) or date(today.year, 1, 1), _day(until) or today
    before, after = await published_items(authority, first), await published_items(authority, last)
    facts: dict[str, Any] = {"told": told, "percent": percent, "since": first, "until": last}
    facts |= {"changed": list_changes(before, after), "tongue": lang_of(request), **told_fields(lang_of(request))}
    return desk_page(request, "desk_registry/item_statistics.html", **facts)


@get("/desk/items/{item_id:uuid}", opt=READ)
async def read_item(request: AnyRequest, item_id: FromPath[UUID], against: FromQuery[int] = 0) -> Response[bytes]:
    """One version of an item; all its versions; what differs between it and another one."""
    return await item_page(request, item_id, against)


async def item_page(request: AnyRequest, item_id: UUID, against: int = 0) -> Response[bytes]:
    """The page of one version of an item. `against`: the number of the version to compare it with."""
    one, cmd = await my_item(request, item_id), command(request)
    versions, today = await item_history(one.authority, one.code), local_day(cmd.now)
    other = next((version.item for version in versions if version.item.version == against), None)
    newest = versions[-1].item
    facts: dict[str, Any] = {
        "one": one,
        "versions": versions,
        "newest": newest,
        "state": state_of(newest, today),
        "today": today,
        "other": other,
        "differing": changes(other, one) if other else (),
        "findings": findings([one], await rules_today(cmd, one.authority)) if one.published_at is None else (),
        "checklist": await _checklist(one),
        "procedure": await newest_procedure(one.authority, one.code),
        "percent": percent,
        "tongue": lang_of(request),
    }
    return desk_page(request, "desk_registry/item.html", **facts, **told_fields(lang_of(request)))


async def my_item(request: AnyRequest, item_id: UUID) -> ItemFacts:
    """A version of an item of this office.

    Raises:
        NotFound: `registry.item_unknown`, also for another office's.
    """
    found = await item(item_id)
    if found.authority != authority_of(request):
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "registry.item_unknown", item=str(item_id))
    return found


def state_of(newest: ItemFacts, today: date) -> str:
    """Where the newest version of an item stands on the day, one of `STATES`."""
    if newest.published_at is None:
        return "waiting"
    if newest.withdrawn_on is not None and newest.withdrawn_on <= today:
        return "withdrawn"
    return "ahead" if newest.effective_from and newest.effective_from > today else "published"


async def _checklist(one: ItemFacts) -> ChecklistFacts | None:
    try:
        return await checklist_for(one.id)
    except NotFound:
        return None


def _fits(one: ItemFacts, state: str, asked: dict[str, str]) -> bool:
    sought, places = asked["q"].casefold(), (one.name, one.code, one.object_text)
    return (
        (not sought or any(sought in told.casefold() for told in places))
        and asked["state"] in {"", state}
        and asked["item_class"] in {"", one.item_class.value}
    )


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


HANDLERS: Final[Sequence[Any]] = [read_items, read_statistics, read_item]
