"""The audit trail at the desk: searched, read, verified; by nobody of another authority."""

from collections.abc import Awaitable, Callable
from re import search

import pytest
from litestar import Litestar

from api.worker import make_worker
from inspection.kernel.ask import ask
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.conftest import NOW


@pytest.fixture
async def seat(sit_down: SitDown) -> Seat:
    return await sit_down(Role.SUPERVISOR)


async def test_lines_are_found_by_kind_person_day_and_stream(seat: Seat, office: Office) -> None:
    found = await seat.read("/desk/journal")
    assert "开设账号" in found.text
    only = await seat.read("/desk/journal?kind=unit.opened")
    lines = [one for one in only.all("a") if str(one["href"]).startswith("/desk/journal/lines/")]
    assert len(lines) == 1
    day = NOW.date().isoformat()
    assert "没有符合条件的记录" in (await seat.read("/desk/journal?until=2020-01-01")).text
    assert "开设账号" in (await seat.read(f"/desk/journal?since={day}&until={day}&kind=account.opened")).text
    stream = f"authority:{office.authority}"
    assert "校验这一记录流" in (await seat.read(f"/desk/journal?stream={stream}")).text
    for wrong in ("kind=none.such", "since=yesterday", "after=x", "actor=", "stream=visit:x"):
        await seat.read(f"/desk/journal?{wrong}")


async def test_what_the_house_did_by_itself_bears_no_persons_name(seat: Seat, office: Office) -> None:
    cmd = Command(SYSTEM, NOW, SeededEntropy(1), authority=office.authority)
    async with unit_of_work():
        await append(cmd.event(EventKind.VERIFICATION_ASKED, f"authority:{office.authority}"))
    found = (await seat.read("/desk/journal?kind=verification.asked")).text
    assert "系统" in found[found.index("发起校验") :]
    assert "system" not in found


async def test_one_line_is_shown_whole_with_its_neighbours_to_its_own_authority(
    seat: Seat, sit_down: SitDown, office: Office, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    first, second, *_ = await read(f"authority:{office.authority}")
    page = await seat.read(f"/desk/journal/lines/{second.id}")
    assert second.hash.hex() in page.text
    assert first.hash.hex() in page.text
    assert f"/desk/journal/lines/{first.id}" in {str(one["href"]) for one in page.all("a")}
    stranger = await sit_down(Role.SUPERVISOR, await found_office("second"))
    assert (await stranger.ask(f"/desk/journal/lines/{second.id}")).status_code == 404
    foreign = await stranger.send("/desk/journal/verification/stream", {"stream": second.stream})
    assert foreign.status_code == 404
    well_made(foreign)
    assert second.hash.hex()[:12] not in (await stranger.read(f"/desk/journal?stream={second.stream}")).text


async def test_a_stream_is_verified_with_one_click(seat: Seat, office: Office) -> None:
    stream = f"authority:{office.authority}"
    lines = await read(stream)
    answer = await seat.send("/desk/journal/verification/stream", {"stream": stream})
    assert answer.status_code == 200
    page = well_made(answer)
    assert f"{len(lines)} 条记录首尾相连" in page.text
    assert lines[-1].hash.hex() in page.text
    await ask("UPDATE journal_head SET seq = seq + 1 WHERE stream = {}", stream)
    broken = await seat.send("/desk/journal/verification/stream", {"stream": stream})
    assert f"从第 {len(lines) + 1} 条起" in broken.text
    assert (await seat.send("/desk/journal/verification/stream", {"stream": ""})).status_code == 422


async def test_everything_is_verified_in_the_background_and_the_journal_keeps_what_was_found(
    seat: Seat, office: Office, clock: FixedClock, app: Litestar
) -> None:
    place = "/desk/journal/verification"
    await seat.done(place)
    assert "正在校验" in (await seat.read(place)).text
    assert (await seat.send(place)).status_code == 409
    worker = make_worker(clock, SeededEntropy("worker"))
    await worker.drain()
    page = await seat.read(place)
    assert "全部完整" in page.text
    found = search(r"全部末端的摘要([0-9a-f]{64})", page.text.replace("\n", ""))
    assert found is not None
    await ask("UPDATE journal_head SET seq = seq + 1 WHERE stream = {}", f"authority:{office.authority}")
    await seat.done(place)
    await worker.drain()
    page = await seat.read(place)
    assert "发现问题" in page.text
    assert f"authority:{office.authority}" in page.text
    asked = await ask("SELECT stream FROM journal_line WHERE kind = {}", EventKind.VERIFICATION_ASKED.value)
    assert len(asked) == 2
    done = [(await read(row["stream"]))[-1] for row in asked]
    assert {line.payload["good"] for line in done} == {False, True}


async def test_who_took_a_dossier_out_stands_in_a_list_of_its_own(seat: Seat) -> None:
    assert "没有调阅记录" in (await seat.read("/desk/journal/readings?number=无")).text
