"""Experts and assistants of a task from a shell."""

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.task import task, task_numbered
from api.labels import PERSON
from api.permits import Action
from inspection.planning.assistants import assistants_of, attach_assistants, detach_assistant
from inspection.planning.facts import AssistantFacts


@task.command()
@click.argument("number")
@click.option("--add", "added", multiple=True, help="Staff number or name of an expert or assistant; repeatable.")
@click.option("--remove", "removed", help="Staff number or name of one who no longer helps.")
@acting_option("planner")
@click.pass_context
def assist(ctx: click.Context, number: str, added: tuple[str, ...], removed: str | None, username: str) -> None:
    """Who helps with the task NUMBER: experts and assistants, named here, never drawn and never counted in a team."""

    async def work(desk: Desk) -> tuple[AssistantFacts, ...]:
        action = Action.TASK_ASSIGN if added or removed else Action.TASK_READ
        cmd = await desk.acting(username, action)
        found = await task_numbered(cmd, number)
        if removed:
            await detach_assistant(cmd, found.id, removed)
        if added:
            await attach_assistants(cmd, found.id, added)
        return await assistants_of(found.id)

    rows = [
        {"staff_no": one.staff_no, "name": one.name, "role": one.role, "since": one.attached_at.isoformat()}
        for one in run(ctx, work)
    ]
    columns = ("staff_no", "name", "role", "since")
    ctx.obj["output"].rows(rows, columns, heads=PERSON, words={"role": "desk_registry.person_"})
