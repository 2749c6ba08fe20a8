"""Which entries of a push count as signed, and at what cost."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.base import b64url
from mobile_contract.client.key import ORDER, DeviceKey
from mobile_contract.envelope import entry_hash, signed_bytes
from mobile_contract.signed import DeviceJwk
from sync import signatures
from sync.signatures import Claim, authentic, public_key, runs, verify

KEY = DeviceKey.of_entropy(b"a" * 48)
OTHER = DeviceKey.of_entropy(b"b" * 48)
KEYS = {key.kid: public_key(key.jwk) for key in (KEY, OTHER)}


def log(length: int, key: DeviceKey = KEY, dev: int = 1) -> list[Claim]:
    claims: list[Claim] = []
    for seq in range(1, length + 1):
        prev = claims[-1].hash if claims else None
        p = f"{key.kid}:{dev}:{seq}:{prev}".encode()
        hash_ = b64url(entry_hash(p))
        claims.append(Claim(100 * dev + seq, key.kid, UUID(int=dev), 1, seq, prev, hash_, p, key.sign(signed_bytes(p))))
    return claims


def spoil(claim: Claim) -> Claim:
    return claim._replace(sig=bytes(64))


LONG, FOREIGN = log(8), log(5, OTHER, 2)


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    seen: list[bytes] = []

    def counting(key, message, signature):
        seen.append(message)
        return verify(key, message, signature)

    monkeypatch.setattr(signatures, "verify", counting)
    return seen


def test_a_run_costs_one_check(monkeypatch):
    seen = count_checks(monkeypatch)
    assert authentic([*LONG, *FOREIGN], KEYS) == {claim.number for claim in (*LONG, *FOREIGN)}
    assert len(seen) == 2


@given(st.permutations(LONG + FOREIGN))
def test_the_order_of_lines_makes_no_difference_to_the_runs(shuffled):
    assert sorted(len(run) for run in runs(shuffled)) == [5, 8]


@settings(max_examples=60)
@given(st.sets(st.integers(0, 7), min_size=1))
def test_a_bad_newest_signature_costs_only_entries_with_bad_signatures(bad):
    # When the newest of a run cannot vouch, every entry stands for itself.
    newest = len(LONG) - 1
    bad = bad | {newest}
    claims = [spoil(claim) if n in bad else claim for n, claim in enumerate(LONG)]
    assert authentic(claims, KEYS) == {claim.number for n, claim in enumerate(LONG) if n not in bad}


def test_an_entry_outside_its_run_stands_for_itself():
    gap = [claim for claim in LONG if claim.seq != 4]
    spoiled = [spoil(claim) if claim.seq == 3 else claim for claim in gap]
    assert LONG[2].number not in authentic(spoiled, KEYS)
    assert len(authentic(spoiled, KEYS)) == len(gap) - 1


def test_a_predecessor_that_is_not_named_by_hash_is_not_vouched_for():
    forged = spoil(LONG[2])._replace(hash=b64url(entry_hash(b"forged")), p=b"forged")
    claims = [LONG[1], forged, LONG[3]]
    assert authentic(claims, KEYS) == {LONG[1].number, LONG[3].number}


def test_a_copy_with_a_worthless_signature_does_not_profit_from_the_good_one():
    copy = spoil(LONG[7])._replace(number=999)
    for claims in ([*LONG, copy], [copy, *LONG]):
        assert authentic(claims, KEYS) == {claim.number for claim in LONG}


def test_a_key_nobody_knows_signs_nothing():
    assert authentic(LONG, {OTHER.kid: KEYS[OTHER.kid]}) == frozenset()


def test_the_twin_signature_verifies_and_nonsense_does_not():
    message = b"message"
    good = KEY.sign(message)
    twin = good[:32] + (ORDER - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
    key = KEYS[KEY.kid]
    assert verify(key, message, good)
    assert verify(key, message, twin)
    for bad in (b"", good[:63], good + b"x", bytes(64), b"\xff" * 64, good[:32] + bytes(32)):
        assert not verify(key, message, bad)
    assert not verify(key, b"other", good)


def test_a_point_off_the_curve_is_no_key():
    with pytest.raises(ValueError, match=r".*"):
        public_key(DeviceJwk(x=b64url(b"\x01" * 32), y=b64url(b"\x02" * 32)))
