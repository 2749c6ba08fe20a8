"""Opening a draw: what it is for, by which numbers, and who will bring the chance."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.contributors import contributor_rows
from inspection.draw.lot import entropy
from inspection.draw.lot.digest import HASHES, hash_named
from inspection.draw.lot.entropy import Contributor
from inspection.draw.teams.staffing import MatchRules
from inspection.draw.terms import Terms
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import find as planning
from inspection.planning.facts import TaskFacts
from inspection.planning.store_tasks import lock_task
from inspection.planning.task_states import TaskState
from inspection.policy.clauses.measure import MOST_WEIGHT
from inspection.policy.keep_rules import keep_rules
from inspection.policy.load import rule_set_named
from inspection.policy.terms import MatchMode
from inspection.registry import find as registry
from mobile_contract.problems import ProblemCode


async def plan_draw(
    cmd: Command,
    *,
    task_id: UUID,
    contributors: Sequence[Contributor] = (),
    weights: Mapping[str, int] | None = None,
    delta: int = 1,
    max_load: int | None = None,
    hash_alg: str = "sha256",
) -> Ceremony:
    """Open the next attempt of a reviewed task. The actor becomes the draw's operator (经办人).

    `contributors`: who brings chance besides the operator, whose own value is made and committed here: `DICE` with the
    witnesses' names, `SUPV` by its commitment (or committed later by `commit_contribution`). Without them the draw runs
    at level L0. `weights`: whole numbers by credit grade; None: the rule-set's own where it draws by weight (金凤
    第十三条, 安岳 一(五)), empty: all objects alike. `delta`: leeway of the least load, `max_load`: most objects that
    an inspector takes.

    Raises:
        Conflict: the task is not approved, or has an attempt that is neither void nor to be replaced.
        Invalid: contributors, weights or numbers that cannot be used.
    """
    async with unit_of_work():
        await lock_task(task_id)
        task = await planning.task(task_id)
        terms = await _terms(task, _by_rule(task) if weights is None else weights, delta, max_load, _known(hash_alg))
        before = _last(await store.draws_of(task_id), task)
        record = before.void.record if before and before.void else None
        rule_digest = await keep_rules(cmd, rule_set_named(task.rule_set))
        draw_id, attempt = cmd.new_id(), before.attempt + 1 if before else 1
        rows = await contributor_rows(cmd, hash_named(hash_alg), task.authority, contributors)
        everybody = [row.contributor for row in rows]
        await store.add_draw(
            draw_id,
            task,
            terms=terms,
            rule_digest=rule_digest,
            level=entropy.assurance(everybody),
            operator=cmd.actor.id,
            attempt=attempt,
            previous_void=record,
            at=cmd.now,
        )
        await store_secrets.add_contributions(draw_id, rows, cmd.now)
        told: list[JSON] = [contributor.told() for contributor in everybody]
        await append(
            cmd.under(task.rule_set).event(
                EventKind.DRAW_PLANNED,
                f"draw:{draw_id}",
                task=str(task_id),
                task_number=task.number,
                attempt=attempt,
                previous_void=record.hex() if record else None,
                hash_alg=hash_alg,
                rule_set_digest=rule_digest,
                contributors=told,
            )
        )
    return await store.ceremony(draw_id)


def _known(hash_alg: str) -> str:
    if hash_alg not in HASHES:
        raise Invalid(ProblemCode.INVALID, "draw.hash_unknown", hash_alg=hash_alg, known=list(HASHES))
    return hash_alg


def _by_rule(task: TaskFacts) -> Mapping[str, int]:
    rules = rule_set_named(task.rule_set)
    return rules.risk.weights if rules.draw.weighted else {}


async def _terms(task: TaskFacts, weights: Mapping[str, int], delta: int, max_load: int | None, hash_alg: str) -> Terms:
    if task.state is not TaskState.APPROVED:
        raise Conflict(ProblemCode.TASK_NOT_APPROVED, "draw.task_not_approved", state=task.state.value)
    if task.match_mode is not MatchMode.SCATTERED:
        mode = task.match_mode.value if task.match_mode else task.kind.value
        raise Refused(ProblemCode.REFUSED, "draw.mode_not_offered", mode=mode)
    if not all(1 <= weight <= MOST_WEIGHT for weight in weights.values()):
        raise Invalid(ProblemCode.INVALID, "draw.weight_out_of_range", most=MOST_WEIGHT)
    if delta < 0 or (max_load is not None and max_load < 1):
        raise Invalid(ProblemCode.INVALID, "draw.load_out_of_range")
    item = await registry.item(task.item)
    of_item = (item.qualification,) if item.qualification else ()
    # What was set by hand narrows the lot (手动匹配, 威海 第十六条); everything else stays chance.
    required = tuple(dict.fromkeys((*of_item, *task.needs.qualifications)))
    expertise = task.needs.expertise
    rules = MatchRules(task.team_size, required, 1 if expertise else 0, expertise, delta, max_load)
    cap = rule_set_named(task.rule_set).visit_cap.maximum
    return Terms(task.ratio, rules, dict(weights), cap, hash_alg)


def _last(attempts: Sequence[store.DrawRow], task: TaskFacts) -> store.DrawRow | None:
    """The attempt before this one: it must be void, or there is none."""
    if not attempts:
        return None
    if attempts[-1].state is not DrawState.VOIDED:
        raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.attempt_open", draw=str(attempts[-1].id), task=task.number)
    return attempts[-1]
