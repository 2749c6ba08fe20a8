"""Whatever fits the reference document, and whatever breaks it, is answered as the document says, whoever sends it."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from hypothesis import settings as profile
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from api.permits import PERMITS, Action, is_open, may
from inspection.kernel.command import Role
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from tests.api.fuzz.conftest import Place
from tests.api.fuzz.made import MODES, cases, operations
from tests.api.fuzz.names import names

BASE = "http://testserver"
ENDLESS = {"GET /v1/sync/events"}
"""Its answer ends after half a minute: `tests/api/device/test_pokes.py` reads it."""
CONFORMS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OFTEN, LONG = 2, 40
"""Requests of a kind an operation gets in `make test`, and in `make bench-fuzz`, which names its profile."""
BUSY = 503
"""A busy machine is not a defect, and the document names it at every route."""


@pytest.fixture
def count() -> int:
    """How many requests of a kind an operation gets."""
    return LONG if profile.get_current_profile_name() == "bench" else OFTEN


async def test_every_answer_is_the_one_that_the_document_promises(place: Place, engine: str, count: int) -> None:
    known, wrong, statuses = await names(), [], Counter[int]()
    for at, operation in enumerate(operations()):
        action = Action(operation.definition.raw["x-action"])
        people = sorted(PERMITS[action])
        for mode in MODES:
            for number, case in enumerate(cases(operation, mode, len(engine), count)):
                if mode is GenerationMode.POSITIVE:
                    name(case, known, number)
                    if number == 0 and not is_open(action):
                        await refused_to_others(place, case, action, at)
                if operation.label not in ENDLESS:
                    answer = await sent(place, case, people[(at + number) % len(people)])
                    statuses[answer.status_code] += 1
                    wrong += faults(case, answer, mode)
    assert wrong == []
    # What shows that the requests came through: things were read, made, refused and not found.
    assert min(statuses[one] for one in (200, 201, 404, 409, 422)) > 0, statuses


async def refused_to_others(place: Place, case: Case, action: Action, at: int) -> None:
    """Whatever it asks for: nobody is asked who he is, and somebody in another role is sent away."""
    assert (await sent(place, case, None)).status_code == 401, case.operation.label
    strangers = sorted(role for role in (*place.accounts, Role.DEVICE) if not may(role, action))
    if strangers:
        answer = await sent(place, case, strangers[at % len(strangers)])
        assert answer.status_code == 403, case.operation.label


def name(case: Case, known: dict[str, list[str]], number: int) -> None:
    """Let the request be about something that is there, if anything of the kind is."""
    for parameter in case.path_parameters:
        if values := known.get(parameter):
            case.path_parameters[parameter] = values[number % len(values)]


async def sent(place: Place, case: Case, role: Role | None) -> httpx.Response:
    """The answer to this very request, whatever its bytes are; with what lets somebody in that role in."""
    told = case.as_transport_kwargs(base_url=BASE)
    made = requests.Request(**{part: told[part] for part in told.keys() & PARTS}).prepare()
    headers = {name: value for name, value in made.headers.items() if name.lower() not in OURS}
    if role is Role.DEVICE:
        headers[CONTRACT_HEADER] = str(CONTRACT_VERSION)
    address = urlsplit(str(made.url))
    where = httpx.URL(BASE, raw_path=f"{address.path}{'?' if address.query else ''}{address.query}".encode())
    body: Any = made.body.encode() if isinstance(made.body, str) else made.body
    auth = await place.auth(role)
    return await place.client.request(str(made.method), where, headers=headers, content=body, auth=auth)


PARTS = {"method", "url", "headers", "files", "data", "json", "params", "cookies"}
OURS = {"authorization", "dpop", "cookie", "content-length", CONTRACT_HEADER.lower()}
"""Headers that say who asks: what breaks the rules of these is `tests/api/device/test_proofs.py`."""


def faults(case: Case, answer: httpx.Response, mode: GenerationMode) -> list[tuple[str, ...]]:
    """What of the answer is otherwise than the document says."""
    if answer.status_code == BUSY:
        return []
    # Any refusal will do: what breaks a limit of length may first be too large altogether (413).
    taken = answer.is_success and mode is GenerationMode.NEGATIVE and _breaks_body(case)
    asked = [*CONFORMS, checks.negative_data_rejection] if taken else CONFORMS
    try:
        case.validate_response(answer, checks=asked)
    except FailureGroup as group:
        about = (case.operation.label, mode.name, str(answer.request.url), repr(answer.request.content[:300]))
        return [(*about, type(one).__name__, str(one)[:400], answer.text[:200]) for one in group.exceptions]
    return []


def _breaks_body(case: Case) -> bool:
    """A query may bring what nobody asked for, and headers are not all this request's own: those are let pass."""
    parts = case.meta.components if case.meta else {}
    return ParameterLocation.BODY in parts and parts[ParameterLocation.BODY].mode.is_negative
