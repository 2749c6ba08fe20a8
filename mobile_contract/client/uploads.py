"""Files on their way up: a question which of them are here, small ones in one request, others resumably (tus
1.0.0, core and creation).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import httpx

from mobile_contract.client.state import DeviceStore, FileRow
from mobile_contract.media import MAX_ASKED, MAX_SMALL_BYTES, MediaHaveAnswer, MediaHaveRequest

_HAVE = "/v1/media/have"
_TUS = {"Tus-Resumable": "1.0.0"}
_ROOT = "/v1/uploads"
_GONE = {404, 410}
_CONFLICT = 409


async def note_known(store: DeviceStore, http: httpx.AsyncClient, auth: httpx.Auth, digests: Sequence[str]) -> None:
    """Ask which of these files are here for this authority, and note those as sent."""
    for start in range(0, len(digests), MAX_ASKED):
        asked = MediaHaveRequest(sha256=tuple(digests[start : start + MAX_ASKED]))
        headers = {"Content-Type": "application/json"}
        answer = await http.post(_HAVE, content=asked.model_dump_json(), headers=headers, auth=auth)
        answer.raise_for_status()
        for digest in MediaHaveAnswer.model_validate_json(answer.content).sha256:
            store.note_upload(digest, None, complete=True)


async def upload(store: DeviceStore, http: httpx.AsyncClient, auth: httpx.Auth, digest: str, chunk: int) -> None:
    """Bring one file up, resuming where an earlier attempt broke off. httpx.HTTPError leaves it resumable."""
    file = store.file(digest)
    if file is None or file.complete:
        return
    if file.address is None and len(file.content) <= min(chunk, MAX_SMALL_BYTES):
        path = f"/v1/media/{digest}"
        answer = await http.put(path, content=file.content, headers={"Content-Type": file.mime}, auth=auth)
        answer.raise_for_status()
        store.note_upload(digest, None, complete=True)
        return
    address, offset = await _stand(store, http, auth, file)
    while offset < len(file.content):
        piece = file.content[offset : offset + chunk]
        answer = await http.patch(
            address,
            content=piece,
            headers={**_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"},
            auth=auth,
        )
        if answer.status_code == _CONFLICT:
            stood = offset
            address, offset = await _stand(store, http, auth, file)
            if offset != stood:
                continue
        answer.raise_for_status()
        offset = int(answer.headers["Upload-Offset"])
    store.note_upload(digest, address, complete=True)


async def _stand(store: DeviceStore, http: httpx.AsyncClient, auth: httpx.Auth, file: FileRow) -> tuple[str, int]:
    """Where the upload goes on: its address and offset; begun anew when the server knows it no more."""
    known = store.file(file.digest)
    if known is not None and known.address is not None:
        answer = await http.head(known.address, headers=_TUS, auth=auth)
        if answer.status_code not in _GONE:
            answer.raise_for_status()
            return known.address, int(answer.headers["Upload-Offset"])
    metadata = f"sha256 {_b64(file.digest)},filetype {_b64(file.mime)}"
    created = await http.post(
        _ROOT,
        headers={**_TUS, "Upload-Length": str(len(file.content)), "Upload-Metadata": metadata},
        auth=auth,
    )
    created.raise_for_status()
    address = str(created.headers["Location"])
    store.note_upload(file.digest, address, complete=False)
    # Creation may be answered by an upload that was begun, or completed, before.
    return address, int(created.headers.get("Upload-Offset", "0"))


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
