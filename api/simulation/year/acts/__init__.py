"""What the people of a simulated year can do on a day, by the names that plots call it by."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from api.simulation.year.acts import (
    archive,
    drawing,
    entity,
    follow_up,
    outside,
    oversight,
    planning,
    publicity,
    registers,
    visits,
)

Act: TypeAlias = Callable[..., Awaitable[None]]

ROOMS: Final = (registers, planning, drawing, outside, visits, entity, follow_up, publicity, archive, oversight)
ACTS: Final[Mapping[str, Act]] = {act.__name__: act for room in ROOMS for act in room.ACTS}
