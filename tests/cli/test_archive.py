"""A dossier is judged at a shell, without any database: exit code 0 when every point holds, 1 when one does not."""

import zipfile
from dataclasses import replace
from pathlib import Path

from inspection.archive.reading import ENTRIES
from inspection.archive.verdict import NAMES, verdict
from inspection.archive.verify import verify_dossier
from inspection.kernel.canonical import sha256_hex
from tests.cli.shell import Shell
from tests.inspection.archive.papers import Forger, seal


def test_a_genuine_dossier_holds_point_by_point(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    *lines, last = bare.run("archive", "verify", dossier).stdout.splitlines()
    assert len(lines) == 15
    assert all(line.startswith("✓ ") for line in lines)
    assert last == "✓ Verdict: all 15 checks hold."
    told = bare.json("archive", "verify", dossier)
    assert told["genuine"] is True
    assert all(check["ok"] and check["zh"] and check["en"] for check in told["checks"])


def test_nothing_is_written_where_a_dossier_is_verified(bare: Shell, tmp_path: Path) -> None:
    bare.run("archive", "verify", seal(tmp_path / "d.zip"))
    assert not bare.data_dir.exists()


def test_the_sentences_are_in_the_language_asked_for(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    english, chinese = (bare.run("archive", "verify", dossier, lang=lang).stdout for lang in ("en", "zh_CN"))
    assert english.isascii() or english != chinese
    assert "档案" in chinese or "文件" in chinese


def test_a_dossier_with_one_byte_changed_is_not_genuine(bare: Shell, tmp_path: Path) -> None:
    forged = Forger(seal(tmp_path / "d.zip")).change(ENTRIES, lambda data: data.replace(b"e", b"f", 1))
    told = bare.json("archive", "verify", forged, code=1)
    assert told["genuine"] is False
    assert "files" in [check["name"] for check in told["checks"] if not check["ok"]]
    assert "✗ " in bare.run("archive", "verify", forged, code=1).stdout


def test_a_flipped_byte_is_told_by_each_check_that_fails_on_it_and_by_the_verdict(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    with zipfile.ZipFile(dossier) as opened:
        place = opened.getinfo(ENTRIES).header_offset
    data = bytearray(dossier.read_bytes())
    data[place + 30 + len(ENTRIES.encode()) + 60] ^= 1
    dossier.write_bytes(bytes(data))
    lines = bare.run("archive", "verify", dossier, code=1, lang="zh_CN").stdout.splitlines()
    failed = [line for line in lines if line.startswith("✗ ")]
    assert len(failed) == len(set(failed)) > 1
    assert not any("完整" in line for line in lines if line.startswith("✓ 容器"))
    assert lines[-1] == failed[-1]
    assert lines[-1].startswith("✗ 结论：有不成立之处（文件摘要、记录、")


def test_every_check_has_a_name_and_every_verdict_says_what_it_is(tmp_path: Path) -> None:
    checks = verify_dossier(seal(tmp_path / "d.zip"))
    # The dossier at hand has no objection to be checked, and nothing that followed its result.
    assert {check.name for check in checks} | {"objections", "follow_up"} == set(NAMES)
    assert "签名未核对" in verdict(checks, signed=False)[0]
    broken = [replace(checks[0], ok=False), *checks[1:]]
    assert verdict(broken, signed=False) == verdict(broken, signed=True)


def test_a_dossier_is_compared_with_the_digest_of_the_journal(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    bare.run("archive", "verify", dossier, "--sha256", sha256_hex(dossier.read_bytes()))
    told = bare.json("archive", "verify", dossier, "--sha256", "0" * 64, code=1)
    assert [(check["name"], check["ok"]) for check in told["checks"]] == [("container", False)]


def test_a_file_that_is_no_dossier_is_told(bare: Shell, tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"not a dossier")
    assert bare.json("archive", "verify", tmp_path / "d.zip", code=1)["genuine"] is False
