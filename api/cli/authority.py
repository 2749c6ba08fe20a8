from dataclasses import asdict, replace
from uuid import UUID

import click

from api.cli.desk import Desk, acting_option, run
from api.permits import Action
from inspection.authority import store
from inspection.authority.contact import AuthorityContact, contact_of, set_contact
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.authority.reset_factors import reset_factors
from inspection.authority.set_password import set_password
from inspection.authority.store import AccountRow, AuthorityRow
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.errors import NotFound
from inspection.policy.load import rule_set
from mobile_contract.problems import ProblemCode

PEOPLE = [role.value for role in Role if role not in {Role.SYSTEM, Role.DEVICE, Role.PUBLIC}]


@click.group()
def authority() -> None:
    """The inspecting authority (检查主体) and the accounts of its people: the first steps of an installation."""


@authority.command()
@click.argument("code")
@click.option("--name", required=True, help="Its full name.")
@click.option("--short-name", required=True, help="As it stands in task numbers.")
@click.option("--rule-set", "rules", required=True, help="Code of the rule-set it works under.")
@click.pass_context
def found(ctx: click.Context, code: str, name: str, short_name: str, rules: str) -> None:
    """Enter the authority CODE."""

    async def work(desk: Desk) -> AuthorityRow:
        cmd = desk.system()
        rule_set(rules, local_day(cmd.now))  # refuses an unknown one before anything is written
        return await found_authority(cmd, code=code, name=name, short_name=short_name, rule_set=rules)

    row = run(ctx, work)
    ctx.obj["output"].result({"authority": str(row.id), "code": row.code, "name": row.name, "rule_set": row.rule_set})


@authority.command()
@click.argument("username")
@click.option("--authority", "code", required=True, help="Code of the authority.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(PEOPLE), required=True, help="What the person may do.")
@click.option("--unit", help="Name of the section; opened when it is new.")
@click.password_option(help="Asked for when it is not given.")
@click.option("--must-change", is_flag=True, help="The person chooses another password at the first sign-in.")
@click.pass_context
def account(
    ctx: click.Context,
    username: str,
    code: str,
    name: str,
    role: str,
    unit: str | None,
    password: str,
    must_change: bool,
) -> None:
    """Open an account for a person, in one role."""

    async def work(desk: Desk) -> AccountRow:
        cmd = desk.system()
        row = await store.authority_by_code(code)
        if row is None:
            raise NotFound(ProblemCode.NOT_FOUND, "cli.authority_unknown", code=code)
        units = {known.name: known.id for known in await store.units(row.id)}
        if unit is not None and unit not in units:
            units[unit] = (await open_unit(cmd, authority=row.id, name=unit)).id
        return await open_account(
            cmd,
            authority=row.id,
            unit=units[unit] if unit else None,
            username=username,
            name=name,
            role=Role(role),
            password=password,
            must_change=must_change,
        )

    row = run(ctx, work)
    told = {"account": str(row.id), "username": row.username, "role": row.role.value}
    ctx.obj["output"].result(told, heads={"role": "desk_admin.role"}, words={"role": "desk.role_"})


@authority.command()
@click.option("--address", help="Where its office is.")
@click.option("--phone", help="Whom a party rings up with a question.")
@click.option("--person", "contact_person", help="Whom a party asks for.")
@click.option("--supervision-phone", help="Where a party complains about an inspection.")
@acting_option("admin")
@click.pass_context
def contact(ctx: click.Context, /, username: str, **given: str | None) -> None:
    """Set what notices and results print of the authority, or print what is set; an empty text takes a line away."""

    async def work(desk: Desk) -> AuthorityContact:
        cmd = await desk.acting(username, Action.AUTHORITY_KEEP)
        row = await store.authority(cmd.authority) if cmd.authority else None
        if row is None:
            raise NotFound(ProblemCode.NOT_FOUND, "cli.account_without_authority")
        said = {name: text for name, text in given.items() if text is not None}
        if not said:
            return contact_of(row)
        return await set_contact(cmd, authority=row.id, contact=replace(contact_of(row), **said))

    told = asdict(run(ctx, work, reads=all(text is None for text in given.values())))
    ctx.obj["output"].result(told, heads={"address": "desk_admin.address"})


@authority.command()
@click.argument("username")
@click.password_option(help="Asked for when it is not given.")
@click.pass_context
def password(ctx: click.Context, username: str, password: str) -> None:
    """Give the account USERNAME another password, which its holder changes at the next sign-in; it is unlocked."""

    async def work(desk: Desk) -> None:
        await set_password(desk.system(), await _account(username), password, must_change=True)

    run(ctx, work)
    ctx.obj["output"].result({"username": username, "must_change": True})


@authority.command("reset-factors")
@click.argument("username")
@click.pass_context
def factors(ctx: click.Context, username: str) -> None:
    """Take all second factors of the account USERNAME away: for an administrator who has lost his."""

    async def work(desk: Desk) -> None:
        await reset_factors(desk.system(), await _account(username))

    run(ctx, work)
    ctx.obj["output"].result({"username": username, "factors": 0})


async def _account(username: str) -> UUID:
    found = await store.account_by_username(username)
    if found is None:
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "cli.account_unknown", username=username)
    return found.id


COMMANDS = [authority]
