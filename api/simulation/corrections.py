"""A visit came back from the leader: the team looks again, agrees, and vouches for the record anew."""

import json
from collections.abc import Sequence
from random import Random

from api.simulation.tablet import SimulatedTablet
from api.simulation.visiting import answer, attest, points
from mobile_contract.checklist import Answer
from mobile_contract.client.state import Captured
from mobile_contract.entries import EntryType
from mobile_contract.visit_card import VisitCard


def agree_again(card: VisitCard, team: Sequence[SimulatedTablet], random: Random) -> None:
    """Where the second inspector stated otherwise than the leader, both look again and the second corrects himself."""
    leader = team[0]
    truth = _statements(leader, card)
    corrected = False
    for tablet in team[1:]:
        own = _statements(tablet, card)
        for point in points(card, tablet.device):
            said, meant = own.get(point.item.code), truth.get(point.item.code)
            if said is None or meant is None or _value(said) == _value(meant):
                continue
            answer(tablet, card, point, Answer(_value(meant)), random, over=(said.hash,))
            corrected = True
    if corrected:
        before = {tablet.name: last.hash for tablet in team if (last := _last(tablet, card, EntryType.SUBMIT))}
        attest(card, team, before)


def _statements(tablet: SimulatedTablet, card: VisitCard) -> dict[str, Captured]:
    """Check point → the tablet's newest statement on it."""
    entries = [entry for entry in tablet.device.entries_of(card.id) if entry.type == EntryType.ANSWER_SET]
    return {str(_body(entry)["item"]): entry for entry in entries}


def _last(tablet: SimulatedTablet, card: VisitCard, kind: EntryType) -> Captured | None:
    found = [entry for entry in tablet.device.entries_of(card.id) if entry.type == kind]
    return found[-1] if found else None


def _value(entry: Captured) -> str:
    return str(_body(entry)["value"])


def _body(entry: Captured) -> dict[str, object]:
    body: dict[str, object] = json.loads(json.loads(entry.line)["b"])
    return body
