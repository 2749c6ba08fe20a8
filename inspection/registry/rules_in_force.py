from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.policy.load import rule_set
from inspection.policy.model import RuleSet
from mobile_contract.problems import ProblemCode


async def rules_today(cmd: Command, authority: UUID) -> RuleSet:
    """The rule-set of the authority on the day of the command.

    Raises:
        NotFound: `registry.authority_unknown`, `policy.no_rule_set`.
    """
    return await rules_on(authority, local_day(cmd.now))


async def rules_on(authority: UUID, day: date) -> RuleSet:
    """The rule-set of the authority on a day.

    Raises:
        NotFound: `registry.authority_unknown`, `policy.no_rule_set`.
    """
    row = await authorities.authority(authority)
    if row is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.authority_unknown", authority=str(authority))
    return rule_set(row.rule_set, day)
