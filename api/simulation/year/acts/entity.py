"""What the inspected party does behind the door of its visit."""

from api.simulation.year.party import Party
from api.simulation.year.world import Year
from inspection.door.rate import Question


async def open_door(year: Year, task: str, number: int = 0, *, rates: bool = False) -> None:
    """The notice is printed with link and code; the party reads it, says that it has it, rates the visit, leaves a
    remark without a name.
    """
    visit = year.visits[task][number]
    paper = await year.office.file("head", "GET", f"/office/visits/{visit}/papers/notice")
    year.found["notice_printed"] = paper.startswith(b"%PDF")
    party = await _party(year, visit)
    try:
        await party.come_in()
        await party.acknowledge("现场负责人")

        if rates:
            await party.send("rate", {question.value: "5" for question in Question})
            await party.send("remark", {"text": "检查人员文明规范，未影响正常经营。"})
    finally:
        await party.close()


async def rectify(year: Year, manner: str = "wanting") -> None:
    """The party of the first visit that found something hands in what shows that it was put right."""
    visit = next(one for one, how in year.tablets.manners.items() if how == manner)
    await year.office.file("head", "GET", f"/office/visits/{visit}/papers/notice")
    party = await _party(year, visit)
    try:
        await party.come_in()
        await party.send("rectify", {"note": "已按要求补齐台账并公示，附整改说明。"})
    finally:
        await party.close()
    handed = await year.read("head", f"/office/visits/{visit}/rectifications")
    year.found["rectified"] = len(handed)


async def serve_early(year: Year, task: str) -> None:
    """Somebody wants to serve the notice before anybody goes there: it is refused where the rule-set forbids it."""
    visit = year.visits[task][0]
    body = {"how": "handed_over", "receiver": "现场负责人", "reason": "便于准备资料。"}
    year.found["early_notice"] = await year.refused("head", "POST", f"/office/visits/{visit}/notice", body)


async def keep_secret(year: Year, task: str) -> None:
    """Before the unsealing nothing that anybody may read, and no list of visits, names an object of the draw."""
    drawn = await year.office.public(f"/draws/{year.draws[task]}")
    listed = await year.office.visits("sealed")
    objects = await year.read("planner", "/office/registry/objects")
    names = {one["name"] for one in objects} | {one["code"] for one in objects}
    told = any(name in drawn for name in names) or any(visit["object"] for visit in listed)
    year.found["told_before"] = told or not listed


async def _party(year: Year, visit: str) -> Party:
    door = await year.read("head", f"/office/visits/{visit}/door")
    return Party(year.service.transport, door["address"], door["code"])


ACTS = [open_door, rectify, serve_early, keep_secret]
