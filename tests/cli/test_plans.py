"""The year's plan from a shell: changes from a file, check, adjustment, publication, deadlines, higher plans."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell

ENGINES = pytest.mark.parametrize("both", ["sqlite", "postgres"], indirect=True)
OIL = "对成品油零售经营企业的行政检查"


@ENGINES
def test_a_plan_is_drafted_checked_adjusted_compared_and_published(both: Shell, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps([{"item": "SW02", "ratio": "1/10", "note": "加油站"}]), encoding="utf-8")
    drafted = both.json("plan", "draft", "--changes", changes, "--name", "抽查计划")
    assert next(line["ratio"] for line in drafted["lines"] if line["item"] == "SW02") == "1/10"
    assert both.json("plan", "check")["complete"]
    assert "in force" in both.refused("plan", "publish")
    both.json("plan", "approve")
    both.json("plan", "publish")
    assert "reason" in both.refused("plan", "draft", "--revise")
    changes.write_text(json.dumps([{"item": "SW03", "frequency": 3}]), encoding="utf-8")
    both.json("plan", "draft", "--revise", "--reason", "专项部署", "--changes", changes)
    assert [(row["item"], row["field"]) for row in both.json("plan", "diff")] == [("SW03", "frequency")]


@ENGINES
def test_a_file_of_changes_that_cannot_be_read_is_a_wrong_usage(both: Shell, tmp_path: Path) -> None:
    changes = tmp_path / "changes.json"
    for wrong in ("{", '[{"item": "SW02", "ratio": "5%"}]', '[{"item": "SW02", "colour": "red"}]'):
        changes.write_text(wrong, encoding="utf-8")
        assert "--changes" in both.run("plan", "draft", "--changes", changes, code=2).stderr
    assert both.refused("plan", "show")


@ENGINES
def test_what_is_due_and_what_higher_authorities_draw_is_told(both: Shell, tmp_path: Path) -> None:
    duties = both.json("plan", "due", "--on", "2026-03-02")
    assert [(row["year"], row["state"]) for row in duties] == [(2026, "overdue")]
    file = tmp_path / "above.csv"
    file.write_text(f"上级机关,计划编号,抽查事项,年度\n省厅,省抽1号,{OIL},2026\n省厅,,{OIL},2026\n", encoding="utf-8")
    report = both.json("import", "higher-plans", file, code=3)
    assert (report["added"], report["rejected"]) == (1, 1)
    assert (tmp_path / "above.rejected.csv").exists()
