"""What goes out comes back unchanged; which items have nobody and which objects nothing."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.registry.intake.cells import clean, guarded
from inspection.registry.intake.remarks import Oddity, Reason
from inspection.registry.intake.report import Counts
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.coverage import coverage
from inspection.registry.objects.export import csv_pages, write_csv, write_workbook
from inspection.registry.objects.import_entries import import_entries
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.rows import KIND_TITLES, RISK_TITLES, STATUS_TITLES, ObjectKind, RiskLevel
from inspection.registry.objects.store import ObjectQuery, object_by_code
from inspection.registry.objects.synthetic import synthetic_register
from tests.inspection.registry.files import csv_of, firms

DAY = date(2026, 3, 2)
CODES = [row[1] for row in firms(9, 5000)]
EVERYTHING = ObjectQuery()
FULL = tuple(column.synonyms[0] for column in OBJECT_COLUMNS)


def row(code: str, **cells: str) -> tuple[str, ...]:
    told = {"统一社会信用代码": code, "检查对象名称": "某商行", **cells}
    assert set(told) <= set(FULL)
    return tuple(told.get(title, "") for title in FULL)


AWKWARD = [
    row(CODES[0], 检查对象名称="=1+1", 法定代表人="'=甲", 联系电话="+86 1", 行业="零售、餐饮", 投诉举报数="12"),
    row(CODES[1], 检查对象名称='带"引号",逗号', 住所="第一行\n第二行", 重点监管标识="列入经营异常名录、投诉举报多"),
    row("P:甲-1".replace("甲", "A"), 检查对象类型="产品", 所属主体代码=CODES[0], 风险程度="高"),
    row("330327000082876", 检查对象类型="没见过的类型", 登记状态="没见过", 信用风险分类="X级"),
    row(CODES[2], 检查对象类型="外国企业常驻代表机构", 登记状态="吊销，未注销", 信用风险分类="D", 合成数据="是"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_what_is_exported_is_imported_again_without_a_change(
    kind: str, cmd: Command, authority: UUID, tmp_path: Path
):
    await import_objects(cmd, synthetic_register(60), authority=authority)
    report = await import_objects(cmd, csv_of(AWKWARD, FULL), authority=authority)
    assert report.counts.added == len(AWKWARD)
    before = await object_by_code(authority, CODES[0])
    path = tmp_path / f"register.{kind}"
    write = write_csv if kind == "csv" else write_workbook
    assert await write(cmd, authority, EVERYTHING, path) == 65
    again = await import_objects(cmd, path, authority=authority)
    assert (again.counts.rows, again.counts.unchanged, again.counts.rejected) == (65, 65, 0)
    after = await object_by_code(authority, CODES[0])
    assert (after.name, after.representative, after.complaints) == ("=1+1", before.representative, 12)


async def test_no_cell_of_an_export_begins_like_a_formula(cmd: Command, authority: UUID):
    await import_objects(cmd, csv_of(AWKWARD, FULL), authority=authority)
    text = "".join([page async for page in csv_pages(cmd, authority, EVERYTHING)])
    assert text.startswith("\ufeff统一社会信用代码,")
    cells = [cell for line in csv.reader(text.splitlines()) for cell in line]
    assert [cell for cell in cells if cell[:1] in set("=+-@")] == []


async def test_an_export_takes_the_filters_of_the_search(cmd: Command, authority: UUID, tmp_path: Path):
    await import_objects(cmd, csv_of(AWKWARD, FULL), authority=authority)
    for query, count in (
        (ObjectQuery(risk=RiskLevel.HIGH), 1),
        (ObjectQuery(complaints_from=10), 1),
        (ObjectQuery(owner=CODES[0]), 1),
        (ObjectQuery(kind=ObjectKind.PRODUCT), 1),
        (ObjectQuery(name="没有的"), 0),
    ):
        assert await write_csv(cmd, authority, query, tmp_path / "x.csv") == count, query


async def test_an_export_over_several_pages_is_whole(
    cmd: Command, authority: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("inspection.registry.objects.export.PAGE", 7)
    await import_objects(cmd, synthetic_register(30), authority=authority)
    assert await write_csv(cmd, authority, EVERYTHING, tmp_path / "x.csv") == 30
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = [line[0] for line in csv.reader(file)][1:]
    assert len(set(codes)) == 30


async def test_more_than_a_sheet_holds_is_refused(
    cmd: Command, authority: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("inspection.registry.objects.export.MOST_ROWS", 10)
    await import_objects(cmd, synthetic_register(10), authority=authority)
    with pytest.raises(Invalid, match=r"registry\.export_too_long"):
        await write_workbook(cmd, authority, EVERYTHING, tmp_path / "x.xlsx")
    with pytest.raises(FileNotFoundError):
        (tmp_path / "x.xlsx").read_bytes()


@given(st.text(st.sampled_from("'=+-@甲a \"＝"), max_size=8))
def test_a_guarded_cell_is_read_as_it_was(cell: str):
    stored = clean(cell)
    assert stored is not None
    assert clean(guarded(stored)) == clean(stored) or clean(guarded(stored)) == stored


def test_every_kind_status_and_risk_has_a_title():
    assert set(KIND_TITLES) == set(ObjectKind)
    assert set(RISK_TITLES) == set(RiskLevel)
    assert len(set(STATUS_TITLES.values())) == len(STATUS_TITLES)


REGISTER_HEADER = ("专项库名称", "统一社会信用代码", "有效期至")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the published list be items with these object kinds."""

    def publish(*object_kinds: tuple[str, ...]) -> None:
        items = [
            SimpleNamespace(id=UUID(int=n), code=f"S{n}", name=f"事项{n}", object_kinds=kinds)
            for n, kinds in enumerate(object_kinds, start=1)
        ]

        async def found(authority: UUID) -> list[SimpleNamespace]:
            return items

        monkeypatch.setattr("inspection.registry.objects.coverage.items_store.published_items", found)

    return publish


