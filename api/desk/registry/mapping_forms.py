"""字段对应 at the desk: which header of a source's files means which field, kept for the next file."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromQuery
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.desk.registry.imports import IMPORT
from api.desk.registry.wording import column_title
from api.office.objects import COLUMNS
from api.office.registry import Register
from inspection.registry.intake.mappings import mappings, parse_pairs, save_mapping
from mobile_contract.base import Wire


class MappingLines(Wire):
    """A mapping as it is typed: a line a header, `表头=字段`."""

    what: Register
    source: Annotated[str, Field(min_length=1, max_length=120)]
    pairs: Annotated[str, Field(min_length=1, max_length=60_000)]


@get("/desk/imports/mappings", opt=IMPORT)
async def read_mapping(
    request: AnyRequest, what: FromQuery[Register] = Register.OBJECTS, source: FromQuery[str] = ""
) -> Response[bytes]:
    """One mapping to be edited, or a new one."""
    return await _page(request, what, source)


@post("/desk/imports/mappings", opt=IMPORT)
async def send_mapping_lines(request: AnyRequest) -> Response[bytes]:
    """Keep a mapping under its source's name."""

    async def do(form: Form) -> str:
        told = filled(form, MappingLines)
        headers = parse_pairs(line for line in told.pairs.splitlines() if line.strip())
        given: dict[str, Any] = {"what": told.what, "columns": COLUMNS[told.what], "source": told.source}
        await save_mapping(command(request), authority=authority_of(request), headers=headers, **given)
        return see("/desk/imports", "desk_registry.done_mapping")

    return await acted(request, do, lambda: _page(request, Register.OBJECTS, ""))


async def _page(request: AnyRequest, what: Register, source: str) -> Response[bytes]:
    kept = [one for one in await mappings(authority_of(request)) if one.what == what and one.source == source]
    lines = "\n".join(f"{title}={field}" for one in kept for title, field in one.headers.items())
    lang = lang_of(request)
    fields = {one: [(column.field, column_title(column, lang)) for column in COLUMNS[one]] for one in Register}
    facts: dict[str, Any] = {"what": what, "source": source, "lines": lines, "fields": fields}
    return desk_page(request, "desk_registry/mapping.html", **facts)


HANDLERS: Final = [read_mapping, send_mapping_lines]
