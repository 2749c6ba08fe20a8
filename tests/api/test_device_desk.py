"""Tablets at the office's desk: invite by QR code, bind, see what only they hold, order a wipe, rescue."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.pages.qr import qr
from inspection.kernel.command import Role
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.export import carried_back, export
from mobile_contract.client.state import Custody
from mobile_contract.enrol import enrolment_uri, read_enrolment_uri
from mobile_contract.signed import SignedText
from tests.api.conftest import Office
from tests.inspection.publicity.world import insert
from tests.support.tablets import new_device

Headers = Callable[[Role], Awaitable[dict[str, str]]]
ZIP = {"Content-Type": "application/zip"}


class Desk:
    """An administrator at the desk."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        return await self._client.request(method, f"/office{path}", headers=self._headers, **body)

    async def rescue(self, content: bytes) -> httpx.Response:
        return await self._client.post("/office/rescues", content=content, headers=self._headers | ZIP)


@pytest.fixture
async def desk(client: httpx.AsyncClient, signed_in: Headers) -> Desk:
    return Desk(client, await signed_in(Role.ADMIN))


@pytest.fixture
async def people(office: Office) -> tuple[UUID, UUID]:
    return (
        await insert(Inspector, authority=office.authority, staff_no="7", active=True),
        await insert(Inspector, authority=office.authority, staff_no="8", active=True),
    )


async def tablet(desk: Desk, client: httpx.AsyncClient, inspector: UUID, seed: str = "tablet") -> Session:
    invited = (await desk.ask("POST", "/enrolment-codes", json={"inspector": str(inspector)})).json()
    session = Session(new_device(seed), client)
    await session.enrol(read_enrolment_uri(invited["uri"])[1], seed)
    return session


async def test_an_invitation_is_a_code_and_a_picture_of_it(desk: Desk, people: tuple[UUID, UUID]) -> None:
    answer = await desk.ask("POST", "/enrolment-codes", json={"inspector": str(people[0])})
    told = answer.json()
    assert read_enrolment_uri(told["uri"]) == ("http://127.0.0.1:8000", told["code"])
    assert told["uri"] == enrolment_uri("http://127.0.0.1:8000", told["code"])
    assert told["qr"] == qr(told["uri"], "平板登记二维码")


@pytest.mark.parametrize(
    "text", ["", "x", "fieldcheck://enrol", "fieldcheck://enrol?code=A", "https://e.org/?server=a&code=b"]
)
def test_nothing_else_is_an_invitation(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_enrolment_uri(text)


async def test_the_desk_binds_sees_and_erases(
    desk: Desk, client: httpx.AsyncClient, people: tuple[UUID, UUID], office: Office
) -> None:
    session = await tablet(desk, client, people[0])
    device = session.device
    at = f"/devices/{device.id}"
    for _ in range(2):
        assert (await desk.ask("POST", f"{at}/bindings", json={"inspector": str(people[1])})).status_code == 204
    assert set((await session.standing()).inspectors) == set(people)
    device.capture("note.add", {"text": "alone"}, visit=office.authority)
    await session.compare_logs()
    (seen,) = (await desk.ask("GET", "/devices")).json()
    assert (seen["id"], [one["inspector"] for one in seen["bound"]]) == (str(device.id), [str(people[1])])
    assert seen["holding"]["held"]["entries"] == 1
    assert (seen["wipe"], seen["revoked_at"], seen["logs"]) == (None, None, [])
    assert (await desk.ask("DELETE", f"{at}/bindings/{people[1]}")).status_code == 204
    refused = await desk.ask("DELETE", f"{at}/bindings/{people[0]}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    ordered = (await desk.ask("POST", f"{at}/wipe", json={})).json()
    with pytest.raises(ProblemError, match="403 device-wipe"):
        await session.snapshot()
    wipe = (await session.standing()).wipe
    assert wipe is not None
    assert (str(wipe.order), wipe.also_unsent) == (ordered["order"], False)
    assert await session.obey()
    (seen,) = (await desk.ask("GET", "/devices")).json()
    assert (seen["wipe"]["lost"], seen["wipe"]["done_at"] is not None) == (0, True)
    assert [(log["epoch"], log["seq"]) for log in seen["logs"]] == [(1, 1)]


async def test_devices_come_page_by_page_and_another_authority_sees_none(
    desk: Desk,
    client: httpx.AsyncClient,
    people: tuple[UUID, UUID],
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[[UUID], Awaitable[str]],
) -> None:
    for seed in ("a", "b", "c"):
        session = await tablet(desk, client, people[0], seed)
    first = (await desk.ask("GET", "/devices", params={"limit": 2})).json()
    rest = (await desk.ask("GET", "/devices", params={"limit": 2, "after": first[-1]["id"]})).json()
    ids = [one["id"] for one in first + rest]
    assert (len(first), len(rest), ids) == (2, 1, sorted(set(ids)))
    second = await found_office("second")
    other = Desk(client, {"Authorization": f"Bearer {await token_for(second.accounts[Role.ADMIN])}"})
    assert (await other.ask("GET", "/devices")).json() == []
    at = f"/devices/{session.device.id}"
    for path, body in (
        (f"{at}/bindings", {"inspector": str(people[1])}),
        (f"{at}/revocation", {"reason": "x"}),
        (f"{at}/wipe", {"also_unsent": True}),
    ):
        answer = await other.ask("POST", path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "device-unknown"), path
    assert (await session.standing()).wipe is None


async def test_an_export_file_is_carried_in_and_its_receipt_back(
    desk: Desk, client: httpx.AsyncClient, people: tuple[UUID, UUID], office: Office, tmp_path: Path
) -> None:
    session = await tablet(desk, client, people[0])
    for number in range(3):
        session.device.capture("note.add", {"text": f"{number}"}, visit=office.authority)
    session.device.attach(b"a photo", "image/jpeg")
    export(session.device, tmp_path / "file.zip")
    content = (tmp_path / "file.zip").read_bytes()
    told = (await desk.rescue(content)).json()
    assert (told["lines"], told["taken"], told["files"], told["signed"], told["known"]) == (3, 3, 1, True, False)
    receipts = [SignedText.model_validate(one) for one in told["receipts"]]
    assert carried_back(session.device, receipts) == 3
    assert session.device.store.entries(Custody.OWN) == []
    again = (await desk.rescue(content)).json()
    assert (again["known"], again["taken"], again["duplicates"]) == (True, 0, 3)


async def test_what_is_no_export_file_is_refused_with_what_to_do(desk: Desk, client: httpx.AsyncClient) -> None:
    for content in (b"", b"PK", b"PK\x05\x06" + bytes(18), b"x" * 100_000):
        answer = await desk.rescue(content)
        assert (answer.status_code, answer.json()["code"]) == (422, "rescue-unreadable")
        assert "重新导出" in answer.json()["detail"]
    answer = await desk.ask("POST", "/rescues", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
