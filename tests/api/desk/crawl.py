"""Somebody who follows every link of the desk, so that no page is forgotten."""

import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpx

from tests.api.desk.conftest import Seat
from tests.support.page import Page

MOST_ALIKE = 2
"""So many pages of one kind are looked at: the next inspector's page is made as the first one's."""
NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}")
"""What names one thing in an address: an id, or the digest of a file."""
CHANGING = frozenset({"lang", "done"})


@dataclass
class Crawl:
    """What was seen: answers by address, where each was linked from, and what is wrong with the pages among them."""

    seen: dict[str, httpx.Response] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    @property
    def broken(self) -> dict[str, tuple[int, str]]:
        """Links that lead nowhere: (status, the page that has them), by address."""
        return {at: (one.status_code, self.linked_from[at]) for at, one in self.seen.items() if one.status_code != 200}


def is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


@cache
def kind_of(address: str) -> str:
    """Addresses that differ in ids and values only are of one kind."""
    url = httpx.URL(address)
    path = re.sub(r"/[^/]*\d[^/]*", "/…", NAMED.sub("…", url.path))
    return f"{path}?{','.join(sorted(set(url.params) - CHANGING))}"


async def crawl(seat: Seat, start: str = "/desk", known: Container[str] = ()) -> Crawl:
    """Every kind of page that can be reached from the desk's home, some of each kind; none of the `known` kinds."""
    found, kinds, waiting = Crawl(linked_from={start: start}), Counter[str](), [start]
    while waiting:
        at = waiting.pop(0)
        answer = found.seen[at] = await seat.ask(at)
        if not is_page(answer):
            continue
        page = Page(answer.text)
        if page.faults:
            found.faults[at] = page.faults
        for link in links_of(answer, page) if answer.status_code == 200 else ():
            kind = kind_of(link)
            if link not in found.linked_from and kinds[kind] < MOST_ALIKE and kind not in known:
                kinds[kind] += 1
                found.linked_from[link] = at
                waiting.append(link)
    return found


def links_of(answer: httpx.Response, page: Page | None = None) -> list[str]:
    """Addresses of the desk and of the public site that this page leads to, pictures among them.

    `page`: the answer, where it was read before.
    """
    page = page or Page(answer.text)
    told = [*(one.get("href") for one in page.all("a")), *(one.get("src") for one in page.all("img"))]
    here, found = str(answer.url), dict[str, None]()
    for link in dict.fromkeys(one for one in told if one and not one.startswith("#")):
        url = urlsplit(urljoin(here, link))
        if url.hostname == answer.url.host and "lang=" not in url.query:
            found[_asked(url._replace(scheme="", netloc="", fragment="").geturl())] = None
    return list(found)


@cache
def _asked(address: str) -> str:
    """An address as a browser asks for it: what is no ASCII is escaped."""
    return httpx.URL(address).raw_path.decode()
