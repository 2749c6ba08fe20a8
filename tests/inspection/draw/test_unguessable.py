"""Who knows the whole register and all that is public of a draw cannot tell rows from their hashes: a salt of 128 bits
stands in each (draw.md §4.2, §4.14, §5, T18).
"""

import json
from itertools import product

from inspection.draw.lot.digest import u32
from inspection.draw.lot.frame import frame_leaves
from inspection.draw.lot.salts import SALT_BYTES, attribute_salt, leaf, salt
from inspection.draw.lot.ticket import index_commitment, ticket_value
from inspection.draw.told.disclosure import opened
from tests.inspection.draw.rehearsal import NONCE, Rehearsal, rehearse

ONE = rehearse()
ROWS = list(ONE.frame.read())


def published(done: Rehearsal, opened_: int = 3) -> set[str]:
    """Every hash that anybody can read when some objects have been opened."""
    files = done.public(opened_)
    found: set[str] = set()

    def take(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                take(inner)
        elif isinstance(value, list):
            for inner in value:
                take(inner)
        elif isinstance(value, str):
            found.add(value)

    for name in ("ceremony.json", "cells.json", "drawn.json", "match.json", "openings.json"):
        take(json.loads(files[name]))
    return found


def test_t18_with_the_salts_the_published_hashes_are_those_of_the_rows() -> None:
    """So what is searched for below is there to be found, for whoever has the salts."""
    told, seed = published(ONE), ONE.ceremony.seed or b""
    for ticket in ONE.selection.drawn:
        r = salt(ONE.h, ONE.secret, ticket.oid)
        assert ticket_value(ONE.h, seed, r, ticket.index).hex() in told
        assert index_commitment(ONE.h, r, ticket.index).hex() in told
    leaves = {one.hex() for one in frame_leaves(ONE.h, ONE.secret, ONE.frame)}
    assert leaves & told  # neighbours of opened rows stand in their proofs


def test_t18_without_its_salt_no_row_can_be_found_in_anything_published() -> None:
    """Every row, every place, and every sixteen bytes that are public or easily thought of in place of the salt."""
    told, seed, c = published(ONE), ONE.ceremony.seed or b"", ONE.ceremony.fingerprint or b""
    known = [bytes.fromhex(opened(ONE.proof(n))["salt"]) for n in range(3)]
    guesses = [
        b"",
        bytes(SALT_BYTES),
        NONCE,
        seed[:SALT_BYTES],
        c[:SALT_BYTES],
        ONE.ceremony.frame_root[:SALT_BYTES],
        *known,
    ]
    mine = {ONE.selection.drawn[n].index for n in range(3)}
    for row, guess in product((row for row in ROWS if row.index not in mine), guesses):
        made = {
            leaf(ONE.h, guess, row.line()).hex(),
            ticket_value(ONE.h, seed, guess, row.index).hex(),
            index_commitment(ONE.h, guess, row.index).hex(),
            ONE.h(b"\x10" + guess + row.oid.encode())[:SALT_BYTES].hex(),
            ONE.h(b"\x11" + seed + row.oid.encode() + u32(row.index)).hex(),
        }
        assert not made & told


def test_t18_salts_have_128_bits_and_are_apart_from_each_other() -> None:
    values = [make(ONE.h, ONE.secret, row.oid) for row in ROWS for make in (salt, attribute_salt)]
    assert {len(value) for value in values} == {16}
    assert len(set(values)) == len(values)
    ones = sum(value.bit_count() for value in (int.from_bytes(one, "big") for one in values))
    assert abs(ones - 64 * len(values)) < 5 * (32 * len(values)) ** 0.5  # half of the bits, five standard errors


def test_t18_another_key_leaves_no_hash_of_the_same_register_as_it_was() -> None:
    other = rehearse(key=b"k" * 32)
    assert [row.oid for row in other.frame.read()] == [row.oid for row in ROWS]
    assert not set(frame_leaves(ONE.h, ONE.secret, ONE.frame)) & set(frame_leaves(other.h, other.secret, other.frame))
    assert not {row.attrs_digest for row in ROWS} & {row.attrs_digest for row in other.frame.read()}


def test_t18_an_opened_object_tells_nothing_about_its_neighbours() -> None:
    """Of the others it holds hashes only: no code, no salt, no place in the list."""
    for number in range(len(ONE.selection.drawn)):
        text = json.dumps(opened(ONE.proof(number)))
        for row in ROWS:
            if row.index != ONE.selection.drawn[number].index:
                assert row.oid not in text
                assert salt(ONE.h, ONE.secret, row.oid).hex() not in text
                assert row.attrs_digest not in text
