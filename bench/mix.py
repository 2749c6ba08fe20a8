"""What the whole system is asked at once: pushes, pulls, uploads, desk, public. The doers of `bench.open_loop`."""

import asyncio
import itertools
import json
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence

import brotli
import httpx

from bench.callers import Caller, Failed, address, strangers, tablet_callers
from bench.fleet_world import CLERK, PASSWORD, Fleet
from bench.open_loop import Doer
from bench.photos import photo
from bench.site import Site
from bench.wire_load import Answer
from mobile_contract.version import CONTRACT_HEADER, CONTRACT_VERSION

NDJSON = {"Content-Type": "application/x-ndjson"}
SPOKEN = {CONTRACT_HEADER: str(CONTRACT_VERSION), "Accept-Encoding": "br"}
PUSH, PULL, MEDIA, DESK, PUBLIC = KINDS = ("push", "pull", "media", "desk", "public")
NAMES = {PUSH: "push", PULL: "pull", MEDIA: "photo, 20 KB", DESK: "page of the desk", PUBLIC: "public page"}
TAKEN = (b'"verdict":"accepted","reasons":[]', b'"verdict":"duplicate"')
CLERKS = 5
BROWSERS = 200
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Mix:
    """All callers of one run. Close it when it is over."""

    def __init__(self, fleet: Fleet, site: Site, public: Sequence[str]) -> None:
        self.fleet, self.site = fleet, site
        places = len(fleet.tablets)
        self._pushing = tablet_callers(fleet.tablets, site.port)
        self._pulling = tablet_callers(fleet.tablets, site.port)
        self._sending = tablet_callers(fleet.tablets, site.port)
        self._strangers = strangers(BROWSERS, site.port, first=places)
        self._seats = strangers(CLERKS, site.port, first=places + BROWSERS)
        self._cookies: list[str] = []
        self._ready = fleet.unsent
        self._cursors: dict[int, str] = {}
        self._public = itertools.cycle(public)
        self._desk = itertools.cycle(_desk_pages(fleet))
        self._photos = itertools.count()
        self._turns = {kind: itertools.cycle(range(places)) for kind in (PUSH, PULL, MEDIA)}
        self._browsers, self._clerks = itertools.cycle(self._strangers), itertools.cycle(range(CLERKS))
        self._writing = [asyncio.Lock() for _ in fleet.tablets]
        self._batch = 0

    def prepare(self, pushes: int, batch: int) -> None:
        """Sign as many batches of `batch` entries as are missing to `pushes`, for the tablets that push next."""
        self._batch = batch
        upcoming, self._turns[PUSH] = itertools.tee(self._turns[PUSH])
        for place, wanted in Counter(itertools.islice(upcoming, pushes)).items():
            ready = self._ready.setdefault(place, deque())
            ready.extend(self._written(place) for _ in range(wanted - len(ready)))

    def _written(self, place: int) -> bytes:
        tablet = self.fleet.tablets[place]
        tablet.visits = (*tablet.visits[1:], tablet.visits[0])
        return tablet.batch(self._batch, 1)

    def doers(self) -> Mapping[str, Doer]:
        """By kind."""
        return {PUSH: self.push, PULL: self.pull, MEDIA: self.send_photo, DESK: self.at_desk, PUBLIC: self.in_public}

    async def push(self) -> None:
        """The next batch of the next tablet; every entry must be taken. One that was not stays the next: a log has no
        gaps, and what the server took of it meanwhile it knows again.
        """
        place = next(self._turns[PUSH])
        async with self._writing[place]:
            ready = self._ready.setdefault(place, deque())
            if not ready:
                ready.append(self._written(place))
            answer = await self._pushing[place].ask("POST", "/v1/sync/push", ready[0], NDJSON)
            if sum(map(answer.body.count, TAKEN)) != self._batch:
                raise Failed("not accepted")
            ready.popleft()

    async def pull(self) -> None:
        """One page of the next tablet's feed."""
        place = next(self._turns[PULL])
        self._cursors[place], _ = await pulled(self._pulling[place], self._cursors.get(place))

    async def send_photo(self) -> None:
        """A small photo in one request."""
        place = next(self._turns[MEDIA])
        await sent(self._sending[place], f"mix {self.fleet.authority} {next(self._photos)}")

    async def in_public(self) -> None:
        """A page of the public site."""
        await next(self._browsers).ask("GET", next(self._public))

    async def at_desk(self) -> None:
        """A page of the desk."""
        place = next(self._clerks)
        answer = await self._seats[place].ask("GET", next(self._desk), headers={"Cookie": self._cookies[place]})
        if answer.status != httpx.codes.OK:
            raise Failed(f"{answer.status} instead of a page")

    async def sit_down(self) -> None:
        """Sign everybody of the desk in, each from the address of his seat."""
        for place in range(CLERKS):
            self._cookies.append(await cookie_of(self.site.port, len(self.fleet.tablets) + BROWSERS + place))

    async def first_syncs(self) -> None:
        """Every tablet pulls all that it is to have: a first sync is `bench.rush`'s to measure."""
        for place, caller in enumerate(self._pulling):
            more = True
            while more:
                self._cursors[place], page = await pulled(caller, self._cursors.get(place), patient=True)
                more = page.more

    async def close(self) -> None:
        """Hang up."""
        for one in (*self._pushing, *self._pulling, *self._sending, *self._strangers, *self._seats):
            await one.close()


async def pulled(caller: Caller, cursor: str | None, *, patient: bool = False) -> tuple[str, "Page"]:
    """One page after `cursor`: the next cursor, and what came."""
    query = f"?cursor={cursor}" if cursor else ""
    page = Page(await caller.ask("GET", f"/v1/sync/pull{query}", headers=SPOKEN, patient=patient))
    return page.cursor, page


class Page:
    """What is asked of an answer to a pull, without reading all of it as a model."""

    def __init__(self, answer: Answer) -> None:
        packed = answer.headers.get("content-encoding") == "br"
        text = brotli.decompress(answer.body) if packed else answer.body
        head = json.loads(text[: text.index(b',"items":[')] + b"}")
        self.cursor: str = head["to"]
        self.more: bool = head["more"]
        self.topics, self.entries = text.count(b'"topic":'), text.count(b'"vseq":')
        self.carried = len(answer.body)


async def sent(caller: Caller, name: str, *, patient: bool = False) -> str:
    """The photo of this name, sent; its digest."""
    one = photo(name)
    await caller.ask("PUT", f"/v1/media/{one.digest}", one.data, {"Content-Type": "image/jpeg"}, patient=patient)
    return one.digest


async def cookie_of(port: int, number: int) -> str:
    """Sign the clerk in by the form; what the browser of this number sends from then on."""
    transport = httpx.AsyncHTTPTransport(local_address=address(number))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}") as http:
        token = _TOKEN.search((await http.get("/desk/sign-in")).text)
        if token is None:
            raise RuntimeError("the desk asks for nobody")
        told = {"username": CLERK, "password": PASSWORD, "form_token": token[1]}
        answer = await http.post("/desk/sign-in", data=told)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"the clerk is not let in: {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in http.cookies.items())


def _desk_pages(fleet: Fleet) -> list[str]:
    visits = [tablet.visits[0] for tablet in fleet.tablets[:20:2]]
    shown = ["/desk", "/desk/visits", "/desk/tasks", "/desk/reviews", "/desk/objects"]
    return [page for visit in visits for page in (*shown, f"/desk/visits/{visit}")]
