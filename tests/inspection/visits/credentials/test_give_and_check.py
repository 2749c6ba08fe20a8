"""Credentials of a real visit: who gets one, and what the office is told of it later."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.credential_keys import credential_keys
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.registry.inspectors.photo import set_photo
from inspection.registry.inspectors.tables import Certificate
from inspection.visits.credentials.check import Standing, check_credential, statuses
from inspection.visits.credentials.give import Given, give_credentials, photo_of, slot_with_photo
from inspection.visits.links.link import link_visits, unlink_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.states import VisitState
from inspection.visits.tables import TeamMember, Visit
from tests.inspection.visits.scene_links import pair
from tests.inspection.visits.world import World
from tests.support.credentials import CASES, CODE, case_text, forgeries


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ServerKeys:
    return load_server_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
async def visit(world: World) -> UUID:
    return await world.open_visit()


async def give(world: World, visit: UUID, keys: ServerKeys, *who: int) -> tuple[Given, ...]:
    people = [world.people[one] for one in who]
    return await give_credentials(world.cmd(Role.DEVICE), visit_id=visit, inspectors=people, keys=keys, code=CODE)


async def word(world: World, text: str, keys: ServerKeys, **asked: str) -> Standing:
    return (await check_credential(text, keys=keys, now=world.now, **asked)).standing


async def test_the_team_gets_credentials_bound_to_visit_party_and_task_and_nobody_else_gets_one(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    given = await give(world, visit, keys, 0, 1, 2)
    assert {one.inspector for one in given} == set(world.people[:2])
    for one in given:
        checked = await check_credential(one.text, keys=keys, now=world.now, code=CODE)
        assert (checked.standing, checked.claims) == (Standing.GOOD, one.claims)
    assert len({one.claims.number for one in given}) == 2
    assert {one.claims.visit for one in given} == {visit}


async def test_asking_again_renews_the_end_and_keeps_the_place_in_the_list(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    (first,) = await give(world, visit, keys, 0)
    world.now += timedelta(hours=1)
    (again,) = await give(world, visit, keys, 0)
    assert again.claims.number == first.claims.number
    assert again.claims.expires > first.claims.expires
    kinds = [line.kind for line in await read(f"visit:{visit}")]
    assert kinds.count(EventKind.CREDENTIAL_GIVEN) == 1


async def test_nobody_gets_a_credential_for_a_visit_that_is_still_secret(world: World, keys: ServerKeys) -> None:
    drawn = await world.draw()
    (secret,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    with pytest.raises(Refused):
        await give(world, secret, keys, 0)


@pytest.fixture
async def deeds(world: World, visit: UUID) -> Mapping[str, Callable[[UUID], Awaitable[object]]]:
    """What may become of an inspector who holds a credential."""
    own = TeamMember.visit == visit

    def left(reason: str) -> Callable[[UUID], Awaitable[object]]:
        values = {TeamMember.left_at: world.now, TeamMember.left_reason: reason}
        return lambda person: TeamMember.update(values).where(own, TeamMember.inspector == person).run()

    def certificate(**values: object) -> Callable[[UUID], Awaitable[object]]:
        return lambda person: Certificate.update(values).where(Certificate.inspector == person).run()

    return {
        "recused": left("recusal"),
        "replaced": left("illness"),
        "cancelled": lambda _: Visit.update({Visit.state: VisitState.CANCELLED.value}).where(Visit.id == visit).run(),
        "suspended": certificate(status="suspended", status_since=world.now.date()),
        "revoked": certificate(status="revoked", status_since=None),
        "ended": certificate(valid_until=world.now.date() - timedelta(days=1)),
    }


@pytest.mark.parametrize("deed", sorted({case.deed for case in CASES.values()}))
async def test_each_thing_that_may_be_wrong_is_told_of_a_real_visit_as_it_is_listed_for_phones(
    world: World, visit: UUID, keys: ServerKeys, deeds: Mapping[str, Callable[[UUID], Awaitable[object]]], deed: str
) -> None:
    (one,) = await give(world, visit, keys, 0)
    own, today = credential_keys(keys, world.now), local_day(world.now)
    if deed:
        await deeds[deed](one.inspector)
    for case in (case for case in CASES.values() if case.deed == deed):
        text = case_text(case, one.claims, own)
        assert await word(world, text, keys, code=case.code) is case.standing
        assert await statuses(today) == {one.claims.number: case.status}
    assert await statuses(today + timedelta(days=400)) == {}


async def test_what_only_looks_like_a_credential_of_a_real_visit_is_forged(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    (one,) = await give(world, visit, keys, 0)
    own = credential_keys(keys, world.now)
    words = {name: await word(world, made, keys) for name, made in forgeries(one.claims, own).items()}
    assert {name for name, said in words.items() if said is not Standing.FORGED} == set()


async def test_a_photo_is_told_of_who_goes_to_the_visit_and_of_nobody_else(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    photo, person = "a" * 64, world.people[0]
    assert await photo_of(visit, person) is None
    await set_photo(world.cmd(), person, photo=photo)
    one, other = await give(world, visit, keys, 0, 1)
    assert (one.photo, other.photo) == (photo, None)
    assert (await photo_of(visit, person), await photo_of(visit, world.people[1])) == (photo, None)
    assert await slot_with_photo(one.claims.number) is not None
    assert await slot_with_photo(other.claims.number) is None
    await set_photo(world.cmd(), world.people[2], photo=photo)
    assert await photo_of(visit, world.people[2]) is None


async def test_of_visits_that_are_one_a_recusal_counts_for_all_and_a_partner_loses_the_credential_with_the_link(
    world: World, keys: ServerKeys
) -> None:
    two = await pair(world)
    await link_visits(world.head, two.first, two.second, "link")
    (partner,) = await give(world, two.first, keys, 2)
    (own,) = await give(world, two.first, keys, 0)
    assert {await word(world, one.text, keys) for one in (own, partner)} == {Standing.GOOD}
    left = {TeamMember.left_at: world.now, TeamMember.left_reason: "recusal"}
    await TeamMember.update(left).where(TeamMember.visit == two.second, TeamMember.inspector == world.people[2])
    assert await word(world, partner.text, keys) is Standing.RECUSED
    await TeamMember.update({TeamMember.left_at: None, TeamMember.left_reason: None}).where(
        TeamMember.visit == two.second
    )
    assert await word(world, partner.text, keys) is Standing.GOOD
    await unlink_visits(world.head, two.first, two.second, "unlink")
    assert await word(world, partner.text, keys) is Standing.UNASSIGNED
    assert await word(world, own.text, keys) is Standing.GOOD
