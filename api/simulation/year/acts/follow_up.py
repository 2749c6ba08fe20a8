"""After a result: referrals and their receipts, re-checks, conclusions of third parties, penalties."""

from datetime import date, timedelta
from typing import Any, Final

from api.simulation.office import SCHEME
from api.simulation.year.acts.outside import free_inspectors
from api.simulation.year.world import Answer, Year

PDF: Final = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WINDOW: Final = timedelta(days=20)


async def refer(
    year: Year, manner: str, kind: str, addressee: str, ground: str, *, result: str = "case_opened", region: str = ""
) -> None:
    """Refer what the first visit of this manner found; the receiver takes it and later tells what became of it."""
    visit, outcome = await _result(year, manner)
    body = {
        "outcome": outcome["outcome"]["id"],
        "seen": outcome["seen"],
        "form": f"referral-{kind}",
        "kind": kind,
        "addressee": addressee,
        "ground": ground,
        **({"region": region} if region else {}),
    }
    made = await year.post("head", f"/office/visits/{visit}/referrals", **body)
    path = f"/office/referrals/{made['referral']['id']}"
    year.wait()
    day = year.today.isoformat()
    told = {"day": day, "sender": addressee, "their_number": f"收〔{year.plot.year}〕{kind}号"}
    await year.post("planner", f"{path}/receipt", form="receipt", accepted=True, **told)
    year.wait()
    answer = {"form": "answer", "result": result, "closes": True, "said": "已依法处理，函复。"}
    await year.post("planner", f"{path}/answers", **answer, **told)
    await year.settle()


async def recheck(year: Year, task: str, manner: str, reason: str) -> None:
    """What was to be put right is looked at again: a task outside the draw, approved by another, with its visit."""
    visit, outcome = await _result(year, manner)
    body = {
        "outcome": outcome["outcome"]["id"],
        "seen": outcome["seen"],
        "form": f"recheck-{task}",
        "reason": reason,
        "starts_on": year.today.isoformat(),
        "ends_on": min(year.today + WINDOW, date(year.plot.year, 12, 31)).isoformat(),
        "scheme": SCHEME,
        "basis": "责令改正通知书",
    }
    row = await year.post("planner", f"/office/visits/{visit}/rechecks", **body)
    year.tasks[task] = row["task"]
    path = f"/office/tasks/{row['task']}"
    year.wait()
    await year.post("approver", f"{path}/review", approve=True)
    before = {one["id"] for one in await year.office.visits()}
    await year.post("head", f"{path}/team", inspectors=await free_inspectors(year))
    await year.settle()
    year.visits[task] = [one["id"] for one in await year.office.visits() if one["id"] not in before]


async def accept_papers(year: Year, manner: str, reason: str) -> None:
    """What the party handed in shows that it was put right."""
    visit, outcome = await _result(year, manner)
    body = {"outcome": outcome["outcome"]["id"], "seen": outcome["seen"], "reason": reason}
    await year.post("head", f"/office/visits/{visit}/rectification", **body)


async def conclude(year: Year, manner: str, kind: str, institution: str) -> None:
    """A qualified institution has concluded; its report is attached to the visit."""
    visit, outcome = await _result(year, manner)
    fields = {
        "form": f"conclusion-{kind}",
        "item": outcome["outcome"]["item"],
        "kind": kind,
        "institution": institution,
        "qualification": "检验检测机构资质认定证书",
        "number": f"JC-{year.plot.year}-0001",
        "issued_on": year.today.isoformat(),
        "said": "所送样品符合标准。",
    }
    await year.office.form("head", f"/office/visits/{visit}/conclusions", fields, ("report.pdf", PDF))


async def penalise(year: Year, manner: str, number: str, content: str, amount_fen: int) -> None:
    """A penalty in consequence of an inspection: entered by one, its publication approved by another."""
    visit, _ = await _result(year, manner)
    line = next(one for one in await year.office.visits() if one["id"] == visit)
    body = {
        "object": line["object"],
        "visit": visit,
        "number": number,
        "decided_on": year.today.isoformat(),
        "violation": "未按规定建立购销和出入库台账。",
        "basis": "《成品油市场管理办法》",
        "content": content,
        "amount_fen": amount_fen,
    }
    made = await year.post("planner", "/office/penalties", **body)
    year.penalties.append(_id_of(made))
    await year.settle()
    await year.post("approver", f"/office/penalties/{year.penalties[-1]}/publication-approval", secrecy_reviewed=True)


def _id_of(made: Answer) -> str:
    row: Any = made.get("penalty", made)
    return str(row["id"])


async def _result(year: Year, manner: str) -> tuple[str, Answer]:
    """The first visit of this manner and its first result that stands."""
    visit = next(one for one, how in year.tablets.manners.items() if how == manner)
    told = await year.read("head", f"/office/visits/{visit}/follow-up")
    return visit, told["outcomes"][0]


ACTS = [refer, recheck, accept_papers, conclude, penalise]
