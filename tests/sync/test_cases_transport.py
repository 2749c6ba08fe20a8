"""Cases 1–6, 8, 10–13, 16, 18 and 19 of the catalogue (sync.md §4): what goes wrong between tablet and server."""

import asyncio
import base64
import gzip
import hashlib
import json
import random
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from backports import zstd

from inspection.kernel.errors import Invalid
from inspection.kernel.journal import read
from inspection.visits import reading
from inspection.visits.tables import Entry
from mobile_contract.base import b64url
from mobile_contract.client import Device
from mobile_contract.client.state import Captured
from mobile_contract.envelope import body_digest, signed_bytes
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_UNPACKED_BYTES, PushAnswer, Reason, Verdict
from sync.push import receive
from sync.push.unpack import unpack
from sync.tables import FeedRow, IssuedReceipt, LogPending
from tests.sync.world import World, note

PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd.compress}
GAP = (Verdict.FLAGGED, (Reason.LOG_GAP,))
either = pytest.mark.parametrize("coding", PACK)


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def stored() -> set[str]:
    return {row["hash"] for row in await Entry.select(Entry.hash)}


async def everything() -> tuple[int, ...]:
    """How many rows there are of what a push writes."""
    return (await Entry.count(), await IssuedReceipt.count(), await LogPending.count(), await FeedRow.count())


def places(answer: PushAnswer) -> dict[str | None, tuple[object, int | None]]:
    return {one.hash: (one.visit, one.vseq) for one in answer.verdicts}


def verdicts(answer: PushAnswer) -> set[Verdict]:
    return {one.verdict for one in answer.verdicts}


def ndjson(entries: list[Captured]) -> bytes:
    return b"".join(entry.line.encode() + b"\n" for entry in entries)


def resigned(entry: Captured, device: Device, b: str | None = None, **header: object) -> str:
    """The entry with another header or body, signed anew."""
    line = json.loads(entry.line)
    if b is not None:
        header |= {"body": b64url(body_digest(b.encode())), "blen": len(b.encode())}
    p = json.dumps({**json.loads(line["p"]), **header})
    signed = {**line, "p": p, "s": b64url(device.key.sign(signed_bytes(p.encode())))}
    return json.dumps(signed if b is None else {**signed, "b": b}, ensure_ascii=False)


