"""Sealing: after publicity has ended, once, and over sound evidence only; on both engines."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from inspection.archive import store, store_dossiers
from inspection.archive.bundle import write_bundle
from inspection.archive.find import find_dossier, list_dossiers
from inspection.archive.gather import gather
from inspection.archive.reading import BASICS, EVIDENCE, MANIFEST, PAPERS
from inspection.archive.seal import seal_dossier
from inspection.archive.tables import Dossier
from inspection.archive.verify import verify_dossier
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append, read, verify
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity import store as publicity_store
from inspection.publicity.open_publications import open_publications
from inspection.publicity.release import Ground
from inspection.publicity.withhold import withhold
from tests.conftest import MakeCommand
from tests.inspection.archive.line import Line, approved_visit
from tests.inspection.archive.papers import PHOTO_DIGEST, Forger, Shelf


@pytest.fixture
async def line(db: Engine, cmd: Command) -> Line:
    return await approved_visit(cmd)


async def seal(line: Line, shelf: Shelf, days: int = 6) -> store_dossiers.DossierRow:
    cmd = line.later("档案员", Role.PLANNER, days)
    return await seal_dossier(cmd, visit_id=line.visit, blobs=shelf, custody=line.custody)


async def test_a_published_visit_is_sealed_and_its_dossier_holds_in_every_point(line: Line, tmp_path: Path) -> None:
    await line.publish()
    shelf = Shelf()
    row = await seal(line, shelf)
    path = tmp_path / "dossier.zip"
    path.write_bytes(shelf.kept[row.digest])
    assert [check for check in verify_dossier(path, sha256=row.digest) if not check.ok] == []
    members = Forger(path).members()
    assert {name.split("/")[0] for name in members if "/" in name} == {BASICS, EVIDENCE, PAPERS}
    manifest = json.loads(members[MANIFEST])
    assert manifest["visit"] == str(line.visit)
    assert len(manifest["entries"]) == 9
    assert manifest["media_lost"] == []
    assert [one["number"] for one in manifest["publications"]] == ["sw-2026-000001"]
    assert {told["stream"].split(":")[0] for told in manifest["journal"]} == {"visit", "draw"}


async def test_the_seal_is_one_row_one_number_and_one_line_of_the_journal(line: Line) -> None:
    await line.publish()
    row = await seal(line, Shelf())
    assert row.number == "sw-2026-D000001"
    (*_, last) = await read(f"visit:{line.visit}")
    assert last.kind is EventKind.DOSSIER_SEALED
    assert (last.payload["sha256"], last.payload["bytes"]) == (row.digest, row.bytes)
    assert (await verify(f"visit:{line.visit}")).ok
    assert await list_dossiers(line.office.authority) == [row]
    assert await find_dossier(line.office.authority, number=row.number) == row
    for authority, number in ((UUID(int=9), row.number), (line.office.authority, "sw-2026-D000009")):
        with pytest.raises(NotFound):
            await find_dossier(authority, number=number)


async def test_sealing_again_returns_what_was_sealed(line: Line) -> None:
    await line.publish()
    first, shelf = await seal(line, Shelf()), Shelf()
    assert await seal(line, shelf, days=9) == first
    assert shelf.kept == {}


async def test_the_same_record_gives_the_same_bytes_whenever_it_is_written(line: Line, tmp_path: Path) -> None:
    await line.publish()
    visit = await store.visit_facts(line.visit)
    assert visit is not None
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        await write_bundle(path, await gather(visit, Shelf(), line.custody), Shelf())
    assert paths[0].read_bytes() == paths[1].read_bytes()


async def test_nothing_is_sealed_while_a_result_waits_or_is_deferred(line: Line) -> None:
    with pytest.raises(Conflict) as early:
        await seal(line, Shelf())
    assert early.value.code == "dossier-not-ready"
    legal = line.later("法制", Role.LEGAL)
    await open_publications(legal, visit_id=line.visit)
    (waiting,) = await publicity_store.waiting(visit=line.visit)
    until = legal.now.date().replace(year=2027)
    await withhold(legal, publication_id=waiting.id, reason="暂缓", ground=Ground.PRIVACY, until=until)
    with pytest.raises(Conflict):
        await seal(line, Shelf())


async def test_a_visit_withheld_for_good_is_sealed_with_the_proof_of_its_draw_closed(
    line: Line, tmp_path: Path
) -> None:
    legal = line.later("法制", Role.LEGAL)
    await open_publications(legal, visit_id=line.visit)
    (waiting,) = await publicity_store.waiting(visit=line.visit)
    await withhold(legal, publication_id=waiting.id, reason="涉密", ground=Ground.STATE_SECRET)
    shelf = Shelf()
    row = await seal(line, shelf)
    path = tmp_path / "dossier.zip"
    path.write_bytes(shelf.kept[row.digest])
    checks = {check.name: check for check in verify_dossier(path)}
    assert all(check.ok for check in checks.values())
    assert "不予公开" in checks["draw"].sentence_zh
    Forger(path).change(MANIFEST, lambda data: data.replace(b'"ground":"state_secret"', b'"ground":"x"'), covering=True)
    told = json.loads(Forger(path).members()[MANIFEST])
    assert [one["ground"] for one in told["withheld"]] == ["x"]


async def test_damaged_or_vanished_evidence_is_never_sealed_over_nor_without_its_log(line: Line) -> None:
    await line.publish()
    with pytest.raises(Conflict) as damaged:
        await seal(line, Shelf({PHOTO_DIGEST: b"other bytes"}))
    assert damaged.value.facts == {"digest": PHOTO_DIGEST}
    with pytest.raises(Conflict) as gone:
        await seal(line, Shelf({}))
    assert gone.value.code == "media-missing"
    line.custody.torn = True
    with pytest.raises(Conflict) as torn:
        await seal(line, Shelf())
    assert torn.value.message_key == "archive.log_torn"
    assert await store_dossiers.volumes(line.visit) == []


async def test_a_record_that_moves_on_while_it_is_written_is_not_sealed(line: Line) -> None:
    await line.publish()

    class Late(Shelf):
        async def store_file(self, cmd: Command, path: Path, mime: str) -> str:
            async with unit_of_work():
                await append(cmd.event(EventKind.ENTRIES_ADMITTED, f"visit:{line.visit}"))
            return await super().store_file(cmd, path, mime)

    with pytest.raises(Conflict) as moved:
        await seal(line, Late())
    assert moved.value.message_key == "archive.moved_on"
    assert await store_dossiers.volumes(line.visit) == []
    assert (await seal(line, Shelf())).number == "sw-2026-D000001"


async def test_a_store_that_keeps_something_else_is_not_trusted(line: Line) -> None:
    await line.publish()

    class Lying(Shelf):
        async def store_file(self, cmd: Command, path: Path, mime: str) -> str:  # noqa: ARG002
            return "0" * 64

    with pytest.raises(Conflict):
        await seal(line, Lying())


async def test_a_visit_of_another_authority_has_no_dossier(line: Line, make_cmd: MakeCommand) -> None:
    stranger = make_cmd(Role.PLANNER, authority=UUID(int=9))
    for visit in (line.visit, UUID(int=1)):
        with pytest.raises(NotFound):
            await seal_dossier(stranger, visit_id=visit, blobs=Shelf(), custody=line.custody)


async def test_the_database_refuses_to_change_or_remove_a_sealed_dossier(line: Line) -> None:
    await line.publish()
    await seal(line, Shelf())
    with pytest.raises(Exception, match="append-only"):
        await Dossier.update(digest="0" * 64).where(Dossier.visit == line.visit)
    with pytest.raises(Exception, match="append-only"):
        await Dossier.delete().where(Dossier.visit == line.visit)
