from uuid import UUID

from inspection.authority import store
from inspection.authority.passwords import hash_password
from inspection.authority.rules import PASSWORD_MIN
from inspection.authority.store import AccountRow, AuthorityRow, UnitRow
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid
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
    """Enter a section, office or team (科室、股室、所、队) of an authority."""
    row = UnitRow(cmd.new_id(), authority, name)
    async with unit_of_work():
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
) -> AccountRow:
    """Let a person sign in, in one role. The account of an inspector bears the inspector's id: a person has one.

    Raises:
        Invalid: the password is shorter than the rule asks.
        Conflict: the user name is taken.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid(ProblemCode.WEAK_PASSWORD, "authority.password_short", minimum=PASSWORD_MIN)
    hashed = hash_password(password)
    async with unit_of_work():
        if await store.account_by_username(username):
            raise Conflict(ProblemCode.ACCOUNT_TAKEN, "authority.username_taken", username=username)
        row = AccountRow(inspector or cmd.new_id(), authority, unit, username, name, role, hashed, True, 0, None)
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
