"""A version that a record names never changes its content: what was used is kept, and the files are held to it."""

import json

from pydantic import ValidationError

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy import store
from inspection.policy.load import canonical, digest, known
from inspection.policy.model import RuleSet
from inspection.policy.stated import differences
from inspection.policy.store import KeptRow
from mobile_contract.problems import ProblemCode


async def keep_rules(cmd: Command, rules: RuleSet) -> str:
    """Keep the rule-set that work is done under from now on, once for its name; returns its digest (hex).

    Raises:
        Conflict: `policy.changed`: another content is kept under this name.
    """
    found = digest(rules)
    async with unit_of_work():
        held = await store.kept(rules.name)
        if held is None:
            row = KeptRow(rules.name, found, canonical(rules).decode(), cmd.now)
            if await store.keep(row):
                told = cmd.under(rules.name).event(
                    EventKind.RULE_SET_KEPT, f"rule-set:{rules.name}", digest=found, title=rules.title.zh
                )
                await append(told)
                return found
            held = await store.kept(rules.name)
        if held is not None:
            _hold(held, rules)
    return found


async def check_kept() -> None:
    """Hold the rule-sets this process knows to those that work was done under. To be called when a process starts.

    Raises:
        Conflict: `policy.changed` for a file whose content differs, `policy.gone` for one that is not there.
    """
    by_name = {rules.name: rules for line in known().values() for rules in line}
    for held in await store.all_kept():
        rules = by_name.get(held.name)
        if rules is None:
            raise Conflict(ProblemCode.CONFLICT, "policy.gone", rule_set=held.name)
        _hold(held, rules)


def _hold(held: KeptRow, rules: RuleSet) -> None:
    found = digest(rules)
    if held.digest == found:
        return
    raise Conflict(
        ProblemCode.CONFLICT,
        "policy.changed",
        rule_set=held.name,
        kept=held.digest,
        found=found,
        places=_changed(held, rules),
    )


def _changed(held: KeptRow, rules: RuleSet) -> list[str]:
    try:
        before = RuleSet.model_validate(json.loads(held.body))
    except ValidationError:
        # Kept by another version of the product, which knew other values: the digest alone tells.
        return ["-"]
    return [one.stated.place for one in differences(before, rules)]
