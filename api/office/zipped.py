"""Several files as one download."""

import asyncio
import io
import zipfile
from collections.abc import Mapping
from typing import Final

from litestar import Response

ZIP: Final = "application/zip"
# The oldest date a ZIP can bear: the same files give the same bytes.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


async def zipped(files: Mapping[str, bytes], name: str) -> Response[bytes]:
    """The files (name → bytes) as a ZIP to be saved under `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(_zip, files), media_type=ZIP, headers=headers)


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
