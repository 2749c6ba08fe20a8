"""What one step does."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from inspection.kernel.errors import DomainError
from inspection.visits.links.link import link_visits, unlink_visits
from mobile_contract.base import b64url
from mobile_contract.client import ProblemError, Session
from sync.devices.bind import bind_inspector
from sync.devices.revoke import revoke_device
from sync.histories import start_history
from tests.simulator import office
from tests.simulator.founding import ITEMS, VALUES, opened
from tests.simulator.rulings import erase, rule
from tests.simulator.tablet import KilledError, Tablet
from tests.simulator.trace import ALWAYS, Act, Step
from tests.simulator.upkeep import is_told_to, obeying, order, tend_log
from tests.simulator.writing import write

if TYPE_CHECKING:
    from tests.simulator.world import World

Doing = Callable[["World", Tablet, Random], Awaitable[None]]


async def perform(world: World, tablet: Tablet, step: Step) -> None:
    """Do what the step says; what a tablet lives with is not raised."""
    from tests.simulator.world import REFUSALS

    if tablet.wiped and step.act in OF_TABLETS:
        return
    with suppress(*REFUSALS):
        await _DOINGS[step.act](world, tablet, step.random("choices"))


async def _write(world: World, tablet: Tablet, random: Random) -> None:
    for _ in range(random.randint(2, 12)):
        write(world, tablet, random)
    tablet.note_written()


async def _session(world: World, tablet: Tablet, *verbs: str) -> None:
    async with world.session(tablet) as session:
        try:
            for verb in verbs:
                await (obeying(world, tablet, session) if verb == "obey" else getattr(session, verb)())
        except ProblemError as problem:
            if not is_told_to(problem):
                raise
            await obeying(world, tablet, session)


async def _push(world: World, tablet: Tablet, _: Random) -> None:
    await _session(world, tablet, "push")


async def _pull(world: World, tablet: Tablet, _: Random) -> None:
    await _session(world, tablet, "pull")


async def _sync(world: World, tablet: Tablet, _: Random) -> None:
    await _session(world, tablet, "fetch_anchor", "push", "pull")


async def _compare(world: World, tablet: Tablet, _: Random) -> None:
    await _session(world, tablet, "compare_logs")


async def _wait(world: World, _tablet: Tablet, random: Random) -> None:
    world.elapsed += timedelta(minutes=random.randint(1, 600))
    if random.random() < 1 / 4:
        world.skew = timedelta(seconds=random.randint(-3600, 3600))


async def _two_processes(world: World, tablet: Tablet, _: Random) -> None:
    """Two processes on one store read the same outbox; each sends it."""
    batch = tablet.device.outbox()
    if batch:
        await carry(world, tablet, [entry.line for entry in batch])
    await _session(world, tablet, "push")


async def _courier(world: World, tablet: Tablet, random: Random) -> None:
    """Another tablet carries what this one holds."""
    carrier = world.tablets[random.randrange(len(world.tablets))]
    if carrier.wiped:
        return
    lines = [entry.line for entry in tablet.device.outbox()]
    if random.random() < 1 / 3:
        lines.insert(random.randint(0, len(lines)), garbled(lines, random))
    await carry(world, carrier, lines)


def garbled(lines: list[str], random: Random) -> str:
    """Something that is no entry: made up, or with a signature that nobody made."""
    if not lines or random.random() < 1 / 2:
        return json.dumps({"p": "{}", "n": random.random()})
    line = json.loads(random.choice(lines))
    return json.dumps({**line, "p": line["p"].replace('"v":1', '"v":1 '), "s": b64url(random.randbytes(64))})


async def carry(world: World, carrier: Tablet, lines: list[str]) -> None:
    """Push lines without asking the carrier's own store."""
    if not lines:
        return
    async with world.session(carrier) as session:
        await raw_push(session, lines)


async def raw_push(session: Session, lines: list[str]) -> None:
    """As `Session.push` sends a batch, plain."""
    body = "".join(f"{line}\n" for line in lines).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    auth = getattr(session, "_auth", None)
    await session._http.request("POST", "/v1/sync/push", content=body, headers=headers, auth=auth)


async def _kill(world: World, tablet: Tablet, random: Random) -> None:
    """The process dies somewhere in a change of the tablet's store, and comes back on the same disk."""
    world.report.kills += 1
    tablet.store.kill_before(random.randint(1, 30))
    try:
        write(world, tablet, random)
        verb = "obey" if tablet.id in world.ordered else random.choice(("push", "pull", "compare_logs"))
        await _session(world, tablet, verb)
    except KilledError:
        pass
    finally:
        tablet.restart()


async def _back_up_tablet(_world: World, tablet: Tablet, _: Random) -> None:
    tablet.backup = tablet.store.content()


async def _restore_tablet(world: World, tablet: Tablet, random: Random) -> None:
    world.report.tablet_restores += 1
    tablet.restore(notices=random.random() < 1 / 2)


async def _clock(_world: World, tablet: Tablet, random: Random) -> None:
    tablet.clock.go_wrong(random)


async def _revoke(world: World, tablet: Tablet, _: Random) -> None:
    if tablet.number and tablet.id not in world.revoked:
        world.revoked.add(tablet.id)
        world.before_revocation[tablet.id] = frozenset((await world.server.look()).entries)
        await revoke(world, tablet)


