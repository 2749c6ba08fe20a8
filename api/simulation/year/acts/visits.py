"""Doors: leaders named and visits unsealed, changes after the draw, the visits themselves, the leaders' review."""

from datetime import timedelta
from typing import Any, Final

from api.simulation.office import LEADER_REASON
from api.simulation.year.doors import BAD
from api.simulation.year.world import Answer, Year

DICE: Final = "31415926535897932384"
SIGNERS: Final = frozenset({"representative", "person_in_charge", "authorised"})
DAYS_TO_CORRECT: Final = 15
OUTCOMES: Final[dict[str, dict[str, Any]]] = {
    "wanting": {
        "codes": ["rectified"],
        "follow_up": ["ordered_to_correct"],
        "reason": "当场责令改正，限期报送整改材料。",
    },
    "refused": {
        "codes": ["problem_pending"],
        "follow_up": ["case_referred"],
        "reason": "问题涉嫌违法，移送办案机构处理。",
    },
    "uncooperative": {
        "codes": ["refused_seriously"],
        "follow_up": ["case_referred"],
        "reason": "多次拒绝提供资料，情节严重。",
    },
}
"""What leaders decide where they do not take what the record proposes, by the manner of the visit."""


async def unseal(year: Year) -> None:
    """The section head names a leader for every sealed visit and unseals it; teams get their tablets."""
    sealed = await year.office.visits("sealed")
    await year.office.send_out(sealed)
    await year.settle()
    visits = await year.office.visits("open")
    await year.tablets.give([one for visit in visits for one in visit["team"]])
    await year.settle()


async def recuse(year: Year, draw: str, way: str, ground: str = "kinship") -> None:
    """Who has an interest in the object leaves, as the rule-set has it; the place goes to another by lot."""
    visit, inspector = await _second(year, draw)
    body = {"inspector": inspector, "way": way, "ground": ground, "note": "本人近亲属在该单位任职。"}
    asked = await year.post(await year.account_of(inspector), f"/office/visits/{visit}/recusals", **body)
    await _settled(year, asked)


async def replace(year: Year, draw: str, reason: str, note: str) -> None:
    """Another inspector by lot, for a reason of the rule-set, approved where it asks for that."""
    visit, inspector = await _second(year, draw)
    body = {"inspector": inspector, "reason": reason, "note": note}
    await _settled(year, await year.post("head", f"/office/visits/{visit}/inspector-replacements", **body))


async def other_object(year: Year, draw: str, reason: str, note: str) -> None:
    """The next object of the lot comes in, before anybody has gone to this one."""
    visit = year.visits[draw][0]
    body = {"reason": reason, "note": note}
    before = {one["id"] for one in await year.office.visits()}
    await _settled(year, await year.post("planner", f"/office/visits/{visit}/object-replacements", **body))
    year.visits[draw] += [one["id"] for one in await year.office.visits() if one["id"] not in before]


async def _second(year: Year, draw: str) -> tuple[str, str]:
    """The first visit of a draw that is still open, and who is there and does not lead."""
    shown = [one for one in await year.office.visits() if one["id"] in year.visits[draw]]
    visit = next(one for one in shown if one["state"] in {"sealed", "open"})
    return visit["id"], next(one for one in sorted(visit["team"]) if one != visit["leader"])


async def _settled(year: Year, asked: list[Answer]) -> None:
    for change in asked:
        path = f"/office/draw-changes/{change['id']}"
        year.wait()
        if change["state"] == "asked":
            await year.post("approver", f"{path}/decision", approved=True)
        year.wait()
        for who in ("planner", "supervisor"):  # two type the same digits
            await year.post(who, f"{path}/chance", dice=DICE)
    await year.settle()


async def visit(year: Year, manners: list[str] | None = None) -> None:
    """The teams go out of reach, visit, and bring what they captured over a bad network."""
    visits = await year.office.visits("open")
    await year.tablets.give([one for each in visits for one in each["team"]])
    await year.tablets.meet()
    year.wait(60)
    for done in year.tablets.visit(manners or []):
        year.visits.setdefault("all", []).append(done)
        year.wait(20)
    year.wait(180)
    await year.tablets.meet(BAD)
    await year.tablets.meet()


