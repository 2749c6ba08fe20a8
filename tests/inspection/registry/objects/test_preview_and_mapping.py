"""Previews write nothing, mappings are kept by source, and an import after a preview is the one that was looked at."""

import csv
from pathlib import Path
from uuid import UUID

import pytest

from api.schema import all_tables
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError, Invalid, NotFound, StaleScreen
from inspection.registry.intake.mappings import mappings, parse_pairs, save_mapping
from inspection.registry.intake.remarks import Reason
from inspection.registry.intake.report import Counts
from inspection.registry.intake.wanted import Wanted
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.compare_objects import Absent
from inspection.registry.objects.import_marks import import_marks
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.preview_objects import preview_objects
from inspection.registry.objects.store import object_by_code
from tests.inspection.registry.files import csv_of, firms, xlsx_of

HEADER = ("名称", "信用代码", "区域", "电话")
CODES = [row[1] for row in firms(5)]
ROWS = [("甲", CODES[0], "东", "1"), ("乙", CODES[1], "西", "2")]
LATER = [("甲", CODES[0], "南", "3"), ("乙", CODES[1], "西", "2"), ("丙", CODES[2], "北", ""), ("坏", "123", "", "")]
ODD_HEADER = ("主体", "号码", "片区", "备注一")


async def whole_database() -> dict[str, list[dict[str, object]]]:
    return {table._meta.tablename: await table.select() for table in all_tables()}


@pytest.mark.parametrize("make", [csv_of, xlsx_of, lambda rows, header: csv_of(rows, header, encoding="gbk")])
async def test_a_preview_reads_everything_and_writes_nothing(make, cmd: Command, authority: UUID, tmp_path: Path):
    await import_objects(cmd, csv_of(ROWS, HEADER), authority=authority)
    before = await whole_database()
    rejects, changes = tmp_path / "rejects.csv", tmp_path / "changes.csv"
    found = await preview_objects(
        cmd, make(LATER, HEADER), authority=authority, rejects=rejects, changes=changes, absent=True
    )
    assert await whole_database() == before
    preview = found.preview
    assert preview.counts == Counts(rows=4, added=1, changed=1, unchanged=1, rejected=1)
    (change,) = preview.changes
    assert (change.number, change.key) == (2, CODES[0])
    assert change.fields == {"area": ["东", "南"], "phone": ["1", "3"]}
    assert [row.remarks[0].key for row in preview.rejected] == [Reason.CODE_SHAPE]
    assert preview.columns["area"] == ("区域",)
    assert found.absent == Absent(0, ())
    with changes.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [["2", CODES[0], "area", "东", "南"], ["2", CODES[0], "phone", "1", "3"]]
    assert "坏,123" in rejects.read_text(encoding="utf-8-sig")


async def test_a_preview_says_what_the_import_then_does(cmd: Command, authority: UUID):
    await import_objects(cmd, csv_of(ROWS, HEADER), authority=authority)
    data = csv_of(LATER, HEADER)
    preview = (await preview_objects(cmd, data, authority=authority)).preview
    report = await import_objects(cmd, data, authority=authority, wanted=Wanted(token=preview.token))
    assert report.counts == preview.counts
    assert (await preview_objects(cmd, data, authority=authority)).preview.counts.unchanged == 3


async def test_a_token_holds_for_the_kind_of_file_that_was_looked_at(cmd: Command, authority: UUID):
    await import_objects(cmd, csv_of(ROWS, HEADER), authority=authority)
    data = csv_of([("甲", CODES[0], "行政处罚", "2026-03-02")], ("名称", "信用代码", "情形", "认定日期"))
    token = (await preview_objects(cmd, data, authority=authority)).preview.token
    with pytest.raises(StaleScreen, match=r"registry\.preview_stale"):
        await import_marks(cmd, data, authority=authority, wanted=Wanted(token=token))


@pytest.mark.parametrize("what", ["register", "file", "mapping"])
async def test_an_import_after_a_preview_refuses_when_anything_is_another(what: str, cmd: Command, authority: UUID):
    data, headers = csv_of(ROWS, HEADER), None
    token = (await preview_objects(cmd, data, authority=authority)).preview.token
    if what == "register":
        await import_objects(cmd, csv_of([("丁", CODES[3], "东", "")], HEADER), authority=authority)
    elif what == "file":
        data = csv_of(LATER, HEADER)
    else:
        headers = {"电话": "-"}
    with pytest.raises(StaleScreen, match=r"registry\.preview_stale"):
        await import_objects(cmd, data, authority=authority, wanted=Wanted(headers, token=token))
    assert await object_by_code(authority, CODES[0]) is None


async def test_objects_that_the_file_does_not_name_are_told_and_left_alone(cmd: Command, authority: UUID):
    await import_objects(cmd, csv_of(firms(5)), authority=authority)
    found = await preview_objects(cmd, csv_of(firms(2)), authority=authority, absent=True)
    rest = sorted((code, name) for name, code, _ in firms(5)[2:])
    assert found.absent == Absent(3, tuple(rest))
    await import_objects(cmd, csv_of(firms(2)), authority=authority)
    assert await object_by_code(authority, CODES[4]) is not None


