"""A signed link reaches the tablets of both teams in the same commit, and an unlinking takes it back."""

from dataclasses import replace
from uuid import UUID

from inspection.kernel.command import Actor, Role
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.tables import TeamMember
from mobile_contract.client import Device
from mobile_contract.decisions import DecisionType
from mobile_contract.pull import FeedOp, RemoveReason
from mobile_contract.push import Verdict
from mobile_contract.visit_card import VisitCard
from sync.office.decide import Decided, decide
from sync.pull.read_feed import pull
from tests.sync.world import CK, KEYS, PINNED, World, make_visit

HEAD = UUID(int=0xEAD)


async def decided(world: World, type_: DecisionType, a: UUID, b: UUID) -> Decided:
    cmd = replace(world.cmd(), actor=Actor(str(HEAD), "科长", Role.SECTION_HEAD))
    seen = (await fold_visit(await known_visit(a))).digest
    body = {"a": str(a), "b": str(b), "reason": "同一家"}
    return await decide(cmd, visit_id=a, type=type_, body=body, seen=seen, keys=KEYS)


async def shown(world: World, device: Device) -> tuple[dict[UUID, VisitCard], set[RemoveReason]]:
    """The cards that stand in a device's feed, and why others left it."""
    told = await pull(world.cmd(Role.DEVICE), device_id=device.id, keys=KEYS, cursor=None)
    cards = {item.card.id: item.card for item in told.items if item.card is not None}
    return cards, {item.reason for item in told.items if item.op is FeedOp.REMOVE and item.reason is not None}


async def test_teams_of_linked_visits_see_all_of_them_and_work_in_each_until_they_are_unlinked(world: World) -> None:
    one, other = world.visit, await make_visit(world)
    for visit, stranger in ((one, 1), (other, 0)):
        gone = (TeamMember.visit == visit, TeamMember.inspector == world.inspectors[stranger])
        await TeamMember.delete().where(*gone)
    first, second = await world.tablet(0), await world.tablet(1)
    assert [set((await shown(world, tablet))[0]) for tablet in (first, second)] == [{one}, {other}]

    linked = await decided(world, DecisionType.VISIT_LINK, one, other)
    canonical = min(one, other)
    assert (await known_visit(one)).linked_to == (await known_visit(other)).linked_to == canonical
    assert linked.state == (await fold_visit(await known_visit(other))).digest
    for tablet in (first, second):
        cards, lost = await shown(world, tablet)
        assert (set(cards), lost) == ({one, other}, set())
        assert {visit: card.linked for visit, card in cards.items()} == {one: (other,), other: (one,)}
        assert all({m.inspector for m in card.team} == set(world.inspectors) for card in cards.values())
    body = {"item": PINNED.items[0].code, "value": "yes"}
    (told,) = (await world.push(first, first.capture("answer.set", body, visit=other, ck=CK))).verdicts
    assert (told.verdict, told.visit) == (Verdict.ACCEPTED, other)

    await decided(world, DecisionType.VISIT_UNLINK, canonical, max(one, other))
    for tablet, mine in ((first, one), (second, other)):
        cards, lost = await shown(world, tablet)
        assert (set(cards), lost) == ({mine}, {RemoveReason.REASSIGNED})
        assert cards[mine].linked == ()
