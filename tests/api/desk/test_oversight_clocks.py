"""Time limits, reminders, alerts, late filings and opinions at the desk for those of the authority who may see them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from re import fullmatch, sub
from uuid import UUID

import pytest

from api.desk.oversight.alerts import links_of
from api.desk.oversight.clocks import place_of
from api.desk.oversight.words import GROUPS, events_in, steps_in
from api.openapi import operations
from api.permits import Action
from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.kernel.command import Command, Role
from inspection.kernel.journal import EventKind, read
from inspection.oversight.alerts.rules import AlertKind, Raised
from inspection.oversight.alerts.store import AlertRow
from inspection.oversight.alerts.watch import raise_alerts
from inspection.oversight.clocks import Matter, RunningClock
from inspection.oversight.reminders.note import remind_all
from inspection.planning.plan_rules import DutyState
from inspection.planning.task_states import TaskState
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.objections.due import ToDo
from inspection.publicity.release import Hindrance
from inspection.visits.follow_up.due import NextStep
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import ComeTo
from tests.conftest import NOW, MakeCommand
from tests.support.routes import routes

NEVER = "019cac0f-2680-7e3b-bb08-41f2e6a85fff"


@pytest.fixture
def system(office: Office, make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.SYSTEM, "system", authority=office.authority)


async def raised(office: Office, system: Command, *subjects: UUID) -> None:
    facts = {"id": NEVER, "name": "某店", "due_on": "2026-03-01"}
    about = tuple(str(one) for one in subjects)
    await raise_alerts(
        system, office.authority, [Raised(AlertKind.PUBLICATION_LATE, "publication_late:x", NOW.date(), about, facts)]
    )


async def test_clocks_tell_their_day_their_article_and_whose_they_are(
    sit_down: SitDown, come_to: ComeTo, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    await come_to("fill_registers", "plan", "preset")
    seat = await sit_down(Role.SUPERVISOR)
    page = await seat.read("/desk/clocks")
    assert {"/desk/rules#plan", "/desk/rules#task"} <= {str(one["href"]) for one in page.all("a")}
    assert "任务完成" in page.text or "检查期限" in page.text
    only = await seat.read("/desk/clocks?matter=plan&late=1")
    assert {str(one["href"]) for one in only.all("a") if "rules#" in str(one["href"])} <= {"/desk/rules#plan"}
    assert "没有符合条件的期限" in (await seat.read(f"/desk/clocks?unit={NEVER}&person=nobody")).text
    stranger = await sit_down(Role.SUPERVISOR, await found_office("second"))
    assert "/desk/rules#task" not in {str(one["href"]) for one in (await stranger.read("/desk/clocks")).all("a")}
    assert (await seat.ask("/desk/clocks/overdue?since=2026-12-31&until=2026-01-01")).status_code == 422
    await seat.read("/desk/clocks/overdue?since=2025-01-01&until=2026-12-31")


async def test_a_reminder_is_marked_as_seen_by_whom_it_is_for(sit_down: SitDown, system: Command) -> None:
    assert await remind_all(system) > 0
    seat = await sit_down(Role.PLANNER)
    page = await seat.read("/desk/clocks/reminders")
    (first, *_) = [str(one["action"]) for one in page.all("form") if str(one["action"]).endswith("/seen")]
    assert (await (await sit_down(Role.LEADER)).send(first)).status_code == 404
    await seat.done(first)
    assert first not in {str(one["action"]) for one in (await seat.read("/desk/clocks/reminders")).all("form")}


async def test_an_alert_is_settled_with_a_reason_by_somebody_it_is_not_about(
    sit_down: SitDown, office: Office, system: Command, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    await raised(office, system, office.accounts[Role.SECTION_HEAD])
    watcher, legal = await sit_down(Role.SUPERVISOR), await sit_down(Role.LEGAL)
    listed = await watcher.read("/desk/alerts")
    (path,) = [str(one["href"]) for one in listed.all("a") if str(one["href"]).startswith("/desk/alerts/")]
    told = await watcher.read(path)
    assert f"/desk/publications/{NEVER}" in {str(one["href"]) for one in told.all("a")}
    assert "尚未处理。由科室负责人" in told.text
    own = await (await sit_down(Role.SECTION_HEAD)).send(f"{path}/settlement", {"reason": "自己来"})
    assert own.status_code == 403
    blank = await legal.send(f"{path}/settlement", {"reason": " "})
    assert blank.status_code == 422
    assert 'aria-invalid="true"' in blank.text
    await legal.done(f"{path}/settlement", {"reason": "已补公示"})
    again = await legal.send(f"{path}/settlement", {"reason": "再说一次"})
    assert again.status_code == 409
    well_made(again)
    assert "已补公示" in (await watcher.read(path)).text
    kinds = [line.kind for line in await read(f"alert:{path.rpartition('/')[2]}")]
    assert EventKind.ALERT_SETTLED in kinds
    stranger = await sit_down(Role.LEGAL, await found_office("second"))
    assert (await stranger.ask(path)).status_code == 404
    assert "某店" not in (await stranger.read("/desk/alerts?show=all")).text


async def test_filings_and_opinions_say_what_to_do_when_there_are_none(sit_down: SitDown) -> None:
    assert "没有需要补录的检查" in (await (await sit_down(Role.PLANNER)).read("/desk/late-filings")).text
    missing = await (await sit_down(Role.PLANNER)).send(f"/desk/late-filings/{NEVER}/dismissal", {"reason": "误开"})
    assert missing.status_code == 404
    assert "还没有意见" in (await (await sit_down(Role.SUPERVISOR)).read("/desk/remarks")).text


def test_every_matter_and_next_step_and_event_has_words_in_both_languages() -> None:
    steps: dict[Matter, Iterable[str]] = {
        Matter.PLAN: DutyState,
        Matter.WINDOW: [one for one in TaskState if one not in {TaskState.CANCELLED, TaskState.CLOSED}],
        Matter.PUBLICATION: [*Hindrance, "publish"],
        Matter.WITHDRAWAL: WithdrawalGround,
        Matter.OBJECTION: ToDo,
        Matter.RECHECK: NextStep,
        Matter.FILING: ["file"],
        Matter.CORRECTION: ["correct"],
    }
    assert set(GROUPS) == set(Matter)
    for lang in LANGUAGES:
        told = steps_in(lang)
        assert all(told(matter, str(one)) for matter, held in steps.items() for one in held)
        assert {
            kind for kind in EventKind if f"desk_oversight.event_{kind}" not in catalogue("desk_oversight", lang)
        } == set()
    assert events_in("en")("unheard.of") == "unheard.of"


def action_at(address: str) -> Action:
    """The action of the page of the desk that an address leads to."""
    path = address.partition("#")[0]
    (found,) = [
        Action(handler.opt["action"])
        for route, method, handler in operations(routes())
        if method == "get" and fullmatch(sub(r"\{[^}]+:uuid\}", "[0-9a-f-]{36}", route.path), path)
    ]
    return found


def test_a_clock_leads_to_where_it_is_settled_and_names_the_action_of_that_page() -> None:
    told = RunningClock(Matter.PLAN, "2026", "", "", Role.PLANNER, None, None, None, late=False, provisional=False)
    clocks = [told, *(replace(told, matter=matter, subject=NEVER, visit=UUID(NEVER)) for matter in Matter)]
    for one in clocks:
        address, action = place_of(one)
        assert action_at(address) is action, one.matter


def test_an_alert_names_the_action_of_every_page_that_it_leads_to() -> None:
    facts = {"id": NEVER, "task": NEVER, "inspector": NEVER, "visits": [NEVER]}
    told = AlertRow(UUID(NEVER), UUID(NEVER), AlertKind.CLEAN_RUN, "", NOW.date(), (), facts, NOW, *(None,) * 4)
    linked = {kind: links_of(replace(told, kind=kind)) for kind in AlertKind}
    assert {AlertKind.CLEAN_RUN, AlertKind.DRAW_SIGN, AlertKind.OBJECTION_LATE} <= {
        kind for kind in linked if linked[kind]
    }
    for kind, links in linked.items():
        for _, (address, action) in links:
            assert action_at(address) is action, kind
