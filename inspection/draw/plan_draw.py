"""Opening a draw: what it is for, by which numbers, and who will bring the chance."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.lot import entropy
from inspection.draw.lot.digest import HASHES, hash_named
from inspection.draw.lot.entropy import Contributor
from inspection.draw.plan_terms import Asked, Drawn, match_rules, offices_missing, task_terms
from inspection.draw.store import DrawRow
from inspection.draw.supervision.contributors import contributor_rows
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
from inspection.policy.model import RuleSet
from inspection.registry import find as registry
from mobile_contract.problems import ProblemCode

MOST_TASKS = 20
NOTHING_ASKED: Mapping[UUID, Asked] = MappingProxyType({})


async def plan_draw(
    cmd: Command,
    *,
    task_ids: Sequence[UUID],
    contributors: Sequence[Contributor] = (),
    asked: Mapping[UUID, Asked] = NOTHING_ASKED,
    weights: Mapping[str, int] | None = None,
    delta: int = 1,
    max_load: int | None = None,
    area: bool = False,
    hash_alg: str = "sha256",
) -> Ceremony:
    """Open the next attempt of one reviewed task, or of several on shared tickets: the same chance for each task, and
    fewer doors for all (进一次门; draw.md §4.8). The actor becomes the draw's operator (经办人).

    `contributors`: who brings chance besides the operator, whose own value is made and committed here: `DICE` with the
    witnesses' names, `SUPV` by its commitment (or committed later by `commit_contribution`), `LINK` by the name of a
    registered chain, `BEACON`. Without them the draw runs at level L0. `asked`: by task, what plan and rule-set leave
    open. `weights`: whole numbers by credit grade; None: the rule-set's own where it draws by weight (金凤 第十三条,
    安岳 一(五)), empty: all objects alike. `delta`: leeway of the least load, `max_load`: most objects that an
    inspector takes, `area`: inspectors go to objects of their areas only.

    Raises:
        Conflict: a task is not approved, or has an attempt that is neither void nor to be replaced; tasks that do not
            fit into one draw.
        Invalid: contributors, weights or numbers that cannot be used.
        Refused: `draw.supervision_missing`: an office that must supervise is in no witness's or supervisor's name;
            a way of drawing or matching that the rule-set does not know.
    """
    async with unit_of_work():
        drawn = [await _drawn(task, asked.get(task.id, Asked())) for task in await _tasks(task_ids, asked)]
        rules = rule_set_named(drawn[0].task.rule_set)
        terms = Terms(
            tuple(task_terms(one, rules) for one in drawn),
            match_rules(drawn, rules, delta=delta, max_load=max_load, area=area),
            _weights(rules, weights),
            _known(hash_alg),
        )
        _supervised(rules, contributors)
        before = _last([(one.task, await store.draws_of(one.task.id)) for one in drawn])
        draw_id = await _open(cmd, [one.task for one in drawn], rules, terms, before, contributors)
    return await store.ceremony(draw_id)


async def _tasks(task_ids: Sequence[UUID], asked: Mapping[UUID, Asked]) -> list[TaskFacts]:
    """The tasks, locked in one order by everybody, in the order in which they were named."""
    if not task_ids or len(set(task_ids)) != len(task_ids) or len(task_ids) > MOST_TASKS or asked.keys() - {*task_ids}:
        raise Invalid(ProblemCode.INVALID, "draw.tasks_out_of_range", most=MOST_TASKS)
    for task_id in sorted(task_ids):
        await lock_task(task_id)
    tasks = [await planning.task(task_id) for task_id in task_ids]
    for task in tasks:
        if task.state is not TaskState.APPROVED:
            raise Conflict(ProblemCode.TASK_NOT_APPROVED, "draw.task_not_approved", state=task.state.value)
    if len({(task.authority, task.rule_set) for task in tasks}) > 1:
        raise Conflict(ProblemCode.CONFLICT, "draw.joint_differs", tasks=[task.number for task in tasks])
    return tasks


async def _drawn(task: TaskFacts, asked: Asked) -> Drawn:
    line = await planning.plan_line(task.plan_line) if task.plan_line else None
    return Drawn(task, await registry.item(task.item), line, asked)


def _weights(rules: RuleSet, given: Mapping[str, int] | None) -> dict[str, int]:
    own = rules.risk.weights if rules.draw.weighted else {}
    weights = dict(own if given is None else given)
    if not all(1 <= weight <= MOST_WEIGHT for weight in weights.values()):
        raise Invalid(ProblemCode.INVALID, "draw.weight_out_of_range", most=MOST_WEIGHT)
    return weights


def _known(hash_alg: str) -> str:
    if hash_alg not in HASHES:
        raise Invalid(ProblemCode.INVALID, "draw.hash_unknown", hash_alg=hash_alg, known=list(HASHES))
    return hash_alg


def _supervised(rules: RuleSet, contributors: Sequence[Contributor]) -> None:
    """Offices that must supervise a draw are named among its witnesses or bring chance themselves (泉州 二(二)3)."""
    named = [name for one in contributors for name in (one.name, *one.witnesses)]
    if missing := offices_missing(rules, named):
        raise Refused(
            ProblemCode.REFUSED, "draw.supervision_missing", article=rules.supervision.article, offices=missing
        )


def _last(attempts: Sequence[tuple[TaskFacts, Sequence[DrawRow]]]) -> DrawRow | None:
    """The attempt before this one: void, and the same for every task that has one; None when no task was drawn for.

    Tasks whose last attempts were different draws are not drawn together: the next attempt binds one void only.
    """
    before: dict[UUID, DrawRow] = {}
    for task, rows in attempts:
        if rows and rows[-1].state is not DrawState.VOIDED:
            raise Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.attempt_open", draw=str(rows[-1].id), task=task.number)
        if rows:
            before[rows[-1].id] = rows[-1]
    if len(before) > 1:
        raise Conflict(ProblemCode.CONFLICT, "draw.joint_voids", tasks=[task.number for task, rows in attempts if rows])
    return next(iter(before.values()), None)


async def _open(
    cmd: Command,
    tasks: Sequence[TaskFacts],
    rules: RuleSet,
    terms: Terms,
    before: DrawRow | None,
    contributors: Sequence[Contributor],
) -> UUID:
    record = before.void.record if before and before.void else None
    digest = await keep_rules(cmd, rules)
    draw_id, attempt = cmd.new_id(), before.attempt + 1 if before else 1
    rows = await contributor_rows(cmd, hash_named(terms.hash_alg), tasks[0].authority, contributors)
    everybody = [row.contributor for row in rows]
    await store.add_draw(
        draw_id,
        tasks[0],
        terms=terms,
        rule_digest=digest,
        level=entropy.assurance(everybody),
        operator=cmd.actor.id,
        attempt=attempt,
        previous_void=record,
        at=cmd.now,
    )
    await store.add_tasks(draw_id, [(cmd.new_id(), task.id) for task in tasks])
    await store_secrets.add_contributions(draw_id, rows, cmd.now)
    told: list[JSON] = [contributor.told() for contributor in everybody]
    listed: list[JSON] = [{"id": str(task.id), "number": task.number} for task in tasks]
    await append(
        cmd.under(rules.name).event(
            EventKind.DRAW_PLANNED,
            f"draw:{draw_id}",
            task=str(tasks[0].id),
            task_number=tasks[0].number,
            tasks=listed,
            attempt=attempt,
            previous_void=record.hex() if record else None,
            hash_alg=terms.hash_alg,
            rule_set_digest=digest,
            contributors=told,
        )
    )
    return draw_id
