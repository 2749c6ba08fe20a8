"""Which passwords are taken, who may set them, and what ends when one is changed."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from inspection.authority import passwords, store, store_sessions
from inspection.authority.end_sessions import end_session, end_sessions
from inspection.authority.found import found_authority, open_account
from inspection.authority.password_rules import COMMONEST, refuse_weak
from inspection.authority.passwords import decoy, hash_password, password_fits
from inspection.authority.reset_factors import reset_factors
from inspection.authority.rules import PASSWORD_MIN
from inspection.authority.set_password import change_password, set_password
from inspection.authority.store_sessions import SessionRow
from inspection.authority.tokens import issue_token, read_token
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import read
from inspection.kernel.unit_of_work import unit_of_work
from tests.conftest import NOW

PASSWORD = "correct horse battery"
OTHER = "seven green umbrellas"
HOUR = timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=1)


@pytest.fixture
async def account(db, cmd):
    owner = await found_authority(cmd, code="xinqu", name="新区商务局", short_name="新商", rule_set="some-rules")
    return await open_account(
        cmd, authority=owner.id, unit=None, username="li", name="李科", role=Role.PLANNER, password=PASSWORD
    )


async def seat(cmd, account, token_hash):
    row = SessionRow(cmd.new_id(), account.id, NOW, NOW, NOW + HOUR, False, None, "Chrome")
    async with unit_of_work():
        await store_sessions.add_session(row, token_hash)
    return row.id


async def open_seats(account):
    return [one.id for one in await store_sessions.live_sessions(account.id, NOW, LONG_AGO)]


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("short", "authority.password_short"),
        ("x" * 201, "authority.password_long"),
        ("1234567890", "authority.password_common"),
        ("Password2026!", "authority.password_common"),
        ("1qaz2wsx3edc", "authority.password_common"),
        ("woaini1314520", "authority.password_common"),
        ("ababababab", "authority.password_common"),
        ("li.wei-2026!!", "authority.password_name"),
        ("ＬＩＷＥＩ　＿２０２６", "authority.password_name"),
        ("新区商务局!!!!!2026", "authority.password_name"),
    ],
)
def test_what_others_would_try_is_no_password(password: str, key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_weak(password, "li.wei", "李伟", "新区商务局")
    assert refusal.value.message_key == key


@pytest.mark.parametrize("password", [PASSWORD, "李伟喜欢在海边看日出和钓鱼", "kD8#vQ2!xMwz", "li wei eats noodles"])
def test_a_long_sentence_is_one_without_any_kinds_of_characters(password: str) -> None:
    refuse_weak(password, "li.wei", "李伟", "新区商务局")


@given(st.lists(st.sampled_from([one for one in COMMONEST if len(one) > 3]), min_size=1, max_size=4))
def test_what_is_made_of_the_commonest_alone_is_refused(words: list[str]) -> None:
    with pytest.raises(Invalid):
        refuse_weak("".join(words).ljust(PASSWORD_MIN, "!"))


def test_what_stands_for_an_unknown_account_is_as_dear_to_verify_and_fits_nothing() -> None:
    assert extract_parameters(decoy()) == extract_parameters(hash_password(PASSWORD))
    for hasher in (passwords._hasher, PasswordHasher()):
        # Hashed and found to be another one, not refused unread.
        with pytest.raises(VerifyMismatchError):
            hasher.verify(decoy(), "")


async def test_what_an_administrator_sets_ends_everything_and_must_be_changed(account, cmd) -> None:
    token = await issue_token(cmd, expires=NOW + HOUR, account_id=account.id)
    await seat(cmd, account, "a" * 64)
    await store.set_failures(account.id, 9, NOW + HOUR)
    await set_password(cmd, account.id, OTHER, must_change=True)
    row = await store.account(account.id)
    assert row is not None
    assert password_fits(row.password_hash, OTHER)
    assert (row.must_change, row.password_at, row.failures, row.locked_until) == (True, NOW, 0, None)
    assert await read_token(token, NOW) is None
    assert await open_seats(account) == []


async def test_a_person_changes_his_password_and_stays_where_he_is(account, cmd) -> None:
    await set_password(cmd, account.id, OTHER, must_change=True)
    here, _there = [await seat(cmd, account, char * 64) for char in "ab"]
    with pytest.raises(Refused):
        await change_password(cmd, account.id, current="guessed it is", new=PASSWORD, session=here)
    with pytest.raises(Conflict):
        await change_password(cmd, account.id, current=OTHER, new=OTHER, session=here)
    await change_password(cmd, account.id, current=OTHER, new=PASSWORD, session=here)
    row = await store.account(account.id)
    assert row is not None
    assert not row.must_change
    assert await open_seats(account) == [here]


async def test_sessions_are_ended_one_by_one_and_all_at_once(account, cmd) -> None:
    first, second, third = [await seat(cmd, account, char * 64) for char in "abc"]
    await end_session(cmd, account.id, first)
    with pytest.raises(NotFound):
        await end_session(cmd, account.id, first)
    assert await end_sessions(cmd, account.id, but=third) == 1
    assert await open_seats(account) == [third]
    assert second not in await open_seats(account)


async def test_nobody_touches_an_account_of_another_authority(account, cmd, make_cmd) -> None:
    stranger = make_cmd(authority=cmd.new_id())
    for act in (
        set_password(stranger, account.id, OTHER, must_change=True),
        reset_factors(stranger, account.id),
        end_sessions(stranger, account.id),
    ):
        with pytest.raises(NotFound):
            await act


async def test_all_of_it_is_journalled_without_a_secret(account, cmd) -> None:
    await set_password(cmd, account.id, OTHER, must_change=True)
    await end_sessions(cmd, account.id)
    await reset_factors(cmd, account.id)
    lines = await read(f"authority:{account.authority}")
    assert [one.kind.value for one in lines][-3:] == [
        "account.password_set",
        "account.sessions_ended",
        "account.factors_reset",
    ]
    assert not any(secret in str(line) for line in lines for secret in (OTHER, PASSWORD, "argon2"))
