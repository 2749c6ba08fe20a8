"""The office sees why entries do not count, in words, and which wait for a visit that nobody knows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from inspection.kernel.command import Command, Role
from inspection.kernel.settings import Settings
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from inspection.visits.reading import known_visit
from mobile_contract.envelope import ParsedEntry
from sync.tables import Device
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import insert
from tests.inspection.visits.tablet import Tablet


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def brought(cmd: Command, entry: ParsedEntry, *, revoked: bool = False) -> None:
    own = VerifiedEntry(entry, entry.header.dev, frozenset({entry.header.ins}), revoked)
    await admit_entries(cmd, [own], entry.header.dev)


async def test_flagged_entries_are_shown_with_their_reasons_in_words(walk: Walk, make_cmd: MakeCommand) -> None:
    cmd = make_cmd(Role.DEVICE, "tablet")
    visit, inspector = UUID(walk.ids["visit_id"]), UUID(walk.ids["leader"])
    tablet = Tablet(inspector, visit=visit, wall=int(cmd.now.timestamp() * 1000))
    await brought(cmd, tablet.write("note.add", {"text": "到达"}, ck=None))
    stolen = tablet.write("note.add", {"text": "迟到"}, ck=None)
    await brought(cmd, stolen, revoked=True)
    (shown,) = await walk.get(Role.SECTION_HEAD, f"/office/visits/{visit}/late-entries")
    assert (shown["hash"], shown["counts"], shown["vseq"]) == (stolen.text_hash, False, 2)
    (reason,) = shown["reasons"]
    assert reason["word"] == "device-revoked"
    assert "停用" in reason["zh"]
    assert "revoked" in reason["en"]


async def test_entries_that_waited_a_day_for_an_unknown_visit_are_shown_to_the_office(
    walk: Walk, make_cmd: MakeCommand
) -> None:
    cmd = make_cmd(Role.DEVICE, "tablet")
    inspector = UUID(walk.ids["leader"])
    authority = (await known_visit(UUID(walk.ids["visit_id"]))).authority
    old, new = Tablet(inspector, visit=UUID(int=0xF00)), Tablet(inspector, visit=UUID(int=0xF01))
    await insert(Device, id=old.device, authority=authority, inspector=inspector)
    assert await walk.get(Role.SECTION_HEAD, "/office/waiting-entries") == []
    await brought(replace(cmd, now=cmd.now - timedelta(hours=25)), old.write("note.add", {"text": "早"}))
    await brought(cmd, new.write("note.add", {"text": "刚刚"}, id=str(UUID(int=5))))
    (waiting,) = await walk.get(Role.SECTION_HEAD, "/office/waiting-entries")
    assert (waiting["visit"], waiting["entries"]) == (str(old.visit), 1)
    assert (waiting["inspectors"], waiting["carriers"]) == ([str(inspector)], [str(old.device)])
