"""The catalogue of faults, devices and people: cases 40–42, 44, 46, 47 and 53 (sync.md §4)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from inspection.kernel.errors import Refused
from inspection.visits.entries.store import entries_by_hash
from inspection.visits.reading import read_record
from inspection.visits.tables import Entry
from mobile_contract.client.dpop import proof
from mobile_contract.client.key import DeviceKey
from mobile_contract.client.state import Captured
from mobile_contract.push import PushAnswer, Reason, Receipt, Verdict
from sync.devices import store as store_devices
from sync.devices.bind import bind_inspector, unbind_inspector
from sync.devices.nonces import write_nonce
from sync.devices.proofs import Call, ProofDesk
from sync.push import quota
from sync.push import store as store_push
from tests.sync.world import World, note

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def verdicts(answer: PushAnswer) -> list[tuple[Verdict, tuple[Reason, ...]]]:
    return [(told.verdict, told.reasons) for told in answer.verdicts]


async def carriers(*entries: Captured) -> list[UUID]:
    rows = {row["hash"]: row["carrier"] for row in await Entry.select(Entry.hash, Entry.carrier)}
    return [rows[entry.hash] for entry in entries]


async def counted(world: World) -> set[str]:
    """The notes of the visit's record that count."""
    return {one.hash for one in (await read_record(world.visit)).notes if one.counted}


async def shown(world: World) -> set[str]:
    """The notes that are shown without counting."""
    return {one.hash for one in (await read_record(world.visit)).notes if not one.counted}


@pytest.mark.parametrize("iat", [0, 1, -(10**9), 4_102_444_800, 2**53 - 1])
def test_case_40_a_proof_whose_clock_is_far_off_takes_the_way_of_the_nonce_and_never_a_loop(iat: int):
    """DPoP `iat` far off → nonce path, never a refusal loop."""
    key, desk = DeviceKey(7), ProofDesk(b"s" * 32)
    call = Call("GET", "/v1/sync/pull", frozenset({"server"}), "t")
    said = {"method": "GET", "url": "http://server/v1/sync/pull", "token": "t", "iat": iat}
    with pytest.raises(Refused) as asked:
        desk.check(proof(key, nonce=None, jti="1", **said), call, NOW)
    assert asked.value.code == "proof-required"
    for round_ in range(3):
        now = NOW + timedelta(minutes=4 * round_)
        text = proof(key, nonce=write_nonce(now, desk.secret), jti=f"{round_ + 2}", **said)
        assert desk.check(text, call, now).kid == key.kid


async def test_case_41_a_revoked_devices_batch_again_known_ones_are_duplicates_new_ones_flagged(world: World):
    """Replayed batch from a revoked device: known hashes → duplicate; new ones → stored, `device-revoked`, not
    counted."""
    tablet = await world.tablet()
    old = [note(tablet, world.visit, f"{n}") for n in range(3)]
    await world.push(tablet, *old)
    await world.revoke(tablet)
    new = note(tablet, world.visit, "after")
    before = await counted(world)
    answer = await world.push(tablet, *old, new)
    told = verdicts(answer)
    assert told[:3] == [(Verdict.DUPLICATE, ())] * 3
    assert told[3][0] is Verdict.FLAGGED
    assert Reason.DEVICE_REVOKED in told[3][1]
    assert new.hash in await entries_by_hash([new.hash])
    assert await counted(world) == before == {entry.hash for entry in old}
    assert await shown(world) == {new.hash}


