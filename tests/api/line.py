"""The line from an empty authority to an unsealed visit, walked through the office's routes as its people walk it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from inspection.kernel.command import Role
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.synthetic import synthetic_inspector_file, synthetic_register
from tests.conftest import NOW

DICE = "20731940586129753048"
SCHEME = "对照检查要点表逐项检查，全过程记录。"
SignedIn = Callable[[Role], Awaitable[dict[str, str]]]
ComeTo = Callable[..., Awaitable["Walk"]]
TO_THE_TASK = ("fill_registers", "plan", "preset")
TO_THE_VISIT = (*TO_THE_TASK, "draw", "send_out")
"""The steps to one unsealed visit."""


@dataclass
class Walk:
    """One office at work: who asks is named by role, and what came to be is kept by name."""

    client: httpx.AsyncClient
    signed_in: SignedIn
    ids: dict[str, str] = field(default_factory=dict)
    _headers: dict[Role, dict[str, str]] = field(default_factory=dict)

    async def ask(self, role: Role, method: str, path: str, **sent: Any) -> httpx.Response:
        if role not in self._headers:
            self._headers[role] = await self.signed_in(role)
        headers = self._headers[role] | sent.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **sent)

    async def post(self, role: Role, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer of a step that must succeed."""
        answer = await self.ask(role, "POST", path, json=body if body is not None else {})
        assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
        return answer.json()

    async def get(self, role: Role, path: str) -> Any:
        answer = await self.ask(role, "GET", path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    async def fill_registers(self) -> None:
        """Items with checklists, published; objects; inspectors."""
        checklists = [checklist.model_dump(mode="json") for checklist in seed_checklists()]
        items = {"name": "items.csv", "table": seed_items().decode("utf-8-sig"), "checklists": checklists}
        assert (await self.post(Role.PLANNER, "/office/registry/item-list", items))["counts"]["rejected"] == 0
        assert await self.post(Role.APPROVER, "/office/registry/items/publication")
        for register, content in (
            ("objects", synthetic_register(120, "line")),
            ("inspectors", synthetic_inspector_file(NOW.date(), "line", 12)),
        ):
            answer = await self.ask(
                Role.PLANNER,
                "POST",
                f"/office/registry/imports/{register}?name={register}.csv",
                content=content,
                headers={"Content-Type": "text/csv"},
            )
            assert answer.status_code == 201, answer.text
            self.ids["run_id"] = answer.json()["run"]
        self.ids["object_id"] = (await self.get(Role.PLANNER, "/office/registry/objects?limit=1"))[0]["id"]

    async def plan(self) -> None:
        drafted = await self.post(Role.PLANNER, "/office/plans", {"year": NOW.year})
        self.ids["plan_id"] = drafted["id"]
        await self.post(Role.APPROVER, f"/office/plans/{drafted['id']}/approval")
        filed = await self.post(Role.PLANNER, f"/office/plans/{drafted['id']}/filing")
        assert filed["state"] == "filed"
        self.ids["line_id"] = drafted["lines"][0]["id"]

    async def preset(self) -> None:
        task = await self.post(
            Role.PLANNER,
            "/office/tasks",
            {
                "plan_line": self.ids["line_id"],
                "scheme": SCHEME,
                "starts_on": "2026-03-02",
                "ends_on": "2026-05-30",
                "ratio": "1/10",
            },
        )
        self.ids["task_id"] = task["id"]
        reviewed = await self.post(Role.APPROVER, f"/office/tasks/{task['id']}/review", {"approve": True})
        assert (reviewed["state"], reviewed["ratio"]) == ("approved", "1/10")

    async def draw(self) -> None:
        dice = {"kind": "DICE", "name": "dice", "witnesses": ["notary"]}
        opened = await self.post(
            Role.PLANNER, "/office/draws", {"task": self.ids["task_id"], "contributors": [dice], "delta": 1}
        )
        path = f"/office/draws/{opened['draw']}"
        self.ids["draw_id"] = opened["draw"]
        await self.post(Role.APPROVER, f"{path}/freeze")
        thrown = {"name": "dice", "dice": DICE}
        await self.post(Role.PLANNER, f"{path}/contributions", thrown)
        await self.post(Role.SUPERVISOR, f"{path}/contributions", thrown)
        await self.post(Role.PLANNER, f"{path}/execute")
        await self.post(Role.PLANNER, f"{path}/match")
        assert (await self.post(Role.SECTION_HEAD, f"{path}/seal"))["state"] == "sealed"

    async def send_out(self) -> None:
        made = await self.post(Role.PLANNER, "/office/visits", {"draw": self.ids["draw_id"]})
        assert made["created"] > 0
        visits = await self.get(Role.SECTION_HEAD, "/office/visits?state=sealed")
        assert len(visits) == made["created"]
        assert {visit["object"] for visit in visits} == {None}
        visit = visits[0]
        leader = visit["proposed_leader"] or visit["team"][0]
        self.ids |= {"visit_id": visit["id"], "leader": leader, "digest": "0" * 64}
        path = f"/office/visits/{visit['id']}"
        led = await self.post(Role.SECTION_HEAD, f"{path}/leader", {"inspector": leader})
        assert led["object"] is None
        opened = await self.post(Role.SECTION_HEAD, f"{path}/unsealing")
        assert opened["object"]
