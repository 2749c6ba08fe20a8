"""Imports of object registers on both engines: whole, repeatable, and nothing given is lost."""

import io
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, read, verify
from inspection.registry.find import list_objects, object_by_code, object_facts
from inspection.registry.intake import store as store_imports
from inspection.registry.intake.remarks import Oddity, Reason
from inspection.registry.intake.report import Counts
from inspection.registry.intake.run import reject_pages
from inspection.registry.intake.sheet import LARGEST, LARGEST_TEXT
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.preview_objects import preview_objects
from inspection.registry.objects.store import ObjectQuery, count_objects
from inspection.registry.objects.synthetic import synthetic_register
from mobile_contract.problems import ProblemCode
from tests.inspection.registry.files import csv_of, firms, sparse, xlsx_of


class PowerCutError(Exception):
    """Ends an import between two chunks."""


WRONG = ("坏代码", "123", "某局")


def kinds(entries: list) -> list[EventKind]:
    return [entry.kind for entry in entries]


async def stored(authority: UUID) -> list:
    return await list_objects(authority, ObjectQuery(limit=10_000))


async def rejects_of(run: UUID) -> bytes:
    return "".join([page async for page in reject_pages(run)]).encode()


async def test_good_rows_go_in_and_bad_rows_are_kept_with_their_reasons(cmd: Command, authority: UUID):
    rows = [*firms(3), WRONG, firms(1)[0], ("", firms(1, 9)[0][1], "")]
    report = await import_objects(cmd, csv_of(rows), authority=authority, name="名录.csv")
    assert report.counts == Counts(rows=6, added=3, rejected=3)
    assert [(row.number, [r.key for r in row.remarks]) for row in report.rejected] == [
        (5, [Reason.CODE_SHAPE]),
        (6, [Reason.DUPLICATE]),
        (7, [Reason.VALUE_MISSING]),
    ]
    kept = await store_imports.rejected(report.run, 0, 100)
    assert [(row.number, row.cells) for row in kept] == [(5, WRONG), (6, firms(1)[0]), (7, ("", firms(1, 9)[0][1], ""))]
    assert [found.name for found in sorted(await stored(authority), key=lambda o: o.name)] == [
        n for n, _, _ in firms(3)
    ]


async def test_a_wrong_check_digit_is_kept_with_a_warning(cmd: Command, authority: UUID):
    report = await import_objects(cmd, csv_of([("甲", "330327000082876", "")]), authority=authority)
    assert report.counts == Counts(rows=1, added=1, warned=1)
    assert report.warned[0].remarks[0].key is Oddity.CODE_CHECK_DIGIT
    assert (await object_by_code(authority, "330327000082876")).warnings == (Oddity.CODE_CHECK_DIGIT.value,)


@pytest.mark.parametrize("make", [csv_of, xlsx_of, lambda rows: csv_of(rows, encoding="gbk")])
async def test_a_second_import_of_the_same_file_changes_nothing(make, cmd: Command, authority: UUID):
    data = make([*firms(5), WRONG])
    first = await import_objects(cmd, data, authority=authority)
    before = await stored(authority)
    second = await import_objects(cmd, io.BytesIO(data), authority=authority)
    assert second.repeated
    assert second.run == first.run
    assert second.counts == Counts(rows=6, unchanged=5, rejected=1)
    assert await stored(authority) == before
    assert len(await store_imports.runs(authority, 10)) == 1
    assert len(await store_imports.rejected(first.run, 0, 10)) == 1


async def test_only_changed_rows_are_updated_and_the_journal_says_what_changed(cmd: Command, authority: UUID):
    header = ("名称", "信用代码", "区域", "电话")
    code, other = firms(2)[0][1], firms(2)[1][1]
    await import_objects(cmd, csv_of([("甲", code, "东", "1"), ("乙", other, "西", "2")], header), authority=authority)
    before = await object_by_code(authority, other)
    changed = csv_of([("甲", code, "南", "3"), ("乙", other, "西", "2")], header)
    report = await import_objects(cmd, changed, authority=authority)
    assert report.counts == Counts(rows=2, changed=1, unchanged=1)
    assert (await object_by_code(authority, code)).area == "南"
    assert await object_by_code(authority, other) == before
    entries = await read(f"registry:{authority}")
    assert entries[-2].payload["changed"] == {code: {"area": ["东", "南"], "phone": []}}


async def test_an_object_keeps_its_id_when_its_facts_change(cmd: Command, authority: UUID):
    code = firms(1)[0][1]
    await import_objects(cmd, csv_of([("甲", code, "")]), authority=authority)
    before = await object_by_code(authority, code)
    await import_objects(cmd, csv_of([("甲改名", code, "")]), authority=authority)
    assert (await object_facts(before.id)).name == "甲改名"


