"""Refused lines are looked at again: by themselves when a key becomes known, and when a person asks."""

import json

import pytest

from api.worker import HANDLERS
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.kernel.work.worker import Worker
from inspection.visits.tables import Entry
from mobile_contract.client import Device
from mobile_contract.client.key import DeviceKey
from mobile_contract.client.state import Captured
from mobile_contract.envelope import MAX_LINE_BYTES
from mobile_contract.push import PushAnswer, Reason, Verdict
from sync.office.letters import LetterView, list_letters, reread_letters, set_aside
from sync.push import custody
from tests.sync.unknown_keys import forget, know
from tests.sync.world import KEYS, World, build_world, note


@pytest.fixture
async def tablet(world: World) -> Device:
    return await world.tablet()


async def work(world: World) -> None:
    """The background work that is due."""
    await Worker(HANDLERS, FixedClock(world.now), SeededEntropy("letters")).drain()


async def stored() -> set[str]:
    return {row["hash"] for row in await Entry.select(Entry.hash)}


async def told(world: World) -> list[tuple[str, str | None]]:
    """(why refused, what became of it) of every letter."""
    found = await list_letters(world.authority)
    return sorted(((one.letter.reason, one.outcome and one.outcome.verdict) for one in found), key=str)


async def only(world: World) -> LetterView:
    (letter,) = await list_letters(world.authority)
    return letter


async def early(world: World, carrier: Device, count: int = 2) -> tuple[Device, list[Captured], PushAnswer]:
    """A tablet whose entries arrive through another one before its key is known; returns it unknown, and the answer."""
    newcomer = await world.tablet(1)
    entries = [note(newcomer, world.visit, str(n)) for n in range(count)]
    await forget(newcomer)
    return newcomer, entries, await world.push(carrier, *entries)


async def test_what_a_key_signed_before_it_was_known_is_admitted_when_it_is(world: World, tablet: Device) -> None:
    newcomer, entries, answer = await early(world, tablet)
    assert {(one.verdict, one.reasons) for one in answer.verdicts} == {(Verdict.REFUSED, (Reason.UNKNOWN_KEY,))}
    assert await stored() == set()
    await know(world, newcomer)
    await work(world)
    assert await stored() == {entry.hash for entry in entries}
    assert await told(world) == [("unknown-key", "accepted")] * 2
    row = await Entry.select(Entry.carrier).first()
    assert row == {"carrier": tablet.id}
    settled = [line for line in await read(f"device:{tablet.id}") if line.kind is EventKind.LETTER_SETTLED]
    assert [line.payload["settled"] for line in settled] == [2]
    again = await world.push(tablet, *entries)
    assert {one.verdict for one in again.verdicts} == {Verdict.DUPLICATE}


async def test_a_key_admits_what_it_signed_and_nothing_else(world: World, tablet: Device) -> None:
    newcomer, entries, _ = await early(world, tablet, 1)
    stranger = DeviceKey.of_entropy(b"stranger" * 6)
    line = json.loads(entries[0].line)
    await world.push(tablet, b"{broken", json.dumps({**line, "k": stranger.kid}))
    await know(world, newcomer)
    await work(world)
    assert await told(world) == [
        ("malformed", None),
        ("unknown-key", "accepted"),
        ("unknown-key", None),
    ]


async def test_reading_again_twice_settles_once(world: World, tablet: Device) -> None:
    newcomer, entries, _ = await early(world, tablet)
    await know(world, newcomer)
    first = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    second = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    await work(world)
    assert (first.admitted, second.admitted, second.refused) == (2, 0, 0)
    assert len(await stored()) == len(entries)


async def test_an_entry_that_the_store_failed_on_is_admitted_after_the_fix(
    world: World, tablet: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_, **__):
        raise LookupError("a projection that raises")

    entry = note(tablet, world.visit)
    monkeypatch.setattr(custody, "admit_entries", failing)
    await world.push(tablet, entry)
    still = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    assert (still.admitted, still.refused) == (0, 1)
    assert await told(world) == [("unprocessable", None)]
    monkeypatch.undo()
    fixed = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    assert (fixed.admitted, fixed.refused) == (1, 0)
    assert (await only(world)).outcome.entry == entry.hash
    assert await stored() == {entry.hash}


async def test_a_letter_that_was_cut_off_is_told_as_such_and_never_read_again(world: World, tablet: Device) -> None:
    await world.push(tablet, b'{"p":"' + b"x" * MAX_LINE_BYTES + b'"}')
    assert (await only(world)).cut
    done = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    assert (done.admitted, done.refused, done.cut) == (0, 0, 1)


async def test_a_letter_is_set_aside_once_with_a_note_and_keeps_its_bytes(world: World, tablet: Device) -> None:
    await world.push(tablet, b"{broken")
    letter = (await only(world)).letter
    how = {"letter_id": letter.id, "authority_id": world.authority, "note": "试验设备的残余数据"}
    await set_aside(world.cmd(), **how)
    settled = await only(world)
    assert settled.outcome.verdict == "set-aside"
    assert settled.outcome.note == "试验设备的残余数据"
    assert settled.letter.content == b"{broken"
    with pytest.raises(Conflict):
        await set_aside(world.cmd(), **how)
    assert await list_letters(world.authority, still_open=True) == []
    done = await reread_letters(world.cmd(), authority_id=world.authority, keys=KEYS)
    assert (done.admitted, done.refused, done.cut) == (0, 0, 0)


async def test_letters_are_paged_and_another_authoritys_are_none(world: World, tablet: Device) -> None:
    elsewhere = await build_world("elsewhere")
    await world.push(tablet, *(f"{{{n}".encode() for n in range(5)))
    pages, after = [], None
    while page := await list_letters(world.authority, after=after, limit=2):
        after = page[-1].letter.id
        pages.append(len(page))
    assert pages == [2, 2, 1]
    assert await list_letters(elsewhere.authority) == []
    letter = (await list_letters(world.authority, limit=1))[0].letter
    with pytest.raises(NotFound):
        await set_aside(world.cmd(), letter_id=letter.id, authority_id=elsewhere.authority, note="x")
