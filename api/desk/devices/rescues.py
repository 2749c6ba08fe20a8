"""The export file of a tablet that cannot send any more, carried in by a person."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page
from api.desk.forms import Form, acted
from api.office.rescues import rescue_view
from api.permits import Action
from api.process import process_of
from api.throttle import RateClass
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from sync.office.rescue import MOST_BYTES, import_rescue

PLACE: Final = "/desk/devices/rescue"
BLOCK: Final = 1024 * 1024


@get(PLACE, opt={"action": Action.RESCUE_IMPORT})
async def read_rescue(request: AnyRequest) -> Response[bytes]:
    """What to do with a broken tablet's file."""
    return await _page(request)


@post(PLACE, opt={"action": Action.RESCUE_IMPORT, "rate": RateClass.GENERAL}, request_max_body_size=MOST_BYTES)
async def send_rescue(request: AnyRequest) -> Response[bytes]:
    """Take what can be read of the file, and say what became of it."""

    async def do(form: Form) -> Response[bytes]:
        keys, authority = process_of(request).keys, authority_of(request)
        async with sent_file(request, form, "file") as path:
            done = await import_rescue(command(request), path=path, authority_id=authority, keys=keys)
        return desk_page(request, "desk_devices/rescued.html", outcome=rescue_view(done))

    return await acted(request, do, lambda: _page(request))


async def _page(request: AnyRequest) -> Response[bytes]:
    return desk_page(request, "desk_devices/rescue.html")


@asynccontextmanager
async def sent_file(request: AnyRequest, form: Form, name: str) -> AsyncIterator[Path]:
    """A file of the form on the disk of the data directory, gone afterwards.

    Raises:
        Invalid: none was chosen.
    """
    sent = form.files.get(name)
    if sent is None or not sent.filename:
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=[{"at": name, "message": "", "kind": "missing"}])
    with tempfile.TemporaryDirectory(prefix="sent-", dir=process_of(request).settings.data_dir) as folder:
        path = Path(folder) / "file"
        await _write(sent, path)
        yield path


async def _write(sent: UploadFile, path: Path) -> None:
    with await asyncio.to_thread(path.open, "wb") as file:
        while block := await sent.read(BLOCK):
            await asyncio.to_thread(file.write, block)


HANDLERS: Final = (read_rescue, send_rescue)
