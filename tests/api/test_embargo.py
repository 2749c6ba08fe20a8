"""Before the unsealing nothing that a stranger, a party or a tablet can ask tells that an entity was drawn.

Every answer about a drawn object, or about its visit, is held against the one about an object that was never drawn, or
about a visit that does not exist: status, headers, bytes but for the name that was asked for, and every statement that
the database was sent. No answer is timed: the same statements over the same rows take as long.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.entity.session import COOKIE, LASTS, session_value
from api.process import Process
from inspection.authority.tables import Numbering
from inspection.door.give import link_of
from inspection.door.tables import VisitDoor
from inspection.draw.tables import DrawTicket
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal.tables import JournalLine
from inspection.kernel.settings import Settings
from inspection.planning.tables import Task
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatchable, need_of
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.credentials.claims import visit_code
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from inspection.visits.late_filing.note import note_late
from inspection.visits.notices.tables import NoticeStep, NumberBlock
from inspection.visits.tables import TeamMember, Visit, VisitCredential
from mobile_contract.client import Device, DeviceStore, DeviceTime, Session, Surroundings
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from sync.devices.invite import invite_device
from sync.pull.heads import heads_of
from tests.api.conftest import Office
from tests.api.line import TO_THE_TASK, ComeTo, Walk
from tests.conftest import NOW, MakeCommand
from tests.inspection.visits.tablet import Tablet
from tests.support.statements import statements
from tests.support.tablets import auth_of

NEVER = UUID("019cac0f-2680-7e3b-bb08-41f2e6a85fff")
"""A visit that does not exist."""
INSIDE = ("/office", "/schema", "/assets", "/health", "/problems")
PLAIN = {CONTRACT_HEADER: str(CONTRACT_VERSION), "Accept-Encoding": "identity"}
"""Uncompressed: how well a text packs depends on the very name that was asked for."""


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@dataclass(frozen=True)
class Asked:
    """What one side is asked for: a drawn object and its sealed visit, or an object that was never drawn."""

    visit: str
    object: str
    code: str
    link: str
    door_code: str
    cookie: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.visit, self.object, self.code, self.link, self.door_code, self.cookie)


@dataclass
class Scene:
    """A sealed draw whose visits are formed. `sealed`, `never`: the two sides; `inspector`: was drawn for the first."""

    walk: Walk
    process: Process
    sealed: Asked
    never: Asked
    inspector: str
    item: UUID

    def asked(self, visit: UUID, object_id: UUID, code: str) -> Asked:
        keys, link = self.process.keys, link_of(self.process.keys, visit, 1)
        door_code, end = visit_code(keys, visit, 1, NOW), NOW + LASTS
        return Asked(str(visit), str(object_id), code, link, door_code, session_value(keys, link, 1, end))


async def form_visits(walk: Walk) -> None:
    """Hold the draw and make its visits, which stay sealed."""
    await walk.draw()
    made = await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    assert made["created"] > 0


@pytest.fixture
async def scene(come_to: ComeTo, app: Litestar, office: Office) -> Scene:
    walk = await come_to(*TO_THE_TASK, "draw")
    await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    (visit, *_) = await Visit.select(Visit.id, Visit.object).order_by(Visit.id)
    drawn = await DrawTicket.select(DrawTicket.object).where(DrawTicket.status == "drawn")
    facts = (InspectionObject.id, InspectionObject.code)
    known = {row["id"]: row["code"] for row in await InspectionObject.select(*facts)}
    item = (await Task.select(Task.item).where(Task.id == UUID(walk.ids["task_id"])))[0]["item"]
    directory = {row.object_id async for row in registry.directory(office.authority, item)}
    free = min(directory - {row["object"] for row in drawn})
    member = await TeamMember.select(TeamMember.inspector).where(TeamMember.visit == visit["id"]).first()
    assert member is not None
    process: Process = app.state.process
    scene = Scene(walk, process, *[Asked(*[""] * 6)] * 2, inspector=str(member["inspector"]), item=item)
    scene.sealed = scene.asked(visit["id"], visit["object"], known[visit["object"]])
    scene.never = scene.asked(NEVER, free, known[free])
    return scene


@dataclass(frozen=True)
class Answer:
    """What one request was answered, without the names that were asked for, and what the database was sent for it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    sent: tuple[str, ...]