async def test_case_42_a_stolen_tablet_floods_within_its_quota_flagged_and_without_effect(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Stolen tablet with live key after revocation floods entries → stored within quota, flagged, rate-limited; no
    effect on records."""
    monkeypatch.setattr(quota, "MOST_AFTER_REVOCATION", 25)
    tablet, colleague = await world.tablet(0), await world.tablet(1)
    await world.push(tablet, note(tablet, world.visit, "honest"))
    await world.revoke(tablet)
    before = await counted(world)
    told = []
    for _ in range(4):
        told += verdicts(await world.push(tablet, *[note(tablet, world.visit, "flood") for _ in range(10)]))
    assert [verdict for verdict, _ in told] == [Verdict.FLAGGED] * 25 + [Verdict.LATER] * 15
    assert all(Reason.DEVICE_REVOKED in reasons for verdict, reasons in told if verdict is Verdict.FLAGGED)
    # Neither does somebody else's carrying get more of it in, nor does it cost him anything of his own.
    own, stolen = note(colleague, world.visit, "mine"), note(tablet, world.visit, "flood")
    carried = verdicts(await world.push(colleague, stolen, own))
    assert [verdict for verdict, _ in carried] == [Verdict.LATER, Verdict.ACCEPTED]
    assert await counted(world) == before | {own.hash}


async def test_case_44_a_restored_tablet_that_enrolled_anew_hands_in_what_its_old_key_signed(world: World):
    """Tablet restored and re-enrolled: old outbox signed by the old key → accepted via courier rule."""
    before = await world.tablet()
    outbox = [note(before, world.visit, f"{n}") for n in range(4)]
    again = await world.tablet()
    assert again.key.kid != before.key.kid
    answer = await world.push(again, *outbox)
    assert [verdict for verdict, _ in verdicts(answer)] == [Verdict.ACCEPTED] * 4
    assert await carriers(*outbox) == [again.id] * 4
    receipt = Receipt.model_validate_json(answer.receipt.p)
    assert receipt.carrier == again.id
    assert [(log.dev, log.seq) for log in receipt.logs] == [(before.id, 4)]


async def test_case_46_a_colleagues_tablet_carries_and_both_push_it_is_one_entry_and_the_carrier_is_kept(world: World):
    """Colleague's tablet carries the entries; both push → duplicates; carrier recorded."""
    mine, colleague = await world.tablet(0), await world.tablet(1)
    lines = [note(mine, world.visit, f"{n}") for n in range(3)]
    first = await world.push(colleague, *lines)
    second = await world.push(mine, *lines)
    assert [verdict for verdict, _ in verdicts(first)] == [Verdict.ACCEPTED] * 3
    assert verdicts(second) == [(Verdict.DUPLICATE, ())] * 3
    assert [told.vseq for told in second.verdicts] == [told.vseq for told in first.verdicts]
    assert await carriers(*lines) == [colleague.id] * 3
    assert await counted(world) == {line.hash for line in lines}


async def test_case_47_a_tablet_whose_key_is_lost_is_a_new_device_and_an_entry_closes_the_old_log(world: World):
    """Key lost (keystore invalidated) → new enrolment, new device; old log closed by an entry."""
    old = await world.tablet()
    lines = [note(old, world.visit, f"{n}") for n in range(2)]
    await world.push(old, lines[0])
    new = await world.tablet()
    assert new.id != old.id
    assert (await store_devices.device(old.id)) is not None
    last = {"dev": str(old.id), "ep": lines[1].ep, "seq": lines[1].seq, "hash": lines[1].hash}
    closing = new.capture("log.epoch", {"reason": "keystore invalidated", "last": last})
    answer = await world.push(new, lines[1], closing, note(new, world.visit, "goes on"))
    assert [verdict for verdict, _ in verdicts(answer)] == [Verdict.ACCEPTED] * 3
    heads = {head.device: head for _, head in await store_push.logs_of([old.id, new.id])}
    assert (heads[old.id].seq, heads[old.id].hash, heads[old.id].forked) == (2, lines[1].hash, False)
    assert (heads[new.id].seq, heads[new.id].forked) == (2, False)
    # It is in custody and says for ever where the old log ended: what claims more than that can be seen.
    stored = (await entries_by_hash([closing.hash]))[closing.hash]
    assert lines[1].hash.encode() in (stored.body or b"")


async def test_case_53_an_entry_in_anothers_name_is_stored_flagged_and_not_counted(world: World):
    """Inspector A tries to push an entry with `ins` = B → signature is A's device; binding fails → flagged `not-bound`,
    not counted."""
    tablet = await world.tablet(0)
    other = world.inspectors[1]
    forged = tablet.capture("note.add", {"text": "in his name"}, visit=world.visit, inspector=other)
    ((verdict, reasons),) = verdicts(await world.push(tablet, forged))
    assert verdict is Verdict.FLAGGED
    assert Reason.NOT_BOUND in reasons
    assert forged.hash in await entries_by_hash([forged.hash])
    assert await counted(world) == set()
    assert await shown(world) == {forged.hash}
    # The same becomes an honest entry once the office says that he works on it, from that moment on.
    who = {"device_id": tablet.id, "inspector_id": other, "authority_id": world.authority}
    await bind_inspector(world.cmd(), **who)
    honest = tablet.capture("note.add", {"text": "on his tablet"}, visit=world.visit, inspector=other)
    told = verdicts(await world.push(tablet, honest, forged))
    assert [verdict for verdict, _ in told] == [Verdict.ACCEPTED, Verdict.DUPLICATE]
    assert await counted(world) == {honest.hash}
    await unbind_inspector(world.cmd(), **who)
    late = tablet.capture("note.add", {"text": "too late"}, visit=world.visit, inspector=other)
    ((verdict, reasons),) = verdicts(await world.push(tablet, late))
    assert (verdict, Reason.NOT_BOUND in reasons) == (Verdict.FLAGGED, True)
