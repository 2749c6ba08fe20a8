"""I11: an entry left out of a batch changes no verdict but its own and that of entries that follow it in its log."""

import asyncio
from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.client.state import Captured
from mobile_contract.push import PushAnswer
from sync.push.receive import receive_push
from tests.simulator.install import simulated
from tests.simulator.server import MemoryServer
from tests.simulator.trace import trace_of
from tests.simulator.world import World
from tests.simulator.writing import write

Verdicts = dict[str | None, tuple[str, tuple[str, ...]]]


async def _push(seed: int, without: int | None) -> tuple[list[Captured], Verdicts]:
    """The verdicts on one batch of a fresh world, by hash."""
    world = World(trace_of(seed, length=0), MemoryServer())
    await world.found()
    tablet, random = world.tablets[0], Random(seed)
    while len(tablet.device.outbox()) < 8:
        write(world, tablet, random)
    batch = tablet.device.outbox()
    sent = [entry for number, entry in enumerate(batch) if number != without]
    return batch, await _told(world, sent)


async def _told(world: World, sent: Sequence[Captured]) -> Verdicts:
    body = "".join(f"{entry.line}\n" for entry in sent).encode()
    carrier, keys = world.tablets[0].device.id, world.server.keys
    answer = await receive_push(world.command("push"), device_id=carrier, body=body, keys=keys)
    told = PushAnswer.model_validate_json(answer).verdicts
    return {one.hash: (one.verdict, tuple(why for why in one.reasons if why != "log-gap")) for one in told}


@settings(max_examples=10)
@given(seed=st.integers(0, 1_000), without=st.integers(0, 7))
def test_no_entry_costs_its_neighbours_anything(seed: int, without: int):
    with simulated():
        batch, whole = asyncio.run(_push(seed, None))
        _, rest = asyncio.run(_push(seed, without))
    left_out = batch[without].hash
    after = {entry.hash for entry in batch[without + 1 :]}
    assert rest.keys() == whole.keys() - {left_out}
    # Behind the gap an entry is flagged for it, and a plain "accepted" becomes "flagged": nothing else moves.
    assert {h: told[1] for h, told in rest.items()} == {h: told[1] for h, told in whole.items() if h != left_out}
    assert all(rest[h] == whole[h] for h in rest if h not in after)