async def answered(client: httpx.AsyncClient, asked: Asked, method: str, path: str, **more: Any) -> Answer:
    client.cookies.clear()
    with statements() as seen:
        answer = await client.request(method, path, **more)
    status, headers, body = readable(answer, asked.names)
    return Answer(status, headers, body, tuple(seen))


def readable(answer: httpx.Response, names: Sequence[str] = ()) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """Status, headers and text without the names that were asked for, and without what is new in every answer: the id
    of the request, nonces, one-time names of forms.
    """
    once = [answer.headers[name] for name in ("x-request-id", "dpop-nonce") if name in answer.headers]
    once += re.findall(r"(?<=name=\"form\" value=\")[^\"]+", answer.text)

    def masked(text: str) -> str:
        for name in (*names, *once):
            text = text.replace(name, "*" * 8)
        return text

    headers = tuple(sorted((name, masked(value)) for name, value in answer.headers.items()))
    return answer.status_code, headers, masked(answer.text)


def addresses(scene: Scene, app: Litestar, asked: Asked) -> list[tuple[str, str]]:
    """Every route for strangers, parties and tablets that names something, with what this side names."""
    names = {"visit_id": asked.visit, "oid": asked.code, "link": asked.link, "inspector": scene.inspector, "slot": "1"}
    own = {"draw_id": scene.walk.ids["draw_id"], "plan_id": scene.walk.ids["plan_id"], "digest": "0" * 64}
    day = {"day": "2026-03-02", "entry": "A" * 43}
    known = own | day | names
    found = []
    for route in app.routes:
        if route.path.startswith(INSIDE) or "{" not in route.path:
            continue
        # Whatever else names something is asked for the object's code: there may be a page under it.
        path = re.sub(r"\{(\w+):\w+\}", lambda match: known.get(match[1], asked.code), route.path)
        found += [(method, path) for method in getattr(route, "methods", ()) if method not in {"HEAD", "OPTIONS"}]
    return sorted(found)


def sent_with(method: str, path: str, asked: Asked) -> dict[str, Any]:
    """What goes with a request: the cookie that the door would give, and what its forms may bring."""
    headers = {"Cookie": f"{COOKIE}={asked.cookie}", **PLAIN}
    if method == "GET" or not path.startswith("/e/"):
        return {"headers": headers}
    return {"headers": headers, "data": {"code": asked.door_code}}


async def test_no_page_and_no_form_tells_a_drawn_entity_from_another(
    scene: Scene, app: Litestar, client: httpx.AsyncClient
) -> None:
    drawn, free = addresses(scene, app, scene.sealed), addresses(scene, app, scene.never)
    asked = [path for _, path in drawn]
    assert sum(path.startswith("/e/") for path in asked) > 10
    assert sum(scene.sealed.code in path for path in asked) > 3
    statuses = set()
    for (method, path), (_, other) in zip(drawn, free, strict=True):
        one = await answered(client, scene.sealed, method, path, **sent_with(method, path, scene.sealed))
        two = await answered(client, scene.never, method, other, **sent_with(method, other, scene.never))
        assert one == two, (method, path)
        statuses.add(one.status)
    assert statuses >= {200, 401, 403, 404}


async def test_the_right_code_opens_nothing_before_the_unsealing_and_leaves_no_trace(
    scene: Scene, client: httpx.AsyncClient
) -> None:
    """Whoever knew the server's keys could write link and code down, and would still be told nothing."""
    lines = await JournalLine.count()
    for _ in range(7):  # more often than a door bears
        answer = await client.post(f"/e/{scene.sealed.link}", data={"code": scene.sealed.door_code})
        assert (answer.status_code, answer.cookies) == (403, httpx.Cookies())
    assert await JournalLine.count() == lines
    assert await VisitDoor.count() == 0
    answer = await client.get(f"/e/{scene.sealed.link}", headers={"Cookie": f"{COOKIE}={scene.sealed.cookie}"})
    assert (answer.status_code, scene.sealed.code in answer.text) == (200, False)


@pytest.fixture
async def tablet(
    scene: Scene, office: Office, client: httpx.AsyncClient, make_cmd: MakeCommand
) -> AsyncIterator[Session]:
    session = await enrolled(UUID(scene.inspector), office, client, make_cmd)
    yield session
    session.device.store.close()


