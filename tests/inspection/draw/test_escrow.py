"""The key of a draw under the supervisor's: our sealing is HPKE as the library opens it, and opens for nobody else."""

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.lot.digest import hash_named
from inspection.draw.supervision.escrow import (
    ESCROW_BYTES,
    escrow_digest,
    key_fingerprint,
    open_escrow,
    point,
    read_public_key,
    seal_key,
)

PRIVATE = ec.derive_private_key(7**80, ec.SECP256R1())
PUBLIC = point(PRIVATE.public_key())
DRAW, K = b"d" * 16, b"k" * 32


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_what_is_sealed_here_opens_with_any_hpke(secret: bytes, draw: bytes) -> None:
    sealed = seal_key(PUBLIC, secret, draw=draw)
    assert len(sealed) == ESCROW_BYTES
    suite = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    assert suite.decrypt(sealed, PRIVATE, info=b"SR-DRAW/1 escrow " + draw) == secret
    assert open_escrow(PRIVATE, sealed, draw=draw) == secret


def test_what_another_hpke_sealed_opens_here() -> None:
    suite = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    sealed = suite.encrypt(K, PRIVATE.public_key(), info=b"SR-DRAW/1 escrow " + DRAW)
    assert open_escrow(PRIVATE, sealed, draw=DRAW) == K


def test_two_escrows_of_one_key_differ_and_hold_it_hidden() -> None:
    sealed = seal_key(PUBLIC, K, draw=DRAW)
    assert seal_key(PUBLIC, K, draw=DRAW) != sealed
    assert K not in sealed


@pytest.mark.parametrize("place", [0, 1, 64, 65, 96, 112])
def test_an_escrow_that_was_changed_does_not_open(place: int) -> None:
    sealed = bytearray(seal_key(PUBLIC, K, draw=DRAW))
    sealed[place] ^= 1
    with pytest.raises(ValueError, match="does not open"):
        open_escrow(PRIVATE, bytes(sealed), draw=DRAW)


@pytest.mark.parametrize("data", [b"", b"\x04" * 64, b"\x00" * 113])
def test_what_is_no_escrow_does_not_open(data: bytes) -> None:
    with pytest.raises(ValueError, match="does not open"):
        open_escrow(PRIVATE, data, draw=DRAW)


def test_another_key_and_another_draw_do_not_open_it() -> None:
    sealed = seal_key(PUBLIC, K, draw=DRAW)
    with pytest.raises(ValueError, match="does not open"):
        open_escrow(ec.derive_private_key(8, ec.SECP256R1()), sealed, draw=DRAW)
    with pytest.raises(ValueError, match="does not open"):
        open_escrow(PRIVATE, sealed, draw=b"e" * 16)


@pytest.mark.parametrize("data", [b"", b"\x04" * 65, PUBLIC[:33], b"\x02" + PUBLIC[1:33], PUBLIC + b"0"])
def test_only_an_uncompressed_point_of_the_curve_is_a_key(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the library's own words
        read_public_key(data)


def test_the_digest_and_the_fingerprint_are_hashes_of_what_was_written() -> None:
    h = hash_named("sha256")
    assert escrow_digest(h, b"c") == h(b"\x37c")
    assert key_fingerprint(PUBLIC) == h(PUBLIC).hex()
