"""Credentials of a real visit: who gets one, and what the office is told of it later."""

from datetime import timedelta
from uuid import UUID

import pytest

from inspection.kernel.command import Role
from inspection.kernel.credential_keys import LIFETIME
from inspection.kernel.errors import Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.registry.inspectors.tables import Certificate
from inspection.visits.credentials.check import Standing, check_credential, statuses
from inspection.visits.credentials.give import Given, give_credentials
from inspection.visits.credentials.status import Status
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.tables import TeamMember
from tests.inspection.visits.world import World

CODE = "K7QM-2XWF"


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


async def test_a_recused_and_a_replaced_inspector_and_a_lapsed_certificate_are_told_apart(
    world: World, visit: UUID, keys: ServerKeys
) -> None:
    one, other = await give(world, visit, keys, 0, 1)
    member = TeamMember.visit == visit
    await TeamMember.update({TeamMember.left_at: world.now, TeamMember.left_reason: "recusal"}).where(
        member, TeamMember.inspector == one.inspector
    )
    assert await word(world, one.text, keys) is Standing.RECUSED
    await TeamMember.update({TeamMember.left_reason: "illness"}).where(member, TeamMember.inspector == one.inspector)
    assert await word(world, one.text, keys) is Standing.UNASSIGNED
    await Certificate.update({Certificate.status: "revoked"}).where(Certificate.inspector == other.inspector)
    assert await word(world, other.text, keys) is Standing.CERTIFICATE
    today = world.now.date()
    listed = await statuses(today)
    assert listed == {one.claims.number: Status.UNASSIGNED, other.claims.number: Status.CERTIFICATE}
    assert await statuses(today + timedelta(days=400)) == {}


async def test_an_expired_a_foreign_and_a_forged_one_are_each_told(world: World, visit: UUID, keys: ServerKeys) -> None:
    (one,) = await give(world, visit, keys, 0)
    assert await word(world, one.text, keys, code="0000-0000") is Standing.OTHER_VISIT
    assert await word(world, one.text[:-4] + "AAAA", keys) is Standing.FORGED
    world.now += LIFETIME
    assert await word(world, one.text, keys) is Standing.EXPIRED