async def enrolled(
    inspector: UUID, office: Office, client: httpx.AsyncClient, make_cmd: MakeCommand, seed: str = "tablet"
) -> Session:
    cmd = make_cmd(authority=office.authority)
    code = (await invite_device(cmd, inspector_id=inspector, authority_id=office.authority)).code
    ticks = iter(range(1_000_000))
    wall = int(NOW.timestamp() * 1000)
    surroundings = Surroundings(lambda: DeviceTime(wall + next(ticks), 0, "b"), SeededEntropy(seed).bytes)
    session = Session(Device(DeviceStore(), surroundings), client)
    await session.enrol(code, "平板")
    return session


@pytest.mark.parametrize(
    "path", ["/v1/visits/{}/credentials", "/v1/visits/{}/record", "/v1/visits/{}/team/{inspector}/photo"]
)
async def test_to_the_tablet_of_a_drawn_inspector_a_sealed_visit_does_not_exist(
    scene: Scene, tablet: Session, client: httpx.AsyncClient, path: str
) -> None:
    addresses = {asked: path.format(asked.visit, inspector=scene.inspector) for asked in (scene.sealed, scene.never)}
    await client.get(addresses[scene.never], headers=PLAIN, auth=auth_of(tablet))  # the first asks for a nonce
    one, two = [
        await answered(client, asked, "GET", address, headers=PLAIN, auth=auth_of(tablet))
        for asked, address in addresses.items()
    ]
    assert one == two
    assert one.status == 404


async def numbers() -> list[tuple[str, int]]:
    """Every series of numbers but those of draws, which are held in public."""
    rows = await Numbering.select(Numbering.series, Numbering.n).order_by(Numbering.series)
    return [(row["series"], row["n"]) for row in rows if "draw" not in row["series"]]


async def test_a_draw_takes_no_number_and_moves_no_feed_and_no_page(
    come_to: ComeTo, app: Litestar, office: Office, client: httpx.AsyncClient, make_cmd: MakeCommand
) -> None:
    walk = await come_to(*TO_THE_TASK)
    people = [row["id"] for row in await Inspector.select(Inspector.id).order_by(Inspector.id)]
    tablets = [await enrolled(one, office, client, make_cmd, str(one)) for one in people]
    devices = [one.device.id for one in tablets]
    pages = [
        route.path
        for route in app.routes
        if "GET" in getattr(route, "methods", ()) and "{" not in route.path and not route.path.startswith(INSIDE)
    ]
    # Endless; signed at its instant; the list of frozen draws, which tells of this draw what its own page tells.
    pages = [path for path in pages if path not in {"/v1/sync/events", "/v/status", "/draws"}]
    before = {path: readable(await client.get(path)) for path in pages}
    heads, taken = dict(await heads_of(devices)), await numbers()
    pulled = [await tablet_pull(one, client) for one in tablets]
    await form_visits(walk)
    sent = {row["inspector"] for row in await TeamMember.select(TeamMember.inspector)}
    assert sent
    assert sent < set(people)
    assert await numbers() == taken
    assert dict(await heads_of(devices)) == heads
    again = [await tablet_pull(one, client) for one in tablets]
    assert again == pulled
    assert {len(one[1]) for one in again} == {len(again[0][1])}, "no tablet is asked more of the database than another"
    assert [path for path in pages if before[path] != readable(await client.get(path))] == []
    listed = (await client.get("/draws")).text
    assert f"/draws/{walk.ids['draw_id']}" in listed
    known = await InspectionObject.select(InspectionObject.id, InspectionObject.code, InspectionObject.name)
    assert [row["code"] for row in known if any(str(told) in listed for told in row.values())] == []
    for table in (VisitDoor, NoticeStep, NumberBlock, VisitCredential):
        assert await table.count() == 0
    for one in tablets:
        one.device.store.close()


async def tablet_pull(session: Session, client: httpx.AsyncClient) -> tuple[list[Any], tuple[str, ...]]:
    """The items of a first pull, and what the database was sent for it."""
    with statements() as seen:
        answer = await client.get("/v1/sync/pull", headers=PLAIN, auth=auth_of(session))
    assert answer.status_code == 200
    return answer.json()["items"], tuple(seen)


