"""Somebody of an inspected entity who has the notice in hand: its link and its code, and nothing else."""

import re
from collections.abc import Mapping

import httpx

HOME = "https://fieldcheck.test"


class PartyError(RuntimeError):
    """A page of the door refused what the story wants: a mistake of the simulation."""


class Party:
    """At the door of one visit."""

    def __init__(self, transport: httpx.AsyncBaseTransport, address: str, code: str) -> None:
        self._http = httpx.AsyncClient(transport=transport, base_url=HOME)
        self._path = "/e/" + address.rsplit("/e/", 1)[-1]
        self._code = code

    async def come_in(self) -> None:
        """Type the code of the notice."""
        await self._told(await self._http.post(self._path, data={"code": self._code}))

    async def page(self, name: str = "") -> str:
        """A page behind the door."""
        return (await self._told(await self._http.get(f"{self._path}/{name}"))).text

    async def acknowledge(self, name: str) -> None:
        """Say that the notice was received."""
        await self.page("notice")
        await self._told(await self._http.post(f"{self._path}/notice", data={"name": name}))

    async def send(self, name: str, fields: Mapping[str, str]) -> str:
        """Fill the form of a page in; the page that answers."""
        found = re.search(r'name="form" value="([^"]+)"', await self.page(name))
        if found is None:
            raise PartyError(f"{name} has no form")
        parts = {key: (None, value.encode()) for key, value in {"form": found[1], **fields}.items()}
        return (await self._told(await self._http.post(f"{self._path}/{name}", files=parts))).text

    async def close(self) -> None:
        await self._http.aclose()

    async def _told(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise PartyError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
        return answer
