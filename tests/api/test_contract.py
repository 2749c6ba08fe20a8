"""What tablets rely on is committed text."""

import json

from api.contract import FILE, device_contract, difference

UPDATE = "run `make contract`, read what changed, and date it in mobile_contract/CHANGELOG.md"


def test_the_committed_contract_is_what_the_service_does() -> None:
    assert FILE.read_bytes() == device_contract(), f"{UPDATE}. What changed for clients:\n{difference()}"


def test_the_contract_names_the_tablets_routes_and_no_others() -> None:
    paths = set(json.loads(device_contract())["paths"])
    assert {"/v1/devices", "/v1/time", "/v1/sync/push", "/v1/sync/pull", "/v1/uploads"} <= paths
    assert all(path.startswith("/v1/") for path in paths)