async def test_a_preview_of_an_empty_file_is_refused(cmd: Command, authority: UUID):
    with pytest.raises(Invalid, match=r"registry\.no_rows"):
        await preview_objects(cmd, csv_of([], HEADER), authority=authority)


async def test_the_caller_may_say_which_header_means_what_and_next_month_need_not(cmd: Command, authority: UUID):
    rows = [("甲", CODES[0], "东", "一般")]
    given = parse_pairs(["主体=name", "号码=code", "片区=area", "备注一=-"])
    with pytest.raises(Invalid, match=r"registry\.column_missing"):
        await import_objects(cmd, csv_of(rows, ODD_HEADER), authority=authority)
    await import_objects(cmd, csv_of(rows, ODD_HEADER), authority=authority, wanted=Wanted(given, "市局月报"))
    found = await object_by_code(authority, CODES[0])
    assert (found.name, found.area) == ("甲", "东")
    (kept,) = await mappings(authority)
    assert (kept.what, kept.source, kept.headers, kept.by_name) == ("objects", "市局月报", given, cmd.actor.name)
    next_month = csv_of([("甲", CODES[0], "南", "")], ODD_HEADER)
    report = await import_objects(cmd, next_month, authority=authority, wanted=Wanted(origin="市局月报"))
    assert report.counts.changed == 1


async def test_a_header_that_is_told_stands_for_no_other_field(cmd: Command, authority: UUID):
    data = csv_of([("甲", CODES[0], "东", "000-1")], HEADER)
    await import_objects(cmd, data, authority=authority, wanted=Wanted({"电话": "contact", "区域": "-"}))
    found = await object_by_code(authority, CODES[0])
    assert (found.contact, found.phone, found.area) == ("000-1", None, None)


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"区域": "place"}, "registry.mapping_field_unknown"),
        ({"没有的": "area"}, "registry.mapping_header_absent"),
        ({"长" * 201: "area"}, "registry.mapping_too_long"),
        ({" ": "area"}, "registry.mapping_too_long"),
        ({"区域": "area", "区 域*": "contact"}, "registry.mapping_header_twice"),
        ({f"第{n}列": "area" for n in range(201)}, "registry.mapping_too_long"),
        ({"信用代码": "-"}, "registry.column_missing"),
    ],
)
async def test_a_wrong_mapping_is_refused_and_nothing_goes_in(headers, key: str, cmd: Command, authority: UUID):
    with pytest.raises(Invalid, match=key.replace(".", r"\.")) as refusal:
        await import_objects(cmd, csv_of(ROWS, HEADER), authority=authority, wanted=Wanted(headers, "某局"))
    assert len({text(key, lang, **refusal.value.facts) for lang in LANGUAGES}) == 2
    assert await object_by_code(authority, CODES[0]) is None
    assert await mappings(authority) == []


@pytest.mark.parametrize("source", ["", "  ", "长" * 121, "甲\x00"])
async def test_a_source_without_a_proper_name_is_refused(source: str, cmd: Command, authority: UUID):
    with pytest.raises(Invalid, match=r"registry\.mapping_source"):
        await save_mapping(
            cmd, authority=authority, what="objects", columns=OBJECT_COLUMNS, source=source, headers={"区": "area"}
        )
    assert await mappings(authority) == []


async def test_an_origin_without_mapping_is_refused(cmd: Command, authority: UUID):
    with pytest.raises(NotFound, match=r"registry\.mapping_unknown"):
        await import_objects(cmd, csv_of(ROWS, HEADER), authority=authority, wanted=Wanted(origin="没有的"))


async def test_a_saved_mapping_takes_the_place_of_the_former_one(cmd: Command, authority: UUID):
    for headers in ({"区": "area"}, {"区": "office"}, {"区": "office"}):
        await save_mapping(
            cmd, authority=authority, what="objects", columns=OBJECT_COLUMNS, source="某局", headers=headers
        )
    assert [one.headers for one in await mappings(authority)] == [{"区": "office"}]


@pytest.mark.parametrize("pair", ["信用代码", "=code", "信用代码=", ""])
def test_a_pair_without_header_or_field_is_refused(pair: str):
    with pytest.raises(DomainError, match=r"registry\.mapping_shape"):
        parse_pairs([pair])


def test_a_header_that_is_given_two_fields_is_refused():
    with pytest.raises(DomainError, match=r"registry\.mapping_header_twice"):
        parse_pairs(["信用代码=code", "信用代码=name"])
    assert parse_pairs(["信用代码=code", "信用代码 = code"]) == {"信用代码": "code"}


def test_a_header_may_hold_the_sign_itself():
    assert parse_pairs(["a=b=code"]) == {"a=b": "code"}
