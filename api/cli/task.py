from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.permits import Action
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.planning import find
from inspection.planning.facts import TaskFacts
from inspection.planning.preset_task import preset_task
from inspection.planning.review_task import review_task
from mobile_contract.problems import ProblemCode

COLUMNS = ("number", "name", "ratio", "team", "window", "state")
SCHEME = (
    "检查方式：现场检查与书面检查相结合；检查标准：对照本事项检查要点表逐项检查；"
    "工作流程：出示证件、送达告知书、逐项检查、取证、当事人签字确认、组长审核、结果公示。"
)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def task() -> None:
    """Inspection tasks (抽查任务): preset from a plan line, reviewed, then drawn."""


@task.command()
@click.argument("item")
@click.option("--from", "starts", type=DAY, help="First day (default: today).")
@click.option("--days", type=click.IntRange(1, 366), default=60, show_default=True, help="Length of the window.")
@click.option("--scheme", default=SCHEME, help="The work scheme: methods, standards, work flow.")
@click.option("--material", "materials", multiple=True, help="A document the party is to have ready; repeatable.")
@acting_option("planner")
@click.pass_context
def preset(
    ctx: click.Context,
    item: str,
    starts: datetime | None,
    days: int,
    scheme: str,
    materials: tuple[str, ...],
    username: str,
) -> None:
    """Set up a task for ITEM (its code in the list) under this year's plan; it then waits for its review."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_PRESET)
        first = starts.date() if starts else local_day(cmd.now)
        line = await _line(cmd, item, first)
        last = min(first + timedelta(days=days - 1), date(first.year, 12, 31))
        return await preset_task(cmd, plan_line=line, scheme=scheme, starts_on=first, ends_on=last, materials=materials)

    show(ctx, [run(ctx, work)])


@task.command()
@click.argument("number")
@click.option("--return", "returned", help="Return it with this remark instead of approving.")
@acting_option("approver")
@click.pass_context
def review(ctx: click.Context, number: str, returned: str | None, username: str) -> None:
    """Approve the task NUMBER, or return it; not by the person who preset it."""

    async def work(desk: Desk) -> TaskFacts:
        cmd = await desk.acting(username, Action.TASK_REVIEW)
        found = await task_numbered(cmd, number)
        return await review_task(cmd, found.id, approve=returned is None, remarks=returned)

    show(ctx, [run(ctx, work)])


@task.command(name="list")
@acting_option()
@click.pass_context
def list_tasks(ctx: click.Context, username: str) -> None:
    """All tasks, the newest first."""

    async def work(desk: Desk) -> list[TaskFacts]:
        return await find.tasks(authority_of(await desk.acting(username, Action.TASK_READ)))

    show(ctx, run(ctx, work, reads=True))


async def task_numbered(cmd: Command, number: str) -> TaskFacts:
    """The task with this number (or id).

    Raises:
        NotFound: there is none.
    """
    for found in await find.tasks(authority_of(cmd)):
        if number in {found.number, str(found.id)}:
            return found
    raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.task_unknown", task=number)


async def _line(cmd: Command, item: str, day: date) -> Any:
    plan = await find.plan_in_force(authority_of(cmd), day.year)
    for line in plan.lines if plan else ():
        if line.item_code == item:
            return line.id
    raise NotFound(ProblemCode.TASK_UNKNOWN, "planning.line_unknown", line=item)


def show(ctx: click.Context, tasks: list[TaskFacts]) -> None:
    rows: list[Mapping[str, Any]] = [
        {
            "id": str(one.id),
            "number": one.number,
            "name": one.name,
            "ratio": str(one.ratio),
            "team": one.team_size,
            "window": f"{one.starts_on} – {one.ends_on}",
            "state": one.state.value,
        }
        for one in tasks
    ]
    ctx.obj["output"].rows(rows, COLUMNS, words={"state": "desk_planning.task_state_"})


COMMANDS = [task]
