"""Cover and index: what they say of a bundle, that they are covered like any file, and that older ones do without."""

import json
from dataclasses import replace
from pathlib import Path

from inspection.archive.container import Member
from inspection.archive.contents import Bundle
from inspection.archive.front import cover_page, dossier_view, index_page
from inspection.archive.reading import COVER, INDEX, MANIFEST, MEDIA, README, RECORD
from inspection.archive.verify import verify_dossier
from inspection.publicity.release import Ground
from inspection.publicity.settled import Settled, Withheld
from tests.inspection.archive.papers import PHOTO_DIGEST, VISIT, Forger, materials, plain_materials, seal

FILES = [Member(path, f"{n:064x}", 1000 * n) for n, path in enumerate((RECORD, f"{MEDIA}/{'ab' * 32}.jpg", README), 1)]


def test_the_index_names_every_file_by_its_part_and_the_cover_what_it_is_about() -> None:
    view = dossier_view(plain_materials(), FILES)
    assert [(one.part, one.path) for one in view.files] == [
        ("卷首", "README.txt"),
        ("二、证据材料", "media/abababababab….jpg"),
        ("三、法律文书", "record.json"),
    ]
    (index,) = index_page(plain_materials(), FILES).values()
    assert "1 | README.txt | 2.9 KiB | 0000000000000000" in list(index.lines())
    (cover,) = cover_page(plain_materials(), FILES).values()
    said = "\n".join(cover.lines())
    for told in ("某市商务局", "某某石油有限公司", "成品油", "检查员", "卷内件数 | 3"):
        assert told in said


def test_the_cover_tells_the_results_that_went_out_and_why_others_did_not() -> None:
    made = plain_materials()
    (document,) = made.settled.documents
    told = [{"raninsItemName": "成品油零售", "raninsCheckResName": "未发现问题"}]
    first = replace(document, document=json.dumps({"details": [told[0] | {"raninsCheckResName": "旧"}]}).encode())
    second = replace(document, version=2, document=json.dumps({"details": told}).encode())
    held = Withheld(document.publication, document.outcome, "另一事项", Ground.PRIVACY)
    view = dossier_view(replace(made, settled=Settled((second, first), (held,))), FILES)
    assert view.results[0] == "成品油零售：未发现问题（sw-2026-000001）"
    assert view.results[1].startswith("另一事项：")
    assert len(view.results) == 2


def test_both_lie_in_a_sealed_dossier_and_evidence_has_the_index_alone(tmp_path: Path) -> None:
    sealed = seal(tmp_path / "sealed.zip")
    members = Forger(sealed).members()
    assert [members[path][:5] for path in (COVER, INDEX)] == [b"%PDF-"] * 2
    listed = {one["path"] for one in json.loads(members[MANIFEST])["files"]}
    assert {COVER, INDEX} <= listed
    assert [one for one in verify_dossier(sealed) if not one.ok] == []
    evidence = Forger(seal(tmp_path / "evidence.zip", kind=Bundle.EVIDENCE)).members()
    assert (COVER in evidence, INDEX in evidence) == (False, True)
    assert any(PHOTO_DIGEST in path for path in evidence)


def test_a_changed_cover_is_found_and_a_dossier_of_before_covers_still_verifies(tmp_path: Path) -> None:
    forged = Forger(seal(tmp_path / "dossier.zip"))
    forged.change(COVER, lambda data: data + b" ")
    assert [one.name for one in verify_dossier(forged.path) if not one.ok] == ["files"]
    for path in (COVER, INDEX):
        forged.change(path, lambda _: None, covering=True)
    assert [one for one in verify_dossier(forged.path) if not one.ok] == []


def test_the_day_of_the_volume_is_that_of_the_record_s_last_line() -> None:
    made = materials()
    assert dossier_view(made, FILES).at == max(line.at for line in made.journal[f"visit:{VISIT}"])
