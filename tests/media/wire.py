"""A request whose body the test feeds by hand: bytes, a pause, a lost connection."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar import Litestar


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class HeldRequest:
    """One running request. `feed` gives it bytes, `hang_up` drops the connection, `answer` waits for what it says."""

    def __init__(self, app: Litestar, method: str, path: str, headers: Mapping[str, str]) -> None:
        self._messages: asyncio.Queue[dict] = asyncio.Queue()
        self._answer = Answer()
        self._wants = asyncio.Event()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("tablet", 1),
            "server": ("testserver", 80),
            "state": {},
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict:
        if self._messages.empty():
            self._wants.set()
        return await self._messages.get()

    async def _send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self._answer.status = message["status"]
            self._answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}

    async def feed(self, data: bytes) -> None:
        """Send bytes and return when the server has taken them and asks for more."""
        await self._wants.wait()
        self._wants.clear()
        self._messages.put_nowait({"type": "http.request", "body": data, "more_body": True})
        await self._wants.wait()

    @property
    def asked_for_bytes(self) -> bool:
        """Whether the server wants bytes now."""
        return self._wants.is_set()

    def end(self, data: bytes = b"") -> None:
        """Send the last bytes of the body."""
        self._messages.put_nowait({"type": "http.request", "body": data, "more_body": False})

    def hang_up(self) -> None:
        self._messages.put_nowait({"type": "http.disconnect"})

    async def answer(self) -> Answer:
        await self.task
        return self._answer
