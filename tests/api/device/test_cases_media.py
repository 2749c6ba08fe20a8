"""Case 71 of the fault catalogue: whatever becomes of a file, its entries and all others go their way."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.simulation.tablet import SimulatedTablet
from api.simulation.visiting import carry_out
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.state import Custody
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import NOW
from tests.media.requests import CHUNK, TUS, UPLOADS, declared, sha256

LOST, WRONG, HUGE = "lost for ever", "damaged on the tablet", "two gigabytes"
EARLY, BOTH, RESUMED, EMPTY = "before its entry", "from two tablets at once", "at a wrong offset", "no bytes"
FILES = {fate: hashlib.shake_256(fate.encode()).digest(5_000) for fate in (LOST, WRONG, HUGE, EARLY, BOTH, RESUMED)}
FILES[EMPTY] = b""
DIGESTS = {fate: sha256(data) for fate, data in FILES.items()}
TWO_GIB = 2 * 1024**3


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


@pytest.fixture
async def team(walk: Walk, app: Litestar) -> AsyncIterator[list[SimulatedTablet]]:
    """A tablet for each inspector of the unsealed visit, the leader's first, enrolled and with the visit on it."""
    tablets = []
    listed = await walk.get(Role.SECTION_HEAD, "/office/visits")
    (visit,) = [one for one in listed if one["id"] == walk.ids["visit_id"]]
    people = sorted(visit["team"], key=lambda one: one != walk.ids["leader"])
    for n, inspector in enumerate(people):
        tablet = SimulatedTablet(f"平板{n}", httpx.ASGITransport(app=app), lambda: NOW, f"media {n}")
        code = await walk.post(Role.SECTION_HEAD, "/office/enrolment-codes", {"inspector": inspector})
        await tablet.enrol(code["code"])
        await tablet.session.pull()
        tablets.append(tablet)
    yield tablets
    for tablet in tablets:
        await tablet.close()


class Uploads:
    """One tablet's uploads, request by request."""

    def __init__(self, tablet: SimulatedTablet, client: httpx.AsyncClient) -> None:
        device = tablet.device
        self._auth = DeviceAuth(device.key, lambda: device.token, device.keep_token)
        self._client = client

    async def begin(self, data: bytes, **headers: str) -> httpx.Response:
        return await self._client.post(UPLOADS, headers=declared(data) | headers, auth=self._auth)

    async def send(self, location: str, offset: int, data: bytes) -> httpx.Response:
        headers = {**CHUNK, "Upload-Offset": str(offset)}
        return await self._client.patch(location, headers=headers, content=data, auth=self._auth)

    async def whole(self, data: bytes) -> int:
        begun = await self.begin(data)
        if begun.headers.get("upload-offset") == str(len(data)):
            return 204  # another tablet has brought the same file meanwhile: not one byte is sent again
        return (await self.send(begun.headers["location"], 0, data)).status_code

    async def offset(self, location: str) -> int:
        return int((await self._client.head(location, headers=TUS, auth=self._auth)).headers["upload-offset"])


