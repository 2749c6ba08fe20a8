"""A dossier is judged at a shell, without any database: exit code 0 when every point holds, 1 when one does not."""

from pathlib import Path

from inspection.archive.reading import ENTRIES
from inspection.kernel.canonical import sha256_hex
from tests.cli.shell import Shell
from tests.inspection.archive.papers import Forger, seal


def test_a_genuine_dossier_holds_point_by_point(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    lines = bare.run("archive", "verify", dossier).stdout.splitlines()
    assert len(lines) == 15
    assert all(line.startswith("✓ ") for line in lines)
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


def test_a_dossier_is_compared_with_the_digest_of_the_journal(bare: Shell, tmp_path: Path) -> None:
    dossier = seal(tmp_path / "d.zip")
    bare.run("archive", "verify", dossier, "--sha256", sha256_hex(dossier.read_bytes()))
    told = bare.json("archive", "verify", dossier, "--sha256", "0" * 64, code=1)
    assert [(check["name"], check["ok"]) for check in told["checks"]] == [("container", False)]


def test_a_file_that_is_no_dossier_is_told(bare: Shell, tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"not a dossier")
    assert bare.json("archive", "verify", tmp_path / "d.zip", code=1)["genuine"] is False