async def test_the_office_takes_no_number_gives_no_door_and_names_nobody_for_a_sealed_visit(
    scene: Scene, app: Litestar, clock: FixedClock
) -> None:
    """Whatever is asked of it by whoever may: the ways to print, serve, show and open all end before the unsealing."""
    rows = await InspectionObject.select(InspectionObject.id, InspectionObject.code, InspectionObject.name)
    secrets = {str(value) for row in rows for value in row.values()}
    taken, visit = await numbers(), scene.sealed.visit
    given = {"how": "link", "receiver": "李某", "reason": "确需提前通知", "ground": "误发"}
    for route in app.routes:
        if not route.path.startswith("/office/visits/{visit_id:uuid}"):
            continue
        path = re.sub(r"\{(\w+):(\w+)\}", lambda m: visit if m[1] == "visit_id" else "notice", route.path)
        for method in sorted(getattr(route, "methods", ())):
            if method in {"OPTIONS", "HEAD"} or path.endswith(("/unsealing", "/leader")):
                continue
            for role in (Role.SECTION_HEAD, Role.SUPERVISOR):
                more = {"json": given} if method != "GET" else {}
                answer = await scene.walk.ask(role, method, path, **more)
                assert answer.status_code < 500, (method, path, answer.text)
                assert not any(secret in answer.text for secret in secrets), (method, path)
    assert await numbers() == taken
    for table in (VisitDoor, NoticeStep, VisitCredential):
        assert await table.count() == 0


async def test_after_the_unsealing_the_same_questions_are_answered(
    scene: Scene, tablet: Session, client: httpx.AsyncClient
) -> None:
    """What shows that the questions above could have told something."""
    visit = scene.sealed.visit
    await scene.walk.post(Role.SECTION_HEAD, f"/office/visits/{visit}/leader", {"inspector": await proposed(scene)})
    await scene.walk.post(Role.SECTION_HEAD, f"/office/visits/{visit}/unsealing")
    told = await tablet.fetch_credentials(UUID(visit))
    assert told.door is not None
    assert told.door.address.endswith(scene.sealed.link)
    assert told.code == scene.sealed.door_code
    headers = {"Cookie": f"{COOKIE}={scene.sealed.cookie}", **PLAIN}
    shown = await answered(client, scene.sealed, "GET", f"/e/{scene.sealed.link}", headers=headers)
    other = await answered(client, scene.never, "GET", f"/e/{scene.never.link}", headers=headers)
    assert shown.body != other.body


async def proposed(scene: Scene) -> str:
    sealed = await scene.walk.get(Role.SECTION_HEAD, "/office/visits?state=sealed")
    (visit,) = [one for one in sealed if one["id"] == scene.sealed.visit]
    return str(visit["proposed_leader"] or visit["team"][0])


async def test_whoever_files_a_visit_afterwards_is_not_told_that_its_object_is_drawn(
    scene: Scene, office: Office, make_cmd: MakeCommand
) -> None:
    """Neither the cap nor a visit beside it counts what is sealed."""
    item = await registry.item(scene.item)
    team = [
        one.id
        for one in await registry.inspectors_of(office.authority)
        if dispatchable(one, (NOW.date(), NOW.date()), need_of(item))
    ][:2]
    cmd = make_cmd(Role.DEVICE, authority=office.authority)
    answers = []
    for number, asked in enumerate((scene.sealed, scene.never)):
        visit = UUID(int=0xAD0C + number)
        for person in team:
            opened = Tablet(person, visit=visit, device=UUID(int=person.int + number), wall=int(NOW.timestamp() * 1000))
            entry = opened.write("visit.open", {"object": asked.object, "tasks": [], "reason": "应急"}, ck=None)
            own = VerifiedEntry(entry, entry.header.dev, frozenset({person}), revoked=False)
            await admit_entries(cmd, [own], entry.header.dev)
        await note_late(cmd, visit)
        names = (str(visit), *asked.names)
        (shown,) = await scene.walk.get(Role.SECTION_HEAD, "/office/late-filings")
        assert (shown["objects"], shown["beside"]) == ([asked.object], [])
        body = {"items": [item.code], "object": asked.code, "reason": "无码", "basis": "第十八条", "source": "110"}
        body |= {"scheme": "现场核查。", "approve_by": "2026-03-09"}
        with statements() as seen:
            answer = await scene.walk.ask(Role.SECTION_HEAD, "POST", f"/office/late-filings/{visit}", json=body)
        assert answer.status_code == 200, answer.text
        tasks = answer.json()["tasks"]
        answers.append((readable(answer, (*names, *tasks)), seen))
    assert answers[0] == answers[1]
