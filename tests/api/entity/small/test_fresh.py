"""Pages are kept while nothing happens: whatever changes what they tell shows at the very next request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.entity.kept import LASTS
from inspection.authority.contact import AuthorityContact, set_contact
from inspection.authority.tables import Authority
from inspection.door.give import Door
from inspection.door.keep import renew_door, revoke_door
from inspection.kernel.catalogue import text
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel
from inspection.publicity.objections.take import withdraw_objection
from inspection.registry.inspectors.certificates import set_certificate_status
from inspection.registry.inspectors.photo import set_photo
from inspection.registry.inspectors.tables import Certificate
from inspection.registry.inspectors.terms import CertificateStatus
from inspection.visits.links.link import link_visits, unlink_visits
from inspection.visits.notices.steps import note_acknowledged
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.review import store as store_reviews
from tests.api.entity.small.conftest import approve
from tests.inspection.publicity.world import RULES
from tests.inspection.visits.world import World
from tests.support.statements import statements

PHOTO = "ab" * 32
FIRST = 13
"""Statements that gather what all pages of a door are written from."""


@dataclass
class Reader:
    """Who reads the pages of one door. `kept`: reading one costs the statement that asks how things stand."""

    client: httpx.AsyncClient
    door: Door

    async def read(self, page: str = "", lang: str = "zh_CN") -> str:
        answer = await self.client.get(f"{self.door.path}{page}", params={"lang": "en"} if lang == "en" else {})
        assert answer.status_code == 200
        return answer.text

    async def kept(self, page: str = "") -> bool:
        with statements() as asked:
            await self.read(page)
        return len(asked) == 1

    async def changed(self, page: str, act: Callable[[], Awaitable[object]]) -> str:
        """The page after something happened, in the language in which it was read before."""
        before = await self.read(page)
        assert await self.kept(page)
        await act()
        after = await self.read(page)
        assert after != before
        assert await self.kept(page)
        return after


@pytest.fixture
def reader(client: httpx.AsyncClient, door: Door) -> Reader:
    return Reader(client, door)


async def test_what_authority_and_register_say_shows_at_once(world: World, reader: Reader) -> None:
    first = world.people[0]
    phone = AuthorityContact(phone="010-55555555")
    page = await reader.changed("", lambda: set_contact(world.head, authority=world.authority, contact=phone))
    assert "010-55555555" in page
    photo = f"{reader.door.path}/photos/1"
    assert photo in await reader.changed("", lambda: set_photo(world.head, first, photo=PHOTO))
    assert photo not in await reader.changed("", lambda: set_photo(world.head, first, photo=None))
    await Authority.update({Authority.rule_set: RULES.partition(".")[0]}).where(Authority.id == world.authority)
    (held,) = await Certificate.select(Certificate.id).where(Certificate.inspector == first)
    facts = {"status": CertificateStatus.REVOKED, "since": world.now.date(), "reason": "调离"}
    assert "ZF-0" in await reader.read()
    assert "ZF-0" not in await reader.changed("", lambda: set_certificate_status(world.head, held["id"], **facts))


async def test_what_happens_to_the_visit_shows_at_once(world: World, reader: Reader) -> None:
    visit = reader.door.visit
    page = await reader.changed("/notice", lambda: note_acknowledged(world.head, visit, "王五"))
    assert "王五" in page
    other = await world.open_visit(team=(2, 3))
    await reader.read("", "en")
    assert "检查员2" in await reader.changed("", lambda: link_visits(world.head, visit, other, "link"))
    assert "检查员2" in await reader.read("", "en")
    assert "检查员2" not in await reader.changed("", lambda: unlink_visits(world.head, visit, other, "unlink"))
    said = {"form": "f" * 32, "channel": Channel.COUNTER, "grounds": "不服", "name": "王五", "contact": "138"}
    page = await reader.changed("/objections", lambda: receive_objection(world.head, visit_id=visit, **said))  # type: ignore[arg-type]
    assert text("entity.objection_received", "zh_CN") in page
    row = await receive_objection(world.head, visit_id=visit, **said)  # type: ignore[arg-type]
    page = await reader.changed(
        "", lambda: withdraw_objection(world.head, objection_id=row.id, channel=Channel.COUNTER)
    )
    assert text("entity.objection_withdrawn", "zh_CN") in page


async def test_result_correction_and_the_passing_of_its_day_show_at_once(
    world: World, reader: Reader, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visit = reader.door.visit
    assert text("publicity.result_rectified", "zh_CN") in await reader.changed("/result", lambda: approve(world, visit))
    assert text("entity.todo_rectify", "zh_CN") in await reader.read()
    page = await reader.changed("/result", lambda: _corrected(world, visit))
    assert text("publicity.result_rectified", "zh_CN") not in page
    assert await reader.kept("/result")
    overdue = text("entity.overdue", "zh_CN")
    assert overdue not in await reader.read()
    clock.advance(timedelta(days=8))  # nothing happens but that the last day passes
    await client.post(reader.door.path, data={"code": reader.door.code})
    assert overdue in await reader.read()


async def test_a_door_that_is_closed_given_anew_or_expired_shows_nothing_from_that_moment_on(
    world: World, reader: Reader, client: httpx.AsyncClient, clock: FixedClock, app: Litestar
) -> None:
    keys, visit, asks = app.state.process.keys, reader.door.visit, 'name="code"'
    for page in ("", "/check"):
        assert asks not in await reader.read(page)
        assert await reader.kept(page)
    anew = await renew_door(world.head, visit_id=visit, ground="丢失", keys=keys)
    assert all([asks in await reader.read(page) for page in ("", "/check", "/notice")])
    await client.post(anew.path, data={"code": anew.code})
    renewed = replace(reader, door=anew)
    assert asks not in await renewed.read()
    await revoke_door(world.head, visit_id=visit, ground="误发")
    assert all([asks in await renewed.read(page) for page in ("", "/check", "/notice")])
    clock.instant = world.now
    again = await renew_door(world.head, visit_id=visit, ground="误发", keys=keys)
    await client.post(again.path, data={"code": again.code})
    last = replace(reader, door=again)
    assert asks not in await last.read()
    clock.advance(timedelta(days=400))
    assert asks in await last.read()


async def test_what_is_none_of_the_partys_business_makes_no_page_anew(world: World, reader: Reader) -> None:
    elsewhere = await world.open_visit(objects=(1,), team=(2, 3))
    await reader.read()
    for stream in (f"authority:{world.authority}", f"visit:{elsewhere}", "registry:elsewhere", "log:today"):
        async with unit_of_work():
            await append(world.head.event(EventKind.SIGNED_IN, stream))
        assert await reader.kept()


async def test_a_sealed_visit_of_the_same_object_costs_its_party_no_statement_and_no_time(
    world: World, reader: Reader
) -> None:
    await reader.read()
    drawn = await world.draw(objects=(0,), team=(2, 3))
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    assert await reader.kept()
    async with unit_of_work():
        await append(world.head.event(EventKind.SIGNED_IN, f"visit:{sealed}"))
    assert await reader.kept()


async def test_a_page_is_made_anew_after_a_while_even_if_nothing_is_told(
    reader: Reader, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    before = await reader.read()
    clock.advance(LASTS)
    await client.get(reader.door.path)
    assert await reader.kept()
    clock.advance(LASTS)
    with statements() as asked:
        assert await reader.read() == before
    assert len(asked) > 1


async def _corrected(world: World, visit: UUID) -> None:
    """As a correction is kept: a further outcome in the place of the first, and a line of the visit's journal."""
    (row,) = await store_reviews.outcomes(visit)
    cmd = Command(Actor("leader:9", "某人", Role.LEADER), world.cmd().now, world.entropy, world.authority)
    async with unit_of_work():
        fixed = replace(row, id=cmd.new_id(), codes=("no_problem",), replaces=row.id, formed_at=cmd.now)
        await store_reviews.add_outcomes([fixed])
        await append(cmd.event(EventKind.PUBLICATION_AMENDED, f"visit:{visit}"))


async def test_the_first_reading_of_a_door_is_a_few_statements(reader: Reader) -> None:
    with statements() as asked:
        await reader.read()
    assert len(asked) <= FIRST
    with statements() as asked:
        await reader.read("/check")
    assert len(asked) == 1
