"""What a draw has to know of the visits before it: who was sent last, and whom another visit awaits already."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from inspection.policy.model import RuleSet
from inspection.visits.opening import store_before

Team = frozenset[UUID]


async def last_teams(authority: UUID, rules: RuleSet, day: date) -> dict[UUID, tuple[Team, int]]:
    """By object, the team of its last visit and how many visits in a row it was sent (泉州 二(三)2).

    Empty where the rule-set does not prefer the same team. Looked for as many years back as it may be sent in a row,
    and one more: what lies further back no longer binds.
    """
    most = rules.continuity.most_periods
    if not rules.continuity.preferred or most is None:
        return {}
    since = date(day.year - most - 1, 1, 1)
    return runs(await store_before.teams_sent(authority, since))


def runs(sent: Mapping[UUID, Sequence[Team]]) -> dict[UUID, tuple[Team, int]]:
    """The last team of each object and the length of its run at the end. Pure."""
    found = {}
    for door, teams in sent.items():
        changed = (number for number, team in enumerate(reversed(teams)) if team != teams[-1])
        found[door] = (teams[-1], next(changed, len(teams)))
    return found
