"""Statistics, reports and the files of persons at the desk: to read, to approve, to hand over, as files."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from re import search
from typing import Any

import pytest

from api.desk.oversight import statistics
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from inspection.oversight.plots.specs import Plot
from inspection.oversight.reports import plots
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made

STROKE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 1"><path d="M0 0h9"/></svg>'
STATISTICS, REPORTS = "/desk/statistics", "/desk/reports"


@pytest.fixture(autouse=True)
def plain_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures have their own tests: here a stroke is enough of one."""

    async def stroke(specs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        return tuple(STROKE for _ in specs)

    monkeypatch.setattr(plots, "drawn", stroke)
    monkeypatch.setattr(statistics, "drawn", stroke)


async def test_the_page_answers_before_anything_is_counted_and_keeps_what_was(sit_down: SitDown) -> None:
    seat = await sit_down(Role.SUPERVISOR)
    asked = "from=2026-01-01&to=2026-03-02"
    bare = await seat.read(f"{STATISTICS}?{asked}")
    (place,) = [str(one["hx-get"]) for name, one in bare.elements if "hx-get" in one and one.get("id") == "figures"]
    assert "抽查覆盖率" not in bare.text
    told = await seat.read(place)
    assert "抽查覆盖率" in told.text
    assert "抽查覆盖率" in (await seat.read(f"{STATISTICS}?{asked}")).text
    pictures = [str(one["src"]) for one in told.all("img")]
    assert len(pictures) == len(Plot)
    assert all(one["alt"] for one in told.all("img"))
    picture = await seat.ask(pictures[0])
    assert (picture.headers["content-type"].partition(";")[0], picture.text) == ("image/svg+xml", STROKE)
    assert (await seat.ask(f"{STATISTICS}/plots/none.svg")).status_code == 404
    table = await seat.ask(f"{STATISTICS}/table?{asked}")
    assert table.text.startswith("\ufeff栏目")
    assert (await seat.ask(f"{STATISTICS}?from=2026-03-01&to=2026-01-01")).status_code == 422
    (anew,) = [str(one["href"]) for one in told.all("a") if "anew=1" in str(one.get("href"))]
    assert "抽查覆盖率" not in (await seat.read(anew)).text
    assert "抽查覆盖率" in (await seat.read(f"{STATISTICS}/figures?{asked}&item=x&unit=x")).text


async def test_a_report_is_drafted_read_approved_by_another_and_kept_from_others(
    sit_down: SitDown, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    assert "还没有报告" in (await planner.read(REPORTS)).text
    wrong = await planner.send(REPORTS, {"period": "2026Q9", "remarks": "说明在此"})
    assert wrong.status_code == 422
    assert "说明在此" in well_made(wrong).text
    place = (await planner.done(REPORTS, {"period": "2026Q1", "remarks": "说明在此"})).partition("?")[0]
    shown = await approver.read(place)
    assert "说明在此" in shown.text
    assert (await approver.ask(str(shown.all("img")[0]["src"]))).text == STROKE
    assert (await approver.send(f"{place}/approval", {"seen": "0" * 64})).status_code == 412
    assert (await approver.send(f"{place}/approval", {})).status_code == 422
    (seen,) = [str(one["value"]) for one in shown.all("input") if one.get("name") == "seen"]
    await approver.done(f"{place}/approval", {"seen": seen})
    assert (await approver.send(f"{place}/approval", {"seen": seen})).status_code == 409
    nobody = await planner.send(f"{place}/filings", {"body": "none", "reference": "函"})
    assert nobody.status_code == 422
    assert (await planner.ask(f"{place}/file")).content.startswith(b"%PDF")
    assert (await planner.ask(f"{place}/file?form=xlsx")).content.startswith(b"PK")
    kinds = [line.kind for line in await read(f"report:{place.rpartition('/')[2]}")]
    assert kinds == [EventKind.REPORT_DRAFTED, EventKind.REPORT_APPROVED]
    stranger = await sit_down(Role.APPROVER, await found_office("second"))
    for path in (place, f"{place}/file", f"{place}/plots/chance.svg"):
        assert (await stranger.ask(path)).status_code == 404


async def test_everybody_opens_his_own_file_and_supervision_that_of_all(sit_down: SitDown, office: Office) -> None:
    planner, watcher = await sit_down(Role.PLANNER), await sit_down(Role.SUPERVISOR)
    own = f"/desk/diligence/{office.accounts[Role.PLANNER]}"
    assert _people(await planner.ask("/desk/diligence")) == {own}
    assert own in _people(await watcher.ask("/desk/diligence"))
    assert "planner of first" in (await planner.read(own)).text
    await watcher.read(f"{own}?since=2026-01-01&until=2026-03-02")
    assert (await planner.ask(f"/desk/diligence/{office.accounts[Role.LEGAL]}")).status_code == 404
    assert (await planner.ask(f"{own}/file")).content.startswith(b"%PDF")
    noted = [line.kind for line in await read(f"diligence:{office.accounts[Role.PLANNER]}")]
    assert noted == [EventKind.DILIGENCE_READ]
    assert "planner of first" in (await _own(planner, own)).text


async def _own(seat: Seat, path: str) -> Any:
    return await seat.read(f"{path}?lang=en")


def _people(answer: Any) -> set[str]:
    assert search("/desk/diligence/", answer.text)
    return {str(one["href"]) for one in well_made(answer).all("a") if str(one["href"]).startswith("/desk/diligence/")}
