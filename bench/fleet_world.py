"""One authority with as many inspectors in teams of two as are wanted, their visits, and an enrolled tablet for each.

The rows of the registers are copies of one of each kind; tablets are invited and enrol by the verbs.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from piccolo.columns import Column
from piccolo.table import Table

from api.migrate import migrate
from api.schema import all_tables
from bench.pull_world import LISTS, checklists
from bench.push_batches import Tablet
from bench.site import Store
from inspection.authority.found import open_account
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import uuid7s
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.tables import Certificate, Inspector
from inspection.registry.objects.tables import InspectionObject
from inspection.visits.tables import TeamMember, Visit, VisitTask
from mobile_contract.base import b64url
from mobile_contract.client.key import DeviceKey
from mobile_contract.enrol import EnrolRequest, enrolment_message
from sync.devices.enrol import enrol_device
from sync.devices.invite import invite_device
from tests.sync.world import World, build_world

CLERK, PASSWORD = "bench-section-head", "a long enough password"
_CLOCK, _NOISE = SystemClock(), SystemEntropy()
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Fleet:
    """The tablets (neighbours 2n and 2n+1 are one team), and the keys of the server that they enrolled with."""

    authority: UUID
    tablets: list[Tablet]
    keys: ServerKeys
    unsent: dict[int, deque[bytes]] = field(default_factory=dict)
    """By the tablet's place: batches that are signed and not taken yet, in the order of its log."""


async def founded(store: Store, tablets: int, visits: int, lists: int = LISTS) -> Fleet:
    """A fleet in an empty store: an even number of tablets, `visits` open ones for each team, in turn with one of
    `lists` large checklists.
    """
    keys = load_server_keys(store.folder / "keys")
    async with running(open_engine(store.url), all_tables()):
        await migrate()
        world = await build_world("fleet")
        world.keys = keys
        await open_account(
            world.cmd(),
            authority=world.authority,
            unit=None,
            username=CLERK,
            name="科长",
            role=Role.SECTION_HEAD,
            password=PASSWORD,
        )
        people = await _people(world, tablets)
        teams = [people[place : place + 2] for place in range(0, tablets, 2)]
        asked = await checklists(world.authority, lists)
        of_team = await _visits(world, teams, visits, list(asked))
        made = [await _enrolled(world, one, of_team[place // 2]) for place, one in enumerate(people)]
        refs = list(asked.values())
        for tablet in made:
            tablet.asked = {visit: refs[number % len(refs)] for number, visit in enumerate(tablet.visits)}
    return Fleet(world.authority, made, keys)


async def _people(world: World, count: int) -> list[UUID]:
    first = world.inspectors[0]
    person, paper = await _one(Inspector, Inspector.id, first), await _one(Certificate, Certificate.inspector, first)
    ids = uuid7s(_CLOCK.now(), _NOISE, count)
    named = ({"id": one, "staff_no": f"F{n}", "name": f"检查员{n}"} for n, one in enumerate(ids))
    await _add(Inspector, [{**person, **one} for one in named])
    papers = zip(ids, uuid7s(_CLOCK.now(), _NOISE, count), strict=True)
    await _add(Certificate, [{**paper, "id": new, "inspector": one, "number": one.hex} for one, new in papers])
    return ids


async def _visits(
    world: World, teams: Sequence[Sequence[UUID]], each: int, lists: Sequence[UUID]
) -> list[tuple[UUID, ...]]:
    thing = await _one(InspectionObject, InspectionObject.id, world.object)
    visit = await _one(Visit, Visit.id, world.visit)
    served = await _one(VisitTask, VisitTask.visit, world.visit)
    member = await _one(TeamMember, TeamMember.visit, world.visit)
    ids = iter(uuid7s(_CLOCK.now(), _NOISE, len(teams) * each * 5))
    made = [tuple(next(ids) for _ in range(each)) for _ in teams]
    things: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for team, own in zip(teams, made, strict=True):
        for number, one in enumerate(own):
            here = next(ids)
            things.append({**thing, "id": here, "code": here.hex})
            visits.append({**visit, "id": one, "object": here, "leader": team[0]})
            tasks.append({**served, "id": next(ids), "visit": one, "checklist": lists[number % len(lists)]})
            members += [{**member, "id": next(ids), "visit": one, "inspector": person} for person in team]
    for kind, rows in ((InspectionObject, things), (Visit, visits), (VisitTask, tasks), (TeamMember, members)):
        await _add(kind, rows)
    return made


async def _one(table: type[Table], column: Column, value: UUID) -> dict[str, Any]:
    row = await table.select().where(column == value).first()
    if row is None:
        raise RuntimeError(f"there is no {table.__name__}")
    return dict(row)


async def _add(table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    for some in _chunks(rows):
        async with unit_of_work():
            await bulk_insert(table, some)


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))


async def _enrolled(world: World, inspector: UUID, visits: tuple[UUID, ...]) -> Tablet:
    world.now = _CLOCK.now()
    key = DeviceKey.of_entropy(os.urandom(48))
    code = (await invite_device(world.cmd(), inspector_id=inspector, authority_id=world.authority)).code
    proof = b64url(key.sign(enrolment_message(code, key.kid)))
    request = EnrolRequest(code=code, key=key.jwk, proof=proof, name=f"tablet of {inspector}")
    answer = await enrol_device(world.cmd(Role.PUBLIC), request=request, keys=world.keys)
    return Tablet(answer.device, inspector, key, answer.token, visits)
