"""Tasks of the plan and their draws: preset, reviewed, drawn before witnesses, made into visits."""

import io
import json
import zipfile
from datetime import date
from typing import Any

from api.simulation.office import MATERIALS, SCHEME
from api.simulation.year.world import Year


async def preset(
    year: Year, task: str, item: str, ends_on: date, *, returned: bool = False, who: str = "planner", **terms: Any
) -> None:
    """Preset a task of a plan line, from today, and have it reviewed; `returned`: it is sent back once and mended;
    `who`: the clerk of which section.
    """
    line = next(one for one in year.plan["lines"] if one["item_code"] == item)
    body = {
        "plan_line": line["id"],
        "scheme": SCHEME,
        "starts_on": year.today.isoformat(),
        "ends_on": ends_on.isoformat(),
        "materials": MATERIALS,
        "match_kind": year.rules.draw.match_kinds[0].value,
        **terms,
    }
    made = await year.post(who, "/office/tasks", **body)
    year.tasks[task] = made["id"]
    year.sections.add(made["unit"])
    year.found["sections_with_tasks"] = len(year.sections)
    path = f"/office/tasks/{made['id']}"
    if returned:
        await year.post("head", f"{path}/review", approve=False, remarks="请补充检查的工作流程。")
        mended = {name: body[name] for name in ("scheme", "starts_on", "ends_on")}
        await year.post(who, f"{path}/revision", **mended, name=made["name"])
    year.wait()
    await year.post("head", f"{path}/review", approve=True)


async def attach_experts(year: Year, task: str) -> None:
    """Experts assist the task; they are in no team."""
    await year.post("head", f"/office/tasks/{year.tasks[task]}/assistants", people=["E001", "E002"])


async def draw(year: Year, tasks: list[str] | str, **asked: Any) -> None:
    """The whole ceremony of a task or of several on shared tickets, and its visits. `asked`: what the route takes."""
    names = [tasks] if isinstance(tasks, str) else tasks
    terms = asked.pop("terms", {})
    each = [{"task": year.tasks[name], **terms.get(name, {})} for name in names]
    if len(names) == 1 and not terms:
        asked["task"] = year.tasks[names[0]]
    else:
        asked["tasks"] = each
    before = {visit["id"] for visit in await year.office.visits()}
    name = names[0]
    year.draws[name] = await year.office.hold_ceremony(year.rules, **asked)
    await year.office.open_doors(year.draws[name])
    year.found["weights"] = (await _parameters(year, year.draws[name])).get("weights")
    await year.settle()
    fresh = [visit for visit in await year.office.visits() if visit["id"] not in before]
    year.found["windows"] = len({visit["starts_on"] for visit in fresh})
    for one in names:
        year.visits[one] = [visit["id"] for visit in fresh]


async def _parameters(year: Year, draw: str) -> dict[str, Any]:
    """The parameters that the draw was frozen with, out of its bundle."""
    bundle = await year.office.file("supervisor", "GET", f"/office/draws/{draw}/bundle")
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        return dict(json.loads(files.read("params.json")))


async def file_drawn_list(year: Year, task: str, reference: str) -> None:
    """The confirmed list of the drawn goes to the legal office."""
    await year.post("legal", f"/office/tasks/{year.tasks[task]}/filing", reference=reference)


ACTS = [preset, attach_experts, draw, file_drawn_list]
