"""The annual plan: drafted, approved by another, filed, published, adjusted; plans of higher authorities."""

from typing import Any

from api.simulation.year.registers import table
from api.simulation.year.world import Year


async def draft_plan(year: Year, lines: dict[str, dict[str, Any]], left_out: list[str] | None = None) -> None:
    """Draft the year's plan. `lines`: what the planner sets of an item otherwise than list and rule-set would."""
    changes = [{"item": code, **said} for code, said in lines.items()]
    body = {"year": year.plot.year, "changes": changes, "left_out": left_out or []}
    year.plan = await year.post("planner", "/office/plans", **body)
    year.wait(60)
    year.plan = await year.post("approver", f"/office/plans/{year.plan['id']}/approval")


async def file_plan(year: Year) -> None:
    """File the approved plan where the rule-set says."""
    year.plan = await year.post("planner", f"/office/plans/{year.plan['id']}/filing")


async def publish_plan(year: Year) -> None:
    """Publish the plan; anybody reads it."""
    year.plan = await year.post("approver", f"/office/plans/{year.plan['id']}/publication")
    shown = await year.office.public("/plans")
    year.found["plan_public"] = str(year.plot.year) in shown


async def adjust_plan(year: Year, lines: dict[str, dict[str, Any]], reason: str) -> None:
    """A further version of the plan in force, with its reason."""
    changes = [{"item": code, **said} for code, said in lines.items()]
    body = {"year": year.plot.year, "changes": changes, "revise": True, "reason": reason}
    year.plan = await year.post("planner", "/office/plans", **body)
    year.plan = await year.post("approver", f"/office/plans/{year.plan['id']}/approval")
    if year.rules.plan.filed_with is not None:
        await file_plan(year)
    if year.rules.plan.published:
        await publish_plan(year)


async def higher_plan(year: Year, item: str, objects: int, number: str, source: str) -> None:
    """A higher authority's drawn list arrives: so many objects of an item are drawn there already."""
    listed = await year.read("planner", "/office/registry/items/published")
    one = next(line for line in listed if line["code"] == item)
    taken = (await year.read("planner", f"/office/registry/objects?tag={one['object_kinds'][0]}"))[:objects]
    days = f"{year.plot.year}-01-01至{year.plot.year}-12-31"
    columns = ("上级机关", "计划编号", "抽查事项", "事项编码", "起止日期", "统一社会信用代码", "企业名称")
    rows = [(source, number, one["name"], item, days, each["code"], each["name"]) for each in taken]
    await year.office.bring("planner", "/office/higher-plans", "higher.csv", table(columns, rows))
    year.found["drawn_above"] = len(taken)


ACTS = [draft_plan, file_plan, publish_plan, adjust_plan, higher_plan]
