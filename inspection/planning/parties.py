"""Whether the departments that a plan names by id are ours."""

from collections.abc import Sequence
from uuid import UUID

from inspection.authority import store as authorities
from inspection.planning.finding import Fault, Finding, finding
from inspection.planning.plan_lines import Line
from inspection.policy.model import RuleSet


async def unknown_parties(lines: Sequence[Line], rules: RuleSet) -> list[Finding]:
    """Departments that name an authority which is not there, or a unit which is not that authority's."""
    named = {
        (line.item, party)
        for line in lines
        for party in (line.lead, *line.participants)
        if party is not None and (party.authority is not None or party.unit is not None)
    }
    if not named:
        return []
    known = {row.id for row in await authorities.authorities()}
    units: dict[UUID, set[UUID]] = {}
    for authority in known & {party.authority for _, party in named if party.unit is not None}:
        units[authority] = {row.id for row in await authorities.units(authority)}
    return [
        finding(Fault.PARTY_UNKNOWN, rules.plan.article, item=item, party=party.name)
        for item, party in sorted(named, key=lambda pair: (pair[0], pair[1].name))
        if party.authority not in known or (party.unit is not None and party.unit not in units[party.authority])
    ]
