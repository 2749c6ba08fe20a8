"""Registers from files: good rows in, bad rows told and kept, the second time nothing; broken files in one sentence."""

import csv
from pathlib import Path

import pytest

from inspection.registry.intake.sheet import LARGEST, LARGEST_TEXT
from inspection.registry.items.seed_list import seed_items
from inspection.registry.objects.synthetic import (
    INSPECTOR_HEADER,
    OBJECT_HEADER,
    synthetic_inspectors,
    synthetic_objects,
)
from tests.cli.conftest import CHECKLISTS
from tests.cli.shell import AUTHORITY, Shell
from tests.conftest import NOW

CODE, NAME = 0, 1
# The office knows the first 300 codes already.
OBJECTS = synthetic_objects(312, "imports")[300:]


def table(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def broken(row: tuple[str, ...], **cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(OBJECT_HEADER, row, strict=True))


def test_a_register_goes_in_and_the_second_time_nothing_changes(office: Shell, files: Path) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER, OBJECTS)
    first = office.json("import", "registry", file)
    assert (first["rows"], first["added"], first["rejected"], first["repeated"]) == (12, 12, 0, False)
    again = office.json("import", "registry", file)
    assert (again["added"], again["changed"], again["unchanged"], again["repeated"]) == (0, 0, 12, True)
    assert "the same file came before" in office.run("import", "registry", file).stdout


@pytest.mark.parametrize("rejects", ["objects.csv", "../files/objects.csv", "nowhere/rejects.csv", "."])
def test_rejects_never_take_the_place_of_the_file_and_have_a_folder(office: Shell, files: Path, rejects: str) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER, [*OBJECTS[:2], broken(OBJECTS[2], 企业名称="")])
    before = file.read_bytes()
    told = office.run("import", "registry", file, "--rejects", files / rejects, code=1)
    assert "nothing was imported" in told.stderr
    assert file.read_bytes() == before
    assert office.json("import", "registry", file, code=3)["added"] == 2


def test_the_same_rows_in_another_file_change_nothing_either(office: Shell, files: Path) -> None:
    office.json("import", "registry", table(files / "one.csv", OBJECT_HEADER, OBJECTS))
    again = office.json("import", "registry", table(files / "two.csv", OBJECT_HEADER, OBJECTS[::-1]))
    assert (again["added"], again["changed"], again["unchanged"], again["repeated"]) == (0, 0, 12, False)


def test_bad_rows_are_told_with_number_and_reason_and_kept_while_good_ones_go_in(office: Shell, files: Path) -> None:
    rows = [broken(OBJECTS[0], 统一社会信用代码="一二三"), OBJECTS[1], broken(OBJECTS[2], 企业名称=""), OBJECTS[1]]
    file = table(files / "objects.csv", OBJECT_HEADER, rows)
    told = office.run("import", "registry", file, code=3)
    assert "4 rows, 1 added, 0 changed, 0 unchanged, 3 rejected" in told.stdout
    reasons = [line for line in told.stderr.splitlines() if line.startswith("✗")]
    assert [reason.split(":")[0] for reason in reasons] == ["✗ 2", "✗ 4", "✗ 5"]
    assert "neither an 18-character" in reasons[0]
    kept = files / "objects.rejected.csv"
    assert str(kept) in told.stderr
    with kept.open(encoding="utf-8-sig", newline="") as file_:
        assert len(list(csv.reader(file_))) == 4


def test_a_mended_reject_file_can_be_imported_as_it_is(office: Shell, files: Path) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER, [broken(OBJECTS[0], 企业名称=""), OBJECTS[1]])
    office.run("import", "registry", file, code=3)
    kept = files / "objects.rejected.csv"
    with kept.open(encoding="utf-8-sig", newline="") as rejects:
        header, row = list(csv.reader(rejects))
    row[header.index("企业名称")] = "合成云帆有限公司"
    mended = table(files / "mended.csv", tuple(header), [tuple(row)])
    assert office.json("import", "registry", mended)["added"] == 1


def test_a_machine_is_told_of_rejected_rows_and_where_they_are(office: Shell, files: Path) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER, [broken(OBJECTS[0], 企业名称=""), OBJECTS[1]])
    told = office.json("import", "registry", file, "--rejects", files / "here.csv", code=3)
    assert [row["row"] for row in told["rejected_rows"]] == [2]
    assert told["reject_file"] == str(files / "here.csv")
    assert (files / "here.csv").is_file()
    assert not (files / "objects.rejected.csv").exists()


def test_a_register_in_gbk_is_read(office: Shell, files: Path) -> None:
    file = table(files / "gbk.csv", OBJECT_HEADER, OBJECTS, encoding="gbk")
    assert office.json("import", "registry", file)["added"] == 12
    twin = table(files / "utf8.csv", OBJECT_HEADER, OBJECTS)
    assert office.json("import", "registry", twin)["unchanged"] == 12


