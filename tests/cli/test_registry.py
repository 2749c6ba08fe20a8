"""The register from a shell: looked at, applied, marked, covered, exported."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.inspection.registry.files import csv_of, firms

CODES = [row[1] for row in firms(3, 9000)]
HEADER = ("名", "号", "区域")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "odd.csv"
    path.write_bytes(csv_of([("甲", CODES[0], "东"), ("乙", CODES[1], "西")], HEADER))
    return path


def test_a_file_is_looked_at_applied_with_its_token_and_read_by_its_source_next_time(office: Shell, file: Path) -> None:
    told = ("--map", "名=name", "--map", "号=code")
    seen = office.json("import", "registry", file, *told, "--dry-run", "--absent")
    assert (seen["added"], seen["absent"]) == (2, 300)
    assert "nothing was written" in office.run("import", "registry", file, *told, "--dry-run").stdout
    words = (*told, "--source", "市局", "--token", seen["token"])
    assert office.json("import", "registry", file, *words)["added"] == 2
    assert "preview again" in office.refused("import", "registry", file, *words)
    file.write_bytes(csv_of([("甲", CODES[0], "南"), ("坏", "1", "")], HEADER))
    changes = file.with_name("changes.csv")
    asked = ("--source", "市局", "--dry-run", "--changes", changes)
    again = office.json("import", "registry", file, *asked, code=3)
    assert again["changes"] == [{"row": 2, "key": CODES[0], "fields": {"area": ["东", "南"]}}]
    assert f"2,{CODES[0]},area,东,南" in changes.read_text(encoding="utf-8-sig")
    assert "坏,1" in file.with_name("odd.rejected.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("pair", ["名", "=name", "名=nothing", "没有=area"])
def test_a_wrong_mapping_is_refused(office: Shell, file: Path, pair: str) -> None:
    office.refused("import", "registry", file, "--map", "名=name", "--map", "号=code", "--map", pair)
    office.refused("import", "registry", file, "--source", "没有的来源")


def test_marks_and_special_registers_go_in_and_are_told_in_the_history(office: Shell, file: Path) -> None:
    office.json("import", "registry", file, "--map", "名=name", "--map", "号=code")
    marks, registers = file.with_name("marks.csv"), file.with_name("registers.csv")
    marks.write_bytes(csv_of([(CODES[0], "行政处罚", "2025-01-05")], ("信用代码", "情形", "认定日期")))
    registers.write_bytes(csv_of([("甲名录", CODES[0])], ("专项库名称", "信用代码")))
    assert office.json("import", "marks", marks, "--dry-run")["added"] == 1
    assert office.json("import", "marks", marks)["added"] == 1
    assert office.json("import", "special-registers", registers)["added"] == 1
    made = office.json("registry", "mark", CODES[0], "abnormal_list", "--since", "2026-01-05")
    office.json("registry", "lift", made["id"], "--on", "2026-02-01", "--reason", "已移出")
    told = office.json("registry", "marks", CODES[0])
    assert [(one["mark"], one["lifted_on"]) for one in told] == [("penalty", None), ("abnormal_list", "2026-02-01")]
    kinds = {entry["kind"] for entry in office.json("registry", "history", CODES[0])}
    assert kinds == {"added", "marked", "lifted", "entered"}
    assert "after today" in office.refused("registry", "mark", CODES[0], "penalty", "--since", "2026-03-03")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_exported_is_imported_without_a_change(office: Shell, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"register.{suffix}"
    assert office.json("registry", "export", file)["objects"] == 300
    assert office.json("import", "registry", file)["unchanged"] == 300
    part = office.json("registry", "export", tmp_path / f"part.{suffix}", "--grade", "D")
    assert 0 < part["objects"] < 300
    office.run("registry", "export", tmp_path / "register.txt", code=2)


def test_coverage_names_what_no_item_covers(office: Shell, file: Path) -> None:
    before = office.json("registry", "coverage")
    assert before["uncovered"] == 0
    office.json("import", "registry", file, "--map", "名=name", "--map", "号=code")
    after = office.json("registry", "coverage", code=3)
    assert after["uncovered"] == 2
    assert {code for code, _ in after["first_uncovered"]} == set(CODES[:2])
