"""Two visits of one object: the second was drawn while the first was under way."""

from dataclasses import dataclass
from uuid import UUID

from tests.inspection.visits.tablet import PRICE, Tablet, ref
from tests.inspection.visits.world import World


@dataclass(frozen=True)
class Pair:
    """`first` pins FIRE and is visited by the first two people, `second` pins PRICE and is visited by the others."""

    first: UUID
    second: UUID

    @property
    def visits(self) -> tuple[UUID, UUID]:
        return self.first, self.second

    @property
    def canonical(self) -> UUID:
        return min(self.visits)


async def pair(world: World, *, complete: bool = False) -> Pair:
    """`complete`: both records are attested, by everybody."""
    first = await world.open_visit()
    if complete:
        await world.attested(first)
    else:
        await world.push(world.tablet(0, first).answer("f1", "yes"))
    second = await world.open_visit(checklist=PRICE, team=(2, 3))
    one, other = (world.tablet(who, second) for who in (2, 3))
    await _price(world, one, other, complete=complete)
    return Pair(first, second)


async def _price(world: World, one: Tablet, other: Tablet, *, complete: bool) -> None:
    one.answer("f1", "yes", ck=ref(PRICE))
    if complete:
        one.answer("p1", "yes", ck=ref(PRICE))
        other.write("note.add", {"text": "在场"})
        one.sign(*one.entries)
        one.submit()
        other.submit()
    await world.push(*one.entries, *other.entries)
