from collections.abc import Sequence
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON, canonical_json, sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store
from inspection.planning.approve_plan import locked_plan
from inspection.planning.facts import PlanFacts
from inspection.planning.find import plan
from inspection.planning.plan_diff import differences, fields_of
from inspection.planning.plan_rules import IN_FORCE
from inspection.policy.clauses.part import Named
from inspection.policy.load import rule_set_named
from mobile_contract.problems import ProblemCode

SCHEMA = "fieldcheck-plan-1"


async def publish_plan(cmd: Command, plan_id: UUID) -> PlanFacts:
    """Publish a plan in force, or an adjustment of it, with what it changes (安岳 二(一), 威海 第七、十三条).

    What is published is kept as its exact text and never changes; an adjustment is a publication of its own beside the
    former ones. The channels are the rule-set's for lists and plans.

    Raises:
        NotFound: `planning.plan_unknown`.
        Conflict: `planning.plan_not_approved`, `planning.plan_published`.
    """
    async with unit_of_work():
        found = await locked_plan(plan_id)
        if found.state not in IN_FORCE:
            raise Conflict(ProblemCode.PLAN_NOT_APPROVED, "planning.plan_not_approved", state=found.state.value)
        if found.published_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "planning.plan_published", version=found.version)
        text = canonical_json(await to_be_published(found))
        codes = [channel.code for channel in _channels(found)]
        digest = sha256_hex(text)
        await store.add_publication(cmd.new_id(), plan_id, text.decode(), digest, codes, cmd.actor.id, cmd.now)
        event = cmd.under(found.rule_set).event(
            EventKind.PLAN_PUBLISHED,
            f"plan:{plan_id}",
            year=found.year,
            version=found.version,
            digest=digest,
            channels=list(codes),
        )
        await append(event)
        return await plan(plan_id)


async def to_be_published(found: PlanFacts) -> dict[str, JSON]:
    """What a publication of the plan would say now, beside the version that was published before."""
    owner = await authorities.authority(found.authority)
    versions = await store.plans(found.authority, found.year)
    former = next((one for one in versions if one.published_at is not None and one.version < found.version), None)
    return document(found, owner.name if owner else "", _channels(found), former)


def document(found: PlanFacts, authority: str, channels: Sequence[Named], former: PlanFacts | None) -> dict[str, JSON]:
    """What is published of a plan: the fields of 安岳 二(一) with content and frequency, and what an adjustment changed
    since the version that was published before. Pure; persons are not named."""
    changes = differences(former, found) if former else None
    return {
        "schema": SCHEMA,
        "id": str(found.id),
        "authority": authority,
        "name": found.name,
        "year": found.year,
        "version": found.version,
        "reason": found.reason,
        "approved_on": local_day(found.approved_at).isoformat() if found.approved_at else None,
        "filed_with": found.filed_with,
        "rule_set": found.rule_set,
        "rule_digest": found.rule_digest,
        "channels": [{"zh": channel.text.zh, "en": channel.text.en} for channel in channels],
        "adjusts": former.version if former else None,
        "added": list(changes.added) if changes else [],
        "removed": list(changes.removed) if changes else [],
        "changed": {code: [one.field for one in fields] for code, fields in changes.changed.items()} if changes else {},
        "lines": [{"item": line.item_name, "code": line.item_code, **_public(fields_of(line))} for line in found.lines],
    }


def _channels(found: PlanFacts) -> Sequence[Named]:
    return rule_set_named(found.rule_set).list_publication.channels


def _public(fields: dict[str, JSON]) -> dict[str, JSON]:
    """Notes and the planner's reasons are the office's own."""
    return {name: value for name, value in fields.items() if name not in {"note", "reason"}}
