"""What is done with a file that waits: read otherwise, looked at again, brought in, put away."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted
from api.desk.registry import waiting as waiting_files
from api.desk.registry.imports import IMPORT
from api.desk.registry.look import looked_at, wanted
from api.desk.registry.wording import column_title, told_fields
from api.office.made_file import made_file
from api.office.objects import COLUMNS, Listed, Previewed, previewed
from api.office.registry import IMPORTS
from inspection.registry.intake.columns import IGNORED
from inspection.registry.intake.preview import Outputs
from inspection.registry.intake.waiting import put_away

PLACE: Final = "/desk/imports/waiting/{file_id:uuid}"


@get(PLACE, opt=IMPORT)
async def read_waiting(request: AnyRequest, file_id: FromPath[UUID]) -> Response[bytes]:
    """What the import of a file would do: counts, changes field by field, rejected rows with their reasons."""
    return await waiting_page(request, file_id)


@post(f"{PLACE}/mapping", opt=IMPORT)
async def send_mapping(request: AnyRequest, file_id: FromPath[UUID]) -> Response[bytes]:
    """Say which column means which field, and look again."""

    async def do(form: Form) -> str:
        told = await waiting_files.one_waiting(request, file_id)
        headers = {title: said for place, title in enumerate(told.header) if (said := form.get(f"column.{place}"))}
        await looked_at(request, replace(told, headers=headers or None, origin=form.get("origin")[:120]))
        return f"/desk/imports/waiting/{file_id}"

    return await acted(request, do, lambda: waiting_page(request, file_id))


@post(f"{PLACE}/again", opt=IMPORT)
async def send_again(request: AnyRequest, file_id: FromPath[UUID]) -> Response[bytes]:
    """Look again: the register may be another by now."""

    async def do(_: Form) -> str:
        await looked_at(request, await waiting_files.one_waiting(request, file_id))
        return f"/desk/imports/waiting/{file_id}"

    return await acted(request, do, lambda: waiting_page(request, file_id))


@post(f"{PLACE}/import", opt=IMPORT)
async def send_import(request: AnyRequest, file_id: FromPath[UUID]) -> Response[bytes]:
    """Bring in exactly what was looked at."""

    async def do(form: Form) -> str:
        told = await waiting_files.one_waiting(request, file_id)
        given, authority = wanted(told, form.get("token") or "-"), authority_of(request)
        async with waiting_files.file_of(request, file_id) as path:
            report = await IMPORTS[told.register](
                command(request), path, authority=authority, name=told.name, wanted=given
            )
        await put_away(file_id)
        done = "desk_registry.done_repeated" if report.repeated else "desk_registry.done_imported"
        return see(f"/desk/imports/{report.run}", done)

    return await acted(request, do, lambda: waiting_page(request, file_id))


@post(f"{PLACE}/putting-away", opt=IMPORT)
async def send_away(request: AnyRequest, file_id: FromPath[UUID]) -> Response[bytes]:
    """Nothing shall come of it."""

    async def do(_: Form) -> str:
        await put_away((await waiting_files.one_waiting(request, file_id)).id)
        return see("/desk/imports", "desk_registry.done_put_away")

    return await acted(request, do, lambda: waiting_page(request, file_id))


@get(f"{PLACE}/{{listed:str}}", opt={**IMPORT, "uncompressed": True})
async def read_listed(request: AnyRequest, file_id: FromPath[UUID], listed: FromPath[Listed]) -> Stream:
    """Every field that the import would change, or every row it would reject, as CSV."""
    told = await waiting_files.one_waiting(request, file_id)

    async def fill(out: Path) -> None:
        outputs = Outputs(changes=out) if listed is Listed.CHANGES else Outputs(rejects=out)
        what = Previewed(told.register)
        async with waiting_files.file_of(request, file_id) as path:
            await previewed(request, what, path, told.name, wanted(told), outputs, absent=False)

    return await made_file(request, f"{listed}.csv", "text/csv", fill)


async def waiting_page(request: AnyRequest, file_id: UUID) -> Response[bytes]:
    """The page of a file that waits."""
    told, lang = await waiting_files.one_waiting(request, file_id), lang_of(request)
    preview, columns = told.told.get(lang), COLUMNS[told.register]
    titles = {column.field: column_title(column, lang) for column in columns}
    found = {title: field for field, headers in (preview.columns if preview else {}).items() for title in headers}
    facts: dict[str, Any] = {
        "told": told,
        "preview": preview,
        "titles": titles,
        "meanings": [(place, title, found.get(title)) for place, title in enumerate(told.header)],
        "ignored": IGNORED,
        **told_fields(lang),
    }
    return desk_page(request, "desk_registry/waiting.html", **facts)


HANDLERS: Final = [
    read_waiting,
    send_mapping,
    send_again,
    send_import,
    send_away,
    read_listed,
]
