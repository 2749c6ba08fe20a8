"""Second factors: codes of an app, recovery codes and passkeys; what locks, and what a stranger cannot lock."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from inspection.authority import store, store_factors, tables
from inspection.authority.desk_sessions import (
    Standing,
    give_code,
    give_passkey,
    read_session,
    sign_in_at_desk,
    sign_in_by_passkey,
)
from inspection.authority.end_sessions import clear_sessions
from inspection.authority.factors.app import begin_app, begun_app, confirm_app, remove_app
from inspection.authority.factors.challenges import LASTS, Asked
from inspection.authority.factors.codes import make_recovery_codes
from inspection.authority.factors.passkeys import (
    Site,
    add_passkey,
    options_to_add,
    options_to_sign_in,
    remove_passkey,
)
from inspection.authority.factors.time_codes import STEP_S, seal, step_of, unseal
from inspection.authority.found import found_authority, open_account
from inspection.authority.reset_factors import reset_factors
from inspection.authority.rules import LOCK, LOCK_AFTER
from inspection.authority.set_password import set_password
from inspection.authority.sign_in import sign_in
from inspection.authority.sign_in_rules import HALF_WAY, SignInRules, Stage
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import read
from inspection.kernel.keys import server_keys
from mobile_contract.problems import ProblemCode
from tests.conftest import NOW
from tests.support.passkeys import SoftPasskey

PASSWORD = "correct horse battery"
KEYS = server_keys(Ed25519PrivateKey.generate())
HOUR = timedelta(hours=1)
RULES = SignInRules(KEYS, lasts=timedelta(hours=10), idle=HOUR, two_factor=(Role.APPROVER,))
SITE = Site("fieldcheck.example", "https://fieldcheck.example")
STEP = timedelta(seconds=STEP_S)
SOMEBODY = UUID(int=7)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def account(db, cmd):
    owner = await found_authority(cmd, code="a1", name="某区商务局", short_name="某商", rule_set="some-rules")
    return await open_account(
        cmd, authority=owner.id, unit=None, username="li", name="李科", role=Role.APPROVER, password=PASSWORD
    )


async def at_desk(cmd, password=PASSWORD, known=None, username="li"):
    return await sign_in_at_desk(cmd, username=username, password=password, browser="X", rules=RULES, known=known)


def by_api(cmd, **more):
    return sign_in(cmd, username="li", password=PASSWORD, rules=RULES, **more)


def standing(opened):
    return Standing(opened.account, opened.session)


async def with_app(cmd, account):
    """Sets an app up; gives what it shows at an instant."""
    await begin_app(cmd, account, KEYS)
    begun = await begun_app(account, KEYS)
    assert begun is not None
    await confirm_app(cmd, account, TOTP(begun[0]).at(cmd.now), KEYS)
    return TOTP(begun[0]).at


async def with_passkey(cmd, account, passkey):
    asked = Asked("set-up", "cookie", KEYS)
    answer = passkey.made(await options_to_add(cmd, account, SITE, asked))
    await add_passkey(cmd, account, answer=answer, name="办公室电脑", site=SITE, asked=asked)


async def alone(cmd, passkey, asked=None, answer=None):
    asked = asked or Asked("sign-in", "", KEYS)
    answer = answer or passkey.given(options_to_sign_in(cmd, (), SITE, asked))
    return await sign_in_by_passkey(cmd, answer=answer, site=SITE, asked=asked, browser="X", rules=RULES)


async def test_an_app_is_a_factor_when_its_first_code_was_typed(account, cmd) -> None:
    await begin_app(cmd, account, KEYS)
    with pytest.raises(Refused):
        await confirm_app(cmd, account, "000000", KEYS)
    assert not (await store_factors.count_factors(account.id)).any
    shows = await with_app(cmd, account)
    assert (await store_factors.count_factors(account.id)).time == 1
    with pytest.raises(Conflict):
        await begin_app(cmd, account, KEYS)
    assert await begun_app(account, KEYS) is None
    assert shows(NOW).isdigit()


async def test_the_secret_is_kept_sealed_and_outlives_a_change_of_the_servers_keys(account, cmd) -> None:
    await begin_app(cmd, account, KEYS)
    begun = await begun_app(account, KEYS)
    assert begun is not None
    assert begun[0] not in str(await tables.TimeCode.select())
    after = KEYS.followed_by(Ed25519PrivateKey.generate(), NOW)
    assert await begun_app(account, after) == begun
    assert await begun_app(account, server_keys(Ed25519PrivateKey.generate())) is None


async def test_a_code_opens_once_and_the_session_gets_another_token(account, cmd, make_cmd) -> None:
    shows = await with_app(cmd, account)
    later = make_cmd(now=NOW + 2 * STEP)
    half = await at_desk(later)
    assert (half.session.awaits_factor, half.session.ends_at) == (True, later.now + HALF_WAY)
    whole = await give_code(later, standing(half), shows(later.now), RULES, known=False)
    assert await read_session(half.token, later.now, RULES) is None
    found = await read_session(whole.token, later.now, RULES)
    assert found is not None
    assert RULES.stage(found.session, found.account, later.now) is Stage.OPEN
    second = await at_desk(later)
    for used in (shows(later.now), shows(later.now - STEP)):
        with pytest.raises(Refused) as refusal:
            await give_code(later, standing(second), used, RULES, known=False)
        assert refusal.value.message_key == "authority.code_wrong"


async def test_of_one_code_sent_twice_at_once_one_is_taken(account, cmd, make_cmd) -> None:
    shows = await with_app(cmd, account)
    later = make_cmd(now=NOW + 2 * STEP)
    halves = [await at_desk(later) for _ in range(2)]
    tries = [give_code(later, standing(half), shows(later.now), RULES, known=False) for half in halves]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(isinstance(one, Refused) for one in told) == [False, True]


async def test_wrong_codes_lock_and_the_right_password_does_not_begin_anew(account, cmd) -> None:
    await with_app(cmd, account)
    for _ in range(LOCK_AFTER):
        half = await at_desk(cmd)
        with pytest.raises(Refused):
            await give_code(cmd, standing(half), "123456x", RULES, known=False)
    with pytest.raises(Refused) as refusal:
        await give_code(cmd, standing(half), "123456x", RULES, known=False)
    assert refusal.value.message_key == "authority.account_locked"
    with pytest.raises(Refused):
        await at_desk(cmd)


async def test_a_stranger_who_locks_an_account_does_not_lock_out_its_holder(account, cmd, make_cmd) -> None:
    for _ in range(LOCK_AFTER):
        with pytest.raises(Refused):
            await at_desk(cmd, "wrong")
    with pytest.raises(Refused):
        await at_desk(cmd)
    assert (await at_desk(cmd, known=account.id)).account.id == account.id
    for _ in range(LOCK_AFTER):
        with pytest.raises(Refused):
            await at_desk(cmd, "wrong", known=account.id)
    with pytest.raises(Refused):
        await at_desk(cmd, known=account.id)
    assert (await at_desk(make_cmd(now=NOW + LOCK), known=account.id)).account.id == account.id


async def test_an_unknown_name_is_locked_as_an_account_is(account, cmd, make_cmd) -> None:
    told = []
    for username in ("li", "nobody"):
        for now in [NOW] * (LOCK_AFTER + 2) + [NOW + LOCK]:
            with pytest.raises(Refused) as refusal:
                await sign_in(make_cmd(now=now), username=username, password="wrong", rules=RULES)
            told.append((refusal.value.message_key, refusal.value.facts))
    assert told[: len(told) // 2] == told[len(told) // 2 :]


async def test_a_recovery_code_opens_once(account, cmd) -> None:
    await with_app(cmd, account)
    codes = await make_recovery_codes(cmd, account)
    kept = str(await tables.RecoveryCode.select())
    assert not any(one.replace("-", "") in kept for one in codes)
    await give_code(cmd, standing(await at_desk(cmd)), f" {codes[3].upper()} ", RULES, known=False)
    with pytest.raises(Refused):
        await give_code(cmd, standing(await at_desk(cmd)), codes[3], RULES, known=False)
    assert (await store_factors.count_factors(account.id)).codes == len(codes) - 1
    newer = await make_recovery_codes(cmd, account)
    with pytest.raises(Refused):
        await give_code(cmd, standing(await at_desk(cmd)), codes[0], RULES, known=False)
    await give_code(cmd, standing(await at_desk(cmd)), newer[0], RULES, known=False)


async def test_the_api_is_no_way_around_the_second_factor(account, cmd, make_cmd) -> None:
    with pytest.raises(Refused) as refusal:
        await by_api(cmd)
    assert refusal.value.code is ProblemCode.SIGN_IN_AT_DESK
    shows = await with_app(cmd, account)
    later = make_cmd(now=NOW + 2 * STEP)
    for code in (None, "000000"):
        with pytest.raises(Refused) as refusal:
            await by_api(later, code=code)
        assert refusal.value.code is ProblemCode.SECOND_FACTOR_NEEDED
    assert (await by_api(later, code=shows(later.now))).account.id == account.id
    await set_password(later, account.id, "seven green umbrellas", must_change=True)
    with pytest.raises(Refused) as refusal:
        await sign_in(
            later,
            username="li",
            password="seven green umbrellas",
            rules=RULES,
            code=shows(later.now + STEP),
        )
    assert refusal.value.code is ProblemCode.SIGN_IN_AT_DESK


async def test_a_passkey_signs_in_alone_once_a_challenge(account, cmd, make_cmd) -> None:
    passkey, asked = SoftPasskey(), Asked("sign-in", "", KEYS)
    await with_passkey(cmd, account, passkey)
    for _ in range(LOCK_AFTER):
        await store.set_failures(account.id, LOCK_AFTER, NOW + LOCK)
    answer = passkey.given(options_to_sign_in(cmd, (), SITE, asked))
    opened = await alone(cmd, passkey, answer=answer)
    assert (opened.account.id, opened.session.factor) == (account.id, "passkey")
    passkey.count = 0
    await tables.Passkey.update({tables.Passkey.sign_count: 0}, force=True)
    with pytest.raises(Refused) as refusal:
        await alone(cmd, passkey, answer=answer)
    assert refusal.value.message_key == "authority.passkey_stale"
    stale = passkey.given(options_to_sign_in(cmd, (), SITE, asked))
    with pytest.raises(Refused):
        await alone(make_cmd(now=NOW + LASTS), passkey, answer=stale)


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "https://fieldcheck.example.evil"},
        {"site": "evil.example"},
        {"verifies": False},
        {"id": b"another credential"},
        {"key": SoftPasskey().key},
    ],
)
async def test_what_is_not_the_passkey_of_this_site_and_person_opens_nothing(account, cmd, other) -> None:
    passkey = SoftPasskey()
    await with_passkey(cmd, account, passkey)
    with pytest.raises(Refused) as refusal:
        await alone(cmd, replace(passkey, **other))
    assert refusal.value.message_key == "authority.passkey_failed"


async def test_a_challenge_is_for_one_purpose_and_one_browser(account, cmd) -> None:
    passkey = SoftPasskey()
    await with_passkey(cmd, account, passkey)
    half = standing(await at_desk(cmd))
    keys, mine = await store_factors.passkeys(account.id), Asked("second", "cookie", KEYS)
    for asked in (Asked("second", "another", KEYS), Asked("sign-in", "cookie", KEYS)):
        answer = passkey.given(options_to_sign_in(cmd, keys, SITE, asked))
        with pytest.raises(Refused) as refusal:
            await give_passkey(cmd, half, answer=answer, site=SITE, asked=mine, rules=RULES)
        assert refusal.value.message_key == "authority.passkey_stale"
    answer = passkey.given(options_to_sign_in(cmd, keys, SITE, mine))
    opened = await give_passkey(cmd, half, answer=answer, site=SITE, asked=mine, rules=RULES)
    assert opened.session.factor == "passkey"


async def test_a_passkey_of_somebody_else_is_no_second_factor(account, cmd) -> None:
    other = await open_account(
        cmd, authority=account.authority, unit=None, username="wang", name="王", role=Role.PLANNER, password=PASSWORD
    )
    passkey, mine = SoftPasskey(), Asked("second", "cookie", KEYS)
    await with_passkey(cmd, other, passkey)
    await with_app(cmd, account)
    answer = passkey.given(options_to_sign_in(cmd, (), SITE, mine))
    with pytest.raises(Refused):
        await give_passkey(cmd, standing(await at_desk(cmd)), answer=answer, site=SITE, asked=mine, rules=RULES)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 1, "response": {"clientDataJSON": "e30"}}', "\x00"])
async def test_whatever_else_is_sent_as_a_passkey_is_refused(account, cmd, answer) -> None:
    with pytest.raises(Refused):
        await alone(cmd, SoftPasskey(), answer=answer or " ")


async def test_factors_are_removed_by_their_holder_and_reset_by_an_administrator(account, cmd) -> None:
    await with_app(cmd, account)
    await with_passkey(cmd, account, SoftPasskey())
    (key,) = await store_factors.passkeys(account.id)
    assert (key.name, key.transports) == ("办公室电脑", "internal")
    await remove_passkey(cmd, account, key.id)
    await remove_app(cmd, account)
    for gone in (remove_passkey(cmd, account, key.id), remove_app(cmd, account)):
        with pytest.raises(NotFound):
            await gone
    await with_app(cmd, account)
    await make_recovery_codes(cmd, account)
    await reset_factors(cmd, account.id)
    assert await store_factors.count_factors(account.id) == store_factors.FactorCount(0, 0, 0)
    opened = await at_desk(cmd)
    assert RULES.stage(opened.session, opened.account, NOW) is Stage.SET_UP


async def test_a_session_ends_unused_and_in_any_case_and_is_forgotten(account, cmd, make_cmd) -> None:
    rules = replace(RULES, lasts=timedelta(minutes=90))
    opened = await sign_in_at_desk(cmd, username="li", password=PASSWORD, browser="X", rules=rules)
    found = await read_session(opened.token, NOW + timedelta(minutes=50), rules)
    assert found is not None
    assert await read_session(opened.token, NOW + timedelta(minutes=89), rules) is not None
    assert await read_session(opened.token, NOW + timedelta(minutes=90), rules) is None
    idle = await at_desk(cmd)
    assert await read_session(idle.token, NOW + timedelta(seconds=59), RULES) is not None
    (row,) = await tables.DeskSession.select().where(tables.DeskSession.id == idle.session.id)
    assert row["seen_at"] == NOW
    assert await read_session(idle.token, NOW + HOUR, RULES) is None
    await clear_sessions(make_cmd(now=NOW + timedelta(days=3)))
    assert await tables.DeskSession.count() == 0


async def test_no_secret_reaches_the_journal(account, cmd) -> None:
    shows = await with_app(cmd, account)
    codes = await make_recovery_codes(cmd, account)
    half = await at_desk(cmd)
    with pytest.raises(Refused):
        await give_code(cmd, standing(half), "no such code", RULES, known=False)
    await give_code(cmd, standing(half), codes[0], RULES, known=False)
    lines = await read(f"authority:{account.authority}")
    assert [one.kind.value for one in lines][-4:] == [
        "account.factor_set_up",
        "account.recovery_codes_made",
        "account.sign_in_refused",
        "account.signed_in",
    ]
    assert (lines[-1].payload["factor"], lines[-1].actor_id, lines[-1].authority) == (
        "recovery",
        str(account.id),
        account.authority,
    )
    told = str(lines)
    assert not any(secret in told for secret in (codes[0], shows(NOW), half.token, "no such code"))


def test_a_password_that_is_too_old_must_be_changed() -> None:
    rules = replace(RULES, password_lasts=timedelta(days=90))
    row = store.AccountRow(
        SOMEBODY, SOMEBODY, None, "li", "李", Role.PLANNER, "", True, 0, None, password_at=NOW - timedelta(days=91)
    )
    assert rules.must_change(row, NOW)
    assert rules.must_change(replace(row, password_at=None), NOW)
    assert not rules.must_change(replace(row, password_at=NOW), NOW)
    assert not RULES.must_change(replace(row, password_at=None), NOW)
    assert RULES.must_change(replace(row, must_change=True), NOW)


@given(st.integers(-3, 3), st.none() | st.integers(-3, 3))
def test_a_code_fits_one_step_around_now_and_later_than_the_last(offset: int, last: int | None) -> None:
    present = int(NOW.timestamp()) // STEP_S
    typed = TOTP(SECRET).generate_otp(present + offset)
    found = step_of(SECRET, typed, NOW, None if last is None else present + last)
    fits = abs(offset) <= 1 and (last is None or offset > last)
    assert found == (present + offset if fits else None)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=40), st.binary(min_size=12, max_size=12), st.uuids())
def test_what_is_sealed_opens_for_its_account_only(secret, nonce, account) -> None:
    sealed = seal(KEYS, account, secret, nonce)
    assert unseal(KEYS, account, sealed) == secret
    assert unseal(KEYS, SOMEBODY, sealed) is None
