"""Originals and holds as the office meets them: real routes and files; who may see the record is told by a stand-in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.handlers.base import BaseRouteHandler

from api.app import process_for, serving
from api.commands import Bearer, Connection
from api.errors import answer_problem
from api.observe import ObservedApp
from api.office import media as office
from api.requests import StrictRequest
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, read
from inspection.kernel.settings import Settings
from inspection.kernel.unit_of_work import in_unit
from media import store, store_holds, store_remote
from media.blobs import store_bytes
from media.own import own_stream
from media.replicate import replicate
from media.vault import Vault, using
from tests.conftest import NOW
from tests.media.remote import faults
from tests.media.remote.stores import put_behind, remove_behind

VISIT = UUID("0195516c-6e80-7000-8000-0000000000aa")
HOME = UUID("0195516c-6e80-7000-8000-0000000000bb")
AWAY = UUID("0195516c-6e80-7000-8000-0000000000cc")
DATA = bytes(range(256)) * 40


async def as_office(connection: Connection, _: BaseRouteHandler) -> None:
    authority = UUID(connection.headers.get("x-test-authority", str(HOME)))
    connection.scope["user"] = Bearer(Actor("reviewer", "审核", Role.LEGAL), authority, None, None)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests whose reading was noted; every file is one of the visit's."""
    noted: list[str] = []

    async def referred(*_: object) -> None:
        return None

    async def note(_: object, *, visit: UUID, digest: str) -> None:
        assert visit == VISIT
        noted.append(digest)

    monkeypatch.setattr(office, "referred", referred)
    monkeypatch.setattr(office, "note_viewed", note)
    return noted


@cache
def routed() -> Litestar:
    """The routes, put together once a process."""
    return ObservedApp(
        [office.router],
        guards=[as_office],
        exception_handlers={Exception: answer_problem},
        request_class=StrictRequest,
        openapi_config=None,
        logging_config=None,
    )


