"""Notices over HTTP: numbers that a tablet gives out offline, what it served with them, and serving at the office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind
from inspection.kernel.journal import read as read_journal
from inspection.kernel.settings import Settings
from mobile_contract.client import Device, DeviceStore, DeviceTime, ProblemError, Session, Surroundings
from mobile_contract.client.numbers import next_number, numbers_left
from mobile_contract.notices import BLOCK_SIZE, NoticeNumbersAnswer
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION
from sync.devices.invite import invite_device
from sync.devices.revoke import revoke_device
from tests.api.conftest import Office
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import MakeCommand
from tests.support.tablets import auth_of

SPOKEN = {CONTRACT_HEADER: str(CONTRACT_VERSION)}
NUMBERS = "/v1/notices/numbers"
HOSTILE = "王\u202e某\u2066🙂\"'</text>\t{{x}}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


def opened(path: Path) -> Device:
    """The tablet as its file remembers it."""
    ticks = iter(range(1_000_000))
    entropy = SeededEntropy(path.name)
    return Device(DeviceStore(path), Surroundings(lambda: DeviceTime(next(ticks), 0, "b"), entropy.bytes))


@pytest.fixture
async def session(walk: Walk, office: Office, make_cmd: MakeCommand, tmp_path: Path) -> AsyncIterator[Session]:
    """The leader's tablet, enrolled; it knows the visit."""
    cmd = make_cmd(authority=office.authority)
    invited = await invite_device(cmd, inspector_id=UUID(walk.ids["leader"]), authority_id=office.authority)
    session = Session(opened(tmp_path / "tablet.sqlite3"), walk.client)
    await session.enrol(invited.code, "平板一")
    await session.pull()
    yield session
    session.device.store.close()


@asynccontextmanager
async def restarted(session: Session, walk: Walk, tmp_path: Path) -> AsyncIterator[Session]:
    session.device.store.close()
    again = Session(opened(tmp_path / "tablet.sqlite3"), walk.client)
    yield again
    again.device.store.close()


def serve(session: Session, walk: Walk, number: str, **more: Any) -> None:
    body = {"number": number, "how": "handed_over", **more}
    session.device.capture("notice.serve", body, visit=UUID(walk.ids["visit_id"]))


async def shown(walk: Walk, role: Role = Role.SECTION_HEAD) -> Any:
    return await walk.get(role, f"/office/visits/{walk.ids['visit_id']}/notice")


async def test_a_notice_served_offline_with_a_reserved_number_arrives_and_is_shown(
    session: Session, walk: Walk, tmp_path: Path
) -> None:
    visit = UUID(walk.ids["visit_id"])
    assert (await shown(walk))["number"] is None
    assert await session.reserve_numbers() == BLOCK_SIZE
    assert next_number(session.device.store) == "first检告〔2026〕000001号"
    async with restarted(session, walk, tmp_path) as again:
        number = next_number(again.device.store)
        assert number == "first检告〔2026〕000002号"
        again.device.capture("arrive", {"no_fix": "indoors"}, visit=visit)
        serve(again, walk, number, receiver={"name": HOSTILE, "role": "店长"}, doc="b" * 64)
        assert await again.push() == 2
        assert await again.reserve_numbers() == BLOCK_SIZE - 2
    told = await shown(walk, Role.SUPERVISOR)
    (step,) = told["steps"]
    assert told["number"] == step["number"] == number
    assert (step["step"], step["how"], step["receiver"]) == ("served", "handed_over", f"{HOSTILE}，店长")
    assert [flag["word"] for flag in step["flags"]] == ["clock-suspect"]
    served = await walk.post(Role.LEADER, f"/office/visits/{visit}/notice", {"how": "link", "receiver": "李某"})
    assert [one["number"] for one in served["steps"]] == [number, number]


async def test_asking_for_numbers_gives_nothing_new_whatever_is_sent_with_it(session: Session, walk: Walk) -> None:
    ask = partial(walk.client.post, NUMBERS, auth=auth_of(session), headers=SPOKEN)
    bodies: list[dict[str, Any]] = [
        {},
        {"json": {"count": 10**9, "year": 1999, "device": str(UUID(int=1))}},
        {"content": b"\xff\x00{" * 1000},
        {"params": {"count": "1000000", "year": "2999"}},
    ]
    answers = [await ask(**body) for body in bodies]
    assert [answer.status_code for answer in answers] == [200] * 4
    told = [NoticeNumbersAnswer.model_validate_json(answer.content) for answer in answers]
    assert told == [told[0]] * 4
    assert [(one.first, one.last, one.used) for one in told[0].blocks] == [(1, BLOCK_SIZE, ())]
    old = await walk.client.post(NUMBERS, auth=auth_of(session), headers={CONTRACT_HEADER: "1"})
    assert old.status_code == 426
    assert (await walk.client.post(NUMBERS, headers=SPOKEN)).status_code == 401
    refused = await walk.ask(Role.SECTION_HEAD, "POST", NUMBERS)
    assert refused.status_code == 403


