"""A large file read in a process of its own gives the same rows, and the process never outlives the import."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from inspection.kernel.command import Command
from inspection.registry.find import list_objects
from inspection.registry.intake import reader
from inspection.registry.intake.reader import Job, ReaderProcess
from inspection.registry.intake.sheet import take
from inspection.registry.objects.import_objects import import_objects, object_kind
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.objects.synthetic import synthetic_code
from tests.inspection.registry.files import csv_of, firms

HEADER = ("企业名称", "统一社会信用代码", "信用风险分类", "行业", "监管标识")


def strange_rows(count: int) -> list[tuple[str, ...]]:
    """Good, odd, rejected, doubled and broken rows."""
    rows = [(f"第{i}号商行", synthetic_code(i), "A", "家庭服务、二手车", "") for i in range(count)]
    rows[3] = ("", synthetic_code(3), "A", "", "")
    rows[5] = ("怪等级", synthetic_code(5), "超级", "", "不明")
    rows[7] = rows[6]
    rows[9] = ("错码", "12", "A", "", "")
    return rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_bytes(csv_of(strange_rows(40), HEADER, "gb18030") + '没有,"结束\n'.encode("gb18030"))
    return path


async def test_both_ways_of_reading_give_the_same_rows(db, cmd: Command, authority: UUID, file: Path) -> None:
    kind = await object_kind(cmd, authority)
    sheet = take(file)
    results = reader.body_of(sheet.rows(), kind.columns).results(kind.read)
    process = ReaderProcess(Job(sheet, kind.columns, None, kind.read, 7))
    found = []
    while chunk := process.next_chunk():
        assert len(chunk) <= 7
        found += chunk
    process.end()
    assert found == list(results)
    assert [row.number for row in found if not hasattr(row, "draft")] == [5, 9, 11, 42]


async def test_an_import_through_the_process_is_the_import(
    db, cmd: Command, authority: UUID, file: Path, monkeypatch
) -> None:
    monkeypatch.setattr(reader, "LARGE", 1)
    report = await import_objects(cmd, file, authority=authority)
    assert (report.counts.added, report.counts.rejected, report.counts.warned) == (37, 4, 1)
    assert [row.remarks[0].key.name for row in report.rejected][1:] == ["DUPLICATE", "CODE_SHAPE", "QUOTE_UNBALANCED"]
    assert len(await list_objects(authority, ObjectQuery(limit=100))) == 37


async def test_an_import_that_fails_ends_its_reading_process(
    db, cmd: Command, authority: UUID, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(reader, "LARGE", 1)
    monkeypatch.setattr("inspection.registry.intake.run.CHUNK", 5)
    started: list[int] = []
    make = ReaderProcess.__init__

    def watched(self, job) -> None:
        make(self, job)
        started.append(self._process.pid)

    def refuse(done: int, of: int) -> None:
        raise LookupError

    monkeypatch.setattr(ReaderProcess, "__init__", watched)
    (tmp_path / "many.csv").write_bytes(csv_of(firms(5000)))
    with pytest.raises(LookupError):
        await import_objects(cmd, tmp_path / "many.csv", authority=authority, progress=refuse)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


async def test_a_reading_process_that_dies_is_an_error_and_not_the_end_of_the_file(
    db, cmd: Command, authority: UUID, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "many.csv").write_bytes(csv_of(firms(5000)))
    kind = await object_kind(cmd, authority)
    process = ReaderProcess(Job(take(tmp_path / "many.csv"), kind.columns, None, kind.read, 7))
    process.next_chunk()
    process.end()
    with pytest.raises(RuntimeError, match="ended early"):
        while process.next_chunk():
            pass


def test_a_line_without_end_is_told_apart_without_being_kept(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_bytes(b"a,b\n" + b"x" * 3_000_000 + b"\nc,d\n")
    rows = list(take(path).rows())
    assert [(row.number, row.broken is None, sum(map(len, row.cells)) < 70_000) for row in rows] == [
        (1, True, True),
        (2, False, True),
        (3, True, True),
    ]
