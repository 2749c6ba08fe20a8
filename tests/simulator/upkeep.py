"""What keeps the house: the sequencer of the log, and tablets that are told to erase themselves."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING

from inspection.kernel.errors import DomainError
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.wiping import acknowledgement
from mobile_contract.devices import WipedRequest, WipedStatement
from mobile_contract.problems import ProblemCode
from sync.devices import store as store_devices
from sync.devices.wipe import order_wipe
from sync.log.heads import sign_head
from sync.log.sequence import sequence
from tests.simulator.invariants_office import in_custody
from tests.simulator.memory import Crashed
from tests.simulator.mishaps import Watching, mishap_of
from tests.simulator.tablet import Tablet
from tests.simulator.verdict import demand

if TYPE_CHECKING:
    from tests.simulator.world import World


async def tend_log(world: World, _tablet: Tablet, random: Random) -> None:
    """The worker adds what waits and signs the tree; sometimes it dies, or the disk is full, in the middle."""
    full = random.random() < 1 / 2
    watching = Watching(mishap_of(random, full=full)) if random.random() < 1 / 3 else None
    try:
        with world.server.watched(watching):
            await grow(world)
    except Crashed:
        world.report.crashes += 1
        await world.server.restart()
    except Exception:
        if watching is None or not watching.happened:
            raise
        world.report.full += 1


async def grow(world: World) -> None:
    """All that waits gets its place, and the tree is signed."""
    cmd = world.command("tend the log")
    await sequence(cmd)
    await sign_head(cmd, keys=world.server.keys)


async def order(world: World, tablet: Tablet, random: Random) -> None:
    """The office tells a tablet to erase itself, rarely even with what nobody else has; some hear it at once."""
    if not tablet.number or tablet.id in world.ordered:
        return
    with suppress(DomainError):
        cmd, authority = world.command("wipe"), world.founding.authority.id
        await order_wipe(cmd, device_id=tablet.id, authority_id=authority, also_unsent=random.random() < 1 / 3)
        world.ordered.add(tablet.id)
    if random.random() < 1 / 2:
        async with world.session(tablet) as session:
            await obeying(world, tablet, session)


async def obeying(world: World, tablet: Tablet, session: Session) -> None:
    """What a tablet does when it learns of an order, or has an acknowledgement to send."""
    store = tablet.store
    if is_gone(tablet):
        return
    held = {entry.hash: entry.line for entry in store.entries()}
    try:
        with suppress(ProblemError):
            await session.obey()
    finally:
        if not tablet.wiped and store.last_words is not None:
            await _erased(world, tablet, held, store.last_words)


async def _erased(world: World, tablet: Tablet, held: dict[str, str], words: str) -> None:
    """I1 at the moment at which a tablet is empty: what it held is with the server, or it said how much is not."""
    world.report.wipes += 1
    tablet.wiped = True
    left = tablet.store.all_hashes()
    demand(not left, "I15", "tablet", tablet.number, "says that it is empty and holds", sorted(left))
    tablet.lost |= tablet.written | held.keys()
    picture = await world.server.look()
    gone = {hash_ for hash_, line in held.items() if not in_custody(picture, hash_, line)}
    statement = WipedStatement.model_validate_json(WipedRequest.model_validate_json(words).p)
    device = await store_devices.device(tablet.id)
    given_up = device is not None and device.wipe_unsent
    demand(given_up or not gone, "I1", "tablet", tablet.number, "was not told to give up", sorted(gone))
    # Who may give up his work may do so without asking what a store that went back has lost of it.
    counted = statement.lost_entries >= len(gone) or world.report.server_restores
    demand(counted, "I1", "tablet", tablet.number, "said", statement.lost_entries, "and lost", sorted(gone))


def is_gone(tablet: Tablet) -> bool:
    """Whether it has erased itself and was heard: it has no key and no token any more."""
    return tablet.wiped and acknowledgement(tablet.device) is None


def is_told_to(problem: ProblemError) -> bool:
    """Whether this answer says that the device shall erase itself."""
    return problem.code == ProblemCode.DEVICE_WIPE
