"""Special registers and tags (专项名录、监管标签): which there are, who stands in them, and what no item covers."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.registry.asking import PAGE
from api.office.coverage_views import coverage_view
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from inspection.registry import find
from inspection.registry.objects import store_registers
from inspection.registry.objects.coverage import coverage
from inspection.registry.objects.entries import EntryFacts
from mobile_contract.problems import ProblemCode

_OPT: Final = {"action": Action.REGISTRY_READ}


@get("/desk/objects/registers", opt=_OPT)
async def read_registers(request: AnyRequest) -> Response[bytes]:
    """All special registers and tags."""
    found = await store_registers.every_register(authority_of(request))
    return desk_page(request, "desk_registry/registers.html", registers=found)


@get("/desk/objects/registers/{register_id:uuid}", opt=_OPT)
async def read_register(
    request: AnyRequest, register_id: FromPath[UUID], after: FromQuery[str] = ""
) -> Response[bytes]:
    """Who stands in one today, a page at a time by code."""
    found = await store_registers.register(register_id)
    if found is None or found.authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "registry.register_unknown", register=str(register_id))
    today = local_day(command(request).now)
    rows, more = _page(await store_registers.members(register_id, after, PAGE + 1, today))
    names = await find.objects([row.object for row in rows])
    told: dict[str, Any] = {"register": found, "rows": rows, "names": names, "more": more, "first": not after}
    return desk_page(request, "desk_registry/register.html", **told)


def _page(rows: list[EntryFacts]) -> tuple[list[EntryFacts], str | None]:
    """One object may stand there with several licences: a page ends between two objects."""
    if len(rows) <= PAGE:
        return rows, None
    whole = [row for row in rows[:PAGE] if row.code != rows[PAGE].code] or rows[:PAGE]
    return whole, whole[-1].code


@get("/desk/objects/coverage", opt=_OPT)
async def read_coverage(request: AnyRequest) -> Response[bytes]:
    """Items with nobody in their directory, objects that no item covers."""
    found = await coverage(authority_of(request), local_day(command(request).now), PAGE)
    return desk_page(request, "desk_registry/coverage.html", found=coverage_view(found, lang_of(request)))


HANDLERS: Final = [read_registers, read_register, read_coverage]
