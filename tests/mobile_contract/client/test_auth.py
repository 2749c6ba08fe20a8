"""The client's side of a proof: few repetitions for a nonce, one renewal for a token, and never a loop."""

from __future__ import annotations

import json

import httpx
import pytest

from mobile_contract.base import unb64url
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.key import DeviceKey
from mobile_contract.enrol import TokenAnswer

KEY = DeviceKey(12345)
USE_NONCE = {"WWW-Authenticate": 'DPoP error="use_dpop_nonce", algs="ES256"'}
OLD_TOKEN = {"WWW-Authenticate": 'DPoP error="invalid_token", algs="ES256"'}


class Server:
    """Answers with what it is told to, in order, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self._answers = list(answers)
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        # A copy: the client signs the same request anew.
        self.seen.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
        return self._answers.pop(0)

    def claims(self, number: int) -> dict[str, object]:
        """What the proof of a request says."""
        return dict(json.loads(unb64url(self.seen[number].headers["dpop"].split(".")[1])))


def answered(status: int, nonce: str, headers: dict[str, str] | None = None, **body: object) -> httpx.Response:
    return httpx.Response(status, headers={"DPoP-Nonce": nonce, **(headers or {})}, json=body)


async def ask(server: Server, tokens: list[str], url: str = "https://x.example/v1/sync/push") -> httpx.Response:
    def keep(answer: TokenAnswer) -> None:
        tokens.append(answer.token)

    auth = DeviceAuth(KEY, lambda: tokens[-1], keep, iat=lambda: 0)
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        return await http.post(url, content=b"lines", auth=auth)


async def test_a_nonce_is_learnt_by_asking_once_and_the_body_comes_again() -> None:
    server = Server(answered(401, "n1", USE_NONCE), answered(200, "n2"))
    assert (await ask(server, ["t"])).status_code == 200
    assert [server.claims(number).get("nonce") for number in range(2)] == [None, "n1"]
    assert server.claims(0)["jti"] != server.claims(1)["jti"]
    assert [request.content for request in server.seen] == [b"lines"] * 2
    assert {request.headers["authorization"] for request in server.seen} == {"DPoP t"}


async def test_a_server_that_always_asks_is_not_asked_for_ever() -> None:
    server = Server(*[answered(401, f"n{number}", USE_NONCE) for number in range(9)])
    assert (await ask(server, ["t"])).status_code == 401
    assert len(server.seen) == 4


async def test_a_token_that_ran_out_is_renewed_and_the_request_comes_again() -> None:
    fresh = {"token": "t2", "token_expires": "2026-03-03T00:00:00Z"}
    server = Server(answered(401, "n1", OLD_TOKEN), answered(200, "n2", **fresh), answered(200, "n3"))
    tokens = ["t1"]
    assert (await ask(server, tokens, "https://x.example/desk/v1/sync/push?x=1")).status_code == 200
    assert tokens == ["t1", "t2"]
    renewal, again = server.seen[1], server.seen[2]
    assert (renewal.method, str(renewal.url)) == ("POST", "https://x.example/desk/v1/devices/token")
    assert "authorization" not in renewal.headers
    assert "ath" not in server.claims(1)
    assert [server.claims(number)["nonce"] for number in (1, 2)] == ["n1", "n2"]
    assert again.headers["authorization"] == "DPoP t2"


@pytest.mark.parametrize("status", [403, 404, 429, 503])
async def test_a_renewal_that_is_refused_ends_it_and_keeps_the_token(status: int) -> None:
    server, tokens = Server(answered(401, "n1", OLD_TOKEN), answered(status, "n2", code="x")), ["t1"]
    assert (await ask(server, tokens)).status_code == status  # its answer says why nothing goes any more
    assert (len(server.seen), tokens) == (2, ["t1"])


async def test_a_renewed_token_that_is_no_good_either_is_not_renewed_again() -> None:
    fresh = {"token": "t2", "token_expires": "2026-03-03T00:00:00Z"}
    server = Server(
        answered(401, "n1", OLD_TOKEN), answered(200, "n2", **fresh), *[answered(401, "n", OLD_TOKEN) for _ in range(5)]
    )
    assert (await ask(server, ["t1"])).status_code == 401
    assert len(server.seen) == 3
