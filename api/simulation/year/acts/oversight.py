"""Oversight: what is watched and overdue, figures, reports, evidence of diligence; the supervisor's hands."""

from api.simulation.year.world import Year
from inspection.kernel.command import SYSTEM, Command
from inspection.oversight.alerts.watch import watch_all
from inspection.oversight.reminders.note import remind_all


async def overstep(year: Year) -> None:
    """The supervisor reads the journal; whatever the supervisor tries to change is refused."""
    body = {"year": year.plot.year}
    year.found["supervisor_refused"] = await year.refused("supervisor", "POST", "/office/plans", body)
    read = await year.read("supervisor", "/office/journal/kind?kind=visit.approved")
    year.found["journal_read"] = bool(read)
    visit = year.visits["all"][0]
    acted = await year.read("supervisor", f"/office/visits/{visit}/responsibility")
    year.found["responsible"] = len(acted)


async def watch(year: Year) -> None:
    """The server's own rounds: alerts are raised and reminders noted; the supervisor looks at what is overdue."""
    command = Command(SYSTEM, year.service.clock.now(), year.service.entropy)
    await watch_all(command)
    await remind_all(command)
    overdue = await year.read("supervisor", "/office/overdue")
    year.found["overdue_seen"] = bool(overdue)
    for alert in await year.read("head", "/office/alerts?settled=false"):
        said = {"reason": "已核查：检查符合规定，归档备查。"}
        await year.post("head", f"/office/alerts/{alert['id']}/settlement", **said)


async def report(year: Year, period: str, bodies: list[str], remarks: str = "") -> None:
    """A report of a quarter or of the year: drafted, approved as it was read by another person, handed over."""
    made = await year.post("planner", "/office/reports", period=period, remarks=remarks)
    path = f"/office/reports/{made['id']}"
    year.wait()
    await year.office.ask("approver", "POST", f"{path}/approval", seen=made["digest"])
    for body in bodies:
        await year.post("planner", f"{path}/filings", body=body, reference=f"报〔{year.plot.year}〕{period}号")
    sheet = await year.office.file("planner", "GET", f"{path}/file?form=xlsx")
    year.found["report_printed"] = sheet.startswith(b"PK")


async def figures(year: Year) -> None:
    """The figures of the year, as the supervisor reads them."""
    first, last = f"{year.plot.year}-01-01", year.today.isoformat()
    told = await year.read("supervisor", f"/office/statistics?from={first}&to={last}")
    year.found["figures"] = bool(told)


async def diligence(year: Year) -> None:
    """Who did what by the list: the evidence of one inspector's diligence (尽职照单免责)."""
    visit = next(one for one in await year.office.visits() if one["approved_at"])
    told = await year.read("supervisor", f"/office/diligence/{visit['team'][0]}")
    year.found["diligence"] = bool(told)


ACTS = [overstep, watch, report, figures, diligence]
