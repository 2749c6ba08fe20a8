"""Sets up the authority of the demonstration: rule-set, people, item list, registers. Repeating it changes nothing."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import UUID

from api.output import Output
from inspection.authority import store as authority_store
from inspection.authority.contact import AuthorityContact, set_contact
from inspection.authority.found import found_authority, open_account, open_unit
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command, Role
from inspection.registry.find import items
from inspection.registry.inspectors import store as store_people
from inspection.registry.inspectors.import_inspectors import import_inspectors
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.publishing import findings
from inspection.registry.items.seed_list import seed_checklists, seed_items, seed_register
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.synthetic import synthetic_inspector_file
from inspection.registry.rules_in_force import rules_today

LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in to the demonstration."""

    username: str
    name: str
    role: Role


async def found(
    cmd: Command, password: str, *, inspectors: int, seed: int | str, output: Output, rule_set: str | None = None
) -> UUID:
    """Found the authority, open its accounts, fill list and registers with shipped and invented data; give its id.

    `rule_set`: the code of another rule-set than the demonstration's own.
    """
    world = tomllib.loads(files("api.simulation").joinpath("world.toml").read_text(encoding="utf-8"))
    known = await authority_store.authority_by_code(world["authority"]["code"])
    if known is None:
        known = await found_authority(cmd, **world["authority"] | ({"rule_set": rule_set} if rule_set else {}))
        await set_contact(cmd, authority=known.id, contact=AuthorityContact(**world["contact"]))
        await _people(cmd, known.id, world, password)
        await _registers(cmd, known.id, inspectors, seed, output)
    return known.id


async def one_of_each_role(authority: UUID) -> tuple[Person, ...]:
    """One account for each role that signs in, in the order of the roles."""
    first: dict[Role, Person] = {}
    for account in await authority_store.accounts(authority):
        first.setdefault(account.role, Person(account.username, account.name, account.role))
    return tuple(first[role] for role in Role if role in first)


async def _people(cmd: Command, authority: UUID, world: dict[str, list[dict[str, str]]], password: str) -> None:
    units = {one["name"]: (await open_unit(cmd, authority=authority, name=one["name"])).id for one in world["units"]}
    await open_accounts(cmd, authority, units, world["people"], password)


async def open_accounts(
    cmd: Command, authority: UUID, units: Mapping[Any, UUID], people: Iterable[Mapping[str, Any]], password: str
) -> None:
    """An account for each of the invented people; `units`: by what a person's `unit` says."""
    for person in people:
        await open_account(
            cmd,
            authority=authority,
            unit=units[person["unit"]],
            username=person["username"],
            name=person["name"],
            role=Role(person["role"]),
            password=password,
        )


async def _registers(cmd: Command, authority: UUID, inspectors: int, seed: int | str, output: Output) -> None:
    output.note(output.word("cli.registers_loading"))
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists(), name="items.csv")
    await publish_items(cmd, authority=authority, codes=await _publishable(cmd, authority))
    with output.progress("register.csv", None) as bar:
        await import_objects(cmd, seed_register(), authority=authority, name="register.csv", progress=bar.to)
    people = synthetic_inspector_file(local_day(cmd.now), seed, inspectors)
    await import_inspectors(cmd, people, authority=authority, name="inspectors.csv")


async def _publishable(cmd: Command, authority: UUID) -> list[str]:
    """The items that state all that the rule-set wants of a public one: the shipped list may state too little."""
    listed, rules = await items(authority), await rules_today(cmd, authority)
    short = {one.item for one in findings(listed, rules)}
    return [one.code for one in listed if one.code not in short]


async def open_inspector_account(cmd: Command, authority: UUID, password: str) -> None:
    """A login for the first inspector who has none: most inspectors only ever hold a tablet."""
    for person in await store_people.inspectors_of(authority):
        if await authority_store.account(person.id) is None:
            await open_account(
                cmd,
                authority=authority,
                unit=person.unit_id,
                username=f"{Role.INSPECTOR}1",
                name=person.name,
                role=Role.INSPECTOR,
                password=password,
                inspector=person.id,
            )
            return


async def open_leader_accounts(cmd: Command, authority: UUID, leaders: list[UUID], password: str) -> dict[UUID, str]:
    """A login for each of these inspectors; returns inspector → user name."""
    opened = {inspector: f"{LEADER}{number}" for number, inspector in enumerate(sorted(leaders), start=1)}
    for inspector, username in opened.items():
        if await authority_store.account(inspector) is None:
            await open_leader_account(cmd, authority, inspector, username, password)
    return opened


async def open_leader_account(cmd: Command, authority: UUID, inspector: UUID, username: str, password: str) -> None:
    """A login for an inspector who leads."""
    people = await store_people.inspectors_of(authority)
    await open_account(
        cmd,
        authority=authority,
        unit=None,
        username=username,
        name=next(person.name for person in people if person.id == inspector),
        role=Role.LEADER,
        password=password,
        inspector=inspector,
    )
