"""T9 (draw.md §5): one bit anywhere in what is fixed or contributed gives another fingerprint or seed, or is caught;
and another seed gives a draw that has nothing to do with the first.
"""

import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.lot import entropy, ticket
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import Revealed
from inspection.draw.verify import verify_full
from tests.inspection.draw.rehearsal import rehearse
from tests.inspection.draw.variants import of_all_kinds

DONE = of_all_kinds()
FILES = DONE.full()
H = hash_named("sha256")
FRAME, PLACES = {"full.frame", "full.directory"}, st.integers(0, 10**9)


def flipped(data: bytes, place: int) -> bytes:
    bit = place % (8 * len(data))
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


def failing(files: dict[str, bytes]) -> set[str]:
    return {check.code for check in verify_full(files) if not check.ok}


@given(PLACES)
def test_t09_a_bit_of_the_frame_is_missed(place: int) -> None:
    assert failing({**FILES, "manifest.tsv": flipped(FILES["manifest.tsv"], place)}) & FRAME


@given(PLACES)
def test_t09_a_bit_of_the_parameters_gives_another_fingerprint(place: int) -> None:
    assert "public.fingerprint" in failing({**FILES, "params.json": flipped(FILES["params.json"], place)})


@given(st.sampled_from(["roster.tsv", "history.tsv", "relations.tsv"]), PLACES)
def test_t09_a_bit_of_a_list_of_people_is_missed(name: str, place: int) -> None:
    assert failing({**FILES, name: flipped(FILES[name], place)}) & {"full.roster"}


@given(PLACES)
def test_t09_a_bit_of_the_key_opens_nothing(place: int) -> None:
    key = bytes.fromhex(json.loads(FILES["secret.json"])["key"])
    files = {**FILES, "secret.json": json.dumps({"key": flipped(key, place).hex()}).encode()}
    assert {"full.frame", "full.directory", "full.draw", "full.roster"} <= failing(files)


@given(st.integers(0, 4), st.sampled_from(["value", "nonce"]), PLACES)
def test_t09_a_bit_of_a_contribution_is_caught(number: int, part: str, place: int) -> None:
    told = json.loads(FILES["ceremony.json"])
    one = told["contributions"][number]
    if one[part]:
        one[part] = flipped(bytes.fromhex(one[part]), place).hex()
        found = failing({**FILES, "ceremony.json": json.dumps(told).encode()})
        assert found & {"public.contributions", "public.dice", "public.links", "public.beacon", "public.order"}
        assert part == "nonce" or "public.seed" in found


@given(PLACES)
def test_t09_a_bit_of_the_journal_breaks_its_chain(place: int) -> None:
    assert "public.journal" in failing({**FILES, "events.jsonl": flipped(FILES["events.jsonl"], place)})


def test_t09_another_seed_overlaps_by_chance_only() -> None:
    """n²/N objects on average: 1,000 seeds that differ in one bit of one contribution; within four standard errors."""
    done = rehearse(150, 2, ratio=Fraction(1, 5))
    rows = [row for row in done.frame.read() if row.eligible]
    salts = [ticket.salt(H, done.secret, row.oid) for row in rows]
    n, base = 40, None
    overlaps = []
    for place in range(1001):
        value = flipped(b"o" * 125, place - 1) if place else b"o" * 125
        seed = entropy.seed(H, done.ceremony.fingerprint or b"", [Revealed("OPER:x", value)])
        values = sorted(
            (ticket.ticket_value(H, seed, salt, row.index), row.oid) for row, salt in zip(rows, salts, strict=True)
        )
        drawn = {oid for _, oid in values[:n]}
        if base is None:
            base = drawn
        else:
            overlaps.append(len(base & drawn))
    size = len(rows)
    expected = Fraction(n * n, size)
    variance = Fraction(n * n * (size - n) ** 2, size * size * (size - 1))
    assert (Fraction(sum(overlaps), 1000) - expected) ** 2 < 16 * variance / 1000