async def test_an_item_without_objects_and_an_object_without_item_are_named(
    published: Callable[..., None], cmd: Command, authority: UUID
):
    rows = [
        row(CODES[0], 行业="零售"),
        row(CODES[1], 行业="批发"),
        row(CODES[2], 检查对象类型="个体工商户", 行业="零售、批发"),
        row(CODES[3], 行业="批发", 登记状态="注销"),
    ]
    await import_objects(cmd, csv_of(rows, FULL), authority=authority)
    published(("零售",), ("危险化学品企业",), ("product",))
    found = await coverage(authority, DAY)
    assert [item.code for item in found.empty] == ["S2", "S3"]
    assert (found.items, found.objects, found.uncovered) == (3, 3, 1)
    assert [code for code, _ in found.first_uncovered] == [CODES[1]]
    assert not found.complete


async def test_a_special_register_covers_who_stands_in_it_on_the_day(
    published: Callable[..., None], cmd: Command, authority: UUID
):
    await import_objects(cmd, csv_of(firms(4, 5000)), authority=authority)
    entries = [("甲名录", CODES[0], "2026-03-02"), ("乙名录", CODES[0], ""), ("甲名录", CODES[1], "")]
    await import_entries(cmd, csv_of(entries, REGISTER_HEADER), authority=authority)
    published(("甲名录",), ("乙名录", "没有的名录"))
    found = await coverage(authority, DAY, first=1)
    assert (found.empty, found.uncovered) == ((), 2)
    assert len(found.first_uncovered) == 1
    assert found.first_uncovered[0][0] == min(CODES[2], CODES[3])
    published(("甲名录",))
    assert (await coverage(authority, DAY)).uncovered == 2
    assert (await coverage(authority, DAY + timedelta(days=1))).uncovered == 3


async def test_an_item_for_all_objects_covers_all(published: Callable[..., None], cmd: Command, authority: UUID):
    await import_objects(cmd, csv_of(firms(3, 5000)), authority=authority)
    published(())
    assert (await coverage(authority, DAY)).complete


async def test_without_a_published_item_nothing_is_covered(
    published: Callable[..., None], cmd: Command, authority: UUID
):
    await import_objects(cmd, csv_of(firms(3, 5000)), authority=authority)
    published()
    found = await coverage(authority, DAY, first=2)
    assert (found.uncovered, len(found.first_uncovered)) == (3, 2)