@pytest.fixture
async def client(db: Engine, tmp_path: Path, seen: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    app = serving(routed(), process_for(Settings(data_dir=tmp_path), FixedClock(NOW), SeededEntropy("server")))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


def path(digest: str) -> str:
    return f"/office/visits/{VISIT}/media/{digest}"


async def kept(cmd: Command, kind: str = "", data: bytes = DATA) -> str:
    digest = await store_bytes(cmd, data, "text/html")
    await in_unit(store.set_probe, digest, {"format": kind}, cmd.now)
    return digest


async def test_a_whole_file_a_part_of_it_and_its_headers_alone(
    client: httpx.AsyncClient, vault: Vault, cmd: Command, seen: list[str]
) -> None:
    digest = await kept(cmd, "JPEG")
    whole = await client.get(path(digest))
    assert (whole.status_code, whole.content) == (200, DATA)
    assert whole.headers["etag"] == f'"{digest}"'
    asked = await client.head(path(digest), headers={"Range": "bytes=0-1"})
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "accept-ranges", "content-security-policy"):
        assert asked.headers.get_list(name) == whole.headers.get_list(name)
    part = await client.get(path(digest), headers={"Range": "bytes=10-19", "If-Range": f'"{digest}"'})
    assert (part.status_code, part.content) == (206, DATA[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(DATA)}"
    assert seen == [digest] * 2
    other = await client.get(path(digest), headers={"Range": "bytes=10-19", "If-Range": '"other"'})
    assert (other.status_code, len(other.content)) == (200, len(DATA))
    beyond = await client.get(path(digest), headers={"Range": f"bytes={len(DATA)}-"})
    assert (beyond.status_code, beyond.content) == (416, b"")
    for method in ("GET", "HEAD"):
        again = await client.request(method, path(digest), headers={"If-None-Match": f'"{digest}"'})
        assert (again.status_code, again.content) == (304, b"")
    assert len(seen) == 3, "what sends no byte shows nothing"


FOUND = (
    ("MP4", "video/mp4", "inline"),
    ("WEBM", "video/webm", "inline"),
    ("M4A", "audio/mp4", "inline"),
    ("MP3", "audio/mpeg", "inline"),
    ("AMR", "audio/amr", "inline"),
    ("MOV", "video/quicktime", "attachment"),
    ("JPEG", "image/jpeg", "attachment"),
    ("PDF", "application/pdf", "attachment"),
    ("ZIP", "application/zip", "attachment"),
    ("", "application/octet-stream", "attachment"),
)


async def test_only_what_was_found_to_be_a_recording_is_played_in_place_and_nothing_runs_in_anything(
    client: httpx.AsyncClient, vault: Vault, cmd: Command
) -> None:
    """A page behind a film is a film to every player; to a browser it may not become a page."""
    for kind, shown, how in FOUND:
        digest = await kept(cmd, kind, kind.encode() + b"<script>alert(1)</script>")
        answer = await client.get(path(digest), headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer.headers["content-type"]) == (206, shown)
        assert answer.headers["content-disposition"].startswith(f"{how};")
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "allow-" not in policy


async def test_a_file_that_nobody_has_looked_at_is_a_download_whatever_it_is_called(
    client: httpx.AsyncClient, vault: Vault, cmd: Command
) -> None:
    digest = await store_bytes(cmd, DATA, "video/mp4")
    answer = await client.get(path(digest))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("span", [{}, {"Range": "bytes=0-1"}])
@pytest.mark.parametrize("harm", ["gone", "cut", "altered"])
async def test_a_damaged_file_is_404_with_a_reason_and_a_line_and_never_an_incident(
    client: httpx.AsyncClient, vault: Vault, cmd: Command, seen: list[str], harm: str, span: dict[str, str]
) -> None:
    digest = await kept(cmd)
    file = vault.disk.blob_path(digest)
    file.unlink()
    if harm != "gone":
        file.write_bytes(DATA[:100] if harm == "cut" else DATA[::-1])
    answer = await client.get(path(digest), headers=span)
    assert answer.status_code == 404
    assert answer.json()["code"] == "media-unknown"
    assert "etag" not in answer.headers
    assert seen == []
    assert [line.kind for line in await read(f"media:{digest}")][-1] is EventKind.BLOB_DAMAGED
    if harm != "altered":
        assert (await client.head(path(digest))).status_code == 404


async def test_an_unknown_file_is_404_for_every_method(client: httpx.AsyncClient, vault: Vault) -> None:
    for method in ("GET", "HEAD"):
        assert (await client.request(method, path("f" * 64))).status_code == 404
        assert (await client.request(method, path("../../etc"))).status_code in {400, 404, 422}


async def test_an_evicted_file_is_read_from_the_object_store_whole_and_in_parts(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
) -> None:
    digest = await kept(cmd, "MP4")
    assert await replicate(cmd, digest)
    stored.disk.blob_path(digest).unlink()
    assert (await client.head(path(digest))).status_code == 200
    whole = await client.get(path(digest))
    assert (whole.status_code, whole.content) == (200, DATA)
    part = await client.get(path(digest), headers={"Range": "bytes=100-"})
    assert (part.status_code, part.content) == (206, DATA[100:])
    assert [line.kind for line in await read(f"media:{digest}")][-1] is EventKind.BLOB_REPLICATED


async def test_a_file_damaged_on_the_disk_is_read_from_the_object_store_and_written_down(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
) -> None:
    digest = await kept(cmd)
    await replicate(cmd, digest)
    stored.disk.blob_path(digest).unlink()
    stored.disk.blob_path(digest).write_bytes(b"other")
    assert (await client.get(path(digest))).content == DATA
    assert [line.kind for line in await read(f"media:{digest}")][-1] is EventKind.BLOB_DAMAGED


@pytest.mark.parametrize("span", [{}, {"Range": "bytes=0-1"}, {"Range": "bytes=100-"}])
@pytest.mark.parametrize("harm", ["vanished", "altered", "of another length"])
async def test_what_changed_in_the_object_store_is_never_handed_out(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
    harm: str,
    span: dict[str, str],
) -> None:
    digest = await kept(cmd)
    await replicate(cmd, digest)
    stored.disk.blob_path(digest).unlink()
    remove_behind(stored.remote, digest)
    if harm != "vanished":
        put_behind(stored.remote, digest, DATA[::-1] if harm == "altered" else DATA[:50])
    assert (await client.get(path(digest), headers=span)).status_code == 404
    line = (await read(f"media:{digest}"))[-1]
    assert (line.kind, line.payload["place"]) == (EventKind.BLOB_DAMAGED, "remote")
    # What comes to lie there again is the file again.
    put_behind(stored.remote, digest, DATA)
    assert await replicate(cmd, digest)
    assert (await client.get(path(digest))).content == DATA


async def test_the_same_bytes_under_another_version_are_compared_once_and_handed_out(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digest = await kept(cmd)
    await replicate(cmd, digest)
    stored.disk.blob_path(digest).unlink()
    await in_unit(store_remote.set_remote_tag, digest, '"moved"')
    assert (await client.get(path(digest))).content == DATA

    async def never(*_: object) -> None:
        raise AssertionError("it was compared already")

    monkeypatch.setattr(type(stored.remote), "measure", never)
    assert (await client.get(path(digest), headers={"Range": "bytes=5-6"})).content == DATA[5:7]


@pytest.mark.parametrize(
    "trouble",
    [
        faults.no_store,
        faults.store_that_says_nothing,
        lambda: faults.store_that(faults.failing),
        lambda: faults.store_that(faults.breaking_off),
    ],
    ids=["away", "silent", "500", "broken off"],
)
async def test_an_object_store_in_trouble_is_503_with_a_time_and_no_statement_about_the_file(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
    trouble,
) -> None:
    digest = await kept(cmd, data=b"x" * 100)
    await replicate(cmd, digest)
    stored.disk.blob_path(digest).unlink()
    with trouble() as troubled:
        async with using(replace(stored, remote=troubled)):
            answer = await client.get(path(digest))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert [line.kind for line in await read(f"media:{digest}")][-1] is EventKind.BLOB_REPLICATED
    assert (await client.get(path(digest))).content == b"x" * 100


async def test_where_the_setting_says_so_the_office_is_sent_to_the_object_store(
    client: httpx.AsyncClient,
    stored: Vault,
    cmd: Command,
    seen: list[str],
) -> None:
    digest, unsent = await kept(cmd, "MP4"), await kept(cmd, data=b"unsent")
    await replicate(cmd, digest)
    stored.remote.settings = replace(stored.remote.settings, redirect=True)
    answer = await client.get(path(digest), headers={"Range": "bytes=3-5"})
    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert seen == [digest]
    async with httpx.AsyncClient() as outside:
        part = await outside.get(answer.headers["location"], headers={"Range": "bytes=3-5"})
    assert (part.status_code, part.content) == (206, DATA[3:6])
    assert part.headers["content-type"] == "video/mp4"
    assert (await client.get(path(digest), headers={"If-None-Match": f'"{digest}"'})).status_code == 304
    assert (await client.get(path(unsent))).content == b"unsent"


async def test_a_hold_is_placed_once_with_its_ground_and_ended_with_another(
    client: httpx.AsyncClient, vault: Vault, cmd: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def known(authority: UUID, _: str) -> bool:
        return authority in {HOME, AWAY}

    monkeypatch.setattr(office, "is_known_to", known)
    digest = await kept(replace(cmd, authority=HOME))
    hold = f"/office/media/{digest}/hold"
    for ground in ("诉讼", "又一理由"):
        answer = await client.put(hold, json={"ground": ground})
        assert answer.status_code == 200
        assert answer.json() | {"held_at": ""} == {
            "digest": digest,
            "ground": "诉讼",
            "held_by": "reviewer",
            "held_at": "",
        }
    away = {"X-Test-Authority": str(AWAY)}
    asked = ("PUT", {"json": {"ground": "x"}}), ("DELETE", {"params": {"ground": "x"}})
    for method, sent in asked:
        assert (await client.request(method, hold, headers=away, **sent)).json()["code"] == "media-unknown"
    await kept(replace(cmd, authority=AWAY))
    (refused,) = [await client.request(method, hold, headers=away, **sent) for method, sent in asked[1:]]
    assert refused.status_code == 404, "another authority's hold is none, and is not told"
    theirs = await client.put(hold, json={"ground": "别的案件"}, headers=away)
    assert (theirs.status_code, theirs.json()["ground"]) == (200, "别的案件")
    assert (await client.delete(hold, params={"ground": "结案"})).status_code == 204
    assert await store_holds.hold_of(HOME, digest) is None
    assert await store_holds.held_of([digest]) == {digest}
    assert (await client.delete(hold, params={"ground": "结案"})).status_code == 404
    assert (await client.delete(hold, params={"ground": "也结案"}, headers=away)).status_code == 204
    assert await store_holds.held_of([digest]) == set()
    for authority, grounds in ((HOME, ["诉讼", "结案"]), (AWAY, ["别的案件", "也结案"])):
        lines = [(line.kind, line.payload["ground"]) for line in await read(own_stream(authority, digest))]
        assert lines == list(zip((EventKind.MEDIA_HELD, EventKind.MEDIA_RELEASED), grounds, strict=True))
    assert [line.kind for line in await read(f"media:{digest}")] == [EventKind.BLOB_STORED]


@pytest.mark.parametrize("body", [{}, {"ground": ""}, {"ground": "  "}, {"ground": "x" * 501}, {"ground": 5}])
async def test_nothing_is_held_without_a_ground(
    client: httpx.AsyncClient, vault: Vault, cmd: Command, body: dict
) -> None:
    digest = await kept(cmd)
    assert (await client.put(f"/office/media/{digest}/hold", json=body)).status_code == 422
    assert await store_holds.held_of([digest]) == set()
    assert (await client.delete(f"/office/media/{digest}/hold")).status_code == 422


async def test_what_is_not_here_cannot_be_held(client: httpx.AsyncClient, vault: Vault) -> None:
    for digest in ("f" * 64, "x", "F" * 64):
        answer = await client.put(f"/office/media/{digest}/hold", json={"ground": "诉讼"})
        assert answer.status_code in {404, 422}
    assert await read(f"media:{'f' * 64}") == []