async def test_a_tablet_that_is_out_of_use_is_given_no_numbers(
    session: Session, office: Office, make_cmd: MakeCommand
) -> None:
    cmd, device = make_cmd(authority=office.authority), session.device.id
    await revoke_device(cmd, device_id=device, authority_id=office.authority, reason="lost", grace_days=30)
    with pytest.raises(ProblemError, match="403 device-revoked"):
        await session.reserve_numbers()
    assert await read_journal(f"device:{device}") != []
    assert EventKind.NUMBERS_RESERVED not in {line.kind for line in await read_journal(f"device:{device}")}
    assert numbers_left(session.device.store) == 0


async def test_the_office_serves_in_advance_only_with_a_reason_and_prints_it(walk: Walk) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}/notice"
    early = await walk.ask(Role.SECTION_HEAD, "POST", path, json={"how": "link", "receiver": "李某"})
    assert (early.status_code, early.json()["code"]) == (409, "notice-too-early")
    assert "写明理由" in early.json()["detail"]
    reason = f"须负责人到场 {HOSTILE}"
    served = await walk.post(Role.SECTION_HEAD, path, {"how": "link", "receiver": HOSTILE, "reason": reason})
    (numbered, step) = served["steps"]
    assert (numbered["step"], step["step"], step["reason"], step["receiver"]) == ("numbered", "served", reason, HOSTILE)
    assert served["number"] == "first检告〔2026〕000001号"
    printed = await walk.ask(Role.SECTION_HEAD, "GET", path.replace("/notice", "/papers/notice"))
    assert printed.content.startswith(b"%PDF")
    assert (await shown(walk))["number"] == served["number"]


async def test_who_may_not_serve_or_read_is_refused_and_a_strange_visit_is_unknown(walk: Walk) -> None:
    path, body = f"/office/visits/{walk.ids['visit_id']}/notice", {"how": "link", "reason": "负责人外出"}
    for role, method, status in (
        (Role.PLANNER, "GET", 403),
        (Role.INSPECTOR, "POST", 403),
        (Role.SUPERVISOR, "POST", 403),
        (Role.LEGAL, "GET", 200),
    ):
        assert (await walk.ask(role, method, path, json=body)).status_code == status, (role, method)
    for method in ("GET", "POST"):
        answer = await walk.ask(Role.LEADER, method, f"/office/visits/{UUID(int=7)}/notice", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "visit-unknown")


async def test_a_body_that_breaks_a_limit_is_refused_with_the_member_that_breaks_it(walk: Walk) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}/notice"
    for body, member in (
        ({"how": "posted"}, "how"),
        ({}, "how"),
        ({"how": "link", "receiver": "长" * 121}, "receiver"),
        ({"how": "link", "reason": "长" * 2001}, "reason"),
        ({"how": "link", "number": "first检告〔2026〕000001号"}, "number"),
        ({"how": "link", "reason": "a\x00b"}, ""),
    ):
        answer = await walk.ask(Role.SECTION_HEAD, "POST", path, json=body)
        assert answer.status_code in {400, 422}, body
        assert member in answer.text
    assert (await shown(walk))["steps"] == []


async def test_a_sealed_visit_says_nothing_of_its_notice(walk: Walk) -> None:
    sealed = (await walk.get(Role.SECTION_HEAD, "/office/visits?state=sealed"))[0]["id"]
    told = await walk.get(Role.SECTION_HEAD, f"/office/visits/{sealed}/notice")
    assert (told["number"], told["steps"]) == (None, [])
    body = {"how": "link", "reason": "负责人外出"}
    answer = await walk.ask(Role.SECTION_HEAD, "POST", f"/office/visits/{sealed}/notice", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "visit-sealed")
    told = await walk.get(Role.SECTION_HEAD, f"/office/visits/{sealed}/notice")
    assert (told["number"], told["steps"]) == (None, [])
