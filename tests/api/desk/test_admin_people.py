"""Administration of people: units and accounts of one's own authority, passwords shown once, nobody's last key."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from inspection.authority import store
from inspection.authority.tables import Account
from inspection.kernel.command import Role
from inspection.kernel.journal import read
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made

SECRET = re.compile(r'<p class="secret"><code>([^<]+)</code>')
ACCOUNTS = "/desk/admin/accounts"


@pytest.fixture
async def admin(sit_down: SitDown) -> Seat:
    return await sit_down(Role.ADMIN)


async def kinds(office: Office) -> list[str]:
    return [line.kind for line in await read(f"authority:{office.authority}")]


async def test_every_page_is_well_made_in_both_languages(admin: Seat) -> None:
    for path in ("", "/units", "/accounts", "/accounts/new", "/roles", "/tokens", "/channels", "/contact", "/settings"):
        for lang in ("zh", "en"):
            page = await admin.read(f"/desk/admin{path}?lang={lang}")
            assert "desk_admin." not in page.text


async def test_units_are_opened_and_renamed_and_a_name_that_is_taken_is_kept_in_the_form(
    admin: Seat, office: Office
) -> None:
    assert await admin.done("/desk/admin/units", {"name": " 商务\t执法科 "}) == (
        "/desk/admin/units?done=desk_admin.done_unit_opened"
    )
    await admin.done(f"/desk/admin/units/{office.unit}", {"name": "一科"})
    assert {one.name for one in await store.units(office.authority)} == {"商务 执法科", "一科"}
    answer = await admin.send("/desk/admin/units", {"name": "一科"})
    assert answer.status_code == 409
    assert well_made(answer).all("input")
    assert 'value="一科"' in answer.text
    assert (await kinds(office))[-2:] == ["unit.opened", "unit.renamed"]


async def test_an_account_is_opened_with_a_password_that_is_shown_once_and_must_be_changed(
    admin: Seat, office: Office, cmd
) -> None:
    told = {"username": "wang", "name": "王五", "role": "legal", "unit": str(office.unit)}
    answer = await admin.send(f"{ACCOUNTS}/new", told)
    well_made(answer)
    found = SECRET.search(answer.text)
    assert answer.status_code == 200
    assert found is not None
    row = await store.account_by_username("wang")
    assert row is not None
    assert (row.name, row.role, row.unit, row.must_change) == ("王五", Role.LEGAL, office.unit, True)
    page = await admin.read(f"{ACCOUNTS}/{row.id}")
    assert found[1] not in page.text
    again = await admin.send(f"{ACCOUNTS}/new", told)
    assert again.status_code == 409
    assert 'value="wang"' in again.text


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"role": "device"}, 422), ({"unit": "019cac0f-2680-7e3b-bb08-41f2e6a85fff"}, 404), ({"staff_no": "77"}, 404)],
)
async def test_an_account_that_cannot_be_is_not_opened(admin: Seat, wrong: dict[str, str], status: int) -> None:
    told = {"username": "wang", "name": "王五", "role": "legal", **wrong}
    answer = await admin.send(f"{ACCOUNTS}/new", told)
    assert answer.status_code == status, answer.text
    assert 'value="wang"' in answer.text
    assert await store.account_by_username("wang") is None


async def test_a_person_is_changed_closed_reopened_and_unlocked(admin: Seat, office: Office, make_cmd) -> None:
    person = office.accounts[Role.PLANNER]
    here = f"{ACCOUNTS}/{person}"
    await admin.done(here, {"name": "李四", "role": "section_head", "unit": ""})
    row = await store.account(person)
    assert row is not None
    assert (row.name, row.role, row.unit) == ("李四", Role.SECTION_HEAD, None)
    assert (await admin.send(f"{here}/close", {"reason": ""})).status_code == 422
    await admin.done(f"{here}/close", {"reason": "调离"})
    assert (await admin.send(f"{here}/close", {"reason": "调离"})).status_code == 409
    await admin.done(f"{here}/reopen")
    await store.set_failures(person, 5, None)
    await admin.done(f"{here}/unlock")
    assert (await admin.send(f"{here}/unlock")).status_code == 409
    assert (await kinds(office))[-4:] == ["account.changed", "account.closed", "account.reopened", "account.unlocked"]


async def test_a_new_password_signs_the_person_out_and_is_shown_once(
    admin: Seat, office: Office, sit_down: SitDown
) -> None:
    person = office.accounts[Role.PLANNER]
    seat = await sit_down(Role.PLANNER)
    answer = await admin.send(f"{ACCOUNTS}/{person}/password")
    found = SECRET.search(answer.text)
    assert found is not None
    row = await store.account(person)
    assert row is not None
    assert row.must_change
    assert found[1] not in row.password_hash
    assert (await seat.ask("/desk")).status_code == 303


async def test_factors_and_sessions_of_somebody_are_ended(admin: Seat, office: Office, sit_down: SitDown) -> None:
    here = f"{ACCOUNTS}/{office.accounts[Role.PLANNER]}"
    for what in ("sessions", "factors"):
        seat = await sit_down(Role.PLANNER)
        await admin.done(f"{here}/{what}")
        assert (await seat.ask("/desk")).status_code == 303, what


async def test_nobody_does_to_himself_what_another_has_to(admin: Seat, office: Office) -> None:
    own = f"{ACCOUNTS}/{office.accounts[Role.ADMIN]}"
    page = await admin.read(own)
    actions = {str(one.get("action")) for one in page.all("form")}
    assert not {f"{own}/{what}" for what in ("close", "password", "factors", "sessions")} & actions
    for what, form in (("close", {"reason": "x"}), ("password", {}), ("factors", {}), ("sessions", {})):
        assert (await admin.send(f"{own}/{what}", form)).status_code == 403, what
    assert (await admin.send(own, {"name": "x", "role": "legal"})).status_code == 403
    row = await store.account(office.accounts[Role.ADMIN])
    assert row is not None
    assert (row.active, row.role) == (True, Role.ADMIN)


async def test_the_list_is_filtered_and_read_page_by_page(admin: Seat, office: Office, monkeypatch) -> None:
    monkeypatch.setattr("api.desk.admin.accounts.SHOWN", 3)
    page, seen = await admin.read(ACCOUNTS), list[str]()
    while True:
        seen += [str(one["href"]) for one in page.all("a") if re.fullmatch(rf"{ACCOUNTS}/[0-9a-f-]+", str(one["href"]))]
        onward = [str(one["href"]) for one in page.all("a") if one.get("rel") == "next"]
        if not onward:
            break
        page = await admin.read(onward[0])
    assert sorted(seen) == sorted(f"{ACCOUNTS}/{one}" for one in office.accounts.values())
    page = await admin.read(f"{ACCOUNTS}?role=legal&unit={office.unit}&state=open")
    assert "legal of first" in page.text
    assert "planner of first" not in page.text
    assert "first." in (await admin.read(f"{ACCOUNTS}?role=nonsense&unit=x&after=y")).text


async def test_another_authoritys_people_are_not_there(
    admin: Seat, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    other = await found_office("second")
    person: UUID = other.accounts[Role.PLANNER]
    assert "second." not in (await admin.read(ACCOUNTS)).text
    assert (await admin.ask(f"{ACCOUNTS}/{person}")).status_code == 404
    for what, form in (
        ("", {"name": "x", "role": "legal"}),
        ("/close", {"reason": "x"}),
        ("/reopen", {}),
        ("/unlock", {}),
        ("/password", {}),
        ("/factors", {}),
        ("/sessions", {}),
    ):
        assert (await admin.send(f"{ACCOUNTS}/{person}{what}", form)).status_code == 404, what
    assert (await admin.send(f"/desk/admin/units/{other.unit}", {"name": "x"})).status_code == 404
    row = await Account.select(Account.name, Account.active).where(Account.id == person).first()
    assert row == {"name": "planner of second", "active": True}
