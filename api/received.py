"""A request's body as a file: streamed to a temporary file in the data directory, never whole in memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from litestar.exceptions import ClientException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from api.commands import AnyRequest
from api.process import process_of
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

BUFFER: Final = 1024 * 1024


@asynccontextmanager
async def received_file(request: AnyRequest, *, limit: int, kinds: frozenset[str]) -> AsyncIterator[Path]:
    """The body in a file that is gone afterwards; `limit` in bytes is also the route's `request_max_body_size`.

    Raises:
        Invalid: announced as something else than `kinds` (`unsupported-media-type`), or larger than `limit`.
    """
    announced = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if announced not in kinds:
        raise Invalid(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "api.file_type", allowed=", ".join(sorted(kinds)))
    with tempfile.TemporaryDirectory(prefix="received-", dir=process_of(request).settings.data_dir) as folder:
        path = Path(folder) / "body"
        try:
            await _write(request, path)
        except ClientException as error:
            if error.status_code != HTTP_413_REQUEST_ENTITY_TOO_LARGE:
                raise
            raise Invalid(ProblemCode.TOO_LARGE, "api.file_too_large", limit=limit) from error
        yield path


async def _write(request: AnyRequest, path: Path) -> None:
    buffer = bytearray()
    with await asyncio.to_thread(path.open, "wb") as file:
        async for piece in request.stream():
            buffer += piece
            if len(buffer) >= BUFFER:
                await asyncio.to_thread(file.write, bytes(buffer))
                buffer.clear()
        await asyncio.to_thread(file.write, bytes(buffer))
