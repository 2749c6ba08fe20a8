"""An id of somebody else's, within one authority: a tablet asks for what is not its inspector's, and is told what it is
told of things that do not exist.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.registry.inspectors.tables import Inspector
from inspection.visits.tables import TeamMember
from mobile_contract.client import Session
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from tests.api.conftest import Office
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.api.test_embargo import enrolled, readable
from tests.conftest import MakeCommand
from tests.media.requests import declared, sha256
from tests.support.tablets import auth_of

PLAIN = {CONTRACT_HEADER: str(CONTRACT_VERSION), "Accept-Encoding": "identity"}
NOTHING = {"visit_id": "019cac0f-2680-7e3b-bb08-41f2e6a85fff", "upload_id": "019cac0f-2680-7e3b-bb08-41f2e6a85ffe"}
PHOTO = b"\xff\xd8\xff a photo of somebody else's visit"


@dataclass
class Two:
    """A tablet of the team of a visit, one of an inspector who was not sent, and what the first has: by name."""

    walk: Walk
    own: Session
    other: Session
    things: dict[str, str]


@pytest.fixture
async def two(come_to: ComeTo, office: Office, client: httpx.AsyncClient, make_cmd: MakeCommand) -> AsyncIterator[Two]:
    walk = await come_to(*TO_THE_VISIT)
    visit = UUID(walk.ids["visit_id"])
    team = {row["inspector"] for row in await TeamMember.select(TeamMember.inspector).where(TeamMember.visit == visit)}
    people = {row["id"] for row in await Inspector.select(Inspector.id).order_by(Inspector.id)}
    own = await enrolled(min(team), office, client, make_cmd, "own")
    other = await enrolled(min(people - team), office, client, make_cmd, "other")
    begun = await client.post("/v1/uploads", headers=declared(PHOTO), auth=auth_of(own))
    assert begun.status_code == 201, begun.text
    upload = begun.headers["location"].rpartition("/")[2]
    yield Two(walk, own, other, {"visit_id": str(visit), "upload_id": upload, "inspector": str(min(team))})
    for session in (own, other):
        session.device.store.close()


def paths(app: Litestar, thing: str) -> list[tuple[str, str]]:
    """(method, path with its names) of all tablets' routes about such a thing."""
    return [
        (method, route.path)
        for route in app.routes
        if route.path.startswith("/v1/") and f"{{{thing}:" in route.path
        for method in sorted(getattr(route, "methods", ()))
        if method != "OPTIONS"
    ]


def filled(path: str, things: dict[str, str]) -> str:
    return re.sub(r"\{(\w+):\w+\}", lambda found: things.get(found[1], "notice"), path)


@pytest.mark.parametrize("thing", ["visit_id", "upload_id"])
async def test_what_is_another_inspectors_does_not_exist(
    two: Two, client: httpx.AsyncClient, app: Litestar, thing: str
) -> None:
    asked = paths(app, thing)
    assert len(asked) > 3
    await client.get("/v1/devices/self", headers=PLAIN, auth=auth_of(two.other))  # the first asks for a nonce
    for method, path in asked:
        answers = []
        for things in (two.things, two.things | {thing: NOTHING[thing]}):
            headers = PLAIN | {
                "Tus-Resumable": "1.0.0",
                "Upload-Offset": "0",
                "X-HTTP-Method-Override": "PATCH",
                "Content-Type": "application/offset+octet-stream",
            }
            answer = await client.request(
                method, filled(path, things), headers=headers, auth=auth_of(two.other), content=b""
            )
            answers.append(readable(answer, (things[thing],)))
        assert answers[0] == answers[1], (method, path)
        assert answers[0][0] == 404, (method, path, answers[0])
    own = await client.request(*_first(asked, two), headers=PLAIN | {"Tus-Resumable": "1.0.0"}, auth=auth_of(two.own))
    assert own.status_code < 300, own.text


def _first(asked: list[tuple[str, str]], two: Two) -> tuple[str, str]:
    """A request of those that only reads."""
    method, path = next(one for one in asked if one[0] in {"GET", "HEAD"} and not one[1].endswith("photo"))
    return method, filled(path, two.things)


async def test_a_tablet_that_was_not_sent_is_told_nothing_of_the_visit(two: Two, client: httpx.AsyncClient) -> None:
    told: dict[str, Any] = {}
    for name, session in (("own", two.own), ("other", two.other)):
        told[name] = (await client.get("/v1/sync/pull", headers=PLAIN, auth=auth_of(session))).text
    assert two.things["visit_id"] in told["own"]
    assert two.things["visit_id"] not in told["other"]


async def test_who_knows_a_digest_is_not_told_whether_the_file_is_here_by_another_routes_refusal(
    two: Two, client: httpx.AsyncClient
) -> None:
    """A tablet may ask which files are here, so that none travels twice; their bytes it gets from nobody."""
    for digest in (sha256(PHOTO), "0" * 64):
        for path in (f"/office/visits/{two.things['visit_id']}/media/{digest}", f"/v1/media/{digest}"):
            answer = await client.get(path, headers=PLAIN, auth=auth_of(two.other))
            assert answer.status_code in {401, 403, 405}, (path, answer.status_code)