async def decide(year: Year, *, legal: bool = True) -> None:
    """Leaders send back what is in conflict and approve what is settled; another person approves its publication.
    `legal`: the legal office agrees at once where the rule-set asks for its word.
    """
    for _ in range(3):
        returned = False
        for waiting in await year.office.to_review():
            returned |= await _decided(year, waiting)
        if not returned:
            break
        await year.tablets.meet()
        year.tablets.correct()
        await year.tablets.meet()
    await year.settle()
    if legal:
        await review_legally(year)


async def _leader_of(year: Year, visit: str) -> str:
    """The section head names another leader where the first was replaced."""
    (team,) = [one["team"] for one in await year.office.visits() if one["id"] == visit]
    leader = min(team)
    await year.post("head", f"/office/visits/{visit}/leader", inspector=leader, reason=LEADER_REASON)
    return str(leader)


async def _decided(year: Year, waiting: Answer) -> bool:
    """Approve one visit, or send it back; whether it goes back."""
    path = f"/office/visits/{waiting['visit']}"
    leader = waiting["leader"] or await _leader_of(year, waiting["visit"])
    who = await year.account_of(leader)
    shown = await year.read(who, f"{path}/record")
    year.wait()
    if shown["record"]["conflicts"] and waiting["visit"] in year.returned:
        # Its party had signed before: the leader decides what stays in conflict.
        shown = await year.office.resolve(who, path, shown, leader)
    elif shown["record"]["conflicts"]:
        year.returned.add(waiting["visit"])
        remarks = "两名检查人员对同一要点的结论不一致，请核实后更正。"
        await year.post(who, f"{path}/return", seen=shown["seen"], remarks=remarks)
        return True
    _look_at(year, shown["record"])
    choices = await _choices(year, waiting["visit"])
    await year.post(who, f"{path}/approval", seen=shown["seen"], choices=choices)
    year.wait()
    await year.post("approver", f"{path}/publication-approval", secrecy_reviewed=True)
    return False


async def review_legally(year: Year, *, objects: bool = False) -> None:
    """The legal office gives its word on results of weight; `objects`: first it names what to correct, and the leader
    corrects it.
    """
    for turn in range(1 + objects):
        for line in (await year.read("legal", "/office/reviews?step=legal_review"))["lines"]:
            agreed = bool(turn) or not objects
            path = f"/office/outcomes/{line['outcomes'][0]}"
            reasons = "事实清楚，适用依据准确。" if agreed else "请补充裁量理由。"
            body = {"agreed": agreed, "reasons": reasons}
            await year.office.ask("legal", "POST", f"{path}/legal-review", body, seen=line["seen"])
            year.wait()
            if not agreed:
                await _correct(year, line["visit"], path)
    await year.settle()


async def _correct(year: Year, visit: str, path: str) -> None:
    who = await _leader(year, visit)
    (choice,) = await _choices(year, visit)
    waits = (await year.read(who, "/office/reviews?step=outcome"))["lines"]
    seen = next(line["seen"] for line in waits if line["visit"] == visit)
    corrected = {**choice, "reason": f"{choice['reason']}（已补充裁量理由）"}
    await year.office.ask(who, "POST", f"{path}/correction", corrected, seen=seen)
    year.wait()


async def _leader(year: Year, visit: str) -> str:
    line = next(one for one in await year.office.visits() if one["id"] == visit)
    return await year.account_of(line["leader"])


def _look_at(year: Year, record: Answer) -> None:
    """What the record says of signatures and refusals, counted."""
    seen = {
        "signed": len([one for one in record["signatures"] if one["role"] in SIGNERS]),
        "witnessed": len([one for one in record["refusals"] if one["text"] and one["witness"]]),
        "photographed": len(record["media"]),
    }
    for name, count in seen.items():
        year.found[name] = year.found.get(name, 0) + count


async def _choices(year: Year, visit: str) -> list[dict[str, Any]]:
    chosen = OUTCOMES.get(year.tablets.manners.get(visit, ""))
    if chosen is None:
        return []
    line = next(one for one in await year.office.visits() if one["id"] == visit)
    more = {"rectify_by": (year.today + timedelta(days=DAYS_TO_CORRECT)).isoformat()}
    due = more if chosen["codes"] == ["rectified"] else {}
    return [{"task": task, **chosen, **due} for task in line["tasks"][:1]]


ACTS = [unseal, recuse, replace, other_object, visit, decide, review_legally]
