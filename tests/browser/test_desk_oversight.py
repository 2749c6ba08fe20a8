"""A supervisor's day: what is late, an alert that somebody else settles, the audit trail and whether it holds."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from api.schema import all_tables
from inspection.kernel.ask import ask
from inspection.kernel.command import SYSTEM, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.ids import plain_uuid
from inspection.oversight.alerts.rules import AlertKind, Raised
from inspection.oversight.alerts.watch import raise_alerts
from tests.browser.desk import WATCH, Desk, SitDown
from tests.browser.reader import Reader, Site
from tests.support.browsers import barriers
from tests.support.once import once
from tests.support.served import PATIENCE_S, Server
from tests.support.world import AFTER, published_world

pytestmark = pytest.mark.asyncio(loop_scope="package")

PATIENCE: Final = PATIENCE_S * 1000
FACTS = {"id": str(UUID(int=7)), "name": "某店", "due_on": "2026-03-01"}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An office with one alert, on a server of its own."""
    folder = tmp_path_factory.mktemp("watched") / "data"
    world = once(tmp_path_factory, "world", published_world)
    shutil.copytree(world.data_dir, folder)
    asyncio.run(_raise_alert(folder))
    server = Server(folder, folder / "server.log")
    server.start()
    yield Site(server.address, folder, {one.role: one.username for one in world.told.people})
    server.stop()


async def _raise_alert(folder: Path) -> None:
    async with running(open_engine(f"sqlite:///{folder / 'fieldcheck.sqlite3'}"), all_tables()):
        authority = plain_uuid((await ask("SELECT id FROM authority"))[0]["id"])
        cmd = Command(SYSTEM, AFTER, SeededEntropy("alert"), authority)
        late = Raised(AlertKind.PUBLICATION_LATE, "publication_late:x", AFTER.date(), (), FACTS)
        await raise_alerts(cmd, authority, [late])


@pytest_asyncio.fixture(loop_scope="package")
async def sit_down(browser: Browser, watched: Site) -> AsyncIterator[SitDown]:
    """Signs somebody in at that desk."""
    contexts = []

    async def sit(role: Role) -> Desk:
        context = await browser.new_context(base_url=watched.address, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(WATCH)
        desk = Desk(Reader(await context.new_page(), watched.address), role)
        await desk.sign_in(watched.people[role])
        return desk

    yield sit
    for context in contexts:
        await context.close()


async def test_a_supervisor_sees_what_is_late_who_settled_an_alert_and_that_every_chain_holds(
    sit_down: SitDown,
) -> None:
    watcher, legal = await sit_down(Role.SUPERVISOR), await sit_down(Role.LEGAL)
    await watcher.open("desk.menu_clocks")
    # Chosen without a button: the list follows what is chosen.
    await watcher.choose("desk_oversight.matter", value="plan")
    await expect(watcher.page).to_have_url(re.compile(r"/desk/clocks\?matter=plan"), timeout=PATIENCE)
    assert set(await watcher.main.locator("tbody td:last-child a").evaluate_all("all => all.map(a => a.hash)")) <= {
        "#plan"
    }
    await legal.open("desk.menu_alerts")
    await legal.main.get_by_role("link", name="某店").click()
    await legal.fill("desk_oversight.settle_why", "已补公示")
    await legal.press("desk_oversight.settle")
    await legal.done("desk_oversight.done_settled")
    await watcher.open("desk.menu_alerts")
    await watcher.follow("desk_oversight.alerts_settled")
    await watcher.main.get_by_role("link", name="某店").click()
    await expect(watcher.main.get_by_text("已补公示")).to_be_visible(timeout=PATIENCE)
    await _reads_the_trail(watcher)
    await _verifies_everything(watcher)
    assert (watcher.reader.troubles, watcher.reader.foreign, legal.reader.troubles) == ([], [], [])


async def _reads_the_trail(watcher: Desk) -> None:
    await watcher.open("desk.menu_journal")
    await watcher.choose("desk_oversight.event", value="alert.settled")
    found = watcher.main.locator("#results tbody tr")
    await expect(found).to_have_count(1, timeout=PATIENCE)
    assert await barriers(watcher.page) == []
    await found.get_by_role("link").first.click()
    await watcher.is_at(watcher.says("desk_oversight.event_alert.settled"))
    await expect(watcher.main.locator("pre")).to_contain_text("已补公示")
    assert await barriers(watcher.page) == []
    await watcher.press("desk_oversight.verify_this")
    await expect(watcher.main.locator(".verdict.good")).to_be_visible(timeout=PATIENCE)


async def _verifies_everything(watcher: Desk) -> None:
    await watcher.press("desk_oversight.verify_all")
    await watcher.done("desk_oversight.done_verification")
    # The list asks by itself until the run has ended.
    await expect(watcher.main.get_by_text(watcher.says("desk_oversight.all_holds"))).to_be_visible(timeout=PATIENCE)
    assert await barriers(watcher.page) == []
