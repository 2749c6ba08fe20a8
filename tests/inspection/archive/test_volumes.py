"""What comes to a matter after its dossier was sealed is sealed as a further volume; the first is never touched."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inspection.archive import store_dossiers
from inspection.archive.read import Reading, readings, take_out
from inspection.archive.reading import FOLLOW_UP, HANDED_IN, MANIFEST
from inspection.archive.seal import seal_dossier
from inspection.archive.store import visit_facts
from inspection.archive.store_dossiers import DossierRow
from inspection.archive.tables import DossierVolume
from inspection.archive.verify import verify_dossier
from inspection.door import store_sent
from inspection.door.store_sent import RectificationRow
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.objections.rows import HandedIn
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.enter import PenaltyDraft, enter_penalty
from inspection.publicity.penalties.store import AnnulledBy
from tests.inspection.archive.line import Line, approved_visit
from tests.inspection.archive.papers import PHOTO, PHOTO_DIGEST, Forger, Shelf

PROOF = b"%PDF-1.7 proof"


@pytest.fixture
async def line(db: Engine, cmd: Command) -> Line:
    line = await approved_visit(cmd)
    await line.publish()
    return line


async def seal(line: Line, shelf: Shelf, days: int) -> DossierRow:
    cmd = line.later("档案员", Role.PLANNER, days)
    return await seal_dossier(cmd, visit_id=line.visit, blobs=shelf, custody=line.custody)


async def annulled_penalty(line: Line, days: int) -> None:
    """A penalty that never goes out: it is annulled on the day it was entered."""
    legal = line.later("法制员", Role.LEGAL, days)
    visit = await visit_facts(line.visit)
    assert visit is not None
    draft = PenaltyDraft(visit.object_id, line.visit, "商罚〔2026〕1号", legal.now.date(), "违法", "依据", "警告")
    entered = await enter_penalty(legal, authority=line.office.authority, draft=draft)
    said = Annulled(AnnulledBy.COURT, "行初1号", "事实不清", legal.now.date())
    await annul_penalty(legal, penalty_id=entered.penalty.id, annulled=said)


def members(path: Path, shelf: Shelf, row: DossierRow) -> dict[str, bytes]:
    path.write_bytes(shelf.kept[row.digest])
    assert [check for check in verify_dossier(path, sha256=row.digest) if not check.ok] == []
    return Forger(path).members()


async def test_what_came_later_is_a_further_volume_that_names_the_one_before_it(line: Line, tmp_path: Path) -> None:
    shelf = Shelf()
    first = await seal(line, shelf, 6)
    await annulled_penalty(line, 7)
    second = await seal(line, shelf, 8)
    assert (second.volume, second.follows, second.number) == (2, first.digest, f"{first.number}-2")
    assert await store_dossiers.volumes(line.visit) == [first, second]
    manifest = json.loads(members(tmp_path / "2.zip", shelf, second)[MANIFEST])
    assert manifest["follows"] == {"number": first.number, "sha256": first.digest}
    assert "volume" not in json.loads(members(tmp_path / "1.zip", shelf, first)[MANIFEST])
    told = json.loads(Forger(tmp_path / "2.zip").members()[FOLLOW_UP])
    assert [one["penalty"]["number"] for one in told["penalties"]] == ["商罚〔2026〕1号"]
    assert await seal(line, shelf, 9) == second


async def test_that_a_party_looks_at_its_page_makes_no_volume(line: Line) -> None:
    first = await seal(line, Shelf(), 6)
    async with unit_of_work():
        await append(line.later("当事人", Role.PUBLIC, 7).event(EventKind.DOOR_OPENED, f"visit:{line.visit}"))
    assert await seal(line, Shelf(), 8) == first


async def test_nobody_changes_a_further_volume_not_even_by_the_database(line: Line) -> None:
    await seal(line, Shelf(), 6)
    await annulled_penalty(line, 7)
    await seal(line, Shelf(), 8)
    for change in (
        DossierVolume.update({DossierVolume.digest: "0" * 64}, force=True),
        DossierVolume.delete(force=True),
    ):
        with pytest.raises(Exception, match="append"):
            await change


async def test_a_penalty_that_the_journal_tells_of_is_missed_in_the_volume(line: Line, tmp_path: Path) -> None:
    shelf = Shelf()
    await annulled_penalty(line, 5)
    path = tmp_path / "dossier.zip"
    members(path, shelf, await seal(line, shelf, 6))
    Forger(path).change(FOLLOW_UP, lambda data: data.replace(b"penalties", b"penaltiez"), covering=True)
    assert {check.name for check in verify_dossier(path) if not check.ok} == {"follow_up"}


async def test_what_a_party_handed_in_lies_in_the_dossier(line: Line, tmp_path: Path) -> None:
    shelf = Shelf({PHOTO_DIGEST: PHOTO, sha256_hex(PROOF): PROOF})
    cmd = line.later("当事人", Role.PUBLIC, 6)
    files = (HandedIn(sha256_hex(PROOF), "证明.pdf"),)
    row = RectificationRow(cmd.new_id(), line.visit, "f", "已改正", late=False, at=cmd.now, files=files)
    async with unit_of_work():
        await store_sent.add_rectification(row, cmd.new_ids(1))
    path = tmp_path / "dossier.zip"
    found = members(path, shelf, await seal(line, shelf, 8))
    assert found[f"{HANDED_IN}/{sha256_hex(PROOF)}"] == PROOF
    Forger(path).change(FOLLOW_UP, lambda data: data.replace(sha256_hex(PROOF).encode(), b"0" * 64), covering=True)
    assert {check.name for check in verify_dossier(path) if not check.ok} == {"follow_up"}


async def test_whoever_reads_a_dossier_says_what_for_and_stands_in_its_log(line: Line) -> None:
    row = await seal(line, Shelf(), 6)
    supervisor = line.later("纪检员", Role.SUPERVISOR, 7)
    for purpose in ("", "   ", "长" * 401):
        with pytest.raises(Invalid):
            await take_out(supervisor, number=row.number, purpose=purpose)
    assert await readings(line.office.authority, number=row.number) == []
    assert await take_out(supervisor, number=row.number, purpose=" 专项\n督查 ") == row
    (told,) = await readings(line.office.authority, number=row.number)
    assert told == Reading(1, supervisor.actor.id, "纪检员", "supervisor", supervisor.now, "专项 督查")


async def test_a_dossier_of_another_authority_is_not_there_and_leaves_no_trace(line: Line) -> None:
    row = await seal(line, Shelf(), 6)
    for number in (row.number, "sw-2026-D000009"):
        foreign = replace(line.later("别处", Role.SUPERVISOR, 7), authority=line.visit)
        with pytest.raises(NotFound):
            await take_out(foreign, number=number, purpose="查阅")
    assert await readings(line.office.authority, number=row.number) == []
