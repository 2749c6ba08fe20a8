"""Evidence of a visit as a bundle: at any time after unsealing, by the same way as the sealed dossier."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from inspection.archive.custody.due import note_custody
from inspection.archive.export import Exported, export_evidence
from inspection.archive.reading import CUSTODY, EVIDENCE_LIST, MANIFEST
from inspection.archive.seal import seal_dossier
from inspection.archive.sources import BlobSource
from inspection.archive.verify import verify_dossier
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import read
from inspection.visits.opening.assemble import assemble_visits
from tests.conftest import MakeCommand
from tests.inspection.archive.line import Custody, Line, approved_visit
from tests.inspection.archive.papers import PHOTO_DIGEST, Forger, Shelf
from tests.inspection.visits.world import build_world


async def export(line: Line, path: Path, shelf: BlobSource | None = None, cmd: Command | None = None) -> Exported:
    return await export_evidence(
        cmd or line.later("监督", Role.SUPERVISOR, 2),
        visit_id=line.visit,
        purpose="人民法院调取",
        ground="调取证据通知书",
        path=path,
        blobs=shelf or Shelf(),
        custody=line.custody,
    )


async def test_evidence_holds_in_every_point_before_and_after_the_publication(
    db: Engine, cmd: Command, tmp_path: Path
) -> None:
    line, path = await approved_visit(cmd), tmp_path / "evidence.zip"
    told = await export(line, path)
    assert [check for check in verify_dossier(path, sha256=told.sha256) if not check.ok] == []
    assert (told.entries, told.media, told.media_missing, told.log_waiting) == (9, 1, (), 9)
    manifest = json.loads(Forger(path).members()[MANIFEST])
    assert (manifest["kind"], manifest["publications"]) == ("evidence", [])
    (last,) = [one for one in await read(f"custody:{line.visit}") if one.payload["act"] == "exported"]
    assert last.payload["sha256"] == told.sha256
    assert (last.payload["purpose"], last.payload["ground"]) == ("人民法院调取", "调取证据通知书")

    # The next bundle tells of the one before, and of what was published since.
    await line.publish()
    again = await export(line, path)
    assert [check for check in verify_dossier(path, sha256=again.sha256) if not check.ok] == []
    texts = [json.loads(json.loads(raw)["text"]) for raw in Forger(path).members()[CUSTODY].splitlines()]
    acts = [text["payload"]["act"] for text in texts]
    assert acts.count("exported") == 1
    assert {"captured", "signed", "received", "published"} <= set(acts)

    # Sealing and evidence are one way: the dossier has the same parts.
    sealed = Shelf()
    row = await seal_dossier(
        line.later("档案员", Role.PLANNER, 6), visit_id=line.visit, blobs=sealed, custody=line.custody
    )
    path.write_bytes(sealed.kept[row.digest])
    assert [check for check in verify_dossier(path, sha256=row.digest) if not check.ok] == []
    added = await note_custody(line.later("档案员", Role.PLANNER, 7), visit_id=line.visit, files=Shelf())
    assert [(one.act.value, one.facts["sha256"]) for one in added] == [("sealed", row.digest)]


async def test_missing_files_are_told_and_damaged_ones_are_not_handed_out(
    db: Engine, cmd: Command, tmp_path: Path
) -> None:
    line, path = await approved_visit(cmd, joined=True), tmp_path / "evidence.zip"
    told = await export(line, path, Shelf({}))
    assert told.media_missing == (PHOTO_DIGEST,)
    assert [check for check in verify_dossier(path) if not check.ok] == []
    (file,) = json.loads(Forger(path).members()[EVIDENCE_LIST])["files"]
    assert file["state"] == "missing"
    with pytest.raises(Conflict) as damaged:
        await export(line, path, Shelf({PHOTO_DIGEST: b"other bytes"}))
    assert damaged.value.facts == {"digest": PHOTO_DIGEST}


async def test_nothing_is_handed_out_before_the_unsealing_or_of_another_authority(
    db: Engine, monkeypatch: pytest.MonkeyPatch, make_cmd: MakeCommand, tmp_path: Path
) -> None:
    world = await build_world(monkeypatch)
    draw = (await world.draw()).draw
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=draw)).created
    line = Line(None, sealed, Custody([]))  # type: ignore[arg-type]
    with pytest.raises(Conflict) as early:
        await export(line, tmp_path / "d.zip", cmd=world.cmd(Role.SUPERVISOR))
    assert early.value.message_key == "archive.not_unsealed"
    for visit in (sealed, UUID(int=1)):
        with pytest.raises(NotFound):
            await export(
                Line(None, visit, Custody([])),  # type: ignore[arg-type]
                tmp_path / "d.zip",
                cmd=make_cmd(Role.SUPERVISOR, authority=UUID(int=9)),
            )
    assert not (tmp_path / "d.zip").exists()
    assert await read(f"custody:{sealed}") == []
