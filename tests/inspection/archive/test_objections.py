"""A dossier waits for its objections, and holds them with what became of them; on both engines."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspection.archive.reading import OBJECTION_FILES, OBJECTIONS
from inspection.archive.seal import seal_dossier
from inspection.archive.store_dossiers import DossierRow
from inspection.archive.verify import verify_dossier
from inspection.kernel.canonical import canonical_json, sha256_hex
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections.case import case_of
from inspection.publicity.objections.decide import Ruling, decidable, settle
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow, Told
from inspection.publicity.objections.take import take_objection, withdraw_objection
from inspection.publicity.objections.tell import told_objection
from tests.inspection.archive.line import Line, approved_visit
from tests.inspection.archive.papers import PHOTO, PHOTO_DIGEST, Forger, Shelf

PROOF = b"%PDF-1.7 proof"
UPHELD = Ruling(upheld=True, facts="执照未悬挂。", reasons="结果与事实相符。")


@pytest.fixture
async def line(db: Engine, cmd: Command) -> Line:
    line = await approved_visit(cmd)
    await line.publish()
    return line


def shelf() -> Shelf:
    return Shelf({PHOTO_DIGEST: PHOTO, sha256_hex(PROOF): PROOF})


async def seal(line: Line, files: Shelf) -> DossierRow:
    cmd = line.later("档案员", Role.PLANNER, 9)
    return await seal_dossier(cmd, visit_id=line.visit, blobs=files, custody=line.custody)


async def objected(line: Line) -> ObjectionRow:
    said = {"grounds": "执照在店内。", "name": "李店主", "contact": "1380000"}
    files = (HandedIn(sha256_hex(PROOF), "证明.pdf"), HandedIn("0" * 64, "丢失.pdf"))
    cmd = line.later("当事人", Role.PUBLIC, 6)
    return await receive_objection(cmd, visit_id=line.visit, form="f", channel=Channel.DOOR, files=files, **said)


async def settled(line: Line, row: ObjectionRow, files: Shelf) -> None:
    """Every step to its end; before each of them the dossier is not sealed."""
    reviewer = line.later("法制员", Role.LEGAL, 7)

    async def refused() -> str:
        with pytest.raises(Conflict) as waiting:
            await seal(line, files)
        assert (waiting.value.code, waiting.value.facts["numbers"]) == ("dossier-not-ready", row.number)
        return (await case_of(await known_objection(row.id))).seen

    async def decide(seen: str) -> ObjectionRow:
        return await settle(reviewer, await decidable(reviewer, row.id, seen, UPHELD), UPHELD)

    await take_objection(reviewer, objection_id=row.id, seen=await refused())
    await in_unit(decide, await refused())
    await refused()
    await told_objection(reviewer, objection_id=row.id, how=Told.POST)


async def test_a_dossier_waits_until_every_objection_is_settled_and_then_holds_it_with_what_came_with_it(
    line: Line, tmp_path: Path
) -> None:
    row, files = await objected(line), shelf()
    await settled(line, row, files)
    path = tmp_path / "dossier.zip"
    path.write_bytes(files.kept[(await seal(line, files)).digest])
    checks = {check.name: check for check in verify_dossier(path)}
    assert [name for name, check in checks.items() if not check.ok] == []
    assert "1 件" in checks["objections"].sentence_zh
    members = Forger(path).members()
    (told,) = json.loads(members[OBJECTIONS])["objections"]
    assert (told["number"], told["state"], told["said"]["name"]) == (row.number, "upheld", "李店主")
    assert told["decided"] == {"facts": UPHELD.facts, "reasons": UPHELD.reasons}
    assert members[f"{OBJECTION_FILES}/{sha256_hex(PROOF)}"] == PROOF
    for name, edit in TAMPERED.items():
        forged = Forger(tmp_path / "forged.zip")
        forged.path.write_bytes(path.read_bytes())
        found = [check.name for check in verify_dossier(edit(forged)) if not check.ok]
        assert found == ["objections"], name


def one(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def edit(data: bytes) -> bytes:
        told = json.loads(data)
        change(told["objections"][0])
        return canonical_json(told)

    return edit


def changed(change: Callable[[dict[str, Any]], object]) -> Callable[[Forger], Path]:
    return lambda forger: forger.change(OBJECTIONS, one(change), covering=True)


def twice(data: bytes) -> bytes:
    told = json.loads(data)
    return canonical_json({"objections": [*told["objections"], told["objections"][0] | {"id": "another"}]})


TAMPERED: dict[str, Callable[[Forger], Path]] = {
    "other grounds": changed(lambda told: told["said"].update(grounds="没有理由。")),
    "another decision": changed(lambda told: told.update(state="corrected")),
    "other reasons": changed(lambda told: told["decided"].update(reasons="另有原因。")),
    "taken out": lambda forger: forger.change(OBJECTIONS, lambda _: None, covering=True),
    "one more": lambda forger: forger.change(OBJECTIONS, twice, covering=True),
    "another file": lambda forger: forger.change(f"{OBJECTION_FILES}/{'1' * 64}", lambda _: b"x", covering=True),
}


async def test_what_is_withdrawn_keeps_no_dossier_open(line: Line) -> None:
    row = await objected(line)
    cmd = line.later("当事人", Role.PUBLIC, 7)
    await withdraw_objection(cmd, objection_id=row.id, channel=Channel.DOOR)
    assert (await seal(line, shelf())).number.endswith("D000001")
