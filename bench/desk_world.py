"""An authority whose days were lived through as the demonstration's are, and around them a million objects and the
results of years: every page has something to show, and nothing that it shows may cost a pass over the rest.
"""

from datetime import timedelta
from pathlib import Path

from api.logs import configure_logs
from api.migrate import migrate
from api.output import Output
from api.schema import all_tables
from api.simulation.story import Plot, tell
from bench.publicity_world import fill
from bench.registers import objects_in
from inspection.authority import store as authorities
from inspection.authority.found import open_account
from inspection.kernel.ask import ask
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.settings import Settings

ROLES = (Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.LEGAL, Role.ADMIN)
PASSWORD = "a long enough password"  # noqa: S105  of invented people
YEARS = range(2021, 2026)
TABLETS, DAYS, AGO = 14, 4, timedelta(days=12)
LIVED, TO_BE_MADE = "SW01", "SW05"


async def filled(url: str, folder: Path, objects: int, results: int) -> None:
    """The world in the database `url`, its files in `folder`; nothing is done where there is one already."""
    async with running(open_engine(url), all_tables()):
        await migrate()
        known = await authorities.authorities()
    if not known:
        configure_logs(level="error")
        settings = Settings(data_dir=folder, database_url=url, rate_limit=False)
        start = SystemClock().now() - AGO
        items, last = (LIVED,), (TO_BE_MADE,)
        await tell(settings, Plot(TABLETS, DAYS, 1, start, PASSWORD, SystemEntropy(), items, None, last), Output())
    async with running(open_engine(url), all_tables()):
        (owner,) = [one.id for one in await authorities.authorities()]
        if await authorities.account_by_username(_name(ROLES[-1])) is None:
            await objects_in(owner, objects, known=await _objects())
            await fill(owner, "bench", YEARS, results)
            for role in ROLES:
                cmd = Command(SYSTEM, SystemClock().now(), SystemEntropy())
                told = {"username": _name(role), "name": f"bench {role}", "password": PASSWORD}
                await open_account(cmd, authority=owner, unit=None, role=role, **told)


async def _objects() -> int:
    return int((await ask("SELECT COUNT(*) AS n FROM inspection_object"))[0]["n"])


def _name(role: Role) -> str:
    return f"bench-desk-{role}"
