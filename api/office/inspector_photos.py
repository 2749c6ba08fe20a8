"""The photo of an inspector, as the office keeps it. Leaders and inspectors do not browse each other's."""

from asyncio import to_thread
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, delete, get, put
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from api.photos import LARGEST, keep_photo, photo_answer
from api.received import received_file
from inspection.registry.inspectors.photo import set_photo
from inspection.registry.inspectors.questions import one_inspector

KINDS: Final = frozenset({"image/jpeg", "image/png", "image/heic", "image/heif", "application/octet-stream"})
PATH: Final = "/inspectors/{inspector:uuid}/photo"


@put(PATH, opt={"action": Action.INSPECTOR_KEEP, "body": KINDS}, status_code=204, request_max_body_size=LARGEST)
async def put_photo(request: AnyRequest, inspector: FromPath[UUID]) -> None:
    """Set the photo: JPEG, PNG or HEIC of at most 1 MiB, judged by its first bytes. The original is kept."""
    await one_inspector(authority_of(request), inspector)
    async with received_file(request, limit=LARGEST, kinds=KINDS) as path:
        digest = await keep_photo(command(request), await to_thread(path.read_bytes))
    await set_photo(command(request), inspector, photo=digest)


@get(PATH, opt={"action": Action.INSPECTOR_READ, "uncompressed": True})
async def read_photo(request: AnyRequest, inspector: FromPath[UUID]) -> Response[Any]:
    """The copy of it that is shown: a JPEG of at most 320 pixels without the camera's own data."""
    return await photo_of(request, inspector)


async def photo_of(request: AnyRequest, inspector: UUID) -> Response[Any]:
    """The photo of somebody of this office's register, for whoever may read it."""
    return await photo_answer(request, (await one_inspector(authority_of(request), inspector)).photo)


@delete(PATH, opt={"action": Action.INSPECTOR_KEEP})
async def withdraw_photo(request: AnyRequest, inspector: FromPath[UUID]) -> None:
    """Nobody is shown it any more; the stored original stays, as every stored file does."""
    await set_photo(command(request), inspector, photo=None)


router = Router("/office/registry", route_handlers=[put_photo, read_photo, withdraw_photo], tags=["office: inspectors"])
