"""An administrator keeps accounts and units: never the last of them, never oneself, nothing of another authority."""

import asyncio

import pytest

from inspection.authority import store, store_accounts
from inspection.authority.accounts import (
    change_account,
    close_account,
    rename_unit,
    reopen_account,
    unlock_account,
)
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.store_accounts import AccountFilter
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from inspection.kernel.journal import read
from tests.conftest import NOW

PASSWORD = "a long enough password"


@pytest.fixture
async def authority(db, cmd):
    return await found_authority(cmd, code="a1", name="某区商务局", short_name="某商", rule_set="some-rules")


@pytest.fixture
def opened(authority, cmd):
    async def make(username: str, role: Role = Role.PLANNER, unit=None):
        return await open_account(
            cmd, authority=authority.id, unit=unit, username=username, name=username, role=role, password=PASSWORD
        )

    return make


async def test_what_is_changed_of_a_person_is_journalled_with_what_it_replaces(authority, cmd, opened) -> None:
    unit = await open_unit(cmd, authority=authority.id, name="一科")
    person = await opened("li")
    told = {"authority": authority.id, "account": person.id, "unit": unit.id, "role": Role.LEGAL}
    changed = await change_account(cmd, name=" 李\n四 ", **told)
    await change_account(cmd, name="李 四", **told)
    kept = await store.account(person.id)
    assert kept is not None
    assert kept == changed
    assert (kept.name, kept.unit, kept.role) == ("李 四", unit.id, Role.LEGAL)
    lines = [line for line in await read(f"authority:{authority.id}") if line.kind == "account.changed"]
    assert [line.payload["replaces"] for line in lines] == [{"name": "li", "unit": None, "role": "planner"}]


async def test_nobody_closes_himself_or_the_last_administrator(authority, make_cmd, opened) -> None:
    first, second = await opened("first", Role.ADMIN), await opened("second", Role.ADMIN)
    mine = make_cmd(id=str(first.id))
    with pytest.raises(Refused):
        await close_account(mine, authority=authority.id, account=first.id, reason="x")
    with pytest.raises(Refused):
        await change_account(mine, authority=authority.id, account=first.id, name="x", unit=None, role=Role.LEGAL)
    await close_account(mine, authority=authority.id, account=second.id, reason="left")
    other = make_cmd(id="somebody")
    with pytest.raises(Conflict):
        await close_account(other, authority=authority.id, account=first.id, reason="x")
    with pytest.raises(Conflict):
        await change_account(other, authority=authority.id, account=first.id, name="x", unit=None, role=Role.LEGAL)
    await reopen_account(mine, authority=authority.id, account=second.id)
    await close_account(other, authority=authority.id, account=first.id, reason="x")


async def test_two_administrators_who_close_each_other_at_once_leave_one(authority, make_cmd, opened) -> None:
    people = [await opened("first", Role.ADMIN), await opened("second", Role.ADMIN)]
    for _ in range(8):
        done = await asyncio.gather(
            *(
                close_account(make_cmd(id=str(one.id)), authority=authority.id, account=other.id, reason="x")
                for one, other in (people, people[::-1])
            ),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "NoneType"]
        closed = people[1 - done.index(None)]
        await reopen_account(make_cmd(id="somebody"), authority=authority.id, account=closed.id)


async def test_a_closed_account_is_opened_and_a_locked_one_unlocked_and_nothing_twice(authority, cmd, opened) -> None:
    person = await opened("li")
    told = {"authority": authority.id, "account": person.id}
    for verb in (reopen_account, unlock_account):
        with pytest.raises(Conflict):
            await verb(cmd, **told)
    with pytest.raises(Invalid):
        await close_account(cmd, reason=" ", **told)
    await close_account(cmd, reason="left", **told)
    with pytest.raises(Conflict):
        await close_account(cmd, reason="left", **told)
    await reopen_account(cmd, **told)
    await store.set_failures(person.id, 5, NOW)
    await unlock_account(cmd, **told)
    kept = await store.account(person.id)
    assert kept is not None
    assert (kept.active, kept.failures, kept.locked_until) == (True, 0, None)
    kinds = [line.kind for line in await read(f"authority:{authority.id}")]
    assert kinds[-3:] == ["account.closed", "account.reopened", "account.unlocked"]


async def test_another_authority_finds_nothing(authority, cmd, opened) -> None:
    unit, person = await open_unit(cmd, authority=authority.id, name="一科"), await opened("li")
    other = await found_authority(cmd, code="a2", name="另一局", short_name="另", rule_set="some-rules")
    theirs = await open_unit(cmd, authority=other.id, name="一科")
    foreign = {"authority": other.id, "account": person.id}
    for asked in (
        rename_unit(cmd, authority=other.id, unit=unit.id, name="二科"),
        change_account(cmd, name="x", unit=None, role=Role.LEGAL, **foreign),
        change_account(cmd, authority=authority.id, account=person.id, name="x", unit=theirs.id, role=Role.LEGAL),
        close_account(cmd, reason="x", **foreign),
        reopen_account(cmd, **foreign),
        unlock_account(cmd, **foreign),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_units_of_one_authority_have_different_names(authority, cmd) -> None:
    first, second = [await open_unit(cmd, authority=authority.id, name=name) for name in ("一科", "二科")]
    await rename_unit(cmd, authority=authority.id, unit=first.id, name="商务执法科")
    for clash in (
        open_unit(cmd, authority=authority.id, name="二科"),
        rename_unit(cmd, authority=authority.id, unit=second.id, name=" 商务执法科 "),
        rename_unit(cmd, authority=authority.id, unit=second.id, name=" "),
    ):
        with pytest.raises(DomainError):
            await clash
    assert {one.name for one in await store.units(authority.id)} == {"商务执法科", "二科"}


async def test_accounts_are_read_page_by_page_and_filtered(authority, cmd, opened) -> None:
    unit = await open_unit(cmd, authority=authority.id, name="一科")
    people = [
        await opened(f"p{n}", Role.LEGAL if n % 2 else Role.PLANNER, unit.id if n < 3 else None) for n in range(5)
    ]
    await close_account(cmd, authority=authority.id, account=people[0].id, reason="left")
    seen, after = [], None
    while page := await store_accounts.accounts_after(authority.id, AccountFilter(), after, 2):
        seen += [one.id for one in page]
        after = page[-1].id
    assert seen == sorted(one.id for one in people)
    for wanted, names in (
        (AccountFilter(role=Role.LEGAL), {"p1", "p3"}),
        (AccountFilter(unit=unit.id), {"p0", "p1", "p2"}),
        (AccountFilter(unit=unit.id, active=True), {"p1", "p2"}),
    ):
        found = await store_accounts.accounts_after(authority.id, wanted, None, 9)
        assert {one.username for one in found} == names
    assert await store_accounts.accounts_in(authority.id, [unit.id]) == {unit.id: 2}
