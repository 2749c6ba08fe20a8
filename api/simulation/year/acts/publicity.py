"""一公开: withheld, published, sent through the channels, objected to, corrected."""

from datetime import date, timedelta
from typing import Any

import httpx

from api.simulation.year.world import Answer, Year
from inspection.kernel.command import SYSTEM, Command
from inspection.publicity.channels.deliver import Postman, deliver_waiting

AHEAD = timedelta(days=45)


async def set_channels(year: Year, channels: dict[str, str]) -> None:
    """Results go to these receivers from now on: kind by code."""
    for code, kind in channels.items():
        body = {"kind": kind, "address": f"https://{code}.example/results"}
        await year.office.ask("admin", "PUT", f"/office/channels/{code}", body)


async def withhold(year: Year, task: str, ground: str, reason: str, until: date | None = None) -> None:
    """Keep the first result of a task back, for good or until a day."""
    publication = await _waiting(year, year.visits[task])
    body = {"ground": ground, "reason": reason, "until": until.isoformat() if until else None}
    await year.post("approver", f"/office/publications/{publication}/withholding", **body)


async def narrow(year: Year, task: str, left_out: list[str], ground: str, reason: str) -> None:
    """The first result of a task that waits goes out in part; what goes out is approved again."""
    publication = await _waiting(year, year.visits[task])
    body = {"left_out": left_out, "masked": [], "ground": ground, "reason": reason}
    await year.office.ask("deputy", "PUT", f"/office/publications/{publication}/part", body)
    due = await year.read("planner", "/office/due")
    visit = next(one["visit"] for one in due if one.get("publication") == publication)
    await year.post("approver", f"/office/visits/{visit}/publication-approval", secrecy_reviewed=True)


async def publish(year: Year) -> None:
    """Publish what may go out; it goes to every receiver."""
    body = {"through": (year.today + AHEAD).isoformat()}
    report = await year.office.ask("planner", "POST", "/office/publications/publish-due", body)
    results = [one for one in report["published"] if one["penalty"] is None]
    year.published += results
    await year.settle()
    await deliver(year)
    for one in results[-1:]:
        year.found["result_public"] = one["number"] in await year.office.public(f"/results/{one['number']}")
    for one in report["published"]:
        if one["penalty"] is not None:
            year.found["penalty_public"] = one["number"] in await year.office.public(f"/penalties/{one['number']}")


async def deliver(year: Year) -> None:
    """The outbox is emptied: receivers take everything."""

    async def take(request: httpx.Request) -> httpx.Response:
        year.parcels.append(f"{request.url.host} {request.headers['Idempotency-Key']}")
        # As it comes from a line: not read yet.
        return httpx.Response(200, stream=httpx.ByteStream(b'{"received":true}'))

    postman = Postman(year.keys, "http://fieldcheck.test", httpx.MockTransport(take), at_once=1)
    clock, entropy = year.service.clock, year.service.entropy
    await deliver_waiting(lambda: Command(SYSTEM, clock.now(), entropy), postman)


async def objection(year: Year, *, upheld: bool, decided_on: date, instead: list[str] | None = None) -> None:
    """The party of the first published result objects at the counter; somebody without a part in it decides."""
    result = year.published[0 if instead else -1]
    body = {
        "visit": result["visit"],
        "publication": result["publication"],
        "form": f"objection-{year.today}",
        "grounds": "对检查结果认定的事实有异议，附台账复印件。",
        "name": "某某负责人",
        "contact": "000-00000000",
    }
    shown = await year.post("legal", "/office/objections", **body)
    path = f"/office/objections/{shown['due']['objection']}"
    year.go_to(decided_on)
    shown = await _step(year, f"{path}/review", shown)
    ruling = {"upheld": upheld, "facts": "经核对原始记录与当事人提交的材料。", "reasons": "依照核对情况作出决定。"}
    if instead:
        ruling["instead"] = {"codes": instead, "follow_up": ["none"]}
    shown = await _step(year, f"{path}/decision", shown, **ruling)
    await year.post("deputy", f"{path}/telling", how="post")
    if instead:
        reason = "异议成立，按复核决定更正公示。"
        await year.post("approver", f"/office/publications/{result['publication']}/correction", reason=reason)
        await year.settle()
        await deliver(year)


async def _step(year: Year, path: str, shown: Answer, **body: Any) -> Answer:
    year.wait()
    return await year.office.ask("deputy", "POST", path, body or None, seen=shown["seen"])


async def _waiting(year: Year, visits: list[str]) -> str:
    due = await year.read("planner", "/office/due")
    return next(str(one["publication"]) for one in due if one["visit"] in visits and "publication" in one)


ACTS = [set_channels, withhold, narrow, publish, objection]