async def test_a_file_imported_again_after_another_one_brings_its_facts_back(cmd: Command, authority: UUID):
    code = firms(1)[0][1]
    first, other = csv_of([("甲", code, ""), WRONG]), csv_of([("乙", code, "")])
    await import_objects(cmd, first, authority=authority)
    await import_objects(cmd, other, authority=authority)
    again = await import_objects(cmd, first, authority=authority)
    assert (again.repeated, again.counts.changed) == (True, 1)
    assert (await object_by_code(authority, code)).name == "甲"
    assert b"CODE" not in await rejects_of(again.run)
    assert "坏代码" in (await rejects_of(again.run)).decode()


async def test_the_reject_file_corrected_is_imported_as_it_is(cmd: Command, authority: UUID, tmp_path: Path):
    path = tmp_path / "rejects.csv"
    await import_objects(cmd, csv_of([*firms(2), WRONG, ("=1+1", "9", "逗,号")]), authority=authority, rejects=path)
    text = path.read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("坏代码,123,某局,4,")
    assert "'=1+1" in text
    good = firms(9)
    mended = text.replace(",123,", f",{good[7][1]},").replace(",9,", f",{good[8][1]},")
    report = await import_objects(cmd, mended.encode("utf-8-sig"), authority=authority)
    assert report.counts == Counts(rows=2, added=2)
    assert (await object_by_code(authority, good[8][1])).name == "=1+1"
    assert (await object_by_code(authority, good[8][1])).registrar == "逗,号"


async def test_no_reject_file_is_written_when_every_row_is_good(cmd: Command, authority: UUID, tmp_path: Path):
    path = tmp_path / "rejects.csv"
    await import_objects(cmd, csv_of(firms(1)), authority=authority, rejects=path)
    with pytest.raises(FileNotFoundError):
        path.read_bytes()