def test_a_missing_column_is_named(office: Shell, files: Path) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER[1:], [row[1:] for row in OBJECTS])
    assert "Required columns are missing: " in office.refused("import", "registry", file)


def test_an_empty_file_and_one_with_a_header_only_are_told_apart(office: Shell, files: Path) -> None:
    (files / "empty.csv").write_bytes(b"")
    assert office.refused("import", "registry", files / "empty.csv") == "The file is empty."
    assert "no rows" in office.refused("import", "registry", table(files / "head.csv", OBJECT_HEADER, []))


def test_a_file_beyond_the_limit_is_refused_unread(office: Shell, files: Path) -> None:
    with (files / "huge.csv").open("wb") as text, (files / "huge.xlsx").open("wb") as book:
        text.truncate(LARGEST_TEXT + 1)
        book.write(b"PK\x03\x04")
        book.truncate(LARGEST + 1)
    assert "split it" in office.refused("import", "registry", files / "huge.csv")
    assert "split it" in office.refused("import", "registry", files / "huge.xlsx")


def test_a_file_in_no_known_encoding_is_refused_with_the_place(office: Shell, files: Path) -> None:
    (files / "odd.csv").write_bytes(",".join(OBJECT_HEADER).encode() + b"\r\n\xff\xfe\x80,x\r\n")
    assert "save it as UTF-8" in office.refused("import", "registry", files / "odd.csv")


def test_inspectors_go_in_with_warnings_and_the_second_time_nothing(office: Shell, files: Path) -> None:
    people = [("T" + row[0], *row[1:]) for row in synthetic_inspectors(NOW.date(), "others", 6)]
    people = [tuple(cell.replace("SYN-", "TYN-") for cell in row) for row in people]
    file = table(files / "people.csv", INSPECTOR_HEADER, people)
    told = office.run("import", "inspectors", file)
    assert "6 rows, 6 added, 0 changed, 0 unchanged, 0 rejected, 1 with warnings" in told.stdout
    assert "may not be sent" in told.stderr
    assert office.json("import", "inspectors", file)["repeated"] is True


def test_a_certificate_of_somebody_else_is_a_rejected_row(office: Shell, files: Path) -> None:
    (mine, *_) = synthetic_inspectors(NOW.date(), "cli", 14)
    file = table(files / "people.csv", INSPECTOR_HEADER, [("X001", *mine[1:])])
    assert "registered for another person" in office.run("import", "inspectors", file, code=3).stderr


def test_items_go_in_with_their_checklists_and_the_second_time_nothing(office: Shell, files: Path) -> None:
    (files / "items.csv").write_bytes(seed_items())
    options = [word for path in sorted(CHECKLISTS.glob("*.toml")) for word in ("--checklist", path)]
    told = office.json("import", "items", files / "items.csv", *options)
    assert (told["rows"], told["added"], told["unchanged"]) == (5, 0, 5)
    assert office.json("items", "publish") == []


def test_a_folder_of_checklists_is_taken_whole(office: Shell, files: Path) -> None:
    (files / "items.csv").write_bytes(seed_items())
    assert office.json("import", "items", files / "items.csv", "--checklist", CHECKLISTS)["unchanged"] == 5


def test_an_item_whose_checklist_nobody_has_is_rejected(bare: Shell, files: Path) -> None:
    bare.run("migrate")
    bare.run("authority", "found", *AUTHORITY)
    asked = ("--authority", "weijing", "--name", "某", "--role", "admin", "--password", "a long enough password")
    bare.run("authority", "account", "admin", *asked)
    (files / "items.csv").write_bytes(seed_items())
    told = bare.run("import", "items", files / "items.csv", code=3)
    assert "There is no checklist “SW01-YD”." in told.stderr


def test_a_released_checklist_cannot_be_changed(office: Shell, files: Path) -> None:
    (files / "items.csv").write_bytes(seed_items())
    original = min(CHECKLISTS.glob("*.toml"))
    altered = files / original.name
    altered.write_text(original.read_text(encoding="utf-8").replace("是否", "有无"), encoding="utf-8")
    assert altered.read_bytes() != original.read_bytes()
    sentence = office.refused("import", "items", files / "items.csv", "--checklist", altered)
    assert "give it a new version number" in sentence


def test_a_checklist_that_cannot_be_read_is_named(office: Shell, files: Path) -> None:
    (files / "items.csv").write_bytes(seed_items())
    (files / "sw01.toml").write_text("code = [", encoding="utf-8")
    assert "sw01.toml" in office.refused("import", "items", files / "items.csv", "--checklist", files / "sw01.toml")


def test_only_who_may_import_does(office: Shell, files: Path) -> None:
    file = table(files / "objects.csv", OBJECT_HEADER, OBJECTS)
    office.refused("import", "registry", file, "--as", "approver")
    assert office.json("import", "registry", file, "--as", "planner")["added"] == 12
