from datetime import date, datetime
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.permits import Action
from inspection.registry.find import item_history, items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import ItemVersion
from inspection.registry.items.publish_items import publish_items, withdraw_item
from inspection.registry.items.statistics import ItemStatistics, item_statistics
from inspection.registry.rules_in_force import rules_today

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="items")
def item_list() -> None:
    """The item list (随机抽查事项清单): publish it, withdraw items, see its history and its figures."""


@item_list.command()
@click.option("--code", "codes", multiple=True, help="Publish this item only; may be repeated.")
@click.option("--from", "begins", type=DAY, help="The day from which they stand in the list (default: today).")
@acting_option("approver")
@click.pass_context
def publish(ctx: click.Context, codes: tuple[str, ...], begins: datetime | None, username: str) -> None:
    """Make the newest version of every item public, or of the named ones. All or nothing."""

    async def work(desk: Desk) -> tuple[ItemFacts, ...]:
        cmd = await desk.acting(username, Action.ITEMS_PUBLISH)
        day = begins.date() if begins else None
        return await publish_items(cmd, authority=authority_of(cmd), codes=codes or None, effective_from=day)

    rows = [{"item": one.code, "version": one.version, "name": one.name} for one in run(ctx, work)]
    ctx.obj["output"].rows(rows, ("item", "version", "name"))


@item_list.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why the item leaves the list.")
@click.option("--on", type=DAY, help="The first day on which it no longer stands in the list (default: today).")
@acting_option("approver")
@click.pass_context
def withdraw(ctx: click.Context, code: str, reason: str, on: datetime | None, username: str) -> None:
    """Take the item CODE out of the published list (废止). It stays in the history."""

    async def work(desk: Desk) -> ItemFacts:
        cmd = await desk.acting(username, Action.ITEMS_PUBLISH)
        day = on.date() if on else None
        return await withdraw_item(cmd, authority=authority_of(cmd), code=code, reason=reason, on=day)

    gone = run(ctx, work)
    ctx.obj["output"].rows([{"item": gone.code, "withdrawn": _day(gone.withdrawn_on)}], ("item", "withdrawn"))


@item_list.command()
@click.argument("code")
@acting_option("planner")
@click.pass_context
def history(ctx: click.Context, code: str, username: str) -> None:
    """Every version of the item CODE: its days, by whom it was published, what it changed."""

    async def work(desk: Desk) -> tuple[ItemVersion, ...]:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        return await item_history(authority_of(cmd), code)

    columns = ("version", "from", "until", "published_by", "changed")
    rows = [_told(version) for version in run(ctx, work, reads=True)]
    ctx.obj["output"].rows(rows, columns, heads={"from": "pages.item_effective"})


@item_list.command()
@acting_option("planner")
@click.pass_context
def statistics(ctx: click.Context, username: str) -> None:
    """How many key and general items there are, the highest ratios of general ones, and what to look at."""

    async def work(desk: Desk) -> ItemStatistics:
        cmd = await desk.acting(username, Action.REGISTRY_READ)
        return item_statistics(await items(authority_of(cmd)), await rules_today(cmd, authority_of(cmd)))

    output = ctx.obj["output"]
    figures = run(ctx, work, reads=True)
    told = figures.as_json(output.lang)
    if output.as_json:
        output.result(told)
        return
    output.rows([told], ("total", "key", "general", "key_share"), heads={"key": "cli.column_key_items"})
    output.rows(told["highest"], ("code", "ratio", "name"))
    for caution in figures.cautions:
        output.note(f"! {caution.text(output.lang)}")


def _told(version: ItemVersion) -> dict[str, Any]:
    return {
        "version": version.item.version,
        "from": _day(version.item.effective_from),
        "until": _day(version.last_day),
        "published_by": version.item.published_by or "",
        "changed": ", ".join(change.field for change in version.changes),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


COMMANDS = [item_list]
