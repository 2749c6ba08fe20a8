"""From the published list to a sealed draw, typed by the people who do it; and what they may not type."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.conftest import NOW

DICE = "20731940586129753048"
ENGINES = pytest.mark.parametrize("both", ["sqlite", "postgres"], indirect=True)


def planned(shell: Shell) -> dict[str, Any]:
    shell.json("plan", "draft")
    shell.json("plan", "approve")
    filed: dict[str, Any] = shell.json("plan", "file")
    return filed


def tasked(shell: Shell) -> str:
    """The number of a task that may be drawn."""
    planned(shell)
    (task,) = shell.json("task", "preset", "SW02")
    shell.json("task", "review", task["number"])
    return str(task["number"])


def frozen(shell: Shell) -> str:
    """The id of a draw whose dice are thrown next."""
    drawn = shell.json("draw", "plan", tasked(shell), "--dice", "dice", "--witness", "公证处", "--witness", "监察室")
    shell.json("draw", "freeze", drawn["draw"])
    return str(drawn["draw"])


@ENGINES
def test_the_whole_draw_is_held_from_a_shell(both: Shell) -> None:
    draw = frozen(both)
    half = both.json("draw", "contribute", draw, "dice", "--value", DICE)
    assert (half["state"], half["awaited"]) == ("frozen", ["dice", "planner 某"])
    assert both.refused("draw", "execute", draw)
    whole = both.json("draw", "contribute", draw, "dice", "--value", DICE, "--as", "supervisor")
    assert whole["awaited"] == []
    executed = both.json("draw", "execute", draw)
    assert executed["drawn"] > 0
    assert both.json("draw", "execute", draw)["seed"] == executed["seed"]
    both.json("draw", "match", draw)
    sealed = both.json("draw", "seal", draw)
    assert (sealed["state"], sealed["attempt"]) == ("sealed", 1)
    (task,) = both.json("task", "list")
    assert task["state"] == "drawn"


@ENGINES
def test_the_public_view_of_a_draw_names_nobody(both: Shell) -> None:
    draw = frozen(both)
    both.json("draw", "contribute", draw, "dice", "--value", DICE)
    both.json("draw", "contribute", draw, "dice", "--value", DICE, "--as", "head")
    for step in ("execute", "match", "seal"):
        both.json("draw", step, draw)
    shown = both.run("draw", "show", draw).stdout
    assert json.loads(shown)
    assert "合成" not in shown
    # "M" is no hex digit: no digest can hold a piece of an invented code by chance.
    assert "990001MA" not in shown


@ENGINES
def test_the_plan_is_drafted_approved_filed_and_shown(both: Shell) -> None:
    drafted = both.json("plan", "draft", NOW.year)
    assert (drafted["year"], drafted["version"], drafted["state"]) == (2026, 1, "drafted")
    assert [line["item"] for line in drafted["lines"]] == ["SW01", "SW02", "SW03", "SW04", "SW05"]
    assert both.json("plan", "approve")["state"] == "approved"
    assert both.json("plan", "file")["state"] == "filed"
    shown = both.run("plan", "show").stdout
    assert "SW05" in shown
    assert "v1 · Filed" in shown
    assert both.json("plan", "draft", "--revise", "--reason", "事项清单调整")["version"] == 2


@ENGINES
def test_nothing_is_due_where_nothing_was_inspected(both: Shell) -> None:
    assert both.json("publish") == {"published": [], "kept_in": []}


def test_this_year_is_the_one_in_beijing(office: Shell, at: Any) -> None:
    at(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    assert office.json("plan", "draft")["year"] == 2027


def test_a_year_without_a_plan_is_told(office: Shell) -> None:
    assert "2031" in office.refused("plan", "show", "2031")


def test_an_item_that_is_in_no_plan_is_told(office: Shell) -> None:
    planned(office)
    assert "XX99" in office.refused("task", "preset", "XX99")


def test_a_task_is_returned_with_a_remark_and_then_not_drawn(office: Shell) -> None:
    planned(office)
    (task,) = office.json("task", "preset", "SW02", "--from", "2026-03-09", "--days", 30)
    assert task["window"] == "2026-03-09 – 2026-04-07"
    (returned,) = office.json("task", "review", task["number"], "--return", "比例应当更高")
    assert returned["state"] == "returned"
    assert office.refused("draw", "plan", task["number"], "--witness", "公证处")


def test_a_task_is_found_by_number_or_id_and_an_unknown_one_is_told(office: Shell) -> None:
    planned(office)
    (task,) = office.json("task", "preset", "SW02")
    assert task["number"] in office.run("task", "list").stdout
    assert office.json("task", "review", task["id"], "--as", "head")[0]["state"] == "approved"
    assert "no-such-task" in office.refused("task", "review", "no-such-task")


def test_who_planned_a_draw_neither_freezes_nor_seals_it(office: Shell) -> None:
    draw = office.json("draw", "plan", tasked(office), "--witness", "公证处")["draw"]
    assert office.refused("draw", "freeze", draw, "--as", "planner").startswith("Your role does not permit this")
    assert office.refused("draw", "seal", draw, "--as", "planner").startswith("Your role does not permit this")


def test_dice_typed_by_one_person_twice_do_not_count_and_different_dice_are_refused(office: Shell) -> None:
    draw = frozen(office)
    office.json("draw", "contribute", draw, "dice", "--value", DICE)
    assert "dice" in office.json("draw", "contribute", draw, "dice", "--value", DICE)["awaited"]
    assert office.refused("draw", "contribute", draw, "dice", "--value", DICE[::-1], "--as", "supervisor")
    assert office.refused("draw", "contribute", draw, "dice", "--value", "12345", "--as", "supervisor")


def test_a_draw_is_given_up_by_two_persons_and_stays_counted(office: Shell) -> None:
    draw = frozen(office)
    assert office.run("draw", "void", draw, code=2).stderr.endswith("(as the second person)\n")
    office.json("draw", "void", draw, "--reason", "contributor-absent", "--note", "见证人离场", "--as", "supervisor")
    assert office.json("draw", "void", draw, "--confirm")["state"] == "voided"
    (task,) = office.json("task", "list")
    again = office.json("draw", "plan", task["number"], "--witness", "公证处")
    assert again["attempt"] == 2


def test_an_unknown_draw_is_told(office: Shell) -> None:
    unknown = "00000000-0000-0000-0000-000000000000"
    assert office.refused("draw", "show", unknown)
    assert office.refused("draw", "execute", unknown)


def test_fields_are_printed_a_line_each_for_people(office: Shell) -> None:
    told = office.run("draw", "plan", tasked(office), "--witness", "公证处").stdout
    assert "State: Being prepared" in told


def test_a_table_has_the_desk_s_words_for_people_and_the_codes_for_machines(office: Shell) -> None:
    number = tasked(office)
    head, _, row = office.run("task", "list", lang="zh_CN").stdout.splitlines()
    assert [cell.strip() for cell in head.split("┃")] == [
        "任务编号", "名称", "抽查比例", "每组人数", "抽查时间", "状态"
    ]  # fmt: skip
    assert [cell.strip() for cell in row.split("│")][::5] == [number, "已审核"]
    assert office.json("task", "list")[0]["state"] == "approved"


def test_the_plan_of_a_year_long_gone_is_not_drafted_late_without_saying_so(office: Shell, at: Any) -> None:
    at(NOW + timedelta(days=60))
    assert office.json("plan", "draft")["late"] is True
    assert " !" in office.run("plan", "show").stdout
