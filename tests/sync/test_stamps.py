"""One head a local day is stamped by a time-stamp authority, with retries, and what it said stays checkable."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.timestamping import (
    REQUEST_TYPE,
    RESPONSE_TYPE,
    StampError,
    read_certificates,
    stamp_request,
    stamped_at,
)
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import given_up, pending
from inspection.kernel.work.worker import Worker
from mobile_contract.base import b64url
from sync.log import stamps, store
from sync.log.heads import sign_head
from sync.log.proofs import read_stamp
from sync.log.queue import queue
from sync.log.sequence import sequence
from sync.log.stamps import AGAIN, JOB, STAMP, ask_for_stamp, use_stamps
from sync.log.verify import verify_log
from tests.sync.authority import Answerer, Authority, make_authority
from tests.sync.world import World

URL = "http://stamps.example/tsr"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority, whom nobody trusts."""
    return make_authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(autouse=True)
def unset() -> Iterator[None]:
    yield
    use_stamps("")


async def grow(world: World, count: int = 3) -> int:
    """Some entries, in the tree and under a signed head; its size."""
    cmd = world.cmd()
    await in_unit(queue, [b64url(world.entropy.bytes(32)) for _ in range(count)], cmd.now, cmd.new_id())
    await sequence(world.cmd())
    world.now += timedelta(minutes=1)
    head = await sign_head(world.cmd(), keys=world.keys)
    assert head is not None
    return head.size


async def work(world: World) -> None:
    """What the worker does now."""
    await Worker({JOB: STAMP}, FixedClock(world.now), SeededEntropy("stamps")).drain()


async def test_the_last_head_of_a_day_that_is_over_is_stamped_and_verifies(world: World, authority: Authority) -> None:
    answerer = Answerer(authority)
    use_stamps(URL, authority.certificates, answerer)
    await grow(world)
    size = await grow(world)
    assert await ask_for_stamp(world.cmd()) is None
    world.now += DAY
    assert await ask_for_stamp(world.cmd()) == date(2026, 3, 2)
    await work(world)
    told = await read_stamp(date(2026, 3, 2))
    newest = await store.newest_head()
    assert newest is not None
    assert (newest.size, told.head) == (size, newest.signed())
    response = base64.b64decode(told.response)
    assert authority.says_openssl(told.head.p, response)
    assert stamped_at(response, told.head.p, read_certificates(authority.certificates)) == told.at
    [line] = await read_kind("log:2026-03-02", EventKind.LOG_STAMPED)
    assert (line.payload["size"], line.payload["url"]) == (size, URL)
    assert len(answerer.asked) == 1


async def test_a_day_on_which_nothing_grew_gets_no_stamp_and_a_missed_day_is_covered_by_the_next(
    world: World, authority: Authority
) -> None:
    use_stamps(URL, authority.certificates, Answerer(authority))
    await grow(world)
    world.now += DAY
    size = await grow(world)
    world.now += 3 * DAY
    assert await ask_for_stamp(world.cmd()) == date(2026, 3, 3)
    await work(world)
    world.now += DAY
    assert await ask_for_stamp(world.cmd()) is None
    assert [(stamp.day, stamp.size) for stamp in await store.stamps()] == [(date(2026, 3, 3), size)]
    with pytest.raises(NotFound):
        await read_stamp(date(2026, 3, 2))


async def test_an_authority_that_is_away_is_asked_again_by_the_job_and_for_good_only_an_hour_later(
    world: World, authority: Authority
) -> None:
    answerer = Answerer(authority, away=8)
    use_stamps(URL, authority.certificates, answerer)
    await grow(world)
    world.now += DAY
    assert await ask_for_stamp(world.cmd()) is not None
    for _ in range(8):
        await work(world)
        world.now += timedelta(minutes=6)
        if await pending():
            assert await ask_for_stamp(world.cmd()) is None
    assert len(answerer.asked) == 6
    assert [name for name, _, _ in await given_up()] == [JOB]
    world.now += AGAIN
    assert await ask_for_stamp(world.cmd()) == date(2026, 3, 2)
    for _ in range(3):
        await work(world)
        world.now += timedelta(minutes=6)
    assert len(await store.stamps()) == 1


