from uuid import UUID

from inspection.authority import store, store_accounts
from inspection.authority.holders import names_of
from inspection.authority.password_rules import refuse_weak
from inspection.authority.passwords import hash_password
from inspection.authority.store import AccountRow, AuthorityRow, UnitRow
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def found_authority(cmd: Command, *, code: str, name: str, short_name: str, rule_set: str) -> AuthorityRow:
    """Enter an inspecting authority (检查主体) under the rule-set with code `rule_set`.

    Raises:
        Conflict: the code is taken.
    """
    async with unit_of_work():
        if await store.authority_by_code(code):
            raise Conflict(ProblemCode.CONFLICT, "authority.code_taken", code=code)
        row = AuthorityRow(cmd.new_id(), code, name, short_name, rule_set)
        await store.add_authority(row, cmd.now)
        await append(
            cmd.event(EventKind.AUTHORITY_FOUNDED, f"authority:{row.id}", code=code, name=name, rule_set=rule_set)
        )
    return row


async def open_unit(cmd: Command, *, authority: UUID, name: str) -> UnitRow:
    """Enter a section, office or team (科室、股室、所、队) of an authority.

    Raises:
        Conflict: `authority.unit_taken`.
    """
    row = UnitRow(cmd.new_id(), authority, name)
    async with unit_of_work():
        if await store_accounts.unit_named(authority, name) is not None:
            raise Conflict(ProblemCode.CONFLICT, "authority.unit_taken", name=name)
        await store.add_unit(row)
        await append(cmd.event(EventKind.UNIT_OPENED, f"authority:{authority}", unit=str(row.id), name=name))
    return row


async def open_account(
    cmd: Command,
    *,
    authority: UUID,
    unit: UUID | None,
    username: str,
    name: str,
    role: Role,
    password: str,
    inspector: UUID | None = None,
    must_change: bool = False,
) -> AccountRow:
    """Let a person sign in, in one role. The account of an inspector bears the inspector's id: a person has one.

    `must_change`: whoever opens it knows the password, so that the person has to choose another one at first.

    Raises:
        Invalid: the password is not good enough (`refuse_weak`).
        Conflict: the user name is taken.
    """
    refuse_weak(password, username, name, *await names_of(authority))
    hashed = hash_password(password)
    async with unit_of_work():
        if await store.account_by_username(username):
            raise Conflict(ProblemCode.ACCOUNT_TAKEN, "authority.username_taken", username=username)
        row = AccountRow(
            id=inspector or cmd.new_id(),
            authority=authority,
            unit=unit,
            username=username,
            name=name,
            role=role,
            password_hash=hashed,
            active=True,
            failures=0,
            locked_until=None,
            must_change=must_change,
            password_at=cmd.now,
        )
        await store.add_account(row)
        await append(
            cmd.event(
                EventKind.ACCOUNT_OPENED,
                f"authority:{authority}",
                account=str(row.id),
                username=username,
                name=name,
                role=role.value,
            )
        )
    return row
