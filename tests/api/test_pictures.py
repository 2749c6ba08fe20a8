"""Copies of what a record refers to: small ones, stamped ones, and those for the public, walked through the routes."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from PIL import Image

from api.simulation.tablet import SimulatedTablet
from inspection.authority.store import authorities
from inspection.kernel.command import Command, Role
from inspection.kernel.journal import EventKind, read
from inspection.kernel.settings import Settings
from media.blobs import store_bytes
from media.derive import look_at_blob, record_look
from media.own import own_stream
from media.trailing import is_bare_jpeg
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import NOW
from tests.media.pictures import jpeg
from tests.media.requests import sha256

PHOTO = jpeg(800, 600, orientation=6, comment=b"SECRET")
FOREIGN = jpeg(40, 30, seed=9)
DIGEST = sha256(PHOTO)
POSITION = {"lat_e7": 312304160, "lon_e7": 1214737010, "acc_dm": 123, "source": "gnss", "fix_age_ms": 0}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo, app: Litestar, cmd: Command) -> AsyncIterator[Walk]:
    """An unsealed visit whose leader has taken a photo; the photo is here and has been looked at."""
    walk = await come_to(*TO_THE_VISIT)
    tablet = SimulatedTablet("平板", httpx.ASGITransport(app=app), lambda: NOW, "pictures")
    code = await walk.post(Role.SECTION_HEAD, "/office/enrolment-codes", {"inspector": walk.ids["leader"]})
    await tablet.enrol(code["code"])
    await tablet.session.pull()
    body = {"digest": DIGEST, "bytes": len(PHOTO), "mime": "image/jpeg", "position": POSITION}
    tablet.device.capture("photo.add", body, visit=UUID(walk.ids["visit_id"]))
    assert await tablet.session.push() == 1
    (own,) = await authorities()
    for data in (PHOTO, FOREIGN):
        digest = await store_bytes(replace(cmd, authority=own.id), data, "image/jpeg")
        look = await look_at_blob(digest)
        assert look is not None
        await record_look(cmd, digest=digest, look=look)
    yield walk
    await tablet.close()


async def test_pictures_of_a_record_are_shown_stamped_and_redacted(walk: Walk) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}/media/{DIGEST}"
    await _copies_are_shown(walk, path)
    await _what_is_no_redaction_is_refused(walk, path)

    asked = {"boxes": [[0, 0, 300, 800], [590, 790, 50, 50]], "ground": "车牌"}
    made = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/public-copies", json=asked)
    assert made.status_code == 201, made.text
    copy = made.json()
    assert (copy["width"], copy["height"]) == (600, 800)
    assert (await walk.post(Role.LEGAL, f"{path}/public-copies", asked)) == copy
    (listed,) = await walk.get(Role.LEGAL, f"{path}/public-copies")
    assert {**copy, "boxes": [[0, 0, 300, 800], [590, 790, 10, 10]], "ground": "车牌"}.items() <= listed.items()
    (own,) = await authorities()
    (line,) = await read(own_stream(own.id, DIGEST))
    assert (line.kind, line.payload["copy"]) == (EventKind.PUBLIC_COPY_MADE, copy["digest"])
    assert line.actor_role == "section_head"

    shown = await walk.ask(Role.LEGAL, "GET", f"{path}/public-copies/{copy['digest']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert is_bare_jpeg(shown.content)
    assert sha256(shown.content) == copy["digest"]
    picture = Image.open(io.BytesIO(shown.content)).convert("RGB")
    assert max(picture.getpixel((150, 400))) < 10
    assert max(picture.getpixel((450, 400))) > 100
    known = {"If-None-Match": shown.headers["etag"]}
    again = await walk.ask(Role.LEGAL, "GET", f"{path}/public-copies/{copy['digest']}", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    other = await walk.ask(Role.LEGAL, "GET", f"{path}/public-copies/{DIGEST}")
    assert (other.status_code, other.json()["code"]) == (404, "media-unknown")


async def _copies_are_shown(walk: Walk, path: str) -> None:
    sizes = {}
    for name in ("preview", "thumb", "stamped"):
        answer = await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/copy?of={name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg"), answer.text
        assert answer.headers["content-disposition"].startswith("inline")
        assert b"SECRET" not in answer.content
        known = {"If-None-Match": answer.headers["etag"]}
        again = await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/copy?of={name}", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        sizes[name] = Image.open(io.BytesIO(answer.content)).size
    assert (sizes["preview"], sizes["thumb"], sizes["stamped"][0]) == ((600, 800), (240, 320), 640)
    assert sizes["stamped"][1] > 800
    english = await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/copy?of=stamped", headers={"Accept-Language": "en"})
    assert english.content != answer.content
    assert (await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/copy?of=original")).status_code == 422
    for end in ("copy?of=stamped", "copy?of=thumb", "public-copies"):
        foreign = await walk.ask(Role.SECTION_HEAD, "GET", f"{path.replace(DIGEST, sha256(FOREIGN))}/{end}")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "media-unknown")


async def _what_is_no_redaction_is_refused(walk: Walk, path: str) -> None:
    wrong = [
        {"boxes": [[0, 0, 10]], "ground": "x"},
        {"boxes": [[0, 0, 10, 0]], "ground": "x"},
        {"boxes": [[600, 0, 10, 10]], "ground": "x"},
        {"boxes": [[0, 0, 1.5, 10]], "ground": "x"},
        {"boxes": [[0, 0, 10**9, 10]], "ground": "x"},
        {"boxes": [[0, 0, 1, 1]] * 201, "ground": "x"},
        {"boxes": [], "ground": "  "},
        {"boxes": []},
        {"boxes": "all", "ground": "x"},
    ]
    for body in wrong:
        answer = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/public-copies", json=body)
        assert answer.status_code in {400, 422}, (body, answer.text)
    mine = {"boxes": [], "ground": "x"}
    foreign = path.replace(DIGEST, sha256(FOREIGN))
    assert (await walk.ask(Role.SECTION_HEAD, "POST", f"{foreign}/public-copies", json=mine)).status_code == 404
    assert (await walk.ask(Role.SUPERVISOR, "POST", f"{path}/public-copies", json=mine)).status_code == 403
    assert await walk.get(Role.SECTION_HEAD, f"{path}/public-copies") == []
