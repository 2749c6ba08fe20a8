"""Two tablets, one visit: without a network from the door to the signature; then everything is at the office."""

import pytest
from playwright.async_api import expect

from tests.media.pictures import jpeg
from tests.support.served import Server
from tests.tablet.conftest import NewScreen
from tests.tablet.hand import Hand
from tests.tablet.place import Office

pytestmark = pytest.mark.asyncio(loop_scope="package")

LEADER = {"f1": "yes", "f2": "yes", "f3": "no"}
PARTNER = {"f1": "no", "f2": "yes", "f3": "no"}


async def test_two_tablets_make_one_visit_without_a_network_and_every_entry_arrives_byte_for_byte(
    new_screen: NewScreen, server: Server, office: Office
) -> None:
    leader, partner = Hand(await new_screen(server.address)), Hand(await new_screen(server.address))
    for inspector, hand in enumerate((leader, partner)):
        await hand.get_ready(office.code(inspector))
        await hand.screen.offline()
    visit = office.place.visit

    await leader.step(visit, "door")
    await leader.go_through_the_door()
    await partner.step(visit, "door")
    await partner.arrive()
    for seed, (hand, answers) in enumerate(((leader, LEADER), (partner, PARTNER))):
        await hand.step(visit, "list")
        await hand.check_everything(answers, jpeg(400, 300, seed=seed))
    await leader.step(visit, "end")
    await leader.read_back_and_let_the_party_sign("李某")
    for hand in (leader, partner):
        await hand.step(visit, "end")
        await hand.sign()
        await hand.submit()
    assert office.entries() == {}

    for hand in (leader, partner):
        await hand.screen.offline(False)
        await hand.deliver()
    arrived = office.entries()
    kept = {**await leader.export(), **await partner.export()}
    assert len(kept) > 20
    assert arrived == kept

    record = office.record()
    assert record["missing_media"] == []
    assert [one["topic"] for one in record["conflicts"]] == ["f1"]
    for hand in (leader, partner):
        await hand.deliver()
        await hand.step(visit, "list")
        await expect(hand.point("f1").get_by_text(hand.says("record.state_conflict"))).to_be_visible()
        await expect(hand.point("f2").get_by_text(hand.says("record.state_conflict"))).to_have_count(0)
        assert (await hand.screen.refused(), hand.screen.errors) == ([], [])
