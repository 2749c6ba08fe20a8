"""Every stored signature is checked on its own in the background, whatever vouched for its entry in the push."""

import json

import pytest

from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, read
from inspection.kernel.work.routes import JOB_DELAYS, JOB_ROUTES
from inspection.kernel.work.store import pending
from inspection.kernel.work.worker import Worker
from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.push import Verdict
from sync.push.audit import AUDIT, JOB
from tests.sync.world import World, note


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def audited(world: World, device: Device) -> list[list[str]]:
    """The findings of the audit about this carrier, push by push."""
    other = {name for names in JOB_ROUTES.values() for name in names} - {JOB}

    async def nothing(*_: object) -> None:
        """Other rooms' work is not looked at here."""

    later = FixedClock(world.now + JOB_DELAYS[JOB])
    worker = Worker({JOB: AUDIT, **dict.fromkeys(other, nothing)}, later, SeededEntropy("audit"))
    await worker.drain()
    assert await pending() == 0
    lines = await read(f"device:{device.id}")
    return [list(line.payload["entries"]) for line in lines if line.kind is EventKind.SIGNATURES_DOUBTED]


async def test_good_signatures_leave_no_finding(world: World, tablet: Device) -> None:
    await world.push(tablet, *(note(tablet, world.visit) for _ in range(5)))
    assert await audited(world, tablet) == []


async def test_a_worthless_signature_inside_a_run_is_stored_and_found(world: World, tablet: Device) -> None:
    entries = [note(tablet, world.visit) for _ in range(5)]
    spoilt = json.dumps({**json.loads(entries[2].line), "s": b64url(b"\x01" * 64)})
    answer = await world.push(tablet, *entries[:2], spoilt, *entries[3:])
    assert {verdict.verdict for verdict in answer.verdicts} == {Verdict.ACCEPTED}
    assert await audited(world, tablet) == [[entries[2].hash]]


async def test_entries_that_came_before_are_not_audited_again(world: World, tablet: Device) -> None:
    entries = [note(tablet, world.visit) for _ in range(3)]
    spoilt = json.dumps({**json.loads(entries[0].line), "s": b64url(b"\x01" * 64)})
    await world.push(tablet, spoilt, *entries[1:])
    await world.push(tablet, *entries)
    assert await audited(world, tablet) == [[entries[0].hash]]
