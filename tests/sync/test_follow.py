"""Pokes make a tablet quicker and nothing else: a proxy that keeps them back keeps nothing from it."""

import httpx
import pytest

from api.device.pokes import BEAT, poke
from mobile_contract.client import Session
from mobile_contract.envelope import EntryLine
from tests.sync.world import Direct, World, note


class Poking(Direct):
    """The routes, with a stream of pokes that arrives as a proxy lets it."""

    stream = b""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/sync/events":
            return httpx.Response(200, content=self.stream, headers={"Content-Type": "text/event-stream"})
        return await super().handle_async_request(request)


@pytest.mark.parametrize(
    ("stream", "pulls"),
    [(poke(3) + BEAT, 1), (BEAT + poke(3) + poke(7), 2), (BEAT * 3, 0), (b"", 0)],
    ids=["as it comes", "kept back and sent at once", "nothing but beats", "nothing"],
)
async def test_a_tablet_pulls_at_every_poke_and_without_any(world: World, stream: bytes, pulls: int):
    tablet, partner = await world.tablet(), await world.tablet(1)
    await world.push(partner, note(partner, world.visit))
    transport = Poking(world)
    transport.stream = stream
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
        session = Session(tablet, http)
        await session.follow(lambda: False)
        assert transport.seen.count("GET /v1/sync/pull") == pulls
        # In his own time: nothing depends on pokes.
        await session.pull()
    assert len(tablet.entries_known(world.visit)) == 1
    assert tablet.doubtful(world.visit) == {}


async def test_a_tablet_checks_the_signatures_of_its_partner(world: World):
    tablet, partner = await world.tablet(), await world.tablet(1)
    await world.push(partner, note(partner, world.visit, "1"), note(partner, world.visit, "2"))
    async with world.session(tablet) as session:
        await session.pull()
    first, second = tablet.replica.heard(world.visit)
    line = EntryLine.model_validate_json(first.line)
    spoiled = line.model_copy(update={"s": EntryLine.model_validate_json(second.line).s}).model_dump_json()
    tablet.store._db.execute("UPDATE heard SET line = ? WHERE hash = ?", (spoiled, first.hash))
    stranger = second.line.replace(partner.key.kid, "A" * 43)
    tablet.store._db.execute("UPDATE heard SET line = ? WHERE hash = ?", (stranger, second.hash))
    assert tablet.doubtful(world.visit) == {first.hash: "bad-signature", second.hash: "unknown-key"}
