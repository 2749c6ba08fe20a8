"""Every way of drawing through the routes, each re-run from its bundle by the program that shares no code with it."""

import io
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from api.output import Output
from api.simulation.founding import found
from api.simulation.office import SimulatedOffice
from api.simulation.service import in_process
from inspection.draw.supervision.escrow import open_escrow, point
from inspection.draw.verify import verify_full, verify_public
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from inspection.policy.model import RuleSet
from inspection.registry.rules_in_force import rules_today

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 60
PASSWORD = "people of many modes"


@dataclass
class Town:
    """A founded authority with its plan in force. `lines` by the item's code."""

    office: SimulatedOffice
    rules: RuleSet
    lines: Mapping[str, Mapping[str, Any]]
    folder: Path

    async def task(self, item: str, **more: Any) -> dict[str, Any]:
        """A reviewed task of this item, as a draw is asked for it."""
        made = await self.office.generate_task(self.lines[item], self.rules, date(2026, 3, 2), DAYS, **more)
        return {"task": str(made)}

    async def files(self, draw: str, *, secret: bool) -> dict[str, bytes]:
        """The bundle of a draw: the public one, or the supervisor's."""
        who, method, name = ("supervisor", "POST", "secrets") if secret else ("planner", "GET", "bundle")
        return unpacked(await self.office.file(who, method, f"/office/draws/{draw}/{name}"))

    async def rerun(self, draw: str, key: bytes | None = None) -> None:
        """Both levels of the verifier find nothing amiss."""
        assert [check for check in verify_public(await self.files(draw, secret=False)) if not check.ok] == []
        files = await self.files(draw, secret=True)
        checks = verify_full(files, key=key)
        assert [check for check in checks if not check.ok] == []
        assert len(checks) > len(verify_public(files))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "fieldcheck.sqlite3") as raw:
            return raw.execute(query).fetchall()


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


pytestmark = pytest.mark.usefixtures("routes_at_hand")
WEIHAI, ANYUE = "weihai-jingkai-commerce", "anyue-joint"


@asynccontextmanager
async def town(folder: Path, rule_set: str) -> AsyncIterator[Town]:
    """The authority under this rule-set, with its year's plan approved."""
    settings = Settings(data_dir=folder / "data", rate_limit=False)
    output = Output(as_json=True)
    async with in_process(settings, START, SeededEntropy("modes")) as service:
        authority = await found(service.command(), PASSWORD, inspectors=16, seed=1, output=output, rule_set=rule_set)
        office = SimulatedOffice(service.transport, PASSWORD, "office")
        rules = await rules_today(service.command(), authority)
        await office.open_year(rules)
        plan = await office.plan_year(2026, rules)
        yield Town(office, rules, {line["item_code"]: line for line in plan["lines"]}, settings.data_dir)
        await office.close()


async def test_tasks_drawn_together_open_one_door_for_an_object_that_both_hit(tmp_path: Path) -> None:
    async with town(tmp_path, WEIHAI) as here:
        tasks = [await here.task("SW02"), await here.task("SW04")]
        draw = await here.office.hold_ceremony(here.rules, tasks=tasks)
        hits = here.rows("SELECT object, count(*) FROM draw_ticket WHERE status = 'drawn' GROUP BY object")
        made = await here.office.open_doors(draw)
        assert made["created"] == len(hits) == here.rows("SELECT count(*) FROM visit")[0][0]
        served = here.rows("SELECT count(*) FROM visit_task")[0][0]
        assert served == sum(count for _, count in hits)
        await here.rerun(draw)


async def test_groups_share_the_drawn_objects_out(tmp_path: Path) -> None:
    async with town(tmp_path, ANYUE) as here:
        draw = await here.office.hold_ceremony(here.rules, **await here.task("SW02", match_mode="grouped"))
        await here.office.open_doors(draw)
        teams: dict[str, set[str]] = {}
        for visit, inspector in here.rows("SELECT visit, inspector FROM team_member"):
            teams.setdefault(visit, set()).add(inspector)
        groups = {frozenset(team) for team in teams.values()}
        assert len(groups) > 1
        assert all(one == other or not one & other for one in groups for other in groups)
        await here.rerun(draw)


async def test_a_number_of_objects_is_drawn_as_it_was_asked_for(tmp_path: Path) -> None:
    async with town(tmp_path, WEIHAI) as here:
        task = {**await here.task("SW02"), "count": 20}
        draw = await here.office.hold_ceremony(here.rules, tasks=[task])
        assert await here.office.open_doors(draw) == {"created": 20, "merged": 0}
        await here.rerun(draw)


async def test_an_escrowed_key_leaves_the_house_at_the_seal_and_the_supervisor_can_still_rerun(tmp_path: Path) -> None:
    async with town(tmp_path, WEIHAI) as here:
        private = ec.derive_private_key(20261121, ec.SECP256R1())
        await here.office.post("supervisor", "/office/supervision/keys", public_key=point(private.public_key()).hex())
        draw = await here.office.hold_ceremony(here.rules, **await here.task("SW02"))
        assert here.rows("SELECT key FROM draw_secret") == [(b"",)]
        (escrow,) = here.rows("SELECT escrow FROM draw")[0]
        await here.office.open_doors(draw)
        await here.rerun(draw, open_escrow(private, escrow, draw=UUID(draw).bytes))
