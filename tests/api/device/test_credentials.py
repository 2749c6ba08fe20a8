"""What a tablet shows at a door: credentials that everybody holds for good, photos of the team, the door."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import httpx
import jwt
import pytest
from litestar import Litestar

from api.photos import keep_photo
from inspection.door.lock import TRIES
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, append
from inspection.kernel.journal import read as read_journal
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.photo import set_photo
from inspection.registry.inspectors.tables import Certificate
from inspection.visits.credentials.claims import code_mark, plain_code, read
from inspection.visits.tables import TeamMember
from media.trailing import is_bare_jpeg
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.shown import kept_credentials
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from tests.media.pictures import jpeg
from tests.media.requests import sha256
from tests.support.tablets import auth_of
from tests.sync.world import World, build_world

PHOTO = jpeg(400, 500, comment=b"SECRET")
SPOKEN = {CONTRACT_HEADER: str(CONTRACT_VERSION)}
Headers = Callable[[Role], Awaitable[dict[str, str]]]


@pytest.fixture
async def world(app: Litestar) -> World:
    """A visit that is open to two inspectors, of whom the first has a photo."""
    world = await build_world("credentials")
    process = app.state.process
    world.keys, world.now = process.keys, process.clock.now()
    cmd = world.cmd()
    await set_photo(cmd, world.inspectors[0], photo=await keep_photo(cmd, PHOTO))
    return world


@asynccontextmanager
async def tablet(world: World, client: httpx.AsyncClient, inspector: int = 0) -> AsyncIterator[Session]:
    session = Session(await world.tablet(inspector), client)
    await session.pull()
    yield session
    session.device.store.close()


async def test_the_team_is_given_credentials_that_the_public_page_and_the_office_hold_for_good(
    world: World, client: httpx.AsyncClient, signed_in: Headers
) -> None:
    async with tablet(world, client) as own:
        told = await own.fetch_credentials(world.visit)
        assert kept_credentials(own.device.store, world.visit) == told
    (given,) = told.credentials
    assert given.address.endswith(f"/v#{given.text}")
    keys = {key["kid"]: key for key in (await client.get("/v/keys")).json()["keys"]}
    assert read(given.text, keys).visit == world.visit
    listed = jwt.decode((await client.get("/v/status")).text, options={"verify_signature": False})
    assert (listed["status_list"]["bits"], listed["sub"][-9:]) == (2, "/v/status")
    asked = {"credential": given.address, "code": told.code}
    checked = await client.post("/office/credentials/check", json=asked, headers=await signed_in(Role.PLANNER))
    assert (checked.status_code, checked.json()["standing"]) == (200, "good")
    pasted = await client.post("/v", data={"credential": given.address, "code": "0000-0000"})
    assert (pasted.status_code, pasted.headers["cache-control"]) == (200, "no-store")
    assert text("visits.credential_other-visit") in pasted.text


async def test_a_credential_comes_with_what_is_shown_beside_it_and_with_the_door_that_its_code_opens(
    world: World, client: httpx.AsyncClient
) -> None:
    facts = {Certificate.status: "suspended", Certificate.scope: '["商务执法"]', Certificate.areas: '["示例区"]'}
    async with tablet(world, client) as own, tablet(world, client, 1) as other:
        (given,) = (await own.fetch_credentials(world.visit)).credentials
        assert (given.name, given.photo) == ("检查员1", sha256(PHOTO))
        held = given.certificate
        assert held is not None
        assert (held.issuer, held.valid_from, held.valid_until) == ("某市司法局", date(2025, 1, 1), date(2027, 12, 31))
        assert (held.status, held.scope, held.areas) == ("valid", (), ())
        await Certificate.update(facts).where(Certificate.inspector == world.inspectors[0])
        told = await own.fetch_credentials(world.visit)
        held = told.credentials[0].certificate
        assert held is not None
        assert (held.status, held.scope, held.areas) == ("suspended", ("商务执法",), ("示例区",))
        assert (await other.fetch_credentials(world.visit)).credentials[0].photo is None
    assert told.door is not None
    opened = await client.post(httpx.URL(told.door.address).path, data={"code": told.code})
    assert opened.is_redirect or opened.is_success
    assert opened.cookies


async def test_a_photo_is_handed_to_tablets_of_the_team_and_the_same_nothing_to_everybody_else(
    world: World, client: httpx.AsyncClient
) -> None:
    one, other = world.inspectors
    path = f"/v1/visits/{world.visit}/team/%s/photo"
    async with tablet(world, client, 1) as mate:
        asked = {"auth": auth_of(mate), "headers": SPOKEN}
        await mate.fetch_credentials(world.visit)
        shown = await client.get(path % one, **asked)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert is_bare_jpeg(shown.content)
        asked["headers"] = SPOKEN | {"If-None-Match": shown.headers["etag"]}
        assert (await client.get(path % one, **asked)).status_code == 304
        assert (await client.get(path % other, **asked)).status_code == 404
        await leave(world, one)
        assert (await client.get(path % one, **asked)).status_code == 404
        await mate.pull()
        await mate.snapshot()
        assert kept_credentials(mate.device.store, world.visit) is not None
        await leave(world, other)
        with pytest.raises(ProblemError, match="404 visit-unknown"):
            await mate.fetch_credentials(world.visit)
        await mate.pull()
        assert kept_credentials(mate.device.store, world.visit) is None
        for person in (one, other):
            answer = await client.get(path % person, **asked)
            assert (answer.status_code, answer.json()["code"]) == (404, "visit-unknown")
    assert (await client.get(path % one, headers=SPOKEN)).status_code == 401


async def test_a_good_credential_and_the_code_open_the_door_with_its_photo_and_nothing_else_does(
    world: World, client: httpx.AsyncClient
) -> None:
    async with tablet(world, client) as own:
        told = await own.fetch_credentials(world.visit)
    credential, door = told.credentials[0].address, told.door
    assert door is not None
    path = httpx.URL(door.address).path
    nothing = {"door": None, "photo": None}
    forged = f"{credential[:-6]}AAAAAA"
    for form in ({"credential": credential}, {"credential": forged, "code": told.code}, {"code": told.code}):
        answer = await client.post("/v/door", data=form)
        assert (answer.json(), dict(answer.cookies)) == (nothing, {})
    assert "image/" not in (await client.get(f"{path}/photos/1")).headers["content-type"]
    asked = {"credential": credential, "code": told.code.lower()}
    abroad = await client.post("/v/door", data=asked, headers={"Sec-Fetch-Site": "cross-site"})
    assert (abroad.json(), dict(abroad.cookies)) == (nothing, {})
    opened = await client.post("/v/door", data=asked)
    assert opened.json() == {"door": path, "photo": f"{path}/photos/1"}
    assert opened.headers["cache-control"] == "no-store"
    cookie = {"Cookie": f"door={opened.cookies['door']}"}
    shown = await client.get(f"{path}/photos/1", headers=cookie)
    assert (shown.headers["content-type"], is_bare_jpeg(shown.content)) == ("image/jpeg", True)
    page = await client.post("/v?lang=en", data=asked)
    assert f'src="{path}/photos/1"' in page.text
    assert page.cookies["door"]
    await leave(world, world.inspectors[0])
    gone = await client.post("/v/door", data=asked)
    assert (gone.json(), dict(gone.cookies)) == (nothing, {})


async def test_whoever_guesses_codes_that_bear_the_mark_of_a_credential_locks_the_door(
    world: World, client: httpx.AsyncClient
) -> None:
    async with tablet(world, client) as own:
        told = await own.fetch_credentials(world.visit)
    known = hashlib.sha256(b"insp/visit-code/v1\x00" + world.visit.bytes)

    def mark(code: str) -> bytes:
        made = known.copy()
        made.update(code.encode())
        return made.digest()[:2]

    wanted = mark(plain_code(told.code))
    guess = next(code for code in map("{:08}".format, range(9_000_000)) if mark(code) == wanted)
    assert code_mark(guess, world.visit) == code_mark(told.code, world.visit)
    for code in (*[guess] * TRIES, told.code):
        answer = await client.post("/v/door", data={"credential": told.credentials[0].text, "code": code})
        assert answer.json()["door"] is None
    locked = await read_journal(f"visit:{world.visit}")
    assert [line.kind for line in locked].count(EventKind.DOOR_LOCKED) == 1


async def leave(world: World, inspector: UUID) -> None:
    """Somebody falls ill."""
    await TeamMember.update({TeamMember.left_at: world.now, TeamMember.left_reason: "illness"}).where(
        TeamMember.inspector == inspector
    )
    async with unit_of_work():
        await append(world.cmd().event(EventKind.VISIT_TEAM_CHANGED, f"visit:{world.visit}"))
