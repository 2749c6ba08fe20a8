"""What the freeze of a draw asks of earlier visits: the team sent last, and who is awaited already."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inspection.policy.load import rule_set_named
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.before import last_teams, runs
from inspection.visits.opening.store_before import awaited
from inspection.visits.tables import TeamMember, Visit
from tests.inspection.visits.world import SPRING, SUMMER, World

KEEPING = rule_set_named("quanzhou-economy.2016")
FREE = rule_set_named("weihai-jingkai-commerce.2019")
DAY = date(2026, 7, 1)

teams = st.lists(st.frozensets(st.integers(1, 3).map(lambda n: UUID(int=n)), min_size=1), min_size=1, max_size=8)


@given(teams)
def test_a_run_is_the_number_of_last_visits_with_one_team(sent: list[frozenset[UUID]]) -> None:
    door = UUID(int=9)
    team, times = runs({door: sent})[door]
    assert team == sent[-1]
    assert set(sent[-times:]) == {team}
    assert times == len(sent) or sent[-times - 1] != team


async def _visited(world: World, window: tuple[date, date], team: tuple[int, int]) -> None:
    made = await world.draw(objects=(0,), window=window, team=team)
    (visit,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    await Visit.update({Visit.executed_at: world.now}).where(Visit.id == visit)


async def test_the_last_team_of_an_object_is_told_with_its_run(world: World) -> None:
    await _visited(world, SPRING, (2, 3))
    await _visited(world, SUMMER, (0, 1))
    await _visited(world, (date(2026, 7, 2), date(2026, 7, 3)), (1, 0))
    found = await last_teams(world.authority, KEEPING, DAY)
    assert found == {world.objects[0]: (frozenset(world.people[:2]), 2)}


async def test_whoever_left_the_team_before_the_visit_was_not_sent(world: World) -> None:
    await _visited(world, SPRING, (0, 1))
    gone = TeamMember.inspector == world.people[1]
    await TeamMember.update({TeamMember.left_at: world.now}).where(gone)
    found = await last_teams(world.authority, KEEPING, DAY)
    assert found[world.objects[0]] == (frozenset(world.people[:1]), 1)


async def test_a_rule_set_without_the_preference_is_told_of_no_team(world: World) -> None:
    await _visited(world, SPRING, (0, 1))
    assert await last_teams(world.authority, FREE, DAY) == {}


async def test_visits_further_back_than_a_run_may_last_no_longer_bind(world: World) -> None:
    await _visited(world, SPRING, (0, 1))
    assert await last_teams(world.authority, KEEPING, date(2030, 1, 1)) == {}


async def test_an_object_is_awaited_for_an_item_until_somebody_was_there(world: World) -> None:
    made = await world.draw(objects=(0, 1))
    done = await assemble_visits(world.cmd(), draw_id=made.draw)
    assert await awaited(world.authority, "I1", *SPRING) == set(world.objects[:2])
    assert await awaited(world.authority, "I2", *SPRING) == set()
    after = SPRING[1] + timedelta(days=1)
    assert await awaited(world.authority, "I1", after, after) == set()
    first = next(v for v in done.created)
    await Visit.update({Visit.executed_at: world.now}).where(Visit.id == first)
    assert len(await awaited(world.authority, "I1", *SPRING)) == 1
