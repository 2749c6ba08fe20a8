"""Tasks from a shell beside the draw: outside it, ended, filed; what is due, the ledger, warnings, procedures."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell

ENGINES = pytest.mark.parametrize("both", ["sqlite", "postgres"], indirect=True)
GROUNDS = ("--reason", "群众投诉", "--basis", "《投诉举报处理办法》第三条", "--source", "12345-1")


def planned(shell: Shell) -> None:
    for step in ("draft", "approve", "file"):
        shell.json("plan", step)


def preset(shell: Shell) -> dict[str, Any]:
    (task,) = shell.json("task", "preset", "SW02")
    assert isinstance(task, dict)
    return task


def oil(shell: Shell) -> str:
    """The code of a filling station in the register."""
    file = shell.data_dir / "stations.csv"
    shell.run("registry", "export", file, "--tag", "成品油零售", "--status", "active")
    return file.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]


@ENGINES
def test_a_task_is_cancelled_by_another_person_and_is_due_no_more(both: Shell) -> None:
    planned(both)
    task = preset(both)
    (due,) = both.json("task", "due")
    assert (due["number"], due["clock"], due["state"]) == (task["number"], "window", "open")
    assert both.refused("task", "cancel", task["number"], "--reason", "调整", "--as", "planner")
    (done,) = both.json("task", "cancel", task["number"], "--reason", "计划调整")
    assert done["state"] == "cancelled"
    assert both.json("task", "due") == []


@ENGINES
def test_a_task_that_somebody_may_be_drawn_for_is_not_closed(both: Shell) -> None:
    planned(both)
    task = preset(both)
    both.json("task", "review", task["number"])
    assert "objects to draw from" in both.refused("task", "close", task["number"], "--reason", "无对象")
    assert "可抽" in both.refused("task", "close", task["number"], "--reason", "无对象", lang="zh_CN")


@ENGINES
def test_a_list_that_is_not_drawn_is_not_filed(both: Shell) -> None:
    planned(both)
    task = preset(both)
    assert "no drawn list" in both.refused("task", "file", task["number"], "法备1号", "--office", "法制科")
    assert "尚无抽取名单" in both.refused("task", "file", task["number"], "法备1号", "--office", "法制科", lang="zh_CN")


@ENGINES
def test_a_procedure_is_released_from_a_file_and_an_empty_one_is_refused(both: Shell, tmp_path: Path) -> None:
    text = tmp_path / "procedure.txt"
    text.write_text("一、查验台账。二、现场核查。", encoding="utf-8")
    assert both.json("task", "procedure", "SW02", text)["version"] == 1
    text.write_text(" ", encoding="utf-8")
    assert "empty" in both.refused("task", "procedure", "SW02", text)
    assert "没有内容" in both.refused("task", "procedure", "SW02", text, lang="zh_CN")


@ENGINES
def test_a_task_outside_the_draw_is_preset_approved_and_assigned(both: Shell) -> None:
    code = oil(both)
    (task,) = both.json("task", "outside", "SW02", "clue", "--object", code, *GROUNDS)
    assert (task["state"], task["ratio"]) == ("preset", "1")
    both.json("task", "review", task["number"])
    assert "fewer than" in both.refused("task", "assign", task["number"])
    assert both.json("task", "ledger", code) == {"used": 0, "maximum": 2, "outside": 0, "visits": []}
    assert both.json("task", "warnings") == []


@ENGINES
def test_what_a_task_outside_the_draw_lacks_is_told_in_both_languages(both: Shell) -> None:
    code = oil(both)
    flight = ("task", "outside", "SW02", "flight", "--object", code, *GROUNDS)
    assert "do not let" in both.refused(*flight)
    assert "未允许" in both.refused(*flight, lang="zh_CN")
    nobody = ("task", "outside", "SW02", "clue", "--object", code, *GROUNDS, "--inspector", "nobody")
    assert "no inspector" in both.refused(*nobody)
    stranger = ("task", "outside", "SW02", "clue", "--object", "P:NOBODY", *GROUNDS)
    assert both.refused(*stranger)
    assert both.json("task", "list") == []
