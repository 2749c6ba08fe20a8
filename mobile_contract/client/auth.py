"""How a device shows its token: bound to its key, with a fresh proof for every request (docs/sync.md, Transport)."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator, Callable, Generator

import httpx

from mobile_contract.client.dpop import proof
from mobile_contract.client.key import DeviceKey
from mobile_contract.enrol import TokenAnswer

_ROOT = "/v1/"
_RENEWAL = "/v1/devices/token"
_UNAUTHORISED = 401
_TRIES = 4
"""A network that doubles requests spends a proof before its answer is heard: one more try may not be enough."""


class DeviceAuth(httpx.Auth):
    """Signs every request, repeats it with the server's nonce when asked, and renews a token that ran out.

    Nothing here comes from the device's own clock or randomness: what it writes must not depend on how often it spoke.
    The body of a request must be bytes: it may be sent again.
    """

    def __init__(
        self,
        key: DeviceKey,
        token: Callable[[], str],
        keep: Callable[[TokenAnswer], None],
        *,
        iat: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        """`token` tells the token that is held, `keep` is told a new one, `iat` is a clock that nobody judges."""
        self._key = key
        self._token = token
        self._keep = keep
        self._iat = iat
        self.nonce: str | None = None
        """The newest `DPoP-Nonce`; None before the first answer."""

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The exchange for one request."""
        flow = self.auth_flow(request)
        sent = next(flow)
        while True:
            answer = yield sent
            if sent.url.path.endswith(_RENEWAL):
                await answer.aread()
            try:
                sent = flow.send(answer)
            except StopIteration:
                return

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Request, again with a nonce, renewal of the token, and again: each a bounded number of times.

        A renewal that is refused ends it, and its answer is what the caller gets: it says why.
        """
        answer = yield from self._proven(request, self._token())
        if answer.status_code == _UNAUTHORISED and _says(answer, "invalid_token"):
            renewed = yield from self._proven(httpx.Request("POST", _beside(request.url), content=b""), None)
            if renewed.is_success:
                self._keep(TokenAnswer.model_validate_json(renewed.content))
                yield from self._proven(request, self._token())

    def _proven(
        self, request: httpx.Request, token: str | None
    ) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        tries = 1
        while True:
            answer = yield self._sign(request, token)
            self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
            asked_again = answer.status_code == _UNAUTHORISED and _says(answer, "use_dpop_nonce")
            if not asked_again or tries == _TRIES:
                return answer
            tries += 1

    def _sign(self, request: httpx.Request, token: str | None) -> httpx.Request:
        if token is not None:
            request.headers["Authorization"] = f"DPoP {token}"
        request.headers["DPoP"] = proof(
            self._key,
            method=request.method,
            url=str(request.url),
            token=token,
            nonce=self.nonce,
            jti=secrets.token_hex(16),
            iat=self._iat(),
        )
        return request


def _says(answer: httpx.Response, error: str) -> bool:
    return f'error="{error}"' in answer.headers.get("WWW-Authenticate", "")


def _beside(url: httpx.URL) -> httpx.URL:
    """The renewal's address at the same server, behind the same prefix."""
    prefix = url.path.partition(_ROOT)[0]
    return url.copy_with(path=prefix + _RENEWAL, query=None, fragment=None)
