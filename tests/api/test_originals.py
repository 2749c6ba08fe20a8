"""Originals of a real record, walked through the routes: who may read them, what the chain says of it, holds."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.simulation.tablet import SimulatedTablet
from inspection.authority.store import authorities
from inspection.kernel.command import Command, Role
from inspection.kernel.journal import EventKind, read
from inspection.kernel.settings import Settings
from media.blobs import store_bytes
from media.own import own_stream
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import NOW
from tests.media.requests import sha256

FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 20
FOREIGN = b"of another visit"
DIGEST = sha256(FILM)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo, app: Litestar, cmd: Command) -> AsyncIterator[Walk]:
    """An unsealed visit whose record refers to a film; its bytes are here, and those of a file that no record names."""
    walk = await come_to(*TO_THE_VISIT)
    tablet = SimulatedTablet("平板", httpx.ASGITransport(app=app), lambda: NOW, "originals")
    code = await walk.post(Role.SECTION_HEAD, "/office/enrolment-codes", {"inspector": walk.ids["leader"]})
    await tablet.enrol(code["code"])
    await tablet.session.pull()
    body = {"digest": DIGEST, "bytes": len(FILM), "mime": "video/mp4"}
    tablet.device.capture("photo.add", body, visit=UUID(walk.ids["visit_id"]))
    assert await tablet.session.push() == 1
    (own,) = await authorities()
    for data in (FILM, FOREIGN):
        await store_bytes(replace(cmd, authority=own.id), data, "video/mp4")
    yield walk
    await tablet.close()


async def test_originals_are_read_by_those_who_may_and_that_is_noted_once_a_day(walk: Walk) -> None:
    visit = walk.ids["visit_id"]
    path = f"/office/visits/{visit}/media/{DIGEST}"
    for span in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=10-19"}):
        answer = await walk.ask(Role.LEGAL, "GET", path, headers=span)
        assert answer.status_code == (206 if span else 200), answer.text
    assert answer.content == FILM[10:20]
    assert (await walk.ask(Role.LEGAL, "HEAD", path)).headers["content-length"] == str(len(FILM))
    noted = [
        (line.payload["act"], line.payload["digest"], line.actor_role)
        for line in await read(f"custody:{visit}")
        if line.payload["act"] == "viewed"
    ]
    assert noted == [("viewed", DIGEST, "legal")]
    for method in ("GET", "HEAD"):
        assert (await walk.ask(Role.PLANNER, method, path)).status_code == 403
        foreign = await walk.ask(Role.LEGAL, method, path.replace(DIGEST, sha256(FOREIGN)))
        assert foreign.status_code == 404

    hold = f"/office/media/{DIGEST}/hold"
    held = await walk.ask(Role.LEGAL, "PUT", hold, json={"ground": "诉讼"})
    assert (held.status_code, held.json()["ground"]) == (200, "诉讼")
    refused = await walk.ask(Role.SECTION_HEAD, "PUT", hold, json={"ground": "x"})
    assert (refused.status_code, refused.json()["roles"]) == (403, ["supervisor", "legal"])
    assert refused.json()["detail"] == "您的角色不能进行此操作，可由监督人员、法制机构办理。"
    assert (await walk.ask(Role.SECTION_HEAD, "DELETE", f"{hold}?ground=x")).status_code == 403
    assert (await walk.ask(Role.LEGAL, "DELETE", f"{hold}?ground=结案")).status_code == 204
    (own,) = await authorities()
    kinds = [line.kind for line in await read(own_stream(own.id, DIGEST))]
    assert kinds == [EventKind.MEDIA_HELD, EventKind.MEDIA_RELEASED]
