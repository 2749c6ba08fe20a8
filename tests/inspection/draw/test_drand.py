"""drand's own published rounds verify, and nothing else does.

Vectors: rounds 123 and 1000 of quicknet as the network's public relays give them (api.drand.sh/52db9ba7…/public/123).
"""

import hashlib
import sys

import pytest

from inspection.draw.lot.entropy import BeaconRound
from inspection.draw.supervision.beacon import Beacon, loaded
from inspection.draw.supervision.drand import Quicknet

ROUNDS = {
    123: "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
RANDOMNESS_1000 = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
BEACON = Quicknet()

PLUG_IN = "inspection.draw.supervision.drand"


def value_of(signature: bytes) -> bytes:
    return hashlib.sha256(signature).digest()


@pytest.mark.parametrize("number", sorted(ROUNDS))
def test_a_published_round_verifies(number: int) -> None:
    signature = bytes.fromhex(ROUNDS[number])
    assert BEACON.verify(number, value_of(signature), signature)


def test_the_randomness_is_the_one_that_was_published() -> None:
    assert value_of(bytes.fromhex(ROUNDS[1000])).hex() == RANDOMNESS_1000


def test_a_round_does_not_pass_for_another() -> None:
    signature = bytes.fromhex(ROUNDS[1000])
    assert not BEACON.verify(1001, value_of(signature), signature)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(48),
        b"\xff" * 48,
        b"\xc0" + bytes(47),  # the point at infinity
        bytes.fromhex(ROUNDS[1000])[:-1] + b"\x38",
        bytes([bytes.fromhex(ROUNDS[1000])[0] ^ 0x20]) + bytes.fromhex(ROUNDS[1000])[1:],  # the negative
        bytes.fromhex(ROUNDS[1000]) * 2,
    ],
)
def test_what_the_network_did_not_sign_does_not_verify(signature: bytes) -> None:
    assert not BEACON.verify(1000, value_of(signature), signature)


def test_a_value_that_is_not_the_signature_s_does_not_verify() -> None:
    assert not BEACON.verify(1000, bytes(32), bytes.fromhex(ROUNDS[1000]))
    assert not BEACON.verify(0, value_of(bytes.fromhex(ROUNDS[1000])), bytes.fromhex(ROUNDS[1000]))


def test_it_is_found_by_its_setting_and_counts_its_rounds_as_the_network_does() -> None:
    found = loaded("inspection.draw.supervision.drand:Quicknet")
    assert isinstance(found, Beacon)
    told = BeaconRound(found.network, found.genesis, found.period)
    assert told.at(1) == 1_692_803_367
    assert told.at(1000) == 1_692_803_367 + 999 * 3
    assert told.first_after(told.at(1000)) == 1000
    assert told.first_after(told.at(1000) + 1) == 1001


@pytest.mark.parametrize(
    "path",
    ["", "inspection.draw.supervision.drand", "inspection.draw.supervision.drand:Nothing", "nowhere:x", "json:dumps"],
)
def test_what_is_no_beacon_is_not_taken_for_one(path: str) -> None:
    with pytest.raises(ValueError, match="beacon"):
        loaded(path)


def test_the_librarys_wish_to_recurse_deeply_is_not_granted() -> None:
    depth = sys.getrecursionlimit()
    assert BEACON.verify(1000, bytes.fromhex(RANDOMNESS_1000), bytes.fromhex(ROUNDS[1000]))
    assert sys.getrecursionlimit() == depth
