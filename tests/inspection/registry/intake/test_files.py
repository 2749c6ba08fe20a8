"""Files in any encoding and format become rows; whatever the bytes, nothing but the typed error is raised."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from inspection.kernel.errors import Invalid
from inspection.registry.intake.delimited import RawRow, rows_of
from inspection.registry.intake.remarks import Reason
from inspection.registry.intake.sheet import take
from inspection.registry.intake.workbook import cell_text
from mobile_contract.problems import ProblemCode
from tests.inspection.registry.files import csv_of, firms, xlsx_of


def cells_of(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in take(data).rows()]


def reasons_of(text: str) -> list[object]:
    return [row.broken and row.broken.key for row in rows_of(text)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_gives_the_same_rows(encoding: str):
    assert cells_of(csv_of(firms(5), encoding=encoding)) == cells_of(csv_of(firms(5)))


def test_rare_names_survive_gb18030():
    assert take("㐂𠮷饭店,䶮".encode("gb18030")).text().read() == "㐂𠮷饭店,䶮"


def test_bytes_of_no_encoding_are_refused_with_their_place():
    with pytest.raises(Invalid) as refusal:
        cells_of("名称,代码\n甲,乙\n".encode() + b"\xff\xff\xff")
    assert refusal.value.code is ProblemCode.IMPORT_UNREADABLE
    assert isinstance(refusal.value.facts["offset"], int)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_in_the_first_line(delimiter: str):
    text = f"名称{delimiter}代码\n甲{delimiter}乙\n"
    assert [row.cells for row in rows_of(text)] == [("名称", "代码"), ("甲", "乙")]


def test_blank_lines_are_left_out_but_counted():
    assert [(row.number, row.cells) for row in rows_of("a,b\n\n  \r\nc,d\n")] == [(1, ("a", "b")), (4, ("c", "d"))]


def test_a_quoted_cell_may_span_lines_and_hold_delimiters():
    assert [row.cells for row in rows_of('a,b\n"甲\n乙,丙","丁""戊"\nc,d\n')] == [
        ("a", "b"),
        ("甲\n乙,丙", '丁"戊'),
        ("c", "d"),
    ]


def test_a_quotation_mark_that_never_closes_spoils_only_its_own_row():
    rows = list(rows_of('a,b\n甲,"乙\n' + "".join(f"丙{i},丁\n" for i in range(50))))
    assert rows[1].broken is not None
    assert rows[1].broken.key is Reason.QUOTE_UNBALANCED
    assert rows[1].cells == ('甲,"乙',)
    assert [row.cells for row in rows[2:]] == [(f"丙{i}", "丁") for i in range(50)]


def test_a_quoted_cell_that_closes_within_a_word_takes_no_other_line_with_it():
    assert reasons_of("a,b\n" + '"x\n' * 3 + "c,d\n") == [None, *[Reason.QUOTE_UNBALANCED] * 3, None]


def test_a_quotation_mark_inside_a_word_is_an_ordinary_character():
    assert list(rows_of('a,b\n5"屏,乙\nc,d\n'))[1] == RawRow(2, ('5"屏', "乙"))


def test_an_endless_row_is_rejected_alone():
    assert reasons_of("a,b\n" + "x" * 70_000 + '\nc,d\n"' + "y" * 70_000 + '"\ne,f\n') == [
        None,
        Reason.ROW_TOO_LONG,
        None,
        Reason.ROW_TOO_LONG,
        None,
    ]


@settings(max_examples=200)
@given(
    table=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\r\x00", codec="utf-8"), max_size=12), min_size=2, max_size=4
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_a_csv_writer_writes_is_read_back(table: list[list[str]]):
    data = csv_of(table, header=("x", "y"))
    found = [row.cells for row in take(data).rows()]
    wanted = [tuple(row) for row in table if any(cell.strip() for cell in row)]
    found = [row for row in found[1:] if any(cell.strip() for cell in row)]
    if all(sum(cell.count("\n") for cell in row) <= 20 for row in wanted):
        assert found == wanted


@settings(max_examples=200)
@given(data=st.binary(max_size=400))
@example(b"PK\x03\x04")
@example(b"\xd0\xcf\x11\xe0rest")
@example(b"\xff\xfe\x00")
@example(b'"' * 50)
def test_any_bytes_give_rows_or_the_typed_error(data: bytes):
    try:
        rows = list(take(data).rows())
    except Invalid:
        return
    assert all(isinstance(row, RawRow) for row in rows)


@settings(max_examples=60)
@given(place=st.integers(0, 5000), byte=st.integers(0, 255), cut=st.integers(0, 5000))
def test_a_damaged_workbook_gives_rows_or_the_typed_error(place: int, byte: int, cut: int):
    data = bytearray(xlsx_of(firms(3)))
    data[place % len(data)] = byte
    for damaged in (bytes(data), bytes(data[: cut % len(data)])):
        try:
            rows = list(take(damaged).rows())
        except Invalid:
            continue
        assert all(isinstance(row, RawRow) for row in rows)


def test_a_workbook_gives_the_rows_of_the_csv():
    assert cells_of(xlsx_of(firms(5))) == cells_of(csv_of(firms(5)))


def test_rows_of_a_workbook_bear_the_numbers_the_spreadsheet_shows():
    rows = list(take(xlsx_of([("甲", "1"), (None, None), ("乙", "2")])).rows())
    assert [row.number for row in rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (330106201529262, "330106201529262"),
        (330106201529262.0, "330106201529262"),
        (3301062015292, "3301062015292"),
        (9.13301007161035e17, "9.13301007161035e+17"),
        (913301007161035748, "9.13301007161035776E+17"),
        (None, ""),
        (True, "是"),
        (False, "否"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2), "2026-03-02"),  # noqa: DTZ001  spreadsheets know no zone
        (1.5, "1.5"),
    ],
)
def test_cells_of_a_workbook_become_text(value: object, text: str):
    assert cell_text(value) == text


def test_empty_rows_before_a_far_cell_cost_nothing(monkeypatch: pytest.MonkeyPatch):
    seen: list[object] = []
    monkeypatch.setattr("inspection.registry.intake.workbook.cell_text", lambda value: seen.append(value) or str(value))
    book, out = Workbook(), io.BytesIO()
    book.active.cell(row=1, column=1, value="名称")
    book.active.cell(row=30_000, column=2, value="甲")
    book.save(out)
    assert [row.number for row in take(out.getvalue()).rows()] == [1, 30_000]
    assert len(seen) <= 2 * 200


def test_an_old_workbook_is_named_as_such():
    with pytest.raises(Invalid, match=r"registry\.old_workbook"):
        cells_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspection.registry.intake.workbook.MOST_UNPACKED", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000)
    with pytest.raises(Invalid) as refusal:
        cells_of(out.getvalue())
    assert refusal.value.code is ProblemCode.IMPORT_TOO_LARGE


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_a_workbook_of_countless_elements_is_refused_before_it_is_parsed(part: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspection.registry.intake.workbook.MOST_ELEMENTS", 5_000)
    monkeypatch.setattr("openpyxl.load_workbook", None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"<x>" + b"<a/>" * 6_000 + b"</x>")
    with pytest.raises(Invalid, match=r"registry\.workbook_crowded") as refusal:
        cells_of(out.getvalue())
    assert refusal.value.code is ProblemCode.IMPORT_TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(Invalid) as refusal:
        cells_of(data)
    assert refusal.value.code is ProblemCode.IMPORT_EMPTY
