"""Two verifiers, in Python and in JavaScript, written from one page of bytes, must find the same (draw.md §5 T12)."""

from collections.abc import AsyncIterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from inspection.draw.lot.strata import Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.terms import TaskTerms, Terms
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_one, verify_public
from tests.browser.modules import UNPACKED, call, emptied, packed
from tests.browser.tampered import tampered
from tests.inspection.draw.rehearsal import VOID, Rehearsal, rehearse

pytestmark = pytest.mark.asyncio(loop_scope="package")

TOLD = "[...found].map(({ code, ok, zh, en }) => [code, ok, zh, en])"
SEAT = Seat(required=("商务执法",))
WEIGHTS = {"A": 1, "B": 2, "C": 3, "D": 4}
BY_AREA = StrataRule(Rule.PROPORTIONAL, StrataBy.AREA, floors={"西区": 2})
OWN = StrataRule(Rule.OWN_RATIO, StrataBy.GRADE, ratios={"D": Fraction(1, 2)})
JOINT = Terms(
    (
        TaskTerms(Size(Fraction(1, 5)), batches=3),
        TaskTerms(Size(Fraction(1, 4)), BY_AREA),
        TaskTerms(Size(Fraction(1, 9)), OWN),
    ),
    MatchRules(seats=(Seat((0, 1), required=("商务执法",)), Seat((2,), required=("商务执法",), slots=1))),
    WEIGHTS,
)
DRAWS: dict[str, dict[str, Any]] = {
    "one task after a void": {"voids": (VOID,)},
    "sm3": {"hash_alg": "sm3"},
    "everybody": {"rows": 20, "ratio": Fraction(1)},
    "two objects": {"rows": 2, "staff_count": 4},
    "three tasks, strata, batches": {"rows": 120, "staff_count": 30, "terms": JOINT},
}


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser) -> AsyncIterator[Page]:
    found = await emptied(browser)
    yield found
    await found.context.close()


def public(done: Rehearsal) -> dict[str, bytes]:
    return done.public(opened=min(2, len(done.selection.drawn)))


async def in_browser(page: Page, files: Mapping[str, bytes]) -> list[list[Any]]:
    body = f"(() => {{ const found = m.checkPublic({UNPACKED}); return {TOLD}; }})()"
    found: list[list[Any]] = await call(page, "draw-verify", body, packed(files))
    return found


@pytest.mark.parametrize("name", DRAWS)
async def test_t12_an_honest_draw_holds_and_both_programs_say_so_in_the_same_words(page: Page, name: str) -> None:
    files = public(rehearse(**DRAWS[name]))
    expected = [list(check) for check in verify_public(files)]
    assert sorted(await in_browser(page, files)) == sorted(expected)
    assert {ok for _, ok, _, _ in expected} == {True}


@pytest.mark.parametrize(("name", "every"), [("one task after a void", 3), ("three tasks, strata, batches", 7)])
async def test_t12_whatever_is_changed_both_programs_refuse_it_or_neither(page: Page, name: str, every: int) -> None:
    files = public(rehearse(**DRAWS[name]))
    cases = list(tampered(files, every))
    body = f"""(() => {{
        const whole = {UNPACKED.replace("given", "given.files")};
        return given.cases.map(([name, text]) => {{
            const found = m.checkPublic(new Map([...whole, [name, h.utf8(text)]]));
            return [...found].filter((check) => !check.ok).map((check) => check.code);
        }});
    }})()"""
    given = {"files": packed(files), "cases": [[name, data.decode()] for name, _, data in cases]}
    told = await call(page, "draw-verify", body, given)
    ours = [{check.code for check in verify_public({**files, name: data}) if not check.ok} for name, _, data in cases]
    refused = [(place, mine, set(theirs)) for (_, place, _), mine, theirs in zip(cases, ours, told, strict=True)]
    assert [case for case in refused if bool(case[1]) != bool(case[2])] == []
    assert len(refused) > 200
    assert sum(bool(mine) for mine in ours) > 0.9 * len(refused)


async def opening_in_browser(page: Page, opening: object) -> list[list[Any]]:
    body = f"(() => {{ const found = m.checkOne(given); return {TOLD}; }})()"
    found: list[list[Any]] = await call(page, "draw-verify", body, opening)
    return found


@pytest.mark.parametrize("name", DRAWS)
async def test_t12_every_opening_holds_in_both(page: Page, name: str) -> None:
    done = rehearse(**DRAWS[name])
    for number in range(len(done.selection.drawn)):
        opening = opened(done.proof(number))
        expected = [list(check) for check in verify_one(opening)]
        assert await opening_in_browser(page, opening) == expected
        assert {ok for _, ok, _, _ in expected} == {True}
