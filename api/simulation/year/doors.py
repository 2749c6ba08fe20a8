"""The inspectors' tablets through the year: given out as people are sent, brought to the office after every round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final
from uuid import UUID

from api.simulation.corrections import agree_again
from api.simulation.network import Weather
from api.simulation.office import SimulatedOffice
from api.simulation.service import Service
from api.simulation.tablet import SimulatedTablet
from api.simulation.visiting import Manner, carry_out
from mobile_contract.visit_card import CardState, VisitCard

GOOD: Final = Weather()
BAD: Final = Weather(lost_request=0.05, lost_answer=0.05, doubled=0.05)
SIGNED: Final = "signed"
MANNERS: Final[Mapping[str, Manner]] = {
    "clean": Manner(0, False, SIGNED),
    "wanting": Manner(1, False, SIGNED),
    "disputed": Manner(0, True, SIGNED),
    "refused": Manner(1, False, "refused", witnessed=True),
    "uncooperative": Manner(1, False, "refused", witnessed=True),
    "recorded": Manner(0, False, "absent", witnessed=False),
}
"""How a visit may go, by name."""


@dataclass(slots=True)
class Tablets:
    """The tablets of one authority, by inspector. `manners`: how the visits went, by visit."""

    office: SimulatedOffice
    service: Service
    seed: str
    held: dict[str, SimulatedTablet] = field(default_factory=dict)
    manners: dict[str, str] = field(default_factory=dict)
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(f"doors:{self.seed}")

    @property
    def all(self) -> list[SimulatedTablet]:
        return list(self.held.values())

    async def give(self, inspectors: Sequence[str]) -> None:
        """A tablet for everybody of these who has none."""
        for inspector in sorted(set(inspectors) - set(self.held)):
            name = f"tablet-{len(self.held) + 1:02d}"
            tablet = SimulatedTablet(name, self.service.transport, self.service.clock.now, f"{self.seed}:{name}")
            self.held[inspector] = tablet
            await tablet.enrol(await self.office.invite(UUID(inspector)))

    async def meet(self, weather: Weather = GOOD) -> None:
        """Everybody is at the office: what is new goes out, what was captured comes in."""
        await self.service.worker.drain()
        for tablet in self.held.values():
            await tablet.visit_office(weather)
        await self.service.worker.drain()

    def visit(self, manners: Sequence[str]) -> list[str]:
        """Go to every door that is open and was not visited, in the order of the visits; the ids of those visited.

        `manners`: how they go, one after the other, then `clean`.
        """
        fresh = [card for card in self._cards() if card.state is CardState.OPEN and str(card.id) not in self.manners]
        for number, card in enumerate(fresh):
            manner = manners[number] if number < len(manners) else "clean"
            self.manners[str(card.id)] = manner
            carry_out(card, self._team(card), self.random, MANNERS[manner])
        return [str(card.id) for card in fresh]

    def correct(self) -> None:
        """What a leader sent back is looked at again."""
        for card in self._cards():
            if card.state is CardState.RETURNED:
                agree_again(card, self._team(card), self.random)

    async def close(self) -> None:
        for tablet in self.held.values():
            await tablet.close()

    def _cards(self) -> list[VisitCard]:
        """The visits whose card every member of the team holds, by id."""
        held = {inspector: tablet.device.visits() for inspector, tablet in self.held.items()}
        cards = {card.id: card for visits in held.values() for card in visits.values()}
        return [
            card
            for _, card in sorted(cards.items(), key=lambda one: str(one[0]))
            if all(card.id in held.get(str(member.inspector), {}) for member in card.team)
        ]

    def _team(self, card: VisitCard) -> list[SimulatedTablet]:
        members = sorted(card.team, key=lambda member: (not member.leader, member.slot))
        return [self.held[str(member.inspector)] for member in members]