async def test_a_product_whose_owner_is_not_registered_is_named(
    published: Callable[..., None], cmd: Command, authority: UUID
):
    things = [row("P:1", 所属主体代码=CODES[0]), row("J:2", 所属主体代码=CODES[1]), row("C:3")]
    await import_objects(cmd, csv_of([*things, row(CODES[0])], FULL), authority=authority)
    published(())
    found = await coverage(authority, DAY)
    assert (found.ownerless, found.first_ownerless) == (1, (("J:2", CODES[1]),))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"所属主体代码": "123"}, Reason.CODE_SHAPE),
        ({"所属主体代码": "P:9"}, Reason.OWNER_NO_ENTITY),
        ({"投诉举报数": "很多"}, Reason.NUMBER_SHAPE),
        ({"投诉举报数": "-1"}, Reason.NUMBER_SHAPE),
        ({"投诉举报数": "1.5"}, Reason.NUMBER_SHAPE),
        ({"投诉举报数": "99999999999999999999"}, Reason.NUMBER_SHAPE),
        ({"风险程度": "长" * 41}, Reason.VALUE_TOO_LONG),
        ({"重点监管标识": "长" * 201}, Reason.VALUE_TOO_LONG),
        ({"检查对象名称": ""}, Reason.VALUE_MISSING),
        ({"检查对象名称": "长" * 301}, Reason.VALUE_TOO_LONG),
        ({"检查对象类型": "长" * 81}, Reason.VALUE_TOO_LONG),
        ({"地理区域": "长" * 201}, Reason.VALUE_TOO_LONG),
        ({"经营规模": "长" * 41}, Reason.VALUE_TOO_LONG),
        ({"信用风险分类": "长" * 41}, Reason.VALUE_TOO_LONG),
        ({"登记状态": "长" * 61}, Reason.VALUE_TOO_LONG),
        ({"住所": "长" * 501}, Reason.VALUE_TOO_LONG),
        ({"法定代表人": "长" * 121}, Reason.VALUE_TOO_LONG),
        ({"联系电话": "长" * 61}, Reason.VALUE_TOO_LONG),
        ({"联系人": "长" * 121}, Reason.VALUE_TOO_LONG),
        ({"登记机关": "长" * 201}, Reason.VALUE_TOO_LONG),
        ({"监管科室": "长" * 201}, Reason.VALUE_TOO_LONG),
        ({"行业": "长" * 501}, Reason.VALUE_TOO_LONG),
        ({"合成数据": "长" * 11}, Reason.VALUE_TOO_LONG),
    ],
)
async def test_a_wrong_cell_of_an_object_rejects_its_row_and_no_other(
    cells: dict[str, str], reason: Reason, cmd: Command, authority: UUID
):
    good = row(CODES[0])
    report = await import_objects(cmd, csv_of([row("P:1", **cells), good], FULL), authority=authority)
    assert report.counts == Counts(rows=2, added=1, rejected=1)
    (only,) = report.rejected[0].remarks
    assert only.key is reason
    assert len({only.text(lang) for lang in LANGUAGES}) == 2
    assert await object_by_code(authority, "P:1") is None


async def test_an_enterprise_belongs_to_nobody(cmd: Command, authority: UUID):
    report = await import_objects(cmd, csv_of([row(CODES[0], 所属主体代码=CODES[1])], FULL), authority=authority)
    assert [one.key for one in report.rejected[0].remarks] == [Reason.OWNER_MISPLACED]


async def test_a_risk_that_cannot_be_read_is_left_out_with_a_warning(cmd: Command, authority: UUID):
    report = await import_objects(cmd, csv_of([row(CODES[0], 风险程度="不详")], FULL), authority=authority)
    assert [one.key for one in report.warned[0].remarks] == [Oddity.RISK_UNKNOWN]
    assert (await object_by_code(authority, CODES[0])).risk is None


async def test_the_longest_typed_code_goes_in_on_every_engine(cmd: Command, authority: UUID):
    longest = "P:" + "1" * 38
    report = await import_objects(cmd, csv_of([row(longest), row(longest + "1")], FULL), authority=authority)
    assert report.counts == Counts(rows=2, added=1, rejected=1)
