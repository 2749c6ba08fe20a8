"""The cards of visits, with the keys by which a tablet checks its partner's signatures."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import structlog

from inspection.visits.card import visit_cards
from mobile_contract.signed import DeviceJwk
from mobile_contract.visit_card import FormerMemberCard, TeamMemberCard, VisitCard
from sync.pull import store

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")
M = TypeVar("M", TeamMemberCard, FormerMemberCard)


async def cards_of(visits: Sequence[UUID]) -> dict[UUID, VisitCard]:
    """By visit, its card with the keys of the devices of everybody who is or was in the team.

    A card that cannot be written costs itself only: the others are told, and an administrator finds it in the log.
    """
    try:
        cards = await visit_cards(visits)
    except Exception:  # noqa: BLE001 -- whatever one visit provokes must not keep the others from the tablet
        cards = {visit: card for visit in visits for card in await _alone(visit)}
    people = {one.inspector for card in cards.values() for one in card.team}
    people |= {one.inspector for card in cards.values() for one in card.former}
    keys = await store.keys_of(people)
    return {visit: _with_keys(card, keys) for visit, card in cards.items()}


async def _alone(visit: UUID) -> list[VisitCard]:
    try:
        return list((await visit_cards([visit])).values())
    except Exception as error:
        log.error("a visit's card cannot be written", visit=str(visit), exc_info=error)  # noqa: TRY400
        return []


def _with_keys(card: VisitCard, keys: Mapping[UUID, tuple[DeviceJwk, ...]]) -> VisitCard:
    return card.model_copy(update={"team": _keyed(card.team, keys), "former": _keyed(card.former, keys)})


def _keyed(members: Sequence[M], keys: Mapping[UUID, tuple[DeviceJwk, ...]]) -> tuple[M, ...]:
    return tuple(one.model_copy(update={"keys": keys.get(one.inspector, ())}) for one in members)
