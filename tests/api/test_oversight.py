"""Alerts, reminders, reports, diligence, what is overdue and the journal, over HTTP: bad input among it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
from openpyxl import load_workbook

from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Command, Role
from inspection.kernel.journal import EventKind
from inspection.oversight.alerts.rules import AlertKind, Raised
from inspection.oversight.alerts.watch import raise_alerts
from inspection.oversight.reminders.note import remind_all
from inspection.oversight.reports import plots
from tests.api.conftest import Office
from tests.api.line import SignedIn
from tests.conftest import NOW, MakeCommand

NEVER = "019cac0f-2680-7e3b-bb08-41f2e6a85fff"
ALERTS, REPORTS, SEARCH = "/office/alerts", "/office/reports", "/office/journal/search"


class Desk:
    """Asks in a role, and keeps what was answered."""

    def __init__(self, client: httpx.AsyncClient, signed_in: SignedIn) -> None:
        self.client, self.signed_in = client, signed_in

    async def get(self, role: Role, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params, headers=await self.signed_in(role))

    async def post(self, role: Role, path: str, body: Any = None, **headers: str) -> httpx.Response:
        more = {"json": body} if body is not None else {}
        return await self.client.post(path, headers=await self.signed_in(role) | headers, **more)


@pytest.fixture(autouse=True)
def plain_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have their own tests: here a stroke is enough of one."""

    async def stroke(specs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        return tuple(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 1"><path d="M0 0h9"/></svg>' for _ in specs
        )

    monkeypatch.setattr(plots, "drawn", stroke)


@pytest.fixture
def desk(client: httpx.AsyncClient, signed_in: SignedIn) -> Desk:
    return Desk(client, signed_in)


@pytest.fixture
def system(office: Office, make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.SYSTEM, "system", authority=office.authority)


async def raised(office: Office, system: Command, *subjects: UUID) -> str:
    """An alert about these accounts."""
    facts = {"id": NEVER, "name": "某店", "due_on": "2026-03-01"}
    about = tuple(str(one) for one in subjects)
    alert = Raised(AlertKind.PUBLICATION_LATE, "publication_late:x", NOW.date(), about, facts)
    assert await raise_alerts(system, office.authority, [alert]) == 1
    return "publication_late"


async def test_an_alert_is_listed_in_words_opened_and_settled_by_somebody_else(
    desk: Desk, office: Office, system: Command
) -> None:
    await raised(office, system, office.accounts[Role.SECTION_HEAD])
    (one,) = (await desk.get(Role.SUPERVISOR, ALERTS)).json()
    assert "某店" in one["text_zh"]
    assert one["settled_at"] is None
    path = f"{ALERTS}/{one['id']}"
    assert [who["name"] for who in (await desk.get(Role.SUPERVISOR, path)).json()["seen"]] == ["supervisor of first"]
    settle = f"{path}/settlement"
    for body in ({}, {"reason": " "}, {"reason": "长" * 2_001}, {"reason": 1}, {"reason": "好", "more": 1}):
        answer = await desk.post(Role.LEGAL, settle, body)
        assert answer.status_code == 422, body
    own = await desk.post(Role.SECTION_HEAD, settle, {"reason": "自己来"})
    assert (own.status_code, own.json()["code"]) == (403, "same-person")
    assert (await desk.post(Role.SUPERVISOR, settle, {"reason": "看过"})).status_code == 403
    done = await desk.post(Role.LEGAL, settle, {"reason": "已补公示"})
    assert (done.status_code, done.json()["reason"]) == (200, "已补公示")
    again = await desk.post(Role.LEGAL, settle, {"reason": "再来"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert (await desk.get(Role.LEGAL, ALERTS, settled="false")).json() == []
    assert len((await desk.get(Role.LEGAL, ALERTS, settled="true", limit=1)).json()) == 1


async def test_an_alert_that_is_not_there_and_questions_that_make_no_sense_are_refused(desk: Desk) -> None:
    assert (await desk.get(Role.LEGAL, f"{ALERTS}/{NEVER}")).json()["code"] == "alert-unknown"
    unknown = await desk.post(Role.LEGAL, f"{ALERTS}/{NEVER}/settlement", {"reason": "好"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "alert-unknown")
    for wrong in ({"limit": 0}, {"limit": 100_000}, {"after": "x"}, {"settled": "maybe"}):
        assert (await desk.get(Role.LEGAL, ALERTS, **wrong)).status_code in {400, 422}, wrong
    assert (await desk.get(Role.INSPECTOR, ALERTS)).status_code == 403


async def test_reminders_are_those_of_ones_role_and_are_marked_by_oneself(
    desk: Desk, system: Command, office: Office
) -> None:
    assert await remind_all(system) > 0  # the plan of this year was due in January
    mine = (await desk.get(Role.PLANNER, "/office/reminders")).json()
    assert {one["reminder"]["whose"] for one in mine} == {"planner"}
    assert {one["reminder"]["stage"] for one in mine} == {"late"}
    assert (await desk.get(Role.LEADER, "/office/reminders")).json() == []
    path = f"/office/reminders/{mine[0]['reminder']['id']}/seen"
    assert (await desk.post(Role.PLANNER, path)).json()["seen"] is True
    unseen = (await desk.get(Role.PLANNER, "/office/reminders", unseen="true")).json()
    assert len(unseen) == len(mine) - 1
    assert (await desk.post(Role.LEADER, path)).status_code == 404
    assert (await desk.post(Role.SUPERVISOR, path)).status_code == 403
    assert (await desk.post(Role.PLANNER, f"/office/reminders/{NEVER}/seen")).status_code == 404
    late = (await desk.get(Role.SUPERVISOR, "/office/overdue", since="2025-01-01", until="2026-12-31")).json()
    assert isinstance(late, list)
    for wrong in ({"since": "2026-02-30"}, {"since": "2026-12-31", "until": "2026-01-01"}, {"since": "1900-01-01"}):
        assert (await desk.get(Role.SUPERVISOR, "/office/overdue", **wrong)).status_code in {400, 422}, wrong


async def test_a_report_is_drafted_read_approved_and_printed(desk: Desk) -> None:
    made = await desk.post(Role.PLANNER, REPORTS, {"period": "2026Q1", "remarks": "=SUM(A1)"})
    assert made.status_code == 201, made.text
    report = made.json()
    path = f"{REPORTS}/{report['id']}"
    shown = await desk.get(Role.SUPERVISOR, path)
    assert shown.headers["ETag"].strip('"') == report["digest"]
    assert shown.json()["remarks"] == "=SUM(A1)"
    assert (await desk.post(Role.APPROVER, f"{path}/approval")).status_code in {400, 412, 422, 428}
    stale = await desk.post(Role.APPROVER, f"{path}/approval", **{"If-Match": '"' + "0" * 64 + '"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-screen")
    tag = {"If-Match": shown.headers["ETag"]}
    assert (await desk.post(Role.SUPERVISOR, f"{path}/approval", **tag)).status_code == 403
    assert (await desk.post(Role.APPROVER, f"{path}/approval", **tag)).status_code == 200
    assert (await desk.post(Role.APPROVER, f"{path}/approval", **tag)).status_code == 409
    first, second = [await desk.get(Role.LEGAL, f"{path}/file") for _ in range(2)]
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content == second.content
    english = await desk.get(Role.LEGAL, f"{path}/file", lang="en")
    assert english.content != first.content
    book = await desk.get(Role.LEGAL, f"{path}/file", form="xlsx")
    assert load_workbook(io.BytesIO(book.content)).sheetnames
    assert (await desk.get(Role.LEGAL, f"{path}/file", form="png", page=2)).content.startswith(b"\x89PNG")
    assert [one["version"] for one in (await desk.get(Role.LEGAL, REPORTS, year=2026)).json()] == [1]


async def test_reports_refuse_what_makes_no_sense(desk: Desk) -> None:
    for body in ({}, {"period": "2026Q9"}, {"period": "spring"}, {"period": "2026", "remarks": "长" * 10_001}):
        assert (await desk.post(Role.PLANNER, REPORTS, body)).status_code == 422, body
    ahead = await desk.post(Role.PLANNER, REPORTS, {"period": "2027"})
    assert (ahead.status_code, ahead.json()["code"]) == (409, "conflict")
    assert (await desk.post(Role.APPROVER, REPORTS, {"period": "2026"})).status_code == 403
    for path in (f"{REPORTS}/{NEVER}", f"{REPORTS}/{NEVER}/file"):
        answer = await desk.get(Role.LEGAL, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "report-unknown")
    made = (await desk.post(Role.PLANNER, REPORTS, {"period": "2026"})).json()
    filing = f"{REPORTS}/{made['id']}/filings"
    for body in ({"body": "nobody", "reference": "1"}, {"body": "x", "reference": " "}, {"body": "x"}):
        assert (await desk.post(Role.LEGAL, filing, body)).status_code == 422, body
    for wrong in ({"form": "docx"}, {"lang": "fr"}, {"page": 0}):
        assert (await desk.get(Role.LEGAL, f"{REPORTS}/{made['id']}/file", **wrong)).status_code in {400, 422}, wrong


async def test_diligence_is_read_of_oneself_of_ones_unit_and_by_supervision(
    desk: Desk, office: Office, clock: FixedClock
) -> None:
    mine = office.accounts[Role.PLANNER]
    path = f"/office/diligence/{mine}"
    for role, status in (
        (Role.PLANNER, 200),
        (Role.SECTION_HEAD, 200),
        (Role.SUPERVISOR, 200),
        (Role.APPROVER, 404),
        (Role.LEADER, 404),
        (Role.ADMIN, 404),
    ):
        assert (await desk.get(role, path)).status_code == status, role
    told = (await desk.get(Role.PLANNER, path, since="2026-01-01", until=clock.now().date())).json()
    assert (told["name"], told["role"], told["duties"]) == ("planner of first", "planner", [])
    printed = await desk.get(Role.PLANNER, f"{path}/file")
    assert printed.content.startswith(b"%PDF")
    assert (await desk.get(Role.SUPERVISOR, f"/office/diligence/{NEVER}")).status_code == 404
    for wrong in ({"since": "x"}, {"since": "2026-03-01", "until": "2026-01-01"}, {"since": "0001-01-01"}):
        assert (await desk.get(Role.PLANNER, path, **wrong)).status_code in {400, 422}, wrong


async def test_the_journal_is_searched_by_who_what_of_what_and_when_page_by_page(
    desk: Desk, office: Office, system: Command
) -> None:
    await raised(office, system)
    (alert,) = (await desk.get(Role.SUPERVISOR, ALERTS)).json()
    await desk.get(Role.SUPERVISOR, f"{ALERTS}/{alert['id']}")
    await desk.post(Role.LEGAL, f"{ALERTS}/{alert['id']}/settlement", {"reason": "好"})
    stream = f"alert:{alert['id']}"
    of_it = (await desk.get(Role.SUPERVISOR, SEARCH, stream=stream)).json()
    assert {one["kind"] for one in of_it} == {"alert.raised", "alert.seen", "alert.settled"}
    legal = str(office.accounts[Role.LEGAL])
    found = (await desk.get(Role.SUPERVISOR, SEARCH, actor=legal, kind=EventKind.ALERT_SETTLED.value)).json()
    assert [(one["stream"], one["actor_role"]) for one in found] == [(stream, "legal")]
    today = NOW.date().isoformat()
    span = {"since": today, "until": today}
    assert (await desk.get(Role.SUPERVISOR, SEARCH, stream=stream, **span)).json() == of_it
    assert (await desk.get(Role.SUPERVISOR, SEARCH, stream=stream, until="2026-03-01")).json() == []
    everything = (await desk.get(Role.SUPERVISOR, SEARCH, limit=200)).json()
    paged: list[Any] = []
    behind: dict[str, str] = {}
    while page := (await desk.get(Role.SUPERVISOR, SEARCH, limit=3, **behind)).json():
        paged += page
        behind = {"behind": page[-1]["id"]}
    assert paged == everything
    assert len(paged) > 6


async def test_a_search_that_makes_no_sense_is_refused_and_only_supervision_searches(desk: Desk) -> None:
    for wrong in ({"kind": "draw.imagined"}, {"since": "x"}, {"limit": 0}, {"actor": ""}, {"stream": "x" * 121}):
        assert (await desk.get(Role.SUPERVISOR, SEARCH, **wrong)).status_code in {400, 422}, wrong
    assert (await desk.get(Role.SUPERVISOR, SEARCH, behind=NEVER)).status_code == 404
    assert (await desk.get(Role.SUPERVISOR, SEARCH, until="9999-12-31")).status_code == 200
    for role in set(Role) - {Role.SUPERVISOR, Role.SYSTEM, Role.DEVICE, Role.PUBLIC}:
        assert (await desk.get(role, SEARCH)).status_code == 403, role
