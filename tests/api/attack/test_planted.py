"""What somebody wrote into a field to break a page, a spreadsheet or a query: it is shown, exported and looked for as
the text that it is.
"""

import csv
import io
from typing import Any

import httpx
import pytest
from litestar import Litestar
from openpyxl import load_workbook
from piccolo.columns import Column

from api.permits import STAFF
from inspection.authority.tables import Account, Authority, Unit
from inspection.kernel.command import Role
from inspection.planning.tables import Task
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from tests.api.desk.conftest import Seat, SitDown
from tests.api.desk.crawl import crawl, is_page, kind_of
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.support.page import Page
from tests.support.routes import reference

PLANTED = "=1+1\"'><i-planted onplanted=1></textarea></title><script>planted()</script>{{7*7}}"
"""Breaks out of an attribute, an element and a cell, and is a formula and a template."""
FIELDS: tuple[Column, ...] = (
    Authority.name,
    Authority.short_name,
    Authority.address,
    Authority.contact_person,
    Unit.name,
    Account.name,
    InspectionObject.name,
    InspectionObject.address,
    InspectionObject.registrar,
    InspectionObject.area,
    InspectionObject.representative,
    Inspector.name,
    Inspector.position,
    Inspector.area,
    Task.name,
    Task.scheme,
)
QUERIES = ("", "' OR '1'='1", "' UNION SELECT 1--", '"; DROP TABLE visit; --', "%", "_", "\\", "{}", "$1")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    """An office whose every free text is hostile: however it got there, no page may trust it."""
    walk = await come_to(*TO_THE_VISIT)
    for field in FIELDS:
        rows = await field._meta.table.select(field._meta.table.id)
        for number, row in enumerate(rows):
            told = f"{PLANTED[: getattr(field, 'length', 300) - 4]}{number}"  # some are told apart by their names
            await field._meta.table.update({field: told}).where(field._meta.table.id == row["id"])
    return walk


def broken(answer: httpx.Response) -> list[str]:
    """What of a page is markup that somebody planted."""
    page = Page(answer.text)
    found = page.all("i-planted") + [one for one in page.all("script") if not one.get("src")]
    return [str(one) for one in found] + (["49"] if PLANTED.replace("{{7*7}}", "49") in answer.text else [])


async def test_no_page_of_the_desk_runs_what_was_written_into_a_field(walk: Walk, sit_down: SitDown) -> None:
    known: set[str] = set()
    shown = 0
    for role in sorted(STAFF):
        walked = await crawl(await sit_down(role), known=known)
        known |= {kind_of(at) for at in walked.seen}
        pages = {at: one for at, one in walked.seen.items() if is_page(one)}
        shown += sum("&lt;i-planted" in one.text for one in pages.values())
        assert {at: found for at, one in pages.items() if (found := broken(one))} == {}, role
        assert {at: one.status_code for at, one in walked.seen.items() if one.status_code >= 500} == {}, role
    assert shown > 20


async def test_no_public_page_runs_what_was_written_into_a_field(
    walk: Walk, client: httpx.AsyncClient, app: Litestar
) -> None:
    walked = await crawl_public(client)
    assert sum("&lt;i-planted" in one.text for one in walked.values()) > 2
    assert {at: found for at, one in walked.items() if (found := broken(one))} == {}


async def crawl_public(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
    walked = await crawl(Seat(client), "/")
    return {at: one for at, one in walked.seen.items() if is_page(one)}


async def test_no_cell_of_a_file_that_is_handed_out_is_a_formula(walk: Walk) -> None:
    told = 0
    for role, path in (
        (Role.PLANNER, "/office/registry/exports/objects?kind_of_file=csv"),
        (Role.PLANNER, "/office/registry/exports/objects?kind_of_file=xlsx"),
        (Role.PLANNER, "/office/registry/inspectors.csv"),
        (Role.SUPERVISOR, "/office/statistics.csv?from=2026-01-01&to=2026-03-31"),
        (Role.PLANNER, "/public/statistics.csv"),
        (Role.PLANNER, "/public/results.csv"),
        (Role.PLANNER, "/public/penalties.csv"),
    ):
        answer = await walk.ask(role, "GET", path)
        assert answer.status_code == 200, (path, answer.text)
        for cell in cells_of(answer):
            told += "i-planted" in cell
            assert not cell.startswith(FORMULA) or cell.lstrip("-").replace(".", "").isdigit(), (path, cell)
    assert told > 200


def cells_of(answer: httpx.Response) -> list[str]:
    """All cells of a CSV or XLSX file; of a workbook formulas as they are written."""
    if answer.content.startswith(b"PK"):
        sheets = load_workbook(io.BytesIO(answer.content)).worksheets
        cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        return [cell.value for cell in cells if isinstance(cell.value, str) and not cell.quotePrefix]
    return [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]


async def test_what_looks_like_a_query_is_looked_for_as_a_text(come_to: ComeTo) -> None:
    """Whatever a text parameter says, it finds no more than a word that nobody wrote."""
    walk = await come_to(*TO_THE_VISIT)
    asked = 0
    for path, methods in reference()["paths"].items():
        operation = methods.get("get", {})
        if "{" in path or not path.startswith("/office/") or Role.PLANNER not in operation.get("x-roles", ()):
            continue
        for parameter in operation.get("parameters", ()):
            if parameter["in"] != "query" or not _free_text(parameter["schema"]):
                continue
            asked += 1
            answers = [
                await walk.ask(Role.PLANNER, "GET", path, params={parameter["name"]: f"zz{told}"})
                for told in (
                    "",
                    "' OR '1'='1",
                    "' UNION SELECT 1--",
                    '"; DROP TABLE visit; --',
                    "%",
                    "_",
                    "\\",
                    "{}",
                    "$1",
                )
            ]
            nothing, *hostile = [(one.status_code, one.text if one.status_code == 200 else "") for one in answers]
            assert all(one in (nothing, (422, ""), (400, "")) for one in hostile), (path, parameter["name"], answers)
    assert asked > 5


def _free_text(schema: dict[str, Any]) -> bool:
    kinds = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return any(one.get("type") == "string" and not {"format", "enum", "pattern"} & one.keys() for one in kinds)
