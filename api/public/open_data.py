"""All that is published, as files for machines: streamed, with an address that stays and an ETag that moves with it."""

import hashlib
from collections.abc import AsyncGenerator
from typing import Final

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Stream

from api.commands import AnyRequest
from api.pages.render import unchanged
from api.permits import Action
from api.throttle import RateClass
from inspection.publicity.open_data import Lives, lives_csv, penalties_csv, results_csv
from inspection.publicity.store_documents import newest_change

CSV: Final = "text/csv"
OPT: Final = {"action": Action.PUBLIC_READ, "rate": RateClass.BULK}
MAX_AGE: Final = 60


@get("/results.csv", opt=OPT, media_type=CSV)
async def all_results(request: AnyRequest) -> Stream | Response[bytes]:
    """Every published result in the version in force, newest first."""
    return await _file(request, "results", results_csv())


@get("/penalties.csv", opt=OPT, media_type=CSV)
async def all_penalties(request: AnyRequest) -> Stream | Response[bytes]:
    """Every published penalty that stands, newest first."""
    return await _file(request, "penalties", penalties_csv())


@get("/lives/{table:str}", opt=OPT, media_type=CSV)
async def lives_table(request: AnyRequest, table: FromPath[Lives]) -> Stream | Response[bytes]:
    """A table of LIVES, the open format of inspection results: businesses, inspections, violations."""
    return await _file(request, table.value, lives_csv(table))


async def _file(request: AnyRequest, name: str, pages: AsyncGenerator[bytes, None]) -> Stream | Response[bytes]:
    count, at = await newest_change()
    # By what is out, not by the bytes: nobody hashes a million lines before the first of them goes.
    etag = f'"{hashlib.sha256(f"{name} {count} {at}".encode()).hexdigest()[:32]}"'
    told = {"ETag": etag, "Cache-Control": f"public, max-age={MAX_AGE}"}
    if unchanged(request, etag):
        return Response(b"", status_code=304, media_type=CSV, headers=told)
    told["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return Stream(pages, media_type=CSV, headers=told)


open_data_router = Router("/public", route_handlers=[all_results, all_penalties, lives_table])