async def test_case_71_no_fate_of_a_file_blocks_an_entry_and_publication_waits_or_the_leader_certifies(
    walk: Walk, team: list[SimulatedTablet], client: httpx.AsyncClient
) -> None:
    visit = UUID(walk.ids["visit_id"])
    card = team[0].device.visits()[visit]
    first, second = Uploads(team[0], client), Uploads(team[1], client)
    assert await first.whole(FILES[EARLY]) == 204
    photos = [_photograph(team[0], visit, fate) for fate in FILES]
    carry_out(card, team, Random(1))

    # Not one byte of a photo but the early one is here, and every entry is taken and counted.
    for tablet in team:
        written = len(tablet.device.outbox())
        assert await tablet.session.push() == written
        await tablet.session.pull()
    taken = {entry.hash for tablet in team for entry in tablet.device.store.entries(Custody.SERVER)}
    assert set(photos) < taken
    assert not any(tablet.device.outbox() for tablet in team)
    waiting = await _record(walk)
    assert set(DIGESTS.values()) - set(waiting["missing_media"]) == {DIGESTS[EARLY]}
    assert await _refused(walk, waiting) == waiting["missing_media"]

    for tablet in team:
        await tablet.session.upload_files()
    await _go_wrong(first, second)
    assert await _go_right(first, second) == [204] * 3

    # What came is here, what did not come is told by name, and the record is the same as before (I22).
    still = await _record(walk)
    assert set(still["missing_media"]) == {DIGESTS[LOST], DIGESTS[WRONG], DIGESTS[HUGE]}
    assert still["seen"] == waiting["seen"]
    assert await _refused(walk, still) == still["missing_media"]
    for tablet in team:
        assert await tablet.session.push() == 0
        await tablet.session.pull()
        told = tablet.device.replica.heard(visit)
        assert {entry.hash for entry in told} == taken
        assert not [entry for entry in told if entry.uncounted]

    certified = {"seen": still["seen"], "media_certified": True}
    path = f"/office/visits/{visit}"
    unexplained = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/approval", json=certified)
    assert unexplained.status_code == 422
    await walk.post(Role.SECTION_HEAD, f"{path}/approval", {**certified, "remarks": "平板电脑坠海，文件无法恢复。"})
    await walk.post(Role.APPROVER, f"{path}/publication-approval", {"secrecy_reviewed": True})


async def _go_wrong(first: Uploads, second: Uploads) -> None:
    """Bytes that are not the named ones, and a file beyond every limit: told at once, and nothing is kept of them."""
    begun = await first.begin(FILES[WRONG])
    damaged = await first.send(begun.headers["location"], 0, bytes(len(FILES[WRONG])))
    assert (damaged.status_code, damaged.json()["code"]) == (422, "digest-mismatch")
    huge = await second.begin(FILES[HUGE], **{"Upload-Length": str(TWO_GIB)})
    assert (huge.status_code, huge.json()["code"]) == (413, "too-large")


async def _go_right(first: Uploads, second: Uploads) -> list[int]:
    """The other files, by the roads that tablets take; the last status of each."""
    empty = await first.begin(FILES[EMPTY])
    assert (empty.status_code, empty.headers["upload-offset"]) == (201, "0")
    resumed = (await first.begin(FILES[RESUMED])).headers["location"]
    assert (await first.send(resumed, 0, FILES[RESUMED][:100])).status_code == 204
    stale = await first.send(resumed, 3_000, FILES[RESUMED][3_000:])
    assert (stale.status_code, stale.json()["code"], stale.json()["offset"]) == (409, "upload-offset", 100)
    assert await first.offset(resumed) == 100
    rest = await first.send(resumed, 100, FILES[RESUMED][100:])
    both = await asyncio.gather(first.whole(FILES[BOTH]), second.whole(FILES[BOTH]))
    held = await second.begin(FILES[EARLY])
    assert (held.status_code, held.headers["upload-offset"]) == (201, str(len(FILES[EARLY])))
    return [rest.status_code, *both]


def _photograph(tablet: SimulatedTablet, visit: UUID, fate: str) -> str:
    size = TWO_GIB if fate == HUGE else len(FILES[fate])
    body = {"digest": DIGESTS[fate], "bytes": size, "mime": "image/jpeg", "caption": fate}
    return tablet.device.capture("photo.add", body, visit=visit).hash


async def _record(walk: Walk) -> dict[str, Any]:
    shown = await walk.get(Role.SECTION_HEAD, f"/office/visits/{walk.ids['visit_id']}/record")
    return {**shown["record"], "seen": shown["seen"]}


async def _refused(walk: Walk, record: dict[str, Any]) -> list[str]:
    """The approval is refused for the media alone; which it misses."""
    path = f"/office/visits/{walk.ids['visit_id']}/approval"
    answer = await walk.ask(Role.SECTION_HEAD, "POST", path, json={"seen": record["seen"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "media-missing"), answer.text
    return answer.json()["digests"]
