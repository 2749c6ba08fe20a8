"""All that is published, as tables for machines: one line a result; and the tables of LIVES, the open standard in which
others publish inspections. Both come out of the published bytes alone, page by page, with constant memory.
"""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Iterable
from enum import StrEnum
from typing import Final

from inspection.publicity import store_documents
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.penalties.rules import yuan
from inspection.publicity.published import PublishedResult, result_of
from inspection.publicity.search import EVERY_RESULT, search_published
from inspection.publicity.store_search import Wanted
from inspection.publicity.wording import SEPARATOR
from inspection.registry.intake.cells import guarded
from inspection.registry.intake.rejects import BYTE_ORDER_MARK
from inspection.visits.review.codes import CodeClass, of_class

PAGE: Final = 1_000
COLUMNS: Final = (
    *("公示编号", "版本", "公示日期", "企业名称", "统一社会信用代码", "检查机关", "检查日期", "抽查计划编号"),
    *(
        "抽查计划名称",
        "抽查任务编号",
        "抽查任务名称",
        "抽查类型",
        "检查事项编码",
        "检查事项",
        "结果代码",
        "检查结果",
        "结果细目",
        "结果类别",
        "SHA-256",
    ),
)


PENALTY_COLUMNS: Final = (
    *("公示编号", "版本", "公示日期", "当事人", "统一社会信用代码", "决定书文号", "决定日期", "违法事实", "处罚依据"),
    *("处罚内容", "罚款金额（元）", "处罚机关", "SHA-256"),
)


class Lives(StrEnum):
    """The tables of LIVES (Local Inspector Value-entry Specification) that a published result has an answer for.

    Scores, addresses and telephone numbers are not published, so their columns stay empty.
    """

    BUSINESSES = "businesses"
    INSPECTIONS = "inspections"
    VIOLATIONS = "violations"


_NO_PROBLEM: Final = of_class(CodeClass.NO_PROBLEM)
_NOT_INSPECTED: Final = of_class(CodeClass.NOT_INSPECTABLE)
_LIVES_COLUMNS: Final = {
    Lives.BUSINESSES: ("business_id", "name", "address", "city", "state", "postal_code", "latitude", "longitude"),
    Lives.INSPECTIONS: ("business_id", "score", "date", "description", "type", "result"),
    Lives.VIOLATIONS: ("business_id", "date", "code", "description"),
}


async def results_csv() -> AsyncGenerator[bytes, None]:
    """Every result in the version in force, newest first, as CSV (UTF-8 with a mark, CRLF), page by page."""
    async for page in _written(COLUMNS, lambda results: map(_row, results)):
        yield page


async def penalties_csv() -> AsyncGenerator[bytes, None]:
    """Every penalty that is public, newest first, as `results_csv`."""
    async for page in _written(PENALTY_COLUMNS, lambda found: map(_penalty, found), Wanted(kind=DocumentKind.PENALTY)):
        yield page


async def lives_csv(table: Lives) -> AsyncGenerator[bytes, None]:
    """A table of LIVES over every result in the version in force, newest first; a business stands in it once."""
    seen = set[str]()

    def rows(results: Iterable[PublishedResult]) -> Iterable[tuple[str, ...]]:
        for result in results:
            business = str(result.said["uniscId"])
            if not business:
                # LIVES knows a business by its id: one that is not told stands in no table of it.
                continue
            if table is not Lives.BUSINESSES or business not in seen:
                yield from _lives(table, business, result)
            if table is Lives.BUSINESSES:
                seen.add(business)

    async for page in _written(_LIVES_COLUMNS[table], rows):
        yield page


def _row(result: PublishedResult) -> tuple[str, ...]:
    said, detail = result.said, result.said["details"][0]
    return (
        *(result.number, str(result.version), said["publishedOn"], said["entName"], said["uniscId"], said["insAuth"]),
        *(said["insDate"], said["raninsPlanId"], said["raninsPlaneName"], said["raninsTaskId"], said["raninsTaskName"]),
        *(said["raninsTypeName"], detail["raninsItemCode"], detail["raninsItemName"], detail["raninsCheckResCode"]),
        *(detail["raninsCheckResName"], detail.get("raninsCheckResDetail", ""), detail.get("resultClass", "")),
        result.digest,
    )


def _penalty(found: PublishedResult) -> tuple[str, ...]:
    said = found.said
    names = ("publishedOn", "entName", "uniscId", "decisionNumber", "decisionDate", "violation", "basis", "content")
    told = (str(said[name]) for name in names)
    return found.number, str(found.version), *told, yuan(said["amountFen"]), str(said["decidingBody"]), found.digest


def _lives(table: Lives, business: str, result: PublishedResult) -> Iterable[tuple[str, ...]]:
    said, detail = result.said, result.said["details"][0]
    day = str(said["insDate"]).replace("-", "")
    found = set(result.result_codes)
    match table:
        case Lives.BUSINESSES:
            yield business, said["entName"], "", "", "", "", "", ""
        case Lives.INSPECTIONS:
            yield business, "", day, detail["raninsItemName"], "routine", _passed(found)
        case Lives.VIOLATIONS:
            if _passed(found) == "fail":
                told = str(detail.get("raninsCheckResDetail") or detail["raninsCheckResName"]).split(SEPARATOR)
                for code, words in zip(result.result_codes, told, strict=False):
                    if code not in _NO_PROBLEM | _NOT_INSPECTED:
                        yield business, day, code, words


def _passed(found: set[str]) -> str:
    """As LIVES says it; nothing of a business that was not there to be inspected."""
    if found <= _NO_PROBLEM | _NOT_INSPECTED:
        return "pass" if found & _NO_PROBLEM else ""
    return "fail"


async def _written(
    head: tuple[str, ...],
    rows: Callable[[Iterable[PublishedResult]], Iterable[tuple[str, ...]]],
    wanted: Wanted = EVERY_RESULT,
) -> AsyncGenerator[bytes, None]:
    yield BYTE_ORDER_MARK.encode() + _text([head])
    at, before = None, None
    while ids := await search_published("", at, before, PAGE, wanted):
        found = await store_documents.newest_documents(ids)
        documents = [found[publication] for publication in ids]
        yield _text(tuple(map(guarded, row)) for row in rows([result_of(one) for one in documents]))
        at, before = documents[-1].published_at, documents[-1].publication


def _text(rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
