import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.lot import merkle


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, written down as the document says it."""
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:]))


def leaves_of(n: int) -> list[bytes]:
    return [h(b"\x00" + i.to_bytes(4, "big")) for i in range(n)]


@pytest.mark.parametrize("n", range(260))
def test_the_root_is_the_one_of_rfc_6962(n: int) -> None:
    assert merkle.root(h, leaves_of(n)) == naive_root(leaves_of(n))


def test_the_root_of_known_trees_of_certificate_transparency() -> None:
    # The inputs and roots of the reference tests of RFC 6962 implementations.
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [h(b"\x00" + bytes.fromhex(text)) for text in inputs]
    assert merkle.root(h, leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(h, leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("n", [*range(1, 34), 63, 64, 65, 127, 128, 129, 255, 256, 257, 259])
def test_every_leaf_of_every_tree_proves_itself_and_no_other_place(n: int) -> None:
    leaves = leaves_of(n)
    root = merkle.root(h, leaves)
    together = merkle.paths(h, leaves, range(n))
    for index in range(n):
        siblings = merkle.path(h, leaves, index)
        assert siblings == together[index]
        assert merkle.root_of_path(h, leaves[index], index, n, siblings) == root
        if n > 1:
            assert merkle.root_of_path(h, leaves[index], (index + 1) % n, n, siblings) != root


@settings(max_examples=100)
@given(st.integers(2, 259), st.data())
def test_a_forged_path_leads_elsewhere(n: int, data: st.DataObject) -> None:
    leaves = leaves_of(n)
    index = data.draw(st.integers(0, n - 1))
    siblings = list(merkle.path(h, leaves, index))
    place = data.draw(st.integers(0, len(siblings) - 1))
    bit = data.draw(st.integers(0, 255))
    siblings[place] = (int.from_bytes(siblings[place], "big") ^ (1 << bit)).to_bytes(32, "big")
    assert merkle.root_of_path(h, leaves[index], index, n, siblings) != merkle.root(h, leaves)


def test_a_path_of_the_wrong_length_fits_no_tree() -> None:
    leaves = leaves_of(7)
    siblings = merkle.path(h, leaves, 3)
    assert merkle.root_of_path(h, leaves[3], 3, 7, siblings[:-1]) is None
    assert merkle.root_of_path(h, leaves[3], 3, 7, [*siblings, bytes(32)]) is None
    assert merkle.root_of_path(h, leaves[3], 7, 7, siblings) is None


def test_a_place_outside_the_tree_has_no_path() -> None:
    with pytest.raises(IndexError):
        merkle.path(h, leaves_of(3), 3)
