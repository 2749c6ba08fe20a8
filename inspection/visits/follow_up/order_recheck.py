"""复查: somebody goes again to see whether it was put right: one task outside the draw, for the same object."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.planning import find as planning
from inspection.planning.outside_rules import OutsideDraft
from inspection.policy.load import rule_set_named
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.visits.follow_up import store_rechecks
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.follow_up.rows import FollowUpFile, RecheckRow
from inspection.visits.follow_up.rules import chain_of, may_be_rechecked
from inspection.visits.follow_up.words import MAX_FORM, MAX_WORDS, checked
from inspection.visits.opening.preset_outside import preset_outside_task
from inspection.visits.review.legal import locked_outcome, standing_outcome
from inspection.visits.rows import OutcomeRow
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Again:
    """When it is looked at again, how, and by whom; without `inspectors` a team is designated later. `basis`: what it
    rests on besides the article of the rule-set.
    """

    reason: str
    starts_on: date
    ends_on: date
    scheme: str = ""
    basis: str = ""
    inspectors: tuple[UUID, ...] = ()
    unit: UUID | None = None


async def order_recheck(cmd: Command, *, outcome_id: UUID, seen: str, form: str, again: Again) -> RecheckRow:
    """Order a re-check of what an outcome left to be put right. Its task goes the way of all tasks outside the draw:
    another person approves it, a team is designated, and its visit is made for the same object.

    `seen`: the digest of the outcome on the screen; `form`: a name that the client gives it, so that sending it again
    is no second one.

    Raises:
        NotFound: `visits.no_outcome`; as `preset_outside_task`, e.g. an item that is published no more.
        StaleScreen: `visits.outcome_stale`.
        Conflict: `visits.nothing_to_recheck`; `visits.recheck_running`.
        Invalid: `visits.follow_up_words`; `planning.task_rule_broken` with what speaks against the task.
    """
    wanted = replace(again, reason=checked("reason", again.reason, MAX_WORDS))
    return await in_unit(_order, cmd, outcome_id, seen, checked("form", form, MAX_FORM), wanted)


async def _order(cmd: Command, outcome_id: UUID, seen: str, form: str, again: Again) -> RecheckRow:
    visit, outcome = await locked_outcome(cmd, outcome_id)
    if (known := await store_rechecks.recheck_of_form(visit.id, form)) is not None:
        return known
    await standing_outcome(visit, outcome, seen)
    _check_open(await follow_up_of(visit.id), outcome)
    made = await preset_outside_task(
        cmd,
        await _draft(outcome, visit.object, visit.rule_set, again),
        authority=visit.authority,
        item_code=(await registry.item(outcome.item)).code,
        unit=again.unit,
    )
    row = RecheckRow(
        id=cmd.new_id(),
        authority=visit.authority,
        visit=visit.id,
        outcome=outcome_id,
        task=made.id,
        form=form,
        due_on=again.ends_on,
        reason=again.reason,
        ordered_at=cmd.now,
        ordered_by=cmd.actor.id,
        ordered_by_name=cmd.actor.name,
        task_number=made.number,
        task_state=made.state,
    )
    await store_rechecks.add_recheck(row)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.RECHECK_ORDERED,
            f"visit:{visit.id}",
            recheck=str(row.id),
            outcome=str(outcome_id),
            task=made.number,
            due_on=again.ends_on.isoformat(),
            reason=again.reason,
        )
    )
    return row


def _check_open(file: FollowUpFile, outcome: OutcomeRow) -> None:
    if not may_be_rechecked(outcome, failed=outcome.id in file.failed):
        raise Conflict(ProblemCode.CONFLICT, "visits.nothing_to_recheck", outcome=str(outcome.id))
    chain = chain_of(outcome.id, file.outcomes)
    running = next((one for one in file.rechecks if one.outcome in chain and one.running), None)
    if running is not None:
        raise Conflict(
            ProblemCode.CONFLICT, "visits.recheck_running", outcome=str(outcome.id), task=running.task_number
        )


async def _draft(outcome: OutcomeRow, object_id: UUID, rule_set: str, again: Again) -> OutsideDraft:
    clause = rule_set_named(rule_set).outside_draw.of(TaskKind.RECHECK)
    article = clause.article if clause is not None else "—"
    before = await planning.task(outcome.task)
    return OutsideDraft(
        name="",
        kind=TaskKind.RECHECK,
        reason=again.reason,
        basis="；".join(one for one in (again.basis.strip(), f"{rule_set} {article}") if one),
        source=f"{before.number} {outcome.id}",
        objects=(object_id,),
        team_size=len(again.inspectors),
        scheme=again.scheme,
        starts_on=again.starts_on,
        ends_on=again.ends_on,
        inspectors=again.inspectors,
    )
