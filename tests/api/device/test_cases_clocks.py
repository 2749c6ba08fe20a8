"""The catalogue's case about the server's own clock (sync.md §4), over the wire."""

import json
from datetime import datetime, timedelta

import httpx
import pytest

from inspection.kernel.clock import FixedClock
from mobile_contract.client import Device, Session
from mobile_contract.client.state import Custody
from mobile_contract.push import PushAnswer, Receipt
from tests.api.conftest import Office
from tests.support.tablets import new_device


class Watched(Device):
    """A tablet that keeps the receipts it is given."""

    receipts: list[Receipt]

    def settle(self, batch, answer: PushAnswer) -> int:  # type: ignore[no-untyped-def]
        """Note the receipt as well."""
        self.receipts.append(Receipt.model_validate_json(answer.receipt.p))
        return super().settle(batch, answer)


@pytest.fixture
async def session(client: httpx.AsyncClient, code: str) -> Session:
    plain = new_device()
    device = Watched(plain.store, plain._world)
    device.receipts = []
    session = Session(device, client)
    await session.enrol(code, "平板一")
    return session


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-400), timedelta(hours=1), timedelta(days=40)])
async def test_case_39_a_server_clock_that_jumps_leaves_counters_receipts_and_nonces_working(
    session: Session, clock: FixedClock, office: Office, jump: timedelta
) -> None:
    """Counters unaffected; receipts' times monotone per server by max(); DPoP nonces keep working."""
    device = session.device
    assert isinstance(device, Watched)

    async def day(text: str) -> None:
        device.capture("note.add", {"text": text}, visit=office.authority)
        assert await session.push() == 1
        await session.pull()
        assert await session.compare_logs() == 0

    await day("before")
    cursor = device.cursor
    clock.advance(jump)
    await day("after")
    clock.advance(-jump)
    await day("set right again")
    assert not device.server_was_restored
    assert cursor is not None
    assert device.cursor == cursor
    assert [entry.seq for entry in device.store.entries(Custody.SERVER)] == [1, 2, 3]
    assert [receipt.logs[0].seq for receipt in device.receipts] == [1, 2, 3]
    times = [receipt.received_at for receipt in device.receipts]
    assert times == sorted(times)
    assert times[1] - times[0] == max(jump, timedelta(0))
    # The anchor tells the clock as it is: it proves too little rather than too much.
    anchor = json.loads((await _time(session)).decode())
    assert datetime.fromisoformat(anchor["time"]) == clock.now()


async def _time(session: Session) -> bytes:
    answer = await session._http.get("/v1/time")
    return str(answer.json()["signed"]["p"]).encode()
