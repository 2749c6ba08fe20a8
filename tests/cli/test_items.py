"""The item list and its checklists from a shell."""

from pathlib import Path

from inspection.registry.items.seed_list import seed_checklists
from inspection.registry.items.xlsform.write import xlsform_of
from tests.cli.conftest import CHECKLISTS
from tests.cli.shell import Shell
from tests.inspection.registry.items.lists import provincial


def test_checklists_go_in_from_forms_and_folders_and_the_second_time_nothing(office: Shell, tmp_path: Path) -> None:
    newer = seed_checklists()[0].model_copy(update={"version": 2})
    form = tmp_path / "form.xlsx"
    form.write_bytes(xlsform_of(newer))
    for _ in range(2):
        told = office.json("import", "checklist", form, CHECKLISTS)
        assert [(row["checklist"], row["version"]) for row in told][:2] == [("SW01-YD", 2), ("SW01-YD", 1)]
        assert told[0]["digest"] == newer.digest()


def test_a_form_that_is_no_checklist_is_refused_in_one_sentence_and_nothing_goes_in(
    office: Shell, tmp_path: Path
) -> None:
    first = seed_checklists()[0].model_copy(update={"version": 9})
    (tmp_path / "a.xlsx").write_bytes(xlsform_of(first))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    assert "workbook" in office.refused("import", "checklist", tmp_path)
    other = first.model_copy(update={"source": "另一来源"})  # a conflict, had the first file gone in
    (tmp_path / "a.xlsx").write_bytes(xlsform_of(other))
    assert office.json("import", "checklist", tmp_path / "a.xlsx")[0]["digest"] == other.digest()


def test_a_list_without_codes_goes_in_but_is_not_published(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(provincial())
    assert office.json("import", "items", file)["added"] == 5
    sentence = office.refused("items", "publish")
    assert "may not be published" in sentence
    assert "不得公布" in office.refused("items", "publish", lang="zh_CN")


def test_an_item_is_withdrawn_and_its_history_is_told(office: Shell) -> None:
    gone = office.json("items", "withdraw", "SW03", "--reason", "依据废止")
    assert gone[0]["item"] == "SW03"
    (version,) = office.json("items", "history", "SW03")
    assert version["version"] == 1
    assert version["until"] < gone[0]["withdrawn"]
    assert "SW03" in office.refused("items", "withdraw", "SW03", "--reason", "再次")
    assert "ZZ" in office.refused("items", "history", "ZZ")


def test_the_figures_of_the_list_are_told(office: Shell) -> None:
    told = office.json("items", "statistics")
    assert (told["total"], told["key"]) == (5, 1)
    assert "SW03" in office.run("items", "statistics").stdout
