"""The match is written twice, by different hands; from any lists and rules both give everybody the same place, the same
way, or both find it incomplete.
"""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot.salts import salt
from inspection.draw.lot.ticket import DoorLot
from inspection.draw.teams.roster import Roster, listing
from inspection.draw.teams.rules import MatchRules
from inspection.draw.teams.staffing import staff
from inspection.draw.terms import match_told
from inspection.draw.verify.people import People
from inspection.draw.verify.staff import Door, Match
from tests.inspection.draw.crowds import KEY, H, crowded, lots, match_rules, rosters

Told = dict[bytes, list[tuple[str, str]]]


def by_verifier(seed: bytes, doors: tuple[DoorLot, ...], roster: Roster, rules: MatchRules) -> Told | None:
    """Ticket → (who, how) by slot; None where the match is not complete."""
    params = {"match": match_told(rules)}
    lines, ties, history = (
        [line.split("\t") for line in listing(rows).decode().splitlines()]
        for rows in (roster.rows, roster.relations, roster.history)
    )
    salts = {row[0]: salt(H, KEY, row[0]) for row in lines}
    people = People(H, seed, params, lines, salts, ties)
    told = [Door(d.value, d.oid, salt(H, KEY, d.oid), d.area, frozenset(d.tasks)) for d in doors]
    second = Match(H, seed, params["match"], told, people)
    second.kept = {oid: (team.split(","), int(periods)) for oid, team, periods in history}
    found = second.run(rules.max_load)
    if found is None:
        return None
    return {ticket: [(people.rows[one.person].name[2:], one.how) for one in team] for ticket, team in found.items()}


def by_product(seed: bytes, doors: tuple[DoorLot, ...], roster: Roster, rules: MatchRules) -> Told | None:
    done = staff(H, seed, KEY, doors, roster, rules)
    if done.short:
        return None
    return {
        door.value: [(one.inspector, one.how.value) for one in done.team(number)]
        for number, door in enumerate(done.doors)
    }


@settings(max_examples=120)
@given(lots(), rosters(), match_rules(), st.integers(0, 255))
def test_both_matches_agree_on_any_lists(
    doors: tuple[DoorLot, ...], roster: Roster, rules: MatchRules, seed: int
) -> None:
    for cap in dict.fromkeys((rules.max_load, None)):
        eased = replace(rules, max_load=cap)
        first = by_product(bytes([seed]) * 32, doors, roster, eased)
        assert first == by_verifier(bytes([seed]) * 32, doors, roster, eased)


def test_both_matches_agree_where_it_is_crowded() -> None:
    """Three hundred matches that can only just be completed, or not: people move, last teams are given back."""
    seen: Counter[str] = Counter()
    for number in range(300):
        case = crowded(number)
        first = by_product(case.seed, case.doors, case.roster, case.rules)
        assert first == by_verifier(case.seed, case.doors, case.roster, case.rules), number
        ways = {how for team in (first or {}).values() for _, how in team}
        seen.update(f"{case.rules.mode} {how}" for how in ways)
        seen["incomplete"] += first is None
    reached = {f"{mode} {how}" for mode in ("scattered", "grouped") for how in ("lot", "continuity")}
    assert {*reached, "scattered designated", "incomplete"} <= set(seen)
