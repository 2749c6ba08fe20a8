"""Somebody who follows every link of the desk, so that no page is forgotten."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    """What was seen: answers by address, and where each was linked from."""

    seen: dict[str, httpx.Response] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> dict[str, tuple[int, str]]:
        """Links that lead nowhere: (status, the page that has them), by address."""
        return {at: (one.status_code, self.linked_from[at]) for at, one in self.seen.items() if one.status_code != 200}

    @property
    def faults(self) -> Mapping[str, list[str]]:
        """What is wrong with the pages, by address."""
        pages = {at: Page(one.text).faults for at, one in self.seen.items() if is_page(one)}
        return {at: found for at, found in pages.items() if found}


def is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def kind_of(address: str) -> str:
    """Addresses that differ in ids and values only are of one kind."""
    url = httpx.URL(address)
    path = re.sub(r"/[^/]*\d[^/]*", "/…", NAMED.sub("…", url.path))
    return f"{path}?{','.join(sorted(set(url.params) - CHANGING))}"


async def crawl(seat: Seat, start: str = "/desk") -> Crawl:
    """Every kind of page that can be reached from the desk's home, some of each kind."""
    found, kinds, waiting = Crawl(linked_from={start: start}), Counter[str](), [start]
    while waiting:
        at = waiting.pop(0)
        answer = found.seen[at] = await seat.ask(at)
        if answer.status_code != 200 or not is_page(answer):
            continue
        for link in links_of(answer):
            if link not in found.linked_from and kinds[kind_of(link)] < MOST_ALIKE:
                kinds[kind_of(link)] += 1
                found.linked_from[link] = at
                waiting.append(link)
    return found


def links_of(answer: httpx.Response) -> list[str]:
    """Addresses of the desk and of the public site that this page leads to, pictures among them."""
    page = Page(answer.text)
    told = [*(one.get("href") for one in page.all("a")), *(one.get("src") for one in page.all("img"))]
    here = answer.url.copy_with(fragment=None)
    urls = [here.join(one) for one in told if one and not one.startswith("#")]
    kept = [one.copy_with(fragment=None).raw_path.decode() for one in urls if one.host == here.host]
    return [one for one in dict.fromkeys(kept) if "lang=" not in one]
