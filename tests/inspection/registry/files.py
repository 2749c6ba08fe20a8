"""Register files for the tests, built in memory."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from inspection.registry.objects.synthetic import synthetic_code

HEADER = ("企业名称", "统一社会信用代码/注册号", "登记机关")


def csv_of(rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def firms(count: int, start: int = 0) -> list[tuple[str, str, str]]:
    return [(f"第{i}号商行", synthetic_code(i), "某市市场监督管理局") for i in range(start, start + count)]


def sparse(path: Path, size: int) -> Path:
    """A file of `size` bytes that takes no room on the disk."""
    with path.open("wb") as out:
        out.truncate(size)
    return path
