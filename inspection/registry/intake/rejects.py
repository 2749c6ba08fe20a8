"""The reject file: rejected rows as they came, with row number and reasons; corrected, it can be imported as it is."""

import csv
import io
from collections.abc import Iterable, Sequence

from inspection.registry.intake.cells import guarded
from inspection.registry.intake.remarks import Remark

ROW_TITLE = "原行号 Row"
REASON_TITLE = "原因 Reason"
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take the Chinese text for another encoding


def reject_header(header: Sequence[str]) -> str:
    """The first line of a reject file for a file with this header; begins with the byte-order mark."""
    return BYTE_ORDER_MARK + _line([*header, ROW_TITLE, REASON_TITLE])


def reject_line(header: Sequence[str], number: int, cells: Sequence[str], reasons: Iterable[Remark]) -> str:
    """One rejected row. Cells beyond the header are kept, after the two columns of ours."""
    width = len(header)
    own = [*cells[:width], *[""] * (width - len(cells))]
    said = " / ".join(f"{reason.text('zh_CN')} {reason.text('en')}" for reason in reasons)
    return _line([*own, str(number), said, *cells[width:]])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue()
