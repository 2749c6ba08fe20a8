"""A dossier of visits that were one holds the entries of all of them, each under the id it was signed for."""

import json
from pathlib import Path

from inspection.archive.entry_checks import Line, check_entries
from inspection.archive.reading import MANIFEST
from inspection.archive.seal import seal_dossier
from inspection.archive.verify import verify_dossier
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from mobile_contract.base import b64url
from mobile_contract.envelope import body_digest
from tests.inspection.archive.line import approved_visit
from tests.inspection.archive.papers import Forger, Shelf

BODY = b'{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":"a"}'


def line(number: int, visit: str) -> Line:
    header = {"visit": visit, "body": b64url(body_digest(BODY))}
    return Line(number, f"hash{number}", header, b"", BODY, "k", "ES256", b"")


def test_entries_of_joined_visits_belong_to_the_dossier_and_those_of_others_do_not() -> None:
    lines = [line(1, "one"), line(2, "two")]
    manifest = {"visit": "one", "joined": ["two"], "entries": ["hash1", "hash2"]}
    assert check_entries(lines, manifest).ok
    for joined in ([], ["three"]):
        found = check_entries(lines, {**manifest, "joined": joined})
        assert (found.ok, found.sentence_en) == (False, "Entry 2 belongs to another visit.")


def test_a_dossier_sealed_before_visits_could_be_joined_is_of_one_visit() -> None:
    assert check_entries([line(1, "one")], {"visit": "one", "entries": ["hash1"]}).ok
    assert not check_entries([line(1, "two")], {"visit": "one", "entries": ["hash1"]}).ok


async def test_the_dossier_of_visits_that_were_one_is_sealed_once_and_holds_in_every_point(
    db: Engine, cmd: Command, tmp_path: Path
) -> None:
    line, shelf, path = await approved_visit(cmd, joined=True), Shelf(), tmp_path / "dossier.zip"
    await line.publish()
    by = line.later("档案员", Role.PLANNER, 6)
    row = await seal_dossier(by, visit_id=line.visit, blobs=shelf, custody=line.custody)
    path.write_bytes(shelf.kept[row.digest])
    assert [check for check in verify_dossier(path, sha256=row.digest) if not check.ok] == []
    manifest = json.loads(Forger(path).members()[MANIFEST])
    assert (manifest["visit"], len(manifest["joined"]), len(manifest["entries"])) == (str(line.visit), 1, 9)
    assert {told["stream"] for told in manifest["journal"]} >= {f"visit:{line.visit}", f"visit:{manifest['joined'][0]}"}