async def test_a_stamp_by_a_stranger_or_of_another_request_is_not_kept(
    world: World, authority: Authority, stranger: Authority
) -> None:
    use_stamps(URL, authority.certificates, Answerer(stranger))
    await grow(world)
    world.now += DAY
    await ask_for_stamp(world.cmd())
    await work(world)
    assert await store.stamps() == []
    # An answer that was recorded yesterday.
    head = await store.newest_head()
    assert head is not None
    recorded = authority.answer(stamp_request(head.text).as_bytes())
    replaying = Answerer(replace(authority))
    replaying._authority = _Replaying(recorded)  # type: ignore[assignment]
    use_stamps(URL, authority.certificates, replaying)
    world.now += timedelta(minutes=1)
    await work(world)
    assert await store.stamps() == []
    assert len(replaying.asked) == 1


class _Replaying:
    def __init__(self, recorded: bytes) -> None:
        self._recorded = recorded

    def answer(self, _: bytes) -> bytes:
        return self._recorded


async def test_without_a_setting_nobody_is_asked(world: World) -> None:
    await grow(world)
    world.now += DAY
    assert await ask_for_stamp(world.cmd()) is None


async def test_a_job_of_a_setting_that_was_withdrawn_does_nothing(world: World, authority: Authority) -> None:
    answerer = Answerer(authority)
    use_stamps(URL, authority.certificates, answerer)
    await grow(world)
    world.now += DAY
    await ask_for_stamp(world.cmd())
    use_stamps("")
    await work(world)
    assert (answerer.asked, await store.stamps(), await pending()) == ([], [], 0)


async def test_the_whole_log_is_verified_with_its_stamps(world: World, authority: Authority) -> None:
    use_stamps(URL, None, Answerer(authority))
    await grow(world)
    world.now += DAY
    await ask_for_stamp(world.cmd())
    await work(world)
    trusted = read_certificates(authority.certificates)
    report = await verify_log(world.cmd(), keys=world.keys.known, trusted=trusted)
    assert (report.leaves, report.heads, report.stamps, report.unverified_stamps) == (3, 1, 1, 0)
    # The test put hashes into the log that nobody wrote: that is noticed, and nothing else is wrong.
    assert {key for key, _ in report.wrong} == {"sync.log_wrong.entry_gone"}
    assert (await verify_log(world.cmd(), keys=world.keys.known)).unverified_stamps == 1


def test_what_a_stamp_is_not(authority: Authority, stranger: Authority) -> None:
    request = stamp_request("甲")
    response = authority.answer(request.as_bytes())
    trusted = read_certificates(authority.certificates)
    stamped_at(response, "甲", trusted, request.nonce)
    for text, certificates, nonce in (
        ("乙", trusted, None),
        ("甲", read_certificates(stranger.certificates), None),
        ("甲", trusted, 12345),
    ):
        with pytest.raises(StampError):
            stamped_at(response, text, certificates, nonce)
    for spoilt in (b"", b"no ASN.1", response[:-20], response[:200] + b"\x00" + response[201:]):
        with pytest.raises(StampError):
            stamped_at(spoilt, "甲", trusted)


def test_an_authority_that_encloses_unsorted_certificates_is_asked_to_enclose_none(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "tsa")
    authority.enclose_root()
    with_root, with_all = map(read_certificates, (authority.certificates, authority.all_certificates))
    with pytest.raises(StampError):
        stamped_at(authority.answer(stamp_request("甲", with_root).as_bytes()), "甲", with_root)
    stamped_at(authority.answer(stamp_request("甲", with_all).as_bytes()), "甲", with_all)
    # Enclosed or not, what the file trusts is what is verified by.
    other = make_authority(tmp_path / "other")
    with pytest.raises(StampError):
        stamped_at(other.answer(stamp_request("甲", with_all).as_bytes()), "甲", with_all)


async def test_over_a_real_socket(world: World, authority: Authority) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            assert self.headers["content-type"] == REQUEST_TYPE
            body = authority.answer(asked)
            self.send_response(200)
            self.send_header("content-type", RESPONSE_TYPE)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        use_stamps(f"http://127.0.0.1:{server.server_port}/", authority.certificates)
        await grow(world)
        world.now += DAY
        await ask_for_stamp(world.cmd())
        await work(world)
        assert len(await store.stamps()) == 1
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()


def test_certificates_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(ValueError, match=r"."):
        stamps.use_stamps(URL, tmp_path / "none.pem")
