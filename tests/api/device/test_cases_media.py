"""Case 71 of the fault catalogue: whatever becomes of a file, its entries and all others go their way."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
import pytest
from litestar import Litestar

from api.simulation.tablet import SimulatedTablet
from api.simulation.visiting import carry_out
from inspection.archive.custody.store import add_acts
from inspection.archive.reading import EVIDENCE_LIST, JOURNAL
from inspection.archive.verify import verify_dossier
from inspection.authority.store import accounts, authorities
from inspection.kernel.ask import ask
from inspection.kernel.command import Role
from inspection.kernel.database import current_engine
from inspection.kernel.ids import plain_uuid
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.settings import Settings
from inspection.kernel.steps import Filling
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from media.blobs import store_bytes
from media.hold import hold
from media.piccolo_migrations import media_0005_claims, media_0006_own_deeds
from media.store_holds import held_of
from media.tables import MediaHold, PublicCopy
from mobile_contract.client.auth import DeviceAuth
from mobile_contract.client.state import Custody
from sync.piccolo_migrations import sync_0005_claims
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import NOW, MakeCommand
from tests.inspection.publicity.world import insert
from tests.media.requests import CHUNK, TUS, UPLOADS, declared, sha256

LOST, WRONG, HUGE = "lost for ever", "damaged on the tablet", "two gigabytes"
EARLY, BOTH, RESUMED, EMPTY = "before its entry", "from two tablets at once", "at a wrong offset", "no bytes"
FILES = {fate: hashlib.shake_256(fate.encode()).digest(5_000) for fate in (LOST, WRONG, HUGE, EARLY, BOTH, RESUMED)}
FILES[EMPTY] = b""
DIGESTS = {fate: sha256(data) for fate, data in FILES.items()}
TWO_GIB = 2 * 1024**3
REQUEST = re.compile(r'"request_id":"[0-9a-f]{32}"')
OF_THE_STORE = ("path", "state", "bytes", "mime", "sm3", "remote_at", "journal")
"""What a list of evidence says of a file that its entries do not claim."""


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

    async def small(self, data: bytes) -> int:
        return (await self._client.put(f"/v1/media/{sha256(data)}", content=data, auth=self._auth)).status_code

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


async def test_a_record_is_told_of_what_only_another_authority_has_as_of_what_nobody_has(
    walk: Walk, team: list[SimulatedTablet], client: httpx.AsyncClient, make_cmd: MakeCommand, tmp_path: Path
) -> None:
    visit, tablet = UUID(walk.ids["visit_id"]), team[0]
    theirs, nobodys = b"brought by others", b"brought by nobody"
    digests = [sha256(theirs), sha256(nobodys)]
    other = make_cmd(authority=UUID(int=7))
    assert await store_bytes(other, theirs, "image/jpeg") == digests[0]
    await hold(other, digest=digests[0], ground="诉讼")
    before = other.event(EventKind.MEDIA_HELD, f"media:{digests[0]}", digest=digests[0], ground="有自己的链之前")
    await in_unit(append, before)
    for digest in digests:
        body = {"digest": digest, "bytes": len(theirs), "mime": "image/jpeg"}
        tablet.device.capture("photo.add", body, visit=visit)
    carry_out(tablet.device.visits()[visit], team, Random(1))
    for one in team:
        await one.session.push()

    assert set(digests) <= set((await _record(walk))["missing_media"])
    told = [await _told(walk, digest) for digest in digests]
    assert told[0] == told[1]
    assert {status for status, _ in told[0]} == {404}
    path = f"/office/visits/{visit}"
    bundle, files, journal = await _bundle(walk, tmp_path)
    stored = [{name: files[digest][name] for name in OF_THE_STORE} for digest in digests]
    assert stored[0] == stored[1]
    assert digests[0] not in journal
    assert [check for check in verify_dossier(bundle) if not check.ok] == []

    assert await Uploads(tablet, client).whole(theirs) == 204
    assert set(digests) & set((await _record(walk))["missing_media"]) == {digests[1]}
    original = await walk.ask(Role.LEGAL, "GET", f"{path}/media/{digests[0]}")
    assert (original.status_code, original.content) == (200, theirs)
    bundle, files, journal = await _bundle(walk, tmp_path)
    assert "诉讼" not in journal
    assert "held" not in {line.payload["act"] for line in await read(f"custody:{visit}")}
    assert [files[digest]["state"] for digest in digests] == ["here", "missing"]
    assert [one["by"] for one in files[digests[0]]["journal"]["uploads"]] == [str(tablet.device.id)]
    assert [check for check in verify_dossier(bundle) if not check.ok] == []


async def _told(walk: Walk, digest: str) -> list[tuple[int, str]]:
    """Everything that an office may ask of a file by its digest, with the digest left out of the answers."""
    file, held = f"/office/visits/{walk.ids['visit_id']}/media/{digest}", f"/office/media/{digest}/hold"
    copies = f"{file}/public-copies"
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", file, {}),
        ("HEAD", file, {}),
        ("GET", file, {"headers": {"If-None-Match": f'"{digest}"'}}),
        *(("GET", f"{file}/copy", {"params": {"of": of}}) for of in ("preview", "thumb", "stamped")),
        ("GET", copies, {}),
        ("POST", copies, {"json": {"boxes": [], "ground": "x"}}),
        ("GET", f"{copies}/{digest}", {}),
        ("PUT", held, {"json": {"ground": "x"}}),
        ("DELETE", held, {"params": {"ground": "x"}}),
    ]
    answers = [await walk.ask(Role.LEGAL, method, path, **sent) for method, path, sent in asked]
    return [(one.status_code, REQUEST.sub("", one.text.replace(digest, ""))) for one in answers]


async def _bundle(walk: Walk, folder: Path) -> tuple[Path, dict[str, dict[str, Any]], str]:
    """The evidence as it is handed out now: its file, what it says of each file by digest, and its journal."""
    asked = {"purpose": "人民法院调取", "ground": "调取证据通知书"}
    answer = await walk.ask(Role.LEGAL, "POST", f"/office/visits/{walk.ids['visit_id']}/evidence", json=asked)
    assert answer.status_code == 200, answer.text
    path = folder / "evidence.zip"
    await asyncio.to_thread(path.write_bytes, answer.content)
    with ZipFile(path) as bundle:
        listed = json.loads(bundle.read(EVIDENCE_LIST))
        journal = bundle.read(JOURNAL).decode()
    return path, {one["sha256"]: one for one in listed["files"]}, journal


async def test_holds_and_public_copies_of_before_are_of_whoever_made_them_else_of_who_alone_has_the_file(
    walk: Walk, make_cmd: MakeCommand
) -> None:
    (own,) = [one.id for one in await authorities()]
    (account,) = [one for one in await accounts(own) if one.role is Role.LEGAL]
    mine, other = make_cmd(authority=own), make_cmd(authority=UUID(int=7))
    alone, shared = await store_bytes(mine, b"of one", "image/jpeg"), await store_bytes(mine, b"of two", "image/jpeg")
    await store_bytes(other, b"of two", "image/jpeg")
    wanted = {(shared, str(account.id)): own, (alone, "gone"): own, (shared, "gone"): None, ("ab" * 32, "gone"): None}
    for digest, by in wanted:
        await insert(MediaHold, digest=digest, held_by=by, authority=None)
        await insert(PublicCopy, of=digest, made_by=by, authority=None)
    engine = current_engine()
    async with unit_of_work():
        for sql in [sql for one in media_0006_own_deeds.FILLED * 2 for sql in one.ddl(engine.engine_type)]:
            await engine.run_ddl(sql)
    holds = await ask("SELECT digest, held_by AS by, authority FROM media_hold")
    copies = await ask('SELECT "of" AS digest, made_by AS by, authority FROM public_copy')
    for rows in (holds, copies):
        found = {(row["digest"], row["by"]): row["authority"] and plain_uuid(row["authority"]) for row in rows}
        assert found == wanted
    assert await held_of([one for one, _ in wanted]) == {one for one, _ in wanted}, "whoever they are of"
    with pytest.raises(Exception, match="append-only"):
        await PublicCopy.update({PublicCopy.authority: other.authority}, force=True)


async def test_what_came_before_claims_were_kept_is_claimed_by_those_who_would_have_claimed_it(
    walk: Walk, team: list[SimulatedTablet], client: httpx.AsyncClient, make_cmd: MakeCommand
) -> None:
    (own,) = [one.id for one in await authorities()]
    visit, uploads = UUID(walk.ids["visit_id"]), Uploads(team[0], client)
    small, resumed, office, named = b"in one request", FILES[RESUMED], b"of the office", b"named by a record"
    assert await uploads.small(small) == 201
    assert await uploads.whole(resumed) == 204
    (account,) = [one for one in await accounts(own) if one.role is Role.PLANNER]
    by_office = make_cmd(Role.PLANNER, id=str(account.id), authority=own)
    assert await store_bytes(by_office, office, "image/jpeg") == sha256(office)
    assert await store_bytes(make_cmd(), named, "image/jpeg") == sha256(named)
    async with unit_of_work():
        await add_acts(visit, [(UUID(int=1), "key", sha256(named))])
    first, other = await _filled(media_0005_claims.FILLED), await _filled(sync_0005_claims.FILLED)
    assert first == {(own, sha256(office)), (own, sha256(named))}
    assert other == {(own, sha256(small)), (own, sha256(resumed))}


async def _filled(fillings: Sequence[Filling]) -> set[tuple[UUID, str]]:
    """What the statements of a migration would claim today, each of them twice: the second time adds nothing."""
    engine = current_engine()
    async with unit_of_work():
        await engine.run_ddl("CREATE TABLE claim_again AS SELECT * FROM blob_claim WHERE 1 = 0")
        await engine.run_ddl("CREATE UNIQUE INDEX claim_again_id ON claim_again (id)")
        for _ in range(2):
            for filling in fillings:
                for sql in filling.ddl(engine.engine_type):
                    await engine.run_ddl(sql.replace("INTO blob_claim", "INTO claim_again"))
        rows = await ask("SELECT id, authority, digest FROM claim_again")
        await engine.run_ddl("DROP TABLE claim_again")
    assert all(row["id"] == f"{plain_uuid(row['authority'])}/{row['digest']}" for row in rows)
    return {(plain_uuid(row["authority"]), row["digest"]) for row in rows}
