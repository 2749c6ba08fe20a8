"""The people at the desks, through the office's routes: plan, task, draw, leaders, reviews, publication."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx

from inspection.policy.model import RuleSet

Answer = Any

DICE = "骰子"
DIGITS = 20
UNAUTHENTICATED = 401
PLANNED_RATIO = "5/100"
LEADER_REASON = "按科室当日排班，由其担任组长。"
SCHEME = (
    "检查方式：现场检查与书面检查相结合；检查标准：对照本事项检查要点表逐项检查；"
    "工作流程：出示证件、送达告知书、逐项检查、取证、当事人签字确认、组长审核、结果公示。"
)
MATERIALS = ("营业执照", "与检查事项有关的台账、凭证")


class OfficeRefusalError(RuntimeError):
    """A route refused what a person of the simulated office asked for: a mistake of the simulation, but where a story
    wants the refusal. `code`: the problem's, where the answer is one.
    """

    def __init__(self, told: str, answer: httpx.Response) -> None:
        super().__init__(f"{told}: {answer.status_code} {answer.text}")
        is_json = answer.headers.get("content-type", "").endswith("json")
        self.code: str = str(answer.json().get("code", "")) if is_json else ""


class SimulatedOffice:
    """Signs in as whoever has to act, and calls the routes that this role may call."""

    def __init__(self, transport: httpx.AsyncBaseTransport, password: str, seed: str) -> None:
        self._http = httpx.AsyncClient(transport=transport, base_url="http://fieldcheck.test")
        self._password = password
        self._tokens: dict[str, str] = {}
        self._random = Random(seed)
        self._sent_back = set[str]()

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None, *, seen: str | None = None
    ) -> Answer:
        """The JSON answer of an office route, called as the account `who`; `seen`: the state that was on the screen."""
        answer = await self._send(who, method, path, body, seen)
        if answer.status_code == UNAUTHENTICATED:
            self._tokens.pop(who, None)
            answer = await self._send(who, method, path, body, seen)
        if answer.is_error:
            raise OfficeRefusalError(f"{who}: {method} {path}", answer)
        return answer.json() if answer.content else None

    async def post(self, who: str, path: str, **body: Any) -> Answer:
        return await self.ask(who, "POST", path, body)

    async def file(self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The bytes that a route gives out."""
        answer = await self._send(who, method, path, body)
        if answer.is_error:
            raise OfficeRefusalError(f"{who}: {method} {path}", answer)
        return answer.content

    async def form(self, who: str, path: str, fields: Mapping[str, str], file: tuple[str, bytes]) -> Answer:
        """Send a form with one file; the fields go first, in their order."""
        parts: dict[str, Any] = {name: (None, value.encode()) for name, value in fields.items()}
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        answer = await self._http.post(path, files=parts | {"file": file}, headers=headers)
        if answer.is_error:
            raise OfficeRefusalError(f"{who}: form to {path}", answer)
        return answer.json()

    async def public(self, path: str) -> str:
        """A page that anybody may read."""
        answer = await self._http.get(path)
        if answer.is_error:
            raise OfficeRefusalError(f"anybody: GET {path}", answer)
        return answer.text

    async def bring(self, who: str, path: str, name: str, table: str) -> Answer:
        """Hand in a CSV file."""
        answer = await self._send(who, "POST", f"{path}?name={name}", table)
        if answer.is_error:
            raise OfficeRefusalError(f"{who}: {name} to {path}", answer)
        return answer.json()

    async def _send(
        self, who: str, method: str, path: str, body: Mapping[str, Any] | str | None, seen: str | None = None
    ) -> httpx.Response:
        if who not in self._tokens:
            credentials = {"username": who, "password": self._password}
            opened = await self._http.post("/office/sessions", json=credentials)
            if opened.is_error:
                raise OfficeRefusalError(f"{who} cannot sign in", opened)
            self._tokens[who] = opened.json()["token"]
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} | ({} if seen is None else {"If-Match": f'"{seen}"'})
        if isinstance(body, str):
            headers["Content-Type"] = "text/csv"
            return await self._http.request(method, path, content=body.encode(), headers=headers)
        return await self._http.request(method, path, json=body, headers=headers)

    async def open_year(self, rules: RuleSet) -> None:
        """What some rule-sets want done before anything is planned: another office reviews who may inspect, every item
        gets its procedure."""
        if rules.registers.review is not None:
            for batch in await self.ask("legal", "GET", "/office/registry/inspector-changes"):
                await self.post("legal", f"/office/registry/inspector-changes/{batch['id']}/review", confirm=True)
        if rules.task.procedure_required:
            for item in await self.ask("planner", "GET", "/office/registry/items/published"):
                await self.post("approver", f"/office/procedures/{item['code']}", body=SCHEME)

    async def plan_year(self, year: int, rules: RuleSet) -> Answer:
        """Draft, approve and file the year's plan; the plan in force when there is one."""
        plans = await self.ask("planner", "GET", f"/office/plans?year={year}")
        if plans:
            return plans[0]
        listed = await self.ask("planner", "GET", "/office/registry/items/published")
        changes = [{"item": item["code"], **_stated(item, rules)} for item in listed]
        plan = await self.post("planner", "/office/plans", year=year, changes=changes)
        plan = await self.post("approver", f"/office/plans/{plan['id']}/approval")
        if rules.plan.filed_with is None:
            return plan
        return await self.post("planner", f"/office/plans/{plan['id']}/filing")

    async def generate_task(
        self, line: Mapping[str, Any], rules: RuleSet, starts_on: date, days: int, **more: Any
    ) -> UUID:
        """Preset a task for one plan line and have it reviewed; returns its id. `more`: what else the route takes."""
        ends_on = min(starts_on + timedelta(days=days), date(starts_on.year, 12, 31))
        task = await self.post(
            "planner",
            "/office/tasks",
            plan_line=line["id"],
            scheme=SCHEME,
            starts_on=starts_on.isoformat(),
            ends_on=ends_on.isoformat(),
            materials=MATERIALS,
            **{"match_kind": rules.draw.match_kinds[0].value, **more},
        )
        await self.post("approver", f"/office/tasks/{task['id']}/review", approve=True)
        return UUID(task["id"])

    async def hold_draw(self, task: UUID, rules: RuleSet) -> int:
        """The whole ceremony of one task, with dice; returns how many visits came of it."""
        draw = await self.hold_ceremony(rules, task=str(task))
        return sum((await self.open_doors(draw)).values())

    async def hold_ceremony(self, rules: RuleSet, **asked: Any) -> str:
        """From the plan of a draw to its seal; its id. `asked`: what the route takes besides the contributors."""
        named = rules.supervision.required or rules.supervision.may
        witnesses = [one.text.zh for one in named] or ["监察室", "公证处"]
        dice = {"kind": "DICE", "name": DICE, "witnesses": witnesses}
        draw = await self.post("planner", "/office/draws", contributors=[dice], **asked)
        path = f"/office/draws/{draw['draw']}"
        await self.post("approver", f"{path}/freeze")
        thrown = "".join(str(self._random.randrange(10)) for _ in range(DIGITS))
        await self.post("planner", f"{path}/contributions", name=DICE, dice=thrown)
        await self.post("supervisor", f"{path}/contributions", name=DICE, dice=thrown)
        await self.post("planner", f"{path}/execute")
        await self.post("planner", f"{path}/match")
        await self.post("approver", f"{path}/seal")
        return str(draw["draw"])

    async def open_doors(self, draw: str) -> dict[str, int]:
        """Make the visits of a sealed draw: how many are new, how many joined one that was there."""
        made = await self.post("planner", "/office/visits", draw=draw)
        return {"created": int(made["created"]), "merged": int(made["merged"])}

    async def visits(self, state: str | None = None) -> list[Answer]:
        """All visits in a state, page by page."""
        found: list[Answer] = []
        query = f"&state={state}" if state else ""
        while True:
            after = f"&after={found[-1]['id']}" if found else ""
            page = await self.ask("head", "GET", f"/office/visits?limit=100{query}{after}")
            found += page
            if len(page) < 100:  # noqa: PLR2004  the page size asked for
                return found

    async def send_out(self, visits: Sequence[Answer]) -> None:
        """The section head names a leader for each sealed visit and unseals it."""
        for visit in visits:
            if visit["leader"] is None:
                leader = self._random.choice(sorted(visit["team"]))
                named = {"inspector": leader, "reason": LEADER_REASON}
                await self.post("head", f"/office/visits/{visit['id']}/leader", **named)
            await self.post("head", f"/office/visits/{visit['id']}/unsealing")

    async def invite(self, inspector: UUID) -> str:
        """A single-use enrolment code for an inspector's tablet."""
        return str((await self.post("head", "/office/enrolment-codes", inspector=str(inspector)))["code"])

    async def review(self, leaders: Mapping[str, str]) -> tuple[int, list[UUID]]:
        """Leaders decide on what waits for them: approve, or send back what is in conflict. What is in conflict again,
        because its party had signed it, they decide themselves.

        `leaders` maps an inspector's id to the account. Returns (approved, visits sent back).
        """
        approved, sent_back = 0, []
        for waiting in await self.to_review():
            who = leaders[waiting["leader"]]
            path = f"/office/visits/{waiting['visit']}"
            shown = await self.ask(who, "GET", f"{path}/record")
            record = shown["record"]
            if record["missing_media"]:
                continue
            if record["conflicts"] and waiting["visit"] in self._sent_back:
                shown = await self.resolve(who, path, shown, waiting["leader"])
            elif record["conflicts"]:
                self._sent_back.add(waiting["visit"])
                remarks = "两名检查人员对同一要点的结论不一致，请核实后更正。"
                await self.post(who, f"{path}/return", seen=shown["seen"], remarks=remarks)
                sent_back.append(UUID(waiting["visit"]))
                continue
            await self.post(who, f"{path}/approval", seen=shown["seen"])
            await self.post("approver", f"{path}/publication-approval", secrecy_reviewed=True)
            approved += 1
        return approved, sent_back

    async def to_review(self) -> Sequence[Answer]:
        """The records that their inspectors have finished and nobody has decided on."""
        lines = (await self.ask("head", "GET", "/office/reviews?limit=100"))["lines"]
        return [line for line in lines if line["status"] == "attested" and line["step"] != "returned"]

    async def resolve(self, who: str, path: str, shown: Answer, leader: str) -> Answer:
        """Decide every conflict by what the leader of the visit stated at the door; the record as it is then."""
        for conflict in shown["record"]["conflicts"]:
            item = next(one for one in shown["record"]["items"] if one["code"] == conflict["topic"])
            own = [
                one["hash"] for one in item["statements"] if one["inspector"] == leader and one["state"] == "current"
            ]
            ruling = {"type": "resolve", "item": conflict["topic"], "how": "choose", "choose": own[0]}
            body = {"decision": {**ruling, "reason": "以组长现场所见为准。", "over": conflict["heads"]}}
            await self.ask(who, "POST", f"{path}/decisions", body, seen=shown["seen"])
            shown = await self.ask(who, "GET", f"{path}/record")
        return shown

    async def publish(self, through: date) -> list[UUID]:
        """Publish what is due up to `through`; the visits of what went out, one for each result."""
        body = {"through": through.isoformat()}
        report = await self.ask("planner", "POST", "/office/publications/publish-due", body)
        return [UUID(one["visit"]) for one in report["published"]]

    async def seal(self, visits: Collection[UUID]) -> int:
        """Seal the dossiers of these visits; how many."""
        for visit in sorted(visits):
            await self.post("planner", f"/office/visits/{visit}/dossier")
        return len(visits)


def _stated(item: Mapping[str, Any], rules: RuleSet) -> dict[str, Any]:
    """What the planner says of an item where neither the list nor the rule-set does."""
    said: dict[str, Any] = {}
    if item["ratio"] is None and rules.ratio.minimum is None:
        said["ratio"] = PLANNED_RATIO
    if item["frequency"] is None and rules.frequency.minimum_per_year is None:
        said["frequency"] = 1
    return said