async def test_an_import_over_several_chunks_is_whole_and_reports_its_progress(
    cmd: Command, authority: UUID, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("inspection.registry.intake.run.CHUNK", 7)
    seen: list[tuple[int, int]] = []
    report = await import_objects(
        cmd, csv_of(firms(20)), authority=authority, progress=lambda done, total: seen.append((done, total))
    )
    assert report.counts == Counts(rows=20, added=20)
    assert seen == [(7, 20), (14, 20), (20, 20)]
    assert await count_objects(authority) == 20
    entries = await read(f"registry:{authority}")
    assert kinds(entries) == [EventKind.OBJECTS_IMPORTED] * 3 + [EventKind.IMPORT_FINISHED]
    assert (await verify(f"registry:{authority}")).ok


async def test_an_import_broken_off_is_completed_by_importing_the_file_again(
    cmd: Command, authority: UUID, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("inspection.registry.intake.run.CHUNK", 4)
    data = csv_of([*firms(6), WRONG, *firms(3, 6)])

    def cut_the_power(done: int, total: int) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        await import_objects(cmd, data, authority=authority, progress=cut_the_power)
    assert await count_objects(authority) == 4
    report = await import_objects(cmd, data, authority=authority)
    assert report.counts == Counts(rows=10, added=5, unchanged=4, rejected=1)
    runs = await store_imports.runs(authority, 10)
    assert [(run.id, run.finished_at is not None) for run in runs] == [(report.run, True)]
    assert len(await store_imports.rejected(report.run, 0, 10)) == 1


async def test_an_empty_file_and_one_with_a_header_only_are_refused(cmd: Command, authority: UUID):
    for data in (b"", csv_of([])):
        with pytest.raises(Invalid) as refusal:
            await import_objects(cmd, data, authority=authority)
        assert refusal.value.code is ProblemCode.IMPORT_EMPTY
    assert await store_imports.runs(authority, 10) == []


async def test_a_file_above_the_limit_is_refused_before_it_is_read(cmd: Command, authority: UUID, tmp_path: Path):
    huge, book = sparse(tmp_path / "huge.csv", LARGEST_TEXT + 1), sparse(tmp_path / "huge.xlsx", LARGEST + 1)
    with book.open("r+b") as stream:
        stream.write(b"PK\x03\x04")
    for source, limit in ((huge, LARGEST_TEXT), (book, LARGEST), (io.BytesIO(bytes(LARGEST + 1)), LARGEST)):
        with pytest.raises(Invalid) as refusal:
            await import_objects(cmd, source, authority=authority)
        assert refusal.value.code is ProblemCode.IMPORT_TOO_LARGE
        assert refusal.value.facts["limit"] == limit


async def test_a_file_that_is_not_there_is_refused(cmd: Command, authority: UUID, tmp_path: Path):
    with pytest.raises(Invalid, match=r"registry\.file_unreadable"):
        await import_objects(cmd, tmp_path / "absent.csv", authority=authority)


async def test_cells_with_nul_are_kept_in_the_reject_table_on_every_engine(cmd: Command, authority: UUID):
    report = await import_objects(cmd, csv_of([("甲\x00乙", firms(1)[0][1], "")]), authority=authority)
    assert report.counts.rejected == 1
    assert (await store_imports.rejected(report.run, 0, 1))[0].cells[0] == "甲\x00乙"


async def test_an_unknown_authority_imports_nothing(cmd: Command, db: Engine):
    with pytest.raises(NotFound):
        await import_objects(cmd, csv_of(firms(1)), authority=uuid5(UUID(int=0), "nobody"))


async def test_two_authorities_hold_the_same_object_apart(cmd: Command, authority: UUID):
    other = await found_authority(cmd, code="o", name="另一局", short_name="另", rule_set="weihai-jingkai-commerce")
    for owner in (authority, other.id):
        assert (await import_objects(cmd, csv_of(firms(2)), authority=owner)).counts.added == 2
    assert {found.authority for found in await stored(other.id)} == {other.id}


async def test_the_synthetic_register_imports_whole(cmd: Command, authority: UUID):
    report = await import_objects(cmd, synthetic_register(300), authority=authority)
    assert report.counts == Counts(rows=300, added=300)
    page = await list_objects(authority, ObjectQuery(credit_grade="A", limit=20))
    rest = await list_objects(authority, ObjectQuery(credit_grade="A", after=page[-1].code, limit=1000))
    assert len(page) == 20
    assert len(page) + len(rest) == 219
    assert all(found.synthetic for found in rest)
    assert [found.code for found in await list_objects(authority, ObjectQuery(name="0001号"))] == [
        found.code for found in await stored(authority) if "0001号" in found.name
    ]


async def test_a_search_takes_percent_and_underscore_as_they_are(cmd: Command, authority: UUID):
    rows = [("100%纯棉", firms(1)[0][1], ""), ("1000纯棉", firms(2)[1][1], "")]
    await import_objects(cmd, csv_of(rows), authority=authority)
    assert [found.name for found in await list_objects(authority, ObjectQuery(name="100%"))] == ["100%纯棉"]


WIDE = ("名称", "信用代码", "类型", "区域", "电话", "信用等级", "行业", "重点监管标识", "合成数据")


async def wide_object(cmd: Command, authority: UUID) -> str:
    code = firms(1)[0][1]
    row = ("甲", code, "个体工商户", "东", "000-1", "超级", "家庭服务、二手车", "列入经营异常名录", "是")
    await import_objects(cmd, csv_of([row], WIDE), authority=authority)
    return code


async def test_a_column_that_the_file_has_not_leaves_what_is_stored(cmd: Command, authority: UUID):
    code = await wide_object(cmd, authority)
    before = await object_by_code(authority, code)
    assert (before.phone, before.kind, before.warnings) == ("000-1", "individual", (Oddity.GRADE_UNKNOWN,))
    report = await import_objects(cmd, csv_of([("甲", code, "西")], ("名称", "信用代码", "区域")), authority=authority)
    assert report.counts == Counts(rows=1, changed=1)
    assert await object_by_code(authority, code) == replace(before, area="西")
    assert (await read(f"registry:{authority}"))[-2].payload["changed"] == {code: {"area": ["东", "西"]}}


async def test_a_file_with_fewer_columns_that_says_nothing_new_changes_nothing(cmd: Command, authority: UUID):
    code = await wide_object(cmd, authority)
    before = await stored(authority)
    report = await import_objects(cmd, csv_of([("甲", code)], ("名称", "信用代码")), authority=authority)
    assert report.counts == Counts(rows=1, unchanged=1)
    assert await stored(authority) == before


async def test_an_empty_cell_of_a_column_that_is_there_clears_what_is_stored(cmd: Command, authority: UUID):
    code = await wide_object(cmd, authority)
    report = await import_objects(
        cmd, csv_of([("甲", code, "", "", "")], ("名称", "信用代码", "电话", "信用等级", "行业")), authority=authority
    )
    assert report.counts.changed == 1
    found = await object_by_code(authority, code)
    assert (found.phone, found.credit_grade, found.trades, found.warnings) == (None, None, (), ())
    assert (found.area, found.flags) == ("东", ("abnormal-list",))


async def test_a_preview_tells_no_loss_of_what_the_file_has_no_column_for(cmd: Command, authority: UUID):
    code = await wide_object(cmd, authority)
    data = csv_of([("甲", code, "西"), ("新", firms(2)[1][1], "南")], ("名称", "信用代码", "区域"))
    preview = (await preview_objects(cmd, data, authority=authority)).preview
    assert preview.counts == Counts(rows=2, added=1, changed=1)
    assert [change.fields for change in preview.changes] == [{"area": ["东", "西"]}]
