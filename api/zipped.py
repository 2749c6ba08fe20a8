"""The files of a draw as one download, with the program that checks them next to them."""

import asyncio
from collections.abc import Mapping
from typing import Final

from litestar import Response

from inspection.draw.told.standalone import archived, verifier

ZIP: Final = "application/zip"
PROGRAM: Final = "verify.pyz"


async def zipped(files: Mapping[str, bytes], name: str) -> Response[bytes]:
    """The files (name → bytes) as a ZIP to be saved under `name`; the same files give the same bytes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(_packed, dict(files)), media_type=ZIP, headers=headers)


def _packed(files: dict[str, bytes]) -> bytes:
    return archived({**files, PROGRAM: verifier()})
