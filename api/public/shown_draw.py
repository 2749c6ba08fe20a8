"""A draw as the page shows it. It shows only what `public_view` tells, which names nobody."""

from dataclasses import dataclass
from datetime import datetime

from inspection.draw.ceremony import Ceremony, ContributionRecord
from inspection.draw.lot.entropy import ContributionKind


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One layer of equal chances."""

    number: int
    size: int
    weight: int
    chance: str
    quota: int | None


@dataclass(frozen=True, slots=True)
class ShownContribution:
    """Who gave a share of the seed, and what."""

    name: str
    kind: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ShownDraw:
    """One draw. Digests are hex; `steps` are (key of the text, instant) of what has happened."""

    id: str
    state: str
    level: str
    attempt: int
    voids: int
    rows: int | None
    fingerprint: str | None
    seed: str | None
    result_root: str | None
    steps: tuple[tuple[str, datetime], ...]
    cells: tuple[ShownCell, ...]
    contributions: tuple[ShownContribution, ...]
    tickets: tuple[str, ...]


def shown_draw(ceremony: Ceremony) -> ShownDraw:
    """The draw as a page shows it."""
    steps = (
        ("pages.draw_frozen_at", ceremony.frozen_at),
        ("pages.draw_drawn_at", ceremony.drawn_at),
        ("pages.draw_sealed_at", ceremony.sealed_at),
    )
    return ShownDraw(
        id=str(ceremony.draw),
        state=ceremony.state.value,
        level=ceremony.level.value,
        attempt=ceremony.attempt,
        voids=len(ceremony.voids),
        rows=ceremony.frame_rows,
        fingerprint=ceremony.fingerprint.hex() if ceremony.fingerprint else None,
        seed=ceremony.seed.hex() if ceremony.seed else None,
        result_root=ceremony.result_root.hex() if ceremony.result_root else None,
        steps=tuple((key, at) for key, at in steps if at is not None),
        cells=tuple(
            ShownCell(
                number=cell.number,
                size=cell.size,
                weight=cell.weight,
                chance=f"{cell.probability.numerator}/{cell.probability.denominator}" if cell.probability else "–",
                quota=cell.quota,
            )
            for cell in ceremony.cells
        ),
        contributions=tuple(ShownContribution(c.name, c.kind.value, _value(c)) for c in ceremony.contributions),
        tickets=tuple(ticket.value.hex() for ticket in ceremony.tickets),
    )


def _value(contribution: ContributionRecord) -> str | None:
    """Dice as the digits that everybody saw, all else as hex."""
    if contribution.value is None:
        return None
    return contribution.value.decode() if contribution.kind is ContributionKind.DICE else contribution.value.hex()
