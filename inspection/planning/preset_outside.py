"""Tasks outside the draw (兴隆台 五, 安岳 一(一), 威海 第二条): named objects, with reason and basis."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON, digest_of
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_tasks
from inspection.planning.facts import TaskFacts
from inspection.planning.find import task
from inspection.planning.finding import refuse
from inspection.planning.materials import tidied
from inspection.planning.outside_rules import (
    NamedInspector,
    NamedObject,
    OutsideDraft,
    check_outside,
    filled,
    over_cap,
)
from inspection.planning.preset_task import item_papers, next_task_number
from inspection.planning.review_task import locked_task
from inspection.planning.task_states import TaskState, TaskStep, after
from inspection.policy.keep_rules import keep_rules
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.registry.inspectors.dispatch import dispatch_rule, hindrances, need_of
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.rows import ObjectStatus
from inspection.registry.objects.rules import lifting
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

GONE = frozenset({ObjectStatus.REVOKED, ObjectStatus.CANCELLED, ObjectStatus.MOVED})


async def preset_outside_task(
    cmd: Command,
    draft: OutsideDraft,
    *,
    authority: UUID,
    item_code: str,
    unit: UUID | None = None,
    visits: Mapping[UUID, int] | None = None,
    begun: bool = False,
) -> TaskFacts:
    """Set up a task of a kind that the rule-set lets be made outside the draw, for a published item.

    `visits`: by object, those that count towards its cap and are no secret; the cap binds kinds that the rule-set
    limits, unless `draft.cap_override` says why not (in the journal). Its approval comes before the visit, for an
    emergency by `draft.approve_by`. `begun`: its visit has taken place and is filed afterwards.

    Raises:
        NotFound: the authority or the item is unknown; `registry.object_unknown`.
        Invalid: `planning.task_rule_broken` with all findings.
    """
    async with unit_of_work():
        rules = await rules_today(cmd, authority)
        item = await _published(authority, item_code)
        draft = filled(draft, item.name, rules)
        procedure, told = await _check(cmd, draft, rules, item, visits or {}, begun=begun)
        number, task_id = await next_task_number(authority, draft.starts_on.year), cmd.new_id()
        await store_tasks.add_task(
            task_id,
            draft,
            authority=authority,
            unit=unit,
            item=item.id,
            number=number,
            state=TaskState.PRESET.value,
            rule_set=rules.name,
            rule_digest=await keep_rules(cmd, rules),
            procedure=procedure,
            preset_by=cmd.actor.id,
            preset_at=cmd.now,
        )
        facts: dict[str, JSON] = {"number": number, "terms": told}
        await append(cmd.under(rules.name).event(EventKind.TASK_PRESET, f"task:{task_id}", lane=None, **facts))
        return await task(task_id)


async def revise_outside_task(
    cmd: Command,
    task_id: UUID,
    *,
    scheme: str,
    name: str,
    starts_on: date,
    ends_on: date,
    visits: Mapping[UUID, int] | None = None,
    materials: tuple[str, ...] | None = None,
    begun: bool = False,
) -> TaskFacts:
    """Mend a returned task outside the draw and hand it in again. What it rests on stays as it was.

    `materials`: None leaves them as they are. `begun`: as for `preset_outside_task`.

    Raises:
        NotFound: `planning.task_unknown`.
        Conflict: `planning.task_step`: it was not returned; `planning.task_other_way`: it is a task of the plan.
        Invalid: `planning.task_rule_broken`.
    """
    async with unit_of_work():
        found = await locked_task(task_id)
        state = after(found.state, TaskStep.REVISE)
        if found.kind is TaskKind.RANDOM:
            raise Conflict(ProblemCode.CONFLICT, "planning.task_other_way", kind=found.kind.value)
        rules = rule_set_named(found.rule_set)
        wanted = found.materials if materials is None else tidied(materials)
        draft = replace(_draft_of(found), scheme=scheme, name=name, starts_on=starts_on, ends_on=ends_on)
        draft = replace(draft, materials=wanted)
        procedure, told = await _check(cmd, draft, rules, await registry.item(found.item), visits or {}, begun=begun)
        changed = digest_of(scheme) != found.scheme_digest
        facts = {"state": state.value, "scheme_version": found.scheme_version + changed, "procedure": procedure}
        await store_tasks.revise(task_id, draft, **facts, preset_by=cmd.actor.id, preset_at=cmd.now)
        revised = cmd.under(rules.name).event(EventKind.TASK_REVISED, f"task:{task_id}", terms=told)
        await append(revised)
        return await task(task_id)


async def named_team(
    people: Collection[UUID], item: ItemFacts, rules: RuleSet, window: tuple[date, date], codes: Collection[str]
) -> list[NamedInspector]:
    """These inspectors with what speaks against sending each: certificate, review, absence, an interest in an object.

    Raises:
        NotFound: `planning.inspector_unknown`.
    """
    known = await registry.inspectors(people)
    team = []
    for one in people:
        person = known.get(one)
        if person is None or person.authority != item.authority:
            raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "planning.inspector_unknown", inspector=str(one))
        bars = [
            bar.text(lang)
            for bar in hindrances(person, window, need_of(item), dispatch_rule(rules))
            for lang in LANGUAGES
        ]
        if not set(person.related(*window)).isdisjoint(codes):
            bars += [text("planning.interest", lang) for lang in LANGUAGES]
        team.append(NamedInspector(person.name, tuple(bars)))
    return team


async def _check(
    cmd: Command, draft: OutsideDraft, rules: RuleSet, item: ItemFacts, visits: Mapping[UUID, int], *, begun: bool
) -> tuple[UUID | None, dict[str, JSON]]:
    """The procedure to pin and what the journal keeps, when nothing is wrong."""
    procedure, papers = await item_papers(item)
    objects = await _objects(cmd, draft, rules, item, visits)
    codes = [one.code for one in objects]
    # Reversed days are a finding of their own, not a reason to find nobody certified.
    window = (min(draft.starts_on, draft.ends_on), max(draft.starts_on, draft.ends_on))
    team = await named_team(draft.inspectors, item, rules, window, codes)
    findings = check_outside(draft, rules, papers, objects, team, local_day(cmd.now), begun=begun)
    refuse(ProblemCode.TASK_RULE_BROKEN, "planning.task_rule_broken", findings)
    return procedure, _told(draft, rules, objects)


async def _objects(
    cmd: Command, draft: OutsideDraft, rules: RuleSet, item: ItemFacts, visits: Mapping[UUID, int]
) -> list[NamedObject]:
    today, exempt = local_day(cmd.now), lifting(rules, targeted=False)
    found = []
    for one in draft.objects:
        facts = await registry.object_facts(one)
        if facts.authority != item.authority:
            raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(one))
        row = await registry.directory_row(one, item.id, on=today, rules=rules)
        lifted = row is not None and not exempt.isdisjoint(row.grounds)
        gone = facts.status in GONE
        found.append(NamedObject(facts.code, row is not None, gone, visits.get(one, 0), lifted))
    return found


async def _published(authority: UUID, item_code: str) -> ItemFacts:
    for item in await registry.published_items(authority):
        if item.code == item_code:
            return item
    raise NotFound(ProblemCode.ITEM_UNKNOWN, "planning.item_unknown", item=item_code)


def _draft_of(found: TaskFacts) -> OutsideDraft:
    given: dict[str, Any] = {one.name: getattr(found, one.name) for one in fields(OutsideDraft)}
    texts = {name: given[name] or "" for name in ("reason", "basis", "source", "cap_override")}
    return OutsideDraft(**{**given, **texts})


def _told(draft: OutsideDraft, rules: RuleSet, objects: Sequence[NamedObject]) -> dict[str, JSON]:
    """What the journal keeps. The objects stay out of it until their visits are unsealed: it is read by many."""
    told: dict[str, JSON] = {
        "name": draft.name,
        "kind": draft.kind.value,
        "reason": draft.reason,
        "basis": draft.basis,
        "source": draft.source,
        "objects": len(draft.objects),
        "inspectors": len(draft.inspectors),
        "team_size": draft.team_size,
        "window": [draft.starts_on.isoformat(), draft.ends_on.isoformat()],
        "approve_by": draft.approve_by.isoformat() if draft.approve_by else None,
        "scheme_digest": digest_of(draft.scheme),
    }
    if draft.materials:
        told["materials"] = list(draft.materials)
    kind = rules.outside_draw.of(draft.kind)
    if kind is not None and (beyond := over_cap(rules, kind, objects)):
        told["cap"] = {"override": draft.cap_override, "objects": len(beyond), "most": rules.visit_cap.maximum}
    return told