async def test_case_01_a_crash_after_commit_before_the_answer_leaves_duplicates_at_the_same_place_and_one_entry(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CrashError(BaseException):
        """The process dies."""

    def crashes(*_: object, **__: object) -> bytes:
        raise CrashError

    entry = note(tablet, world.visit)
    monkeypatch.setattr(receive, "answer_text", crashes)
    with pytest.raises(CrashError):
        await world.push(tablet, entry)
    monkeypatch.undo()
    again = await world.push(tablet, entry)
    assert verdicts(again) == {Verdict.DUPLICATE}
    assert places(again) == {entry.hash: (world.visit, 1)}
    assert await Entry.count() == 1


async def test_case_02_a_crash_before_commit_stores_nothing_tells_nothing_and_the_next_push_is_accepted(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CrashError(BaseException):
        """The process dies."""

    async def crashes(*_: object, **__: object) -> None:
        raise CrashError

    entry, before = note(tablet, world.visit), await everything()
    monkeypatch.setattr(receive, "keep", crashes)
    with pytest.raises(CrashError):
        await world.push(tablet, entry)
    assert await everything() == before
    monkeypatch.undo()
    assert verdicts(await world.push(tablet, entry)) == {Verdict.ACCEPTED}


async def test_case_03_a_client_that_gave_up_waiting_and_repeats_inserts_nothing_twice(
    world: World, tablet: Device
) -> None:
    batch = [note(tablet, world.visit, str(n)) for n in range(30)]
    # The first one still works when the repetition comes; nobody hears its answer.
    unheard = asyncio.create_task(world.push(tablet, *batch))
    await asyncio.sleep(0)
    again = await world.push(tablet, *batch)
    first = await unheard
    assert places(first) == places(again)
    assert sorted([*verdicts(first), *verdicts(again)]) == [Verdict.ACCEPTED, Verdict.DUPLICATE]
    assert await Entry.count() == 30


async def test_case_04_two_processes_that_push_one_batch_at_once_accept_each_entry_exactly_once(
    world: World, tablet: Device
) -> None:
    colleague = await world.tablet(1)
    other = await world.add_visit()
    batch = [note(tablet, other if n % 3 else world.visit, str(n)) for n in range(40)]
    pushes = (world.push(tablet, *batch), world.push(colleague, *reversed(batch)), world.push(tablet, *batch[::2]))
    answers = await asyncio.gather(*pushes)
    for entry in batch:
        told = [one for answer in answers for one in answer.verdicts if one.hash == entry.hash]
        taken = [one for one in told if one.verdict is not Verdict.DUPLICATE]
        # Whoever commits first decides; when it is the push of every second entry, the log had gaps by then.
        assert [(one.verdict, one.reasons) for one in taken] in ([(Verdict.ACCEPTED, ())], [GAP])
        assert len({(one.visit, one.vseq) for one in told}) == 1
    numbers = [row["vseq"] for row in await Entry.select(Entry.vseq).where(Entry.visit == other)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


async def test_case_05_a_later_number_before_an_earlier_one_is_stored_and_the_gap_is_told_and_closed(
    world: World, tablet: Device
) -> None:
    first, second, third = (note(tablet, world.visit, str(n)) for n in range(3))
    await world.push(tablet, first)
    ahead = await world.push(tablet, third)
    assert [(one.verdict, one.reasons) for one in ahead.verdicts] == [GAP]
    assert await stored() == {first.hash, third.hash}
    late = await world.push(tablet, second)
    assert [(one.verdict, one.reasons) for one in late.verdicts] == [(Verdict.ACCEPTED, ())]
    state = json.loads(late.receipt.p)["logs"][0]
    assert (state["seq"], state["top"], state["hash"], state["forked"]) == (3, 3, third.hash, False)
    assert await stored() == {first.hash, second.hash, third.hash}


@either
async def test_case_06_of_a_stream_that_broke_off_the_whole_lines_are_processed_and_the_rest_is_not(
    world: World, tablet: Device, coding: str
) -> None:
    # Bodies that do not compress: zstd hands over whole blocks only.
    batch = [note(tablet, world.visit, random.Random(n).randbytes(2_000).hex()) for n in range(60)]
    packed = PACK[coding](ndjson(batch))
    answer = await world.push(tablet, body=packed[: len(packed) * 4 // 5], encoding=coding)
    assert answer.truncated
    assert 0 < len(answer.verdicts) < 60
    assert verdicts(answer) == {Verdict.ACCEPTED}
    assert await stored() == {entry.hash for entry in batch[: len(answer.verdicts)]}
    again = await world.push(tablet, body=packed, encoding=coding)
    assert not again.truncated
    assert await stored() == {entry.hash for entry in batch}


@either
async def test_case_08_a_bomb_is_stopped_at_8_mib_with_413_and_little_memory(
    world: World, tablet: Device, coding: str
) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31) if coding == "gzip" else zstd.ZstdCompressor()
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(200)) + squeeze.flush()
    before = await everything()
    with pytest.raises(Invalid) as refused:
        await world.push(tablet, body=bomb, encoding=coding)
    assert (refused.value.code, refused.value.code.status) == (ProblemCode.TOO_LARGE, 413)
    assert refused.value.facts == {"what": "unpacked_bytes", "limit": MAX_UNPACKED_BYTES}
    assert await everything() == before
    tracemalloc.start()
    with pytest.raises(Invalid):
        unpack(bomb, coding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 20 * 1024 * 1024


async def test_case_10_one_line_of_3_mb_is_refused_and_the_others_are_processed(world: World, tablet: Device) -> None:
    good = [note(tablet, world.visit, str(n)) for n in range(4)]
    huge = b'{"p":"' + b"x" * 3_000_000 + b'"}'
    body = ndjson(good[:2]) + huge + b"\n" + ndjson(good[2:])
    answer = await world.push(tablet, body=gzip.compress(body), encoding="gzip")
    refused = answer.verdicts[2]
    assert (refused.verdict, refused.reasons) == (Verdict.REFUSED, (Reason.TOO_LARGE,))
    assert [one.verdict for one in answer.verdicts if one is not refused] == [Verdict.ACCEPTED] * 4
    assert await stored() == {entry.hash for entry in good}


async def test_case_11_json_50_000_deep_is_malformed_wherever_it_stands(world: World, tablet: Device) -> None:
    deep = "[" * 50_000
    good, header, body = (note(tablet, world.visit, str(n)) for n in range(3))
    shallow = '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":' + "[" * 30_000 + "]" * 30_000 + "}"
    in_body = resigned(body, tablet, shallow)
    in_header = json.dumps({**json.loads(header.line), "p": "[" * 2_000 + "]" * 2_000})
    answer = await world.push(tablet, deep, good, in_header, in_body)
    told = [(one.verdict, one.reasons) for one in answer.verdicts]
    refused = (Verdict.REFUSED, (Reason.MALFORMED,))
    assert told == [refused, (Verdict.ACCEPTED, ()), refused, refused]


@pytest.mark.parametrize(
    "odd",
    [
        '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":"a","text":"b"}',
        '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":NaN}',
        '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":1e400}',
        '\ufeff{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":"a"}',
        '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":"\\ud800"}',
        '{"salt":"AAAAAAAAAAAAAAAAAAAAAA","text":9007199254740993}',
    ],
)
async def test_case_12_what_parsers_read_differently_is_malformed_for_its_line_on_every_database(
    world: World, tablet: Device, odd: str
) -> None:
    good, bent = note(tablet, world.visit, "1"), note(tablet, world.visit, "2")
    whole = json.loads(good.line)
    for line in (resigned(bent, tablet, odd), json.dumps({**whole, "p": odd}), odd):
        answer = await world.push(tablet, line, good)
        assert (answer.verdicts[0].verdict, answer.verdicts[0].reasons) == (Verdict.REFUSED, (Reason.MALFORMED,))
        assert answer.verdicts[1].verdict.takes_custody
    assert await stored() == {good.hash}


async def test_case_13_a_nul_in_a_note_is_stored_byte_for_byte_and_shown_escaped(world: World, tablet: Device) -> None:
    entry = note(tablet, world.visit, "vor\x00nach")
    answer = await world.push(tablet, entry)
    assert verdicts(answer) == {Verdict.ACCEPTED}
    row = await Entry.select(Entry.body).first()
    assert row is not None
    assert bytes(row["body"]).decode() == json.loads(entry.line)["b"]
    assert b"\\u0000" in bytes(row["body"])
    record = await reading.read_record(world.visit)
    assert "vor\u2400nach" in str(record)
    assert "\x00" not in str(record)


async def test_case_16_a_push_that_a_proxy_replays_is_duplicates(world: World, tablet: Device) -> None:
    batch = [note(tablet, world.visit, str(n)) for n in range(5)]
    first = await world.push(tablet, *batch)
    entries = await Entry.select(Entry.hash, Entry.vseq, Entry.signature).order_by(Entry.vseq)
    for _ in range(2):
        replayed = await world.push(tablet, *batch)
        assert verdicts(replayed) == {Verdict.DUPLICATE}
        assert places(replayed) == places(first)
    assert await Entry.select(Entry.hash, Entry.vseq, Entry.signature).order_by(Entry.vseq) == entries


@either
async def test_case_18_a_packed_body_with_a_wrong_content_digest_is_422_without_effect(
    world: World, tablet: Device, coding: str
) -> None:
    packed = PACK[coding](ndjson([note(tablet, world.visit)]))
    before, lines = await everything(), len(await read(f"device:{tablet.id}"))
    right = base64.b64encode(hashlib.sha256(packed).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(packed + b"x").digest()).decode()
    with pytest.raises(Invalid) as refused:
        await world.push(tablet, body=packed, encoding=coding, content_digest=f"sha-256=:{wrong}:")
    assert (refused.value.code, refused.value.code.status) == (ProblemCode.DIGEST_MISMATCH, 422)
    assert await everything() == before
    assert len(await read(f"device:{tablet.id}")) == lines
    answer = await world.push(tablet, body=packed, encoding=coding, content_digest=f"sha-256=:{right}:")
    assert verdicts(answer) == {Verdict.ACCEPTED}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"", None), (b"\n\n \n", None), (gzip.compress(b""), "gzip"), (zstd.compress(b"\n"), "zstd"), (b"", "gzip")],
    ids=["nothing", "blank lines", "packed nothing", "a packed blank line", "announced as packed"],
)
async def test_case_19_a_push_of_nothing_is_answered_with_a_receipt_of_the_head(
    world: World, tablet: Device, body: bytes, encoding: str | None
) -> None:
    await world.push(tablet, note(tablet, world.visit))
    before = await everything()
    answer = await world.push(tablet, body=body, encoding=encoding)
    receipt = json.loads(answer.receipt.p)
    assert (answer.verdicts, answer.truncated, receipt["entries"]) == ((), False, [])
    assert receipt["feed"] > 0
    assert await everything() == before
