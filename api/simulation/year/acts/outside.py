"""Tasks outside the draw: clues, key fields, campaigns, emergencies."""

from datetime import date, timedelta
from typing import Any

from api.simulation.office import SCHEME
from api.simulation.year.world import Year

WINDOW = timedelta(days=40)


async def outside(
    year: Year,
    task: str,
    kind: str,
    item: str,
    reason: str,
    basis: str,
    source: str,
    *,
    objects: int = 1,
    joins: str = "",
    skip: int = 0,
    **more: Any,
) -> None:
    """A task of a kind outside the draw, approved before its team is designated, an emergency afterwards.

    `objects`: how many, the last ones of the item by code but `skip`; `joins`: instead, the object of the first visit
    that this draw made.
    """
    codes = [await _object_of(year, joins)] if joins else await _objects_of(year, item, objects, skip)
    emergency = kind == "emergency"
    body = {
        "item": item,
        "kind": kind,
        "reason": reason,
        "basis": basis,
        "source": source,
        "objects": codes,
        "starts_on": year.today.isoformat(),
        "ends_on": min(year.today + WINDOW, date(year.plot.year, 12, 31)).isoformat(),
        "scheme": SCHEME,
        **({"approve_by": (year.today + timedelta(days=3)).isoformat()} if emergency else {}),
        **more,
    }
    made = await year.post("planner", "/office/tasks/outside", **body)
    year.tasks[task] = made["id"]
    path = f"/office/tasks/{made['id']}"
    if not emergency:
        await year.post("head", f"{path}/review", approve=True)
    before = {visit["id"] for visit in await year.office.visits()}
    told = await year.post("head", f"{path}/team", inspectors=await free_inspectors(year))
    year.found[f"merged_{task}"] = told["merged"]
    await year.settle()
    year.visits[task] = [visit["id"] for visit in await year.office.visits() if visit["id"] not in before]
    if emergency:
        year.wait(60)
        await year.post("approver", f"{path}/review", approve=True)


async def refuse_outside(year: Year, kind: str, item: str, joins: str, name: str) -> None:
    """A visit too many is refused, with the reason. `name`: where the problem code is kept."""
    body = {
        "item": item,
        "kind": kind,
        "reason": "上级部署",
        "basis": "上级文件",
        "source": "〔文〕1号",
        "objects": [await _object_of(year, joins)],
        "starts_on": year.today.isoformat(),
        "ends_on": min(year.today + WINDOW, date(year.plot.year, 12, 31)).isoformat(),
        "scheme": SCHEME,
    }
    year.found[name] = await year.refused("planner", "POST", "/office/tasks/outside", body)


async def _objects_of(year: Year, item: str, count: int, skip: int) -> list[str]:
    listed = await year.read("planner", "/office/registry/items/published")
    kind = next(line for line in listed if line["code"] == item)["object_kinds"][0]
    found = await year.read("planner", f"/office/registry/objects?tag={kind}")
    codes = [one["code"] for one in found]
    return codes[len(codes) - skip - count : len(codes) - skip]


async def _object_of(year: Year, task: str) -> str:
    visit = year.visits[task][0]
    shown = next(one for one in await year.office.visits() if one["id"] == visit)
    return str((await year.read("planner", f"/office/registry/objects/{shown['object']}"))["code"])


async def free_inspectors(year: Year) -> list[str]:
    """Two who may be sent today, the first by number of those who have the fewest visits."""
    standing = await year.read("head", "/office/registry/inspectors")
    able = [one["id"] for one in standing if not one["hindrances"]]
    loads = dict.fromkeys(able, 0)
    for visit in await year.office.visits():
        for member in visit["team"]:
            loads[member] = loads.get(member, 0) + 1
    return sorted(able, key=lambda one: (loads[one], one))[: year.rules.team.minimum_size]


ACTS = [outside, refuse_outside]
