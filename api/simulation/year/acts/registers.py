"""一单两库: lists brought in and published, changes reviewed, procedures released, marks recorded."""

from typing import Final

from api.simulation.office import SCHEME
from api.simulation.year.registers import inspector_file, item_list, object_file, table
from api.simulation.year.world import Year
from inspection.registry.items.seed_list import seed_checklists

OBJECTS: Final = 48
INSPECTORS: Final = 14
STATED: Final = ("name", "basis", "subject", "object_text", "content", "method_text", "class_text", "channel")
MARKS: Final = {
    "complaint": "12345 热线转办单",
    "penalty": "行政处罚决定书",
    "abnormal_list": "列入经营异常名录决定书",
    "dishonesty": "失信信息认定书",
    "key_field": "重点监管领域名录",
    "high_risk": "风险研判报告",
}


async def take_stock(year: Year, objects: int = OBJECTS, inspectors: int = INSPECTORS, things: int = 0) -> None:
    """Bring in the item list with its checklists, the objects and the inspectors. `things`: so many products besides,
    each of an entity of the register.
    """
    checklists = [one.model_dump(mode="json") for one in seed_checklists()]
    listed = {"name": "items.csv", "table": item_list(year.plot.items), "checklists": checklists}
    await year.post("planner", "/office/registry/item-list", **listed)
    trades = sorted({(await _kinds(year, code)) for code in year.plot.items})
    file = object_file(objects, year.seed, trades, things)
    await year.office.bring("planner", "/office/registry/imports/objects", "objects.csv", file)
    year.found["things"] = len(await year.read("planner", "/office/registry/objects?kind=product"))
    people = inspector_file(
        year.today, year.seed, inspectors, year.plot.units, experts=year.rules.registers.experts_assist
    )
    told = await year.office.bring("planner", "/office/registry/imports/inspectors", "inspectors.csv", people)
    year.found["inspectors_rejected"] = len(told["rejected"])
    await year.settle()


async def _kinds(year: Year, code: str) -> str:
    items = await year.read("planner", "/office/registry/items")
    return str(next(one for one in items if one["code"] == code)["object_kinds"][0])


async def publish_list(year: Year) -> None:
    """Publish the item list; anybody reads it."""
    for item in year.plot.items:
        await year.post("approver", "/office/registry/items/publication", codes=[item])
    listed = await year.read("planner", "/office/registry/items/published")
    for column in STATED:
        year.found[f"list_states_{column}"] = all(item[column] for item in listed)
    covered = await year.read("planner", "/office/registry/coverage")
    year.found["uncovered"], year.found["empty_items"] = covered["uncovered"], len(covered["empty"])
    shown = await year.office.public("/items")
    year.found["list_public"] = all(code in shown for code in year.plot.items)


async def bring_again(year: Year) -> None:
    """The same file a second time: nothing is entered twice."""
    trades = sorted({(await _kinds(year, code)) for code in year.plot.items})
    file = object_file(OBJECTS, year.seed, trades, int(year.found["things"]))
    told = await year.office.bring("planner", "/office/registry/imports/objects", "objects.csv", file)
    year.found["entered_twice"] = told["counts"]["added"]


async def count_items(year: Year) -> None:
    """Key items and the ratios of general ones are counted."""
    year.found["items_counted"] = bool(await year.read("planner", "/office/registry/items/statistics"))


async def adjust_list(year: Year, item: str, **columns: str) -> None:
    """A column of an item says something else from today on: a further version, published."""
    stated = {item: dict(year.plot.items[item]) | columns}
    body = {"name": "items-adjusted.csv", "table": item_list(stated), "checklists": []}
    await year.post("planner", "/office/registry/item-list", **body)
    await year.post("approver", "/office/registry/items/publication", codes=[item])
    versions = await year.read("planner", f"/office/registry/items/{item}/versions")
    year.found["item_versions"] = len(versions)


async def review_staff(year: Year) -> None:
    """The office that the rule-set names confirms who entered the register of inspectors, or takes note of it."""
    batches = await year.read("legal", "/office/registry/inspector-changes")
    year.found["staff_changes"] = len(batches)
    if year.rules.registers.review == "reviewed":
        for batch in batches:
            await year.post("legal", f"/office/registry/inspector-changes/{batch['id']}/review", confirm=True)
    covered = await year.read("head", "/office/registry/inspector-coverage")
    year.found["items_with_inspectors"] = len(covered)


async def release_procedures(year: Year) -> None:
    """Every item gets its procedure (监管方案)."""
    for item in year.plot.items:
        await year.post("deputy", f"/office/procedures/{item}", body=SCHEME)


async def mark_objects(year: Year, marks: dict[str, int], trade: str, since: str) -> None:
    """Record facts about so many objects of a trade each, the first by code."""
    objects = await year.read("planner", f"/office/registry/objects?tag={trade}")
    at = 0
    for mark, count in marks.items():
        for one in objects[at : at + count]:
            for turn in range(2 if mark == "complaint" else 1):
                source = f"{MARKS[mark]}〔{year.plot.year}〕{at + 1}-{turn + 1}号"
                told = {"mark": mark, "since": since, "reference": source, "source": "有关机关来文"}
                await year.post("planner", f"/office/registry/objects/{one['id']}/marks", **told)
        at += count


async def mark_drawn(year: Year, task: str, mark: str) -> None:
    """Record a fact about the object of the first visit of a task."""
    visit = next(one for one in await year.office.visits() if one["id"] == year.visits[task][0])
    told = {"mark": mark, "since": year.today.isoformat(), "reference": f"{MARKS[mark]}〔{year.plot.year}〕9号"}
    await year.post("planner", f"/office/registry/objects/{visit['object']}/marks", **told, source="有关机关来文")


async def special_register(year: Year, name: str, trade: str, count: int) -> None:
    """Put so many objects of a trade into a special register."""
    objects = await year.read("planner", f"/office/registry/objects?tag={trade}")
    rows = [(one["code"], one["name"], name) for one in objects[:count]]
    file = table(("统一社会信用代码", "企业名称", "专项名录"), rows)
    await year.office.bring("planner", "/office/registry/imports/special-registers", "special.csv", file)


ACTS = [
    take_stock,
    bring_again,
    count_items,
    publish_list,
    adjust_list,
    review_staff,
    release_procedures,
    mark_objects,
    mark_drawn,
    special_register,
]