async def revoke(world: World, tablet: Tablet) -> None:
    """Take a tablet out of use, with the usual grace."""
    cmd, authority = world.command("revoke"), world.founding.authority.id
    await revoke_device(cmd, device_id=tablet.id, authority_id=authority, reason="lost", grace_days=30)


def _somewhere(world: World, random: Random) -> tuple[object, object]:
    visits = sorted(world.known)
    people = world.founding.inspectors[1:]
    return visits[random.randrange(len(visits))], people[random.randrange(len(people))].id


async def _reassign(world: World, _tablet: Tablet, random: Random) -> None:
    await office.send_away(world.command("reassign"), *_somewhere(world, random), recused=False)  # type: ignore[arg-type]


async def _recuse(world: World, _tablet: Tablet, random: Random) -> None:
    await office.send_away(world.command("recuse"), *_somewhere(world, random), recused=True)  # type: ignore[arg-type]


async def _rejoin(world: World, _tablet: Tablet, random: Random) -> None:
    await office.send(world.command("rejoin"), *_somewhere(world, random))  # type: ignore[arg-type]


async def _bind(world: World, tablet: Tablet, random: Random) -> None:
    inspector = world.founding.inspectors[random.randrange(len(world.founding.inspectors))].id
    with suppress(DomainError):
        cmd = world.command("bind")
        authority = world.founding.authority.id
        await bind_inspector(cmd, device_id=tablet.id, inspector_id=inspector, authority_id=authority)
        world.bound[tablet.id].add(inspector)


async def _decide(world: World, _tablet: Tablet, random: Random) -> None:
    """The leader resolves what he sees, on his own tablet."""
    leader = world.tablets[0]
    for visit in sorted(world.known):
        question = await office.open_question(visit)
        if question is not None:
            body = {"item": question[0], "how": "value", "value": random.choice(VALUES), "reason": "核实"}
            leader.device.capture("resolve", body, visit=visit, over=question[1])


async def _new_visit(world: World, _tablet: Tablet, _: Random) -> None:
    visit = next((one for one in world.founding.later if one.id not in world.known), None)
    if visit is not None:
        world.known.add(visit.id)
        await world.server.add_visit(world.founding, opened(visit, world.now))
        await office.announce(world.command("announce"), visit.id)


async def _new_checklist(world: World, _tablet: Tablet, _: Random) -> None:
    await world.server.add_checklist(world.founding)


async def _approve(world: World, _tablet: Tablet, random: Random) -> None:
    visit = random.choice(sorted(world.known))
    there = frozenset((await world.server.look()).entries)
    await office.approve(world.command("approve"), visit)
    world.before_approval.setdefault(visit, there)


async def _link(world: World, _tablet: Tablet, random: Random) -> None:
    """One door, two visits: they become one, or two again."""
    a, b = random.sample(sorted(world.known), 2) if len(world.known) > 1 else (None, None)
    if a is not None and b is not None:
        verb = random.choice((link_visits, link_visits, unlink_visits))
        with suppress(DomainError):
            await verb(world.command("link"), a, b, b64url(random.randbytes(32)))


async def _back_up_server(world: World, _tablet: Tablet, _: Random) -> None:
    world.backup = (await world.server.back_up(), world.facts())


async def _restore_server(world: World, _tablet: Tablet, random: Random) -> None:
    """The store goes back. Half of the time nobody tells it."""
    world.report.server_restores += 1
    backup, facts = world.backup
    world.go_back(facts)
    await world.server.restore(backup)
    if random.random() < 1 / 2:
        await start_history(world.command("restored"), "restored from a backup")


async def _restart(world: World, _tablet: Tablet, _: Random) -> None:
    await world.server.restart()


OF_TABLETS: Final = frozenset(
    {
        *ALWAYS,
        Act.TWO_PROCESSES,
        Act.COURIER,
        Act.KILL,
        Act.BACK_UP_TABLET,
        Act.RESTORE_TABLET,
        Act.CLOCK,
        Act.REVOKE,
        Act.BIND,
    }
) - {Act.WAIT}
"""What a tablet out of service has no part in."""

_DOINGS: Final[dict[Act, Doing]] = {
    Act.WRITE: _write,
    Act.PUSH: _push,
    Act.PULL: _pull,
    Act.SYNC: _sync,
    Act.COMPARE: _compare,
    Act.WAIT: _wait,
    Act.TWO_PROCESSES: _two_processes,
    Act.COURIER: _courier,
    Act.KILL: _kill,
    Act.BACK_UP_TABLET: _back_up_tablet,
    Act.RESTORE_TABLET: _restore_tablet,
    Act.CLOCK: _clock,
    Act.REVOKE: _revoke,
    Act.REASSIGN: _reassign,
    Act.RECUSE: _recuse,
    Act.REJOIN: _rejoin,
    Act.BIND: _bind,
    Act.DECIDE: _decide,
    Act.NEW_VISIT: _new_visit,
    Act.NEW_CHECKLIST: _new_checklist,
    Act.APPROVE: _approve,
    Act.LINK: _link,
    Act.RULE: rule,
    Act.ERASE: erase,
    Act.WIPE: order,
    Act.BACK_UP_SERVER: _back_up_server,
    Act.RESTORE_SERVER: _restore_server,
    Act.RESTART: _restart,
    Act.SEQUENCE: tend_log,
}
__all__ = ["ITEMS", "perform"]
