"""Those who hold a draw, each at a desk."""

from dataclasses import dataclass

from inspection.kernel.command import Role
from tests.api.desk.conftest import Seat, SitDown
from tests.api.line import DICE, Walk

STEPS = range(1, 8)


@dataclass
class Table:
    """Those who hold the draw, each at a desk; `path` of its working page."""

    walk: Walk
    planner: Seat
    head: Seat
    supervisor: Seat
    path: str = ""

    async def plan(self, **more: str | list[str]) -> None:
        form: dict[str, str | list[str]] = {"tasks.0.task": self.walk.ids["task_id"], "dice": "true", "delta": "1"}
        form |= {"dice_name": "现场掷骰", "witnesses": "公证处 张某\n\n监察室 李某"}
        to = await self.planner.done("/desk/draws/new", form | more)
        self.path = to.partition("?")[0]
        self.walk.ids["draw_id"] = self.path.rpartition("/")[2]

    async def freeze(self) -> None:
        await self.head.done(f"{self.path}/freeze")

    async def throw(self) -> None:
        thrown = {"name": "现场掷骰", "dice": " ".join(DICE[at : at + 5] for at in range(0, len(DICE), 5))}
        await self.planner.done(f"{self.path}/contributions", thrown)
        await self.supervisor.done(f"{self.path}/contributions", thrown)

    async def seal(self) -> None:
        await self.planner.done(f"{self.path}/execute")
        await self.planner.done(f"{self.path}/match", {"from": "stage"})
        await self.head.done(f"{self.path}/seal")

    async def state(self) -> str:
        return str((await self.walk.get(Role.PLANNER, f"/office{self.path.removeprefix('/desk')}"))["state"])

    async def projector(self) -> list[str]:
        """The text of every step, each page well made."""
        return [(await self.head.read(f"{self.path}/stage?step={step}")).text for step in STEPS]


async def seated(walk: Walk, sit_down: SitDown) -> Table:
    """The operator, the head of the section and the supervisor take their places."""
    return Table(walk, *[await sit_down(role) for role in (Role.PLANNER, Role.SECTION_HEAD, Role.SUPERVISOR)])
