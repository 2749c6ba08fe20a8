"""Whatever is sent to whichever route by whomever it lets in: never an incident."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.permits import PERMITS, Action
from inspection.kernel.command import Role
from inspection.kernel.database import current_engine
from inspection.kernel.settings import Settings
from mobile_contract.client.auth import DeviceAuth
from tests.api.conftest import Office
from tests.api.samples import ID, Sampler
from tests.api.test_errors import HOSTILE
from tests.support.routes import reference
from tests.support.tablets import Bearer

ROUNDS = 6
BROKEN_QUERY = ("limit=9" * 50, "limit=x", "after=-1", "limit=" + "9" * 30, "=&=&", "%ff=%fe", "name=%F0%9F")
BROKEN_NAMES = ("x", "%2e%2e", "%F0%9F", "9" * 400, "a b", "𠀀")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def callers(
    office: Office, token_for: Callable[[UUID], Awaitable[str]], stranger: Callable[[], Awaitable[DeviceAuth]]
) -> dict[Role, httpx.Auth]:
    people = {role: Bearer(await token_for(account)) for role, account in office.accounts.items()}
    return {**people, Role.DEVICE: await stranger(), Role.PUBLIC: Bearer("nobody")}


@pytest.fixture
def document() -> dict[str, Any]:
    return reference()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def caller(operation: dict[str, Any], callers: dict[Role, httpx.Auth]) -> httpx.Auth:
    return callers[min(PERMITS[Action(operation["x-action"])])]


def filled(path: str, value: str = ID) -> str:
    return re.sub(r"\{[^}]+\}", value, path)


def assert_no_incident(answer: httpx.Response, *about: object) -> None:
    assert answer.status_code < 500 or answer.status_code in {503, 507}, (*about, answer.status_code, answer.text)


async def test_no_hostile_body_is_an_incident(
    client: httpx.AsyncClient, callers: dict[Role, httpx.Auth], document: dict[str, Any]
) -> None:
    whole = current_engine().engine_type == "sqlite"
    for place, (path, method, operation) in enumerate(operations(document)):
        # A route that takes no body reads none: one hostile body shows it, each in its turn. None comes as far as the
        # database either: the second engine is shown one at every route.
        some = HOSTILE if whole and "requestBody" in operation else [sorted(HOSTILE)[place % len(HOSTILE)]]
        for name in some:
            headers = {"Content-Type": "application/json"}
            auth = caller(operation, callers)
            answer = await client.request(method, filled(path), content=HOSTILE[name], headers=headers, auth=auth)
            assert_no_incident(answer, method, path, name)


async def test_no_well_formed_request_about_nothing_is_an_incident(
    client: httpx.AsyncClient, callers: dict[Role, httpx.Auth], document: dict[str, Any]
) -> None:
    sent = set[tuple[str, str, bytes, str]]()
    for number in range(ROUNDS):
        sampler = Sampler(document, number)
        for path, method, operation in operations(document):
            content = operation.get("requestBody", {}).get("content", {})
            auth, headers, body = caller(operation, callers), {}, b""
            if "application/json" in content:
                body = json.dumps(sampler.value(content["application/json"]["schema"])).encode()
                headers["Content-Type"] = "application/json"
            query = {
                parameter["name"]: sampler.value(parameter["schema"])
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query"
            }
            told = {name: value for name, value in query.items() if value is not None}
            if (request := (method, path, body, str(told))) in sent:
                continue  # nothing in it is drawn
            sent.add(request)
            answer = await client.request(method, filled(path), content=body, headers=headers, params=told, auth=auth)
            assert_no_incident(answer, method, path, body, told)


async def test_no_broken_query_and_no_broken_path_is_an_incident(
    client: httpx.AsyncClient, callers: dict[Role, httpx.Auth], document: dict[str, Any]
) -> None:
    for place, (path, method, operation) in enumerate(operations(document)):
        read = any(parameter["in"] == "query" for parameter in operation.get("parameters", ()))
        # A route that takes no query reads none: one broken query shows it, each in its turn.
        for query in BROKEN_QUERY if read else BROKEN_QUERY[place % len(BROKEN_QUERY) :][:1]:
            answer = await client.request(method, f"{filled(path)}?{query}", auth=caller(operation, callers))
            assert_no_incident(answer, method, path, query)
        for value in BROKEN_NAMES if "{" in path else ():
            answer = await client.request(method, filled(path, value), auth=caller(operation, callers))
            assert_no_incident(answer, method, path, value)
