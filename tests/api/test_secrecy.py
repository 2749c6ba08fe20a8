"""Nothing that the office can ask for says who was drawn before the visit is unsealed."""

from datetime import timedelta

from litestar import Litestar

from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind
from tests.api.line import TO_THE_TASK, ComeTo, Walk

REGISTER = "/office/registry/objects?limit=200"
NAMES_EVERYBODY = {"/office/registry/objects", "/office/registry/exports/objects", "/office/registry/coverage"}
ABOUT_OBJECTS = (
    "/office/registry/objects/{id}",
    "/office/registry/objects/{id}/marks",
    "/office/registry/objects/{id}/history",
    "/office/registry/objects/{id}/grounds",
    "/office/ledger/{code}",
)
ABOUT_ALL = (
    REGISTER,
    "/office/registry/coverage",
    "/office/registry/special-registers",
    "/office/registry/exports/objects",
    "/office/registry/inspectors",
    "/office/registry/inspector-coverage",
    "/office/registry/inspector-certificates/watch",
    "/office/registry/inspector-changes",
    "/office/registry/imports",
    "/office/visits/warnings",
    "/office/higher-plans",
    "/office/plans",
    "/office/plans/due",
)


async def seen(walk: Walk, paths: list[str]) -> dict[tuple[Role, str], str]:
    """What each role is answered."""
    found: dict[tuple[Role, str], str] = {}
    for role in (Role.LEGAL, Role.INSPECTOR):
        for path in paths:
            answer = await walk.ask(role, "GET", path)
            assert answer.status_code in {200, 403}, (path, answer.text)
            found[role, path] = answer.text if answer.status_code == 200 else ""  # a refusal names the request
    return found


async def test_a_sealed_draw_changes_no_answer_about_objects_and_people(come_to: ComeTo) -> None:
    walk = await come_to(*TO_THE_TASK)
    objects = await walk.get(Role.PLANNER, REGISTER)
    paths = [*ABOUT_ALL, f"/office/plans/{walk.ids['plan_id']}/check"]
    paths += [path.format(**one) for one in objects[::25] for path in ABOUT_OBJECTS]
    before = await seen(walk, paths)
    await walk.draw()
    made = await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    assert made["created"] > 0
    after = await seen(walk, paths)
    assert [key for key in before if before[key] != after[key]] == []


async def test_no_journal_line_and_no_list_names_who_was_drawn(
    come_to: ComeTo, app: Litestar, clock: FixedClock
) -> None:
    walk = await come_to(*TO_THE_TASK)
    names = {one[key] for one in await walk.get(Role.PLANNER, REGISTER) for key in ("id", "code", "name")}
    await walk.draw()
    await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    paths = [route.path for route in app.routes if "GET" in getattr(route, "methods", ()) and "{" not in route.path]
    paths = [path for path in paths if path.startswith("/office/") and path not in NAMES_EVERYBODY]
    paths += [f"/office/journal/kind?kind={kind.value}&limit=200" for kind in EventKind]
    answers = {}
    for path in paths:
        clock.advance(timedelta(seconds=1))  # the throttle counts by it
        answers[path] = await walk.ask(Role.SUPERVISOR, "GET", path)
    assert {one.status_code for one in answers.values()} <= {200, 403, 422}  # 422: asks for a parameter
    told = {path: one.text for path, one in answers.items()}
    assert len(told) > len(EventKind)
    assert [path for path, text in told.items() if any(name in text for name in names)] == []
