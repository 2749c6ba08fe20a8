"""Every kind of page of the desk before real eyes, each by the first role that reaches it or may do something on it."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from api.permits import STAFF
from inspection.kernel.command import Role
from tests.api.desk.crawl import is_page, kind_of, links_of
from tests.browser.desk import Desk, SitDown
from tests.browser.reader import Reader
from tests.support.browsers import barriers
from tests.support.page import Page
from tests.support.served import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="package")

KINDS = 25
"""So many kinds of pages everybody reaches at least."""
DESK, PHONE = (1440, 900), (390, 844)
RAW = re.compile(r"\bdesk(?:_[a-z]+)?\.[a-z][a-z0-9_]*|\{[a-z_]+\}")
"""A key of the catalogue that nobody put into words, or a mark of a sentence that nobody put a fact in."""
ELSEWHERE = re.compile(r"/statistics/plots/|/objects/export/")
"""Pictures that the browser itself asks for, and files that take long: tests/api/desk follows these links."""
UNFOLD = """() => {
    document.querySelectorAll('details').forEach((one) => { one.open = true; });
    const headings = document.querySelectorAll('h1').length;
    return [
        ...window.violations.map((one) => `policy: ${one}`),
        ...(headings === 1 ? [] : [`${headings} headings of the first level`]),
    ];
}"""
SHORTEN = """document.querySelectorAll(
    'tbody > tr:nth-child(n+5), main li:nth-child(n+9), body > :not(main) li:nth-child(n+4)'
).forEach((one) => one.remove())"""
"""Of long lists the first rows are judged, of the menu the first links: the next are made as they are."""
OUT_OF_REACH = """() => [
    ...(document.documentElement.scrollWidth > window.innerWidth
        ? [`${document.documentElement.scrollWidth - window.innerWidth} pixels too wide at ${window.innerWidth}`] : []),
    ...[...document.querySelectorAll("main *")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX))
        .filter((one) => one.tabIndex < 0 && !one.querySelector("a[href], button, input, select, textarea, summary"))
        .map((one) => `no key scrolls ${one.outerHTML.slice(0, 90)}`),
]"""
"""Whether the page is wider than its window; and what is wider than its place, and holds nothing that the keyboard
gets to.
"""


@dataclass
class Walk:
    """What all roles together have seen: kinds of pages and forms, kinds of files."""

    shown: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def walk() -> Walk:
    """Shared by the roles: what one has seen need not be looked at again."""
    return Walk()


@pytest.mark.parametrize("role", sorted(STAFF))
async def test_every_page_that_a_role_reaches_is_whole_and_without_barriers(
    sit_down: SitDown, walk: Walk, role: Role
) -> None:
    reached, wrong = await _walk(walk, await sit_down(role))
    assert wrong == []
    assert len(reached) > KINDS


async def _walk(walk: Walk, desk: Desk) -> tuple[set[str], list[str]]:
    """Follow one link of every kind, and look at what nobody saw before: a page of a new kind, or with a new form.

    Returns the kinds of what was reached, and what was wrong with them.
    """
    async with _quick(desk, "zh") as chinese, _quick(desk, "en") as english:
        waiting, kinds, wrong = ["/desk"], set[str](), list[str]()
        while waiting:
            at = waiting.pop(0)
            answer = await chinese.get(at)
            if answer.status_code != httpx.codes.OK:
                wrong.append(f"{at}: {answer.status_code}")
            elif not is_page(answer):
                walk.files.add(_kind(at))
            else:
                page = Page(answer.text)
                seen = _kinds(at, page)
                if new := seen.keys() - walk.shown:
                    walk.shown |= new
                    # Of a page that was looked at before, the forms are judged that are new on it.
                    forms = [] if _kind_of_page(at) in new else [seen[one] for one in sorted(new)]
                    other = Page((await english.get(at)).text)
                    told = [*RAW.findall(page.text), *RAW.findall(other.text), *await _faults(desk.reader, at, forms)]
                    wrong += [f"{at}: {one}" for one in told]
                links = {_kind(link): link for link in _desk_links(answer, page)}
                fresh = links.keys() - kinds - walk.files
                kinds |= fresh
                waiting += [link for kind, link in links.items() if kind in fresh]
    return kinds, wrong


@asynccontextmanager
async def _quick(desk: Desk, lang: str) -> AsyncIterator[httpx.AsyncClient]:
    """The same person without a browser, who is quick."""
    cookies = {one["name"]: one["value"] for one in await desk.page.context.cookies()} | {"desk-lang": lang}
    async with httpx.AsyncClient(
        base_url=desk.reader.address, cookies=cookies, timeout=PATIENCE_S, trust_env=False
    ) as http:
        yield http


def _desk_links(answer: httpx.Response, page: Page) -> list[str]:
    return [link for link in links_of(answer, page) if link.startswith("/desk") and not ELSEWHERE.search(link)]


def _kind(address: str) -> str:
    """The raw tables are shown by one page."""
    return re.sub(r"/tables/\w+", "/tables/…", kind_of(address))


def _kind_of_page(at: str) -> str:
    return _kind(at).partition("?")[0]


def _kinds(at: str, page: Page) -> dict[str, str]:
    """The kind of this page, and of the forms on it; where in the page each is found (CSS)."""
    actions = [one.get("action") for one in page.all("form")]
    where = {one: f'form[action="{one}"]' if one else "form:not([action])" for one in actions}
    forms = {f"form {_kind_of_page(one or at)}": css for one, css in where.items()}
    return {_kind_of_page(at): "body", **forms}


async def _faults(reader: Reader, at: str, forms: Sequence[str]) -> list[str]:
    """What somebody would notice on this page at a desk and on a phone, with everything unfolded.

    `forms`: what axe judges of it (CSS); without any, all of it.
    """
    reader.troubles.clear()
    reader.foreign.clear()
    await reader.goto(at)
    found = list(await reader.page.evaluate(UNFOLD))
    for width, height in (PHONE, DESK):
        await reader.page.set_viewport_size({"width": width, "height": height})
        found += await reader.page.evaluate(OUT_OF_REACH)
    await reader.page.evaluate(SHORTEN)
    return [*found, *await barriers(reader.page, forms), *reader.troubles, *reader.foreign]
