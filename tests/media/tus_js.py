"""tus-js-client in a process of its own (`tests/clients/tus.mjs`, which says what a job is)."""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

from tests.media.requests import UPLOADS, sha256
from tests.support.node import NODE

SCRIPT = Path(__file__).parent.parent / "clients" / "tus.mjs"


class TusJs:
    """One run of the client."""

    def __init__(self, process: asyncio.subprocess.Process, job: bytes) -> None:
        self._process, self._job = process, job

    @classmethod
    async def begin(cls, port: int, path: Path, **job: Any) -> Self:
        """Start it on one file; `file` adds to what it is told of that."""
        digest = sha256(await asyncio.to_thread(path.read_bytes))
        file = {"path": str(path), "sha256": digest, **job.pop("file", {})}
        told = {"endpoint": f"http://127.0.0.1:{port}{UPLOADS}", "files": [file], **job}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(str(NODE), str(SCRIPT), stdin=pipe, stdout=pipe)
        return cls(process, json.dumps(told).encode())

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    async def end(self) -> dict[str, Any] | None:
        """What it tells of the file; `None` when it was killed."""
        answer, _ = await self._process.communicate(self._job)
        if self._process.returncode == -9:
            return None
        assert self._process.returncode == 0
        return json.loads(answer)["files"][0]


async def tus_js(port: int, path: Path, **job: Any) -> dict[str, Any]:
    """Run it on one file to its end."""
    told = await (await TusJs.begin(port, path, **job)).end()
    assert told is not None
    return told
