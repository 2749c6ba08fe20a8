"""What inspectors write: statements, corrections, vouching, media, and things that this server does not know."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from mobile_contract.envelope import ChecklistRef
from tests.simulator.founding import ITEMS, VALUES
from tests.simulator.tablet import Tablet

if TYPE_CHECKING:
    from tests.simulator.world import World

Writing = Callable[["World", Tablet, UUID, Random], None]


def write(world: World, tablet: Tablet, random: Random) -> None:
    """One entry on some visit, also on one that the server does not know yet."""
    visits = world.founding.all_visits if random.random() < 0.1 else world.founding.visits
    visit = visits[random.randrange(len(visits))].id
    random.choices(list(_WRITINGS), list(_WRITINGS.values()))[0](world, tablet, visit, random)


def _checklist(world: World, random: Random) -> ChecklistRef:
    facts = world.founding.newer if random.random() < 0.08 else world.founding.checklist
    return (facts.code, facts.version, facts.digest)


def own_statements(tablet: Tablet, visit: UUID, item: str = "") -> list[str]:
    """Hashes of what this tablet's log says on one item (or on any), oldest first; corrected or not."""
    return tablet.store.hashes(visit, "answer.set", f'%\\"item\\":\\"{item}%')


def _answer(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    item, value = random.choice(ITEMS), random.choice(VALUES)
    before = own_statements(tablet, visit, item)
    over = before[-1:] if before and random.random() < 0.6 else []
    if random.random() < 0.04:
        item = "a.99"
    if random.random() < 0.04:
        value = "perhaps"
    _capture(
        world, tablet, "answer.set", {"item": item, "value": value}, visit, random, over, _checklist(world, random)
    )


def _withdraw(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    item = random.choice(ITEMS)
    over = own_statements(tablet, visit, item)[-2:]
    if over:
        _capture(world, tablet, "answer.withdraw", {"item": item, "reason": "有误"}, visit, random, over)


def _note(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    text = random.choice(("好", "a\x00b", "长" * 200))
    _capture(world, tablet, "note.add", {"text": text}, visit, random)


def _submit(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    body = tablet.device.attestation(visit)
    _capture(world, tablet, random.choice(("attest", "submit")), body, visit, random)


def _photo(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    """Its bytes never come: media that are lost must cost nothing but themselves."""
    digest = hashlib.sha256(random.randbytes(8)).hexdigest()
    body = {"digest": digest, "bytes": 1000, "mime": "image/jpeg", "item": random.choice(ITEMS)}
    _capture(world, tablet, "photo.add", body, visit, random)


def _arrive(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    _capture(world, tablet, random.choice(("arrive", "leave")), {"no_fix": "indoors"}, visit, random)


def _from_the_future(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    _capture(world, tablet, "future.thing", {"what": "ever"}, visit, random)


def _stance(world: World, tablet: Tablet, visit: UUID, random: Random) -> None:
    """About another tablet's entry, as two people who sit side by side may write it."""
    other = world.tablets[random.randrange(len(world.tablets))]
    seen = own_statements(other, visit)
    if seen:
        kind = random.choice(("concur", "dispute"))
        _capture(world, tablet, kind, {"targets": seen[-1:], "reason": "不同意"}, visit, random)


def _unassigned(world: World, tablet: Tablet, _visit: UUID, random: Random) -> None:
    """An entry of no visit."""
    tablet.device.capture("note.add", {"text": "自用"})


def _capture(
    world: World,
    tablet: Tablet,
    kind: str,
    body: dict[str, Any],
    visit: UUID,
    random: Random,
    over: list[str] | None = None,
    ck: ChecklistRef | None = None,
) -> None:
    inspector = None
    if random.random() < 0.05:  # somebody else takes the tablet: bound to it or not
        inspector = world.founding.inspectors[random.randrange(len(world.founding.inspectors))].id
    tablet.device.capture(kind, body, visit=visit, over=over or [], ck=ck, inspector=inspector)


_WRITINGS: Final[dict[Writing, int]] = {
    _answer: 50,
    _withdraw: 6,
    _note: 12,
    _submit: 8,
    _photo: 5,
    _arrive: 6,
    _from_the_future: 2,
    _stance: 8,
    _unassigned: 2,
}
