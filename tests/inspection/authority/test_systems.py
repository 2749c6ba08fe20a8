"""A token of another system: told once, for a few things, to the end of a day, ended at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.authority.accounts import close_account
from inspection.authority.found import found_authority, open_account
from inspection.authority.systems import store
from inspection.authority.systems.issue import issue_system_token, read_system_token, revoke_system_token
from inspection.authority.systems.rules import PREFIX, TokenScope, lasts_until, may_last_until, read, spelt
from inspection.authority.systems.tables import SystemToken
from inspection.authority.tokens import read_token
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import read as read_stream
from tests.conftest import NOW

TODAY = local_day(NOW)


@pytest.fixture
async def authority(db, cmd):
    return await found_authority(cmd, code="a1", name="某区商务局", short_name="某商", rule_set="some-rules")


@pytest.fixture
def opened(authority, cmd):
    async def make(role: Role):
        return await open_account(
            cmd,
            authority=authority.id,
            unit=None,
            username=role.value,
            name=role.value,
            role=role,
            password="a long enough password",
        )

    return make


async def test_a_token_is_good_to_the_end_of_its_day_and_kept_as_a_digest(authority, cmd, opened) -> None:
    account = await opened(Role.PLANNER)
    row, token = await issue_system_token(
        cmd, authority=authority.id, account=account.id, name="统计平台", scopes=[TokenScope.PLANS], last_day=TODAY
    )
    end = lasts_until(TODAY)
    holder = await read_system_token(token, end - timedelta(seconds=1))
    assert holder is not None
    assert (holder.account.id, holder.token.scopes) == (account.id, frozenset({TokenScope.PLANS}))
    assert await read_system_token(token, end) is None
    assert await read_system_token(token + "x", NOW) is None
    assert await read_token(token, NOW) is None
    assert token.startswith(PREFIX)
    kept = await SystemToken.select()
    assert token not in str(kept)
    assert (await store.token(row.id)).used_on == TODAY
    lines = await read_stream(f"authority:{authority.id}")
    assert token not in str(lines)
    assert lines[-1].kind == "system_token.issued"


async def test_a_revoked_token_and_one_of_a_closed_account_open_nothing(authority, cmd, opened) -> None:
    account = await opened(Role.PLANNER)
    told = {"account": account.id, "name": "x", "scopes": [TokenScope.PLANS], "last_day": TODAY}
    (row, first), (_, second) = [await issue_system_token(cmd, authority=authority.id, **told) for _ in range(2)]
    await revoke_system_token(cmd, authority=authority.id, token=row.id)
    assert await read_system_token(first, NOW) is None
    assert await read_system_token(second, NOW) is not None
    with pytest.raises(Conflict):
        await revoke_system_token(cmd, authority=authority.id, token=row.id)
    await close_account(cmd, authority=authority.id, account=account.id, reason="left")
    assert await read_system_token(second, NOW) is None
    with pytest.raises(Conflict):
        await issue_system_token(cmd, authority=authority.id, **told)


async def test_no_token_is_given_for_nothing_for_ever_to_an_administrator_or_abroad(authority, cmd, opened) -> None:
    account, admin = await opened(Role.PLANNER), await opened(Role.ADMIN)
    other = await found_authority(cmd, code="a2", name="另一局", short_name="另", rule_set="some-rules")
    good = {
        "authority": authority.id,
        "account": account.id,
        "name": "x",
        "scopes": [TokenScope.PLANS],
        "last_day": TODAY,
    }
    for wrong, kind in (
        ({"scopes": []}, Invalid),
        ({"name": " "}, Invalid),
        ({"last_day": TODAY - timedelta(days=1)}, Invalid),
        ({"last_day": TODAY + timedelta(days=367)}, Invalid),
        ({"account": admin.id}, Refused),
        ({"account": cmd.new_id()}, NotFound),
        ({"authority": other.id}, NotFound),
    ):
        with pytest.raises(kind):
            await issue_system_token(cmd, **{**good, **wrong})
    row, _ = await issue_system_token(cmd, **good)
    with pytest.raises(NotFound):
        await revoke_system_token(cmd, authority=other.id, token=row.id)
    assert await store.tokens(other.id) == []
    newest, _ = await issue_system_token(cmd, **good)
    assert [one.id for one in await store.tokens(authority.id, limit=1)] == [newest.id]
    assert [one.id for one in await store.tokens(authority.id, before=newest.id)] == [row.id]


@given(st.sets(st.sampled_from(TokenScope)))
def test_scopes_are_kept_and_read_as_they_were_given(scopes: set[TokenScope]) -> None:
    assert read(spelt(scopes)) == scopes
    assert read(f"{spelt(scopes)} of-another-version") == scopes


@given(st.integers(0, 3 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_day_is_over_when_the_next_one_begins_in_beijing(now: datetime) -> None:
    today = local_day(now)
    assert now < lasts_until(today) <= now + timedelta(days=1)
    assert may_last_until(today, now)
    assert not may_last_until(today - timedelta(days=1), now)
    assert local_day(lasts_until(today)) == date.fromordinal(today.toordinal() + 1)
