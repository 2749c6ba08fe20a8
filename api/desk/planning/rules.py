"""本地规则: the rule-set in force, clause by clause, beside its other versions and those of other places; the calendar
by which days are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.calendar.store import known_year, known_years
from inspection.policy.chapters import chapters, differing
from inspection.policy.load import Source, digest, known_sources, rule_set_named
from inspection.registry.rules_in_force import rules_on

RuleSetName = Annotated[str, QueryParameter(max_length=120)]


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row, under one name."""

    name: str
    first: date
    last: date


@get("/desk/rules", opt={"action": Action.REGISTRY_READ})
async def read_rules(request: AnyRequest, on: FromQuery[date | None] = None) -> Response[bytes]:
    """The rule-set of this authority on a day (today)."""
    day = on or local_day(command(request).now)
    rules = await rules_on(authority_of(request), day)
    return _shown(request, rules.name, in_force=rules.name, on=day)


@get("/desk/rules/versions/{name:str}", opt={"action": Action.REGISTRY_READ})
async def read_version(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """A rule-set by its name: what a record was made under is read for ever."""
    day = local_day(command(request).now)
    rules = await rules_on(authority_of(request), day)
    return _shown(request, name, in_force=rules.name, on=None)


@get("/desk/rules/beside", opt={"action": Action.SUPERVISION_READ})
async def read_beside(request: AnyRequest, other: RuleSetName = "", one: RuleSetName = "") -> Response[bytes]:
    """Where two rule-sets differ: two versions of our own, or ours and that of another place."""
    mine = await rules_on(authority_of(request), local_day(command(request).now))
    left = rule_set_named(one) if one else mine
    right = rule_set_named(other) if other else None
    found = differing(left, right, lang_of(request)) if right else ()
    names = [source.rules for source in known_sources()]
    return desk_page(
        request, "desk_planning/beside.html", mine=mine, one=left, other=right, found=found, rule_sets=names
    )


@get("/desk/rules/calendar", opt={"action": Action.REGISTRY_READ})
async def read_calendar(
    request: AnyRequest, year: Annotated[int | None, QueryParameter(ge=1900, le=9999)] = None
) -> Response[bytes]:
    """The statutory calendar: days off and weekends worked, year by year."""
    wanted = year or local_day(command(request).now).year
    known = await known_year(wanted)
    off = holidays([(day, name) for day, works, name in known.days if not works]) if known else ()
    worked = [(day, name) for day, works, name in known.days if works] if known else ()
    years = await known_years()
    return desk_page(
        request, "desk_planning/calendar.html", year=wanted, known=known, off=off, worked=worked, years=years
    )


def holidays(days: Sequence[tuple[date, str]]) -> list[Holiday]:
    """The days off that bear one name and are not a fortnight apart, as one span each. `days` in their order."""
    spans: list[Holiday] = []
    for day, name in days:
        last = spans[-1] if spans else None
        if last is not None and last.name == name and (day - last.last).days <= _FORTNIGHT:
            spans[-1] = Holiday(name, last.first, day)
        else:
            spans.append(Holiday(name, day, day))
    return spans


_FORTNIGHT: Final = 14


def _shown(request: AnyRequest, name: str, *, in_force: str, on: date | None) -> Response[bytes]:
    rules = rule_set_named(name)
    versions = [source.rules for source in known_sources() if source.rules.code == rules.code]
    return desk_page(
        request,
        "desk_planning/rules.html",
        rules=rules,
        source=_source(name),
        digest=digest(rules),
        chapters=chapters(rules, lang_of(request)),
        versions=versions,
        in_force=in_force,
        on=on,
    )


def _source(name: str) -> Source | None:
    return next((source for source in known_sources() if source.rules.name == name), None)


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_rules, read_version, read_beside, read_calendar)
