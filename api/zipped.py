"""Several files as one download."""

import asyncio
from collections.abc import Mapping
from typing import Final

from litestar import Response

from inspection.draw.standalone import archived

ZIP: Final = "application/zip"


async def zipped(files: Mapping[str, bytes], name: str) -> Response[bytes]:
    """The files (name → bytes) as a ZIP to be saved under `name`; the same files give the same bytes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(archived, dict(files)), media_type=ZIP, headers=headers)
