"""What tablets rely on is committed text."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from api.contract import FILE, device_contract, difference
from api.openapi import READS
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.version import CONTRACT_HEADER, LEAST_CONTRACT
from tests.api.samples import ID

WRITES = {"/v1/notices/numbers"}
UPDATE = "run `make contract`, read what changed, and date it in mobile_contract/CHANGELOG.md"


def test_the_committed_contract_is_what_the_service_does() -> None:
    assert FILE.read_bytes() == device_contract(), f"{UPDATE}. What changed for clients:\n{difference()}"


def test_the_contract_names_the_tablets_routes_and_no_others() -> None:
    paths = set(json.loads(device_contract())["paths"])
    assert {"/v1/devices", "/v1/time", "/v1/sync/push", "/v1/sync/pull", "/v1/uploads"} <= paths
    assert all(path.startswith("/v1/") for path in paths)


def test_a_tablet_learns_from_the_contract_where_its_proof_and_its_version_are_asked_for() -> None:
    document = json.loads(device_contract())
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    asked = {
        name: {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        for name, operation in operations.items()
    }
    proven = {name for name, operation in operations.items() if operation["security"] == [{"device": []}]}
    assert {name for name, headers in asked.items() if "DPoP" in headers} == proven | {"POST /v1/devices/token"}
    assert document["components"]["securitySchemes"]["device"]["scheme"] == "dpop"
    reading = {name for name, headers in asked.items() if CONTRACT_HEADER in headers}
    assert reading == {name for name, operation in operations.items() if "426" in operation["responses"]}


@pytest.mark.parametrize("path", sorted(READS))
async def test_what_reads_is_told_to_the_least_contract_and_no_older_one(
    client: httpx.AsyncClient, stranger: Callable[[], Awaitable[DeviceAuth]], path: str
) -> None:
    auth = await stranger()
    for spoken in ({}, {CONTRACT_HEADER: str(LEAST_CONTRACT - 1)}):
        address = path.format(visit_id=ID, inspector=ID, kind="notice")
        answer = await client.request("POST" if path in WRITES else "GET", address, headers=spoken, auth=auth)
        assert (answer.status_code, answer.json()["code"]) == (426, "client-too-old")


async def test_what_hands_in_is_open_to_every_version(
    client: httpx.AsyncClient, stranger: Callable[[], Awaitable[DeviceAuth]]
) -> None:
    auth = await stranger()
    for spoken in ({}, {CONTRACT_HEADER: "1"}, {CONTRACT_HEADER: "nonsense"}):
        for path in ("/v1/sync/push", "/v1/sync/inventory", "/v1/uploads"):
            answer = await client.post(path, headers=spoken, auth=auth, content=b"{}")
            assert answer.status_code != 426
