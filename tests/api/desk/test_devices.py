"""Tablets at the desk: enrolled, bound, revoked, erased; what they sent and nobody could read; nobody else sees it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from re import search
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.client import Session
from mobile_contract.client.export import export
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.inspection.publicity.world import insert
from tests.support.tablets import auth_of, new_device

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
async def people(office: Office) -> tuple[UUID, UUID]:
    return (
        await insert(Inspector, authority=office.authority, staff_no="7", name="王七", active=True),
        await insert(Inspector, authority=office.authority, staff_no="8", name="李八", active=True),
    )


async def enrolled(seat: Seat, client: httpx.AsyncClient, inspector: UUID) -> Session:
    """A tablet that was enrolled with the code that a page of the desk showed."""
    answer = await seat.send("/desk/devices/enrolment", {"inspector": str(inspector)})
    well_made(answer)
    code = search(r"<code>([A-Z2-7]{16})</code>", answer.text)
    assert answer.status_code == 200, answer.text
    assert code is not None
    assert 'role="img"' in answer.text
    session = Session(new_device(), client)
    await session.enrol(code[1], "平板七号")
    return session


async def test_a_tablet_is_enrolled_bound_and_taken_out_of_use_at_the_desk(
    sit_down: SitDown, client: httpx.AsyncClient, people: tuple[UUID, UUID], office: Office
) -> None:
    seat = await sit_down(Role.SECTION_HEAD)
    empty = await seat.send("/desk/devices/enrolment", {"inspector": ""})
    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text
    session = await enrolled(seat, client, people[0])
    device = session.device
    device.capture("note.add", {"text": "alone"}, visit=office.authority)
    await session.compare_logs()
    listed = (await seat.read("/desk/devices")).text
    assert "平板七号" in listed
    assert "王七" in listed
    at = f"/desk/devices/{device.id}"
    assert "未上传记录1" in (await seat.read(at)).text.replace("\n", "")
    await seat.done(f"{at}/bindings", {"inspector": str(people[1])})
    assert "李八" in (await seat.read(at)).text
    await seat.done(f"{at}/bindings/{people[1]}/end")
    own = await seat.send(f"{at}/bindings/{people[0]}/end")
    assert own.status_code == 409
    assert (await seat.send(f"{at}/revocation", {"reason": ""})).status_code == 422
    await seat.done(f"{at}/wipe", {"also_unsent": "true"})
    await seat.done(f"{at}/revocation", {"reason": "遗失"})
    shown = (await seat.read(at)).text
    assert "遗失" in shown
    assert "连同未上传的内容" in shown
    kinds = [line.kind for line in await read(f"device:{device.id}")]
    assert kinds[1:] == [
        EventKind.DEVICE_BOUND,
        EventKind.DEVICE_UNBOUND,
        EventKind.DEVICE_WIPE_ORDERED,
        EventKind.DEVICE_REVOKED,
    ]


async def test_nobody_sees_or_touches_a_tablet_of_another_authority(
    sit_down: SitDown,
    client: httpx.AsyncClient,
    people: tuple[UUID, UUID],
    found_office: Callable[[str], Awaitable[Office]],
) -> None:
    session = await enrolled(await sit_down(Role.ADMIN), client, people[0])
    stranger = await sit_down(Role.ADMIN, await found_office("second"))
    at = f"/desk/devices/{session.device.id}"
    assert (await stranger.ask(at)).status_code == 404
    assert (await stranger.send(f"{at}/wipe", {})).status_code == 404
    assert "平板七号" not in (await stranger.read("/desk/devices")).text
    foreign = await stranger.send("/desk/devices/enrolment", {"inspector": str(people[0])})
    assert foreign.status_code == 404


async def test_what_a_tablet_sent_and_nobody_could_read_is_told_in_words_and_settled(
    sit_down: SitDown, client: httpx.AsyncClient, people: tuple[UUID, UUID]
) -> None:
    seat, head = await sit_down(Role.ADMIN), await sit_down(Role.SECTION_HEAD)
    session = await enrolled(seat, client, people[0])
    await client.post("/v1/sync/push", content=b"<b>one\n{two\n", headers=NDJSON, auth=auth_of(session))
    page = await seat.read("/desk/letters")
    assert "&lt;b&gt;one" not in page.text
    assert "<b>one" in page.text
    forms = [str(one["action"]) for one in page.all("form") if str(one["action"]).endswith("/settlement")]
    assert len(forms) == 2
    assert [one for one in (await head.read("/desk/letters")).all("form") if "settlement" in str(one["action"])] == []
    blank = await seat.send(forms[0], {"note": " "})
    assert blank.status_code == 422
    well_made(blank)
    await seat.done(forms[0], {"note": "试验数据"})
    assert (await seat.send(forms[0], {"note": "再来"})).status_code == 409
    assert "试验数据" in (await seat.read("/desk/letters?show=all")).text
    to = await seat.done("/desk/letters/rereading")
    assert "1 件仍未能接收" in (await seat.read(to)).text


async def test_the_file_of_a_broken_tablet_is_carried_in(
    sit_down: SitDown, client: httpx.AsyncClient, people: tuple[UUID, UUID], office: Office, tmp_path: Path
) -> None:
    seat = await sit_down(Role.SECTION_HEAD)
    session = await enrolled(seat, client, people[0])
    session.device.capture("note.add", {"text": "alone"}, visit=office.authority)
    export(session.device, tmp_path / "export.zip")
    content = (tmp_path / "export.zip").read_bytes()
    answer = await seat.send("/desk/devices/rescue", files={"file": ("export.zip", content, "application/zip")})
    assert answer.status_code == 200, answer.text
    assert "新接收1" in well_made(answer).text.replace("\n", "")
    again = await seat.send("/desk/devices/rescue", files={"file": ("export.zip", content, "application/zip")})
    assert "这个文件以前导入过" in again.text
    wrong = await seat.send("/desk/devices/rescue", files={"file": ("x.zip", b"no", "application/zip")})
    assert wrong.status_code == 422
    assert (await seat.send("/desk/devices/rescue", {})).status_code == 422
