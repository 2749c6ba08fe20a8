import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.rules import LOCK, LOCK_AFTER
from inspection.authority.sign_in import sign_in
from inspection.authority.sign_in_rules import SignInRules
from inspection.authority.tables import AccessToken
from inspection.authority.tokens import issue_device_token, read_token, revoke_token
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import read
from inspection.kernel.keys import server_keys
from mobile_contract.problems import ProblemCode
from tests.conftest import NOW

HOUR = timedelta(hours=1)
RULES = SignInRules(server_keys(Ed25519PrivateKey.generate()), HOUR, HOUR, two_factor=())
PASSWORD = "correct horse battery"


@pytest.fixture
async def authority(db, cmd):
    return await found_authority(cmd, code="a1", name="某区商务局", short_name="某商", rule_set="some-rules")


@pytest.fixture
async def account(authority, cmd):
    unit = await open_unit(cmd, authority=authority.id, name="市场科")
    return await open_account(
        cmd, authority=authority.id, unit=unit.id, username="li", name="李科", role=Role.SECTION_HEAD, password=PASSWORD
    )


async def test_a_session_stands_for_its_account_until_it_ends(account, cmd) -> None:
    session = await sign_in(cmd, username="li", password=PASSWORD, rules=RULES)
    assert (await read_token(session.token, NOW)).account == account
    assert await read_token(session.token, NOW + HOUR) is None
    assert await read_token(session.token + "x", NOW) is None
    await revoke_token(cmd, session.token)
    assert await read_token(session.token, NOW) is None


async def test_the_token_itself_is_nowhere_in_the_database(account, cmd) -> None:
    session = await sign_in(cmd, username="li", password=PASSWORD, rules=RULES)
    assert session.token not in str(await AccessToken.select())


@pytest.mark.parametrize(("username", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("", "")])
async def test_wrong_name_and_wrong_password_get_the_same_answer(account, cmd, username, password) -> None:
    with pytest.raises(Refused) as refusal:
        await sign_in(cmd, username=username, password=password, rules=RULES)
    assert (refusal.value.code, refusal.value.facts) == (ProblemCode.LOGIN_FAILED, {})


async def test_wrong_passwords_in_a_row_lock_the_account_for_a_while(account, make_cmd, cmd) -> None:
    for _ in range(LOCK_AFTER):
        with pytest.raises(Refused):
            await sign_in(cmd, username="li", password="wrong", rules=RULES)
    with pytest.raises(Refused) as refusal:
        await sign_in(cmd, username="li", password=PASSWORD, rules=RULES)
    assert refusal.value.code == ProblemCode.TOO_MANY_REQUESTS
    later = make_cmd(now=NOW + LOCK)
    assert (await sign_in(later, username="li", password=PASSWORD, rules=RULES)).account.id == account.id


async def test_every_sign_in_and_every_refusal_is_journalled(authority, account, cmd) -> None:
    with pytest.raises(Refused):
        await sign_in(cmd, username="li", password="wrong", rules=RULES)
    await sign_in(cmd, username="li", password=PASSWORD, rules=RULES)
    kinds = [entry.kind.value for entry in await read(f"authority:{authority.id}")]
    assert kinds[-2:] == ["account.sign_in_refused", "account.signed_in"]


async def test_a_device_token_stands_for_its_device(db, cmd) -> None:
    device = cmd.new_id()
    token = await issue_device_token(cmd, expires=NOW + HOUR, device_id=device, kid="k" * 43)
    holder = await read_token(token, NOW)
    assert (holder.account, holder.device, holder.kid) == (None, device, "k" * 43)
    later = replace(cmd, now=NOW + HOUR)
    await issue_device_token(later, expires=later.now + HOUR, device_id=device, kid="k" * 43)
    assert await AccessToken.count() == 1


async def test_a_device_token_that_is_bound_to_no_key_opens_nothing(db, cmd) -> None:
    token = await issue_device_token(cmd, expires=NOW + HOUR, device_id=cmd.new_id(), kid="k" * 43)
    await AccessToken.update({AccessToken.kid: None}, force=True)
    assert await read_token(token, NOW) is None


async def test_names_are_taken_once_and_passwords_are_long(authority, account, cmd) -> None:
    with pytest.raises(Conflict):
        await found_authority(cmd, code="a1", name="x", short_name="x", rule_set="x")
    for username, password, error in (("li", PASSWORD, Conflict), ("wang", "short", Invalid)):
        with pytest.raises(error):
            await open_account(
                cmd,
                authority=authority.id,
                unit=None,
                username=username,
                name="王",
                role=Role.PLANNER,
                password=password,
            )


async def test_wrong_passwords_sent_side_by_side_are_all_counted(account, cmd) -> None:
    tries = [sign_in(cmd, username="li", password="wrong", rules=RULES) for _ in range(LOCK_AFTER)]
    assert all(isinstance(told, Refused) for told in await asyncio.gather(*tries, return_exceptions=True))
    with pytest.raises(Refused) as refusal:
        await sign_in(cmd, username="li", password=PASSWORD, rules=RULES)
    assert refusal.value.code == ProblemCode.TOO_MANY_REQUESTS
