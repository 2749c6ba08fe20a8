"""The least of an HTTP client, for the server on dictionaries: httpx's own costs more than some verbs."""

from __future__ import annotations

from functools import cache
from typing import Final, Self

import httpx

BASE: Final = "http://server"


class PlainClient:
    """As `httpx.AsyncClient`, as far as a `Session` asks for one: the channel is open, nothing is proven or merged."""

    def __init__(self, network: httpx.AsyncBaseTransport) -> None:
        self._network = network

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
        **_auth: object,
    ) -> httpx.Response:
        """Send it."""
        url = httpx.URL(f"{BASE}{path}", params=params) if params else _url(path)
        return await self._network.handle_async_request(httpx.Request(method, url, headers=headers, content=content))


@cache
def _url(path: str) -> httpx.URL:
    return httpx.URL(f"{BASE}{path}")
