"""T12 (draw.md §5): golden vectors, shared with the JavaScript verifier. The verifier must agree with them, and the
code that draws must still make them.
"""

import hashlib
import json
from fractions import Fraction
from typing import Any

import pytest

from inspection.draw.verify import verify_full, verify_one, verify_public
from inspection.draw.verify.formulas import climb, hash_named, quotas, root_of, sha256, share_out, u16, uniform
from tests.guards.sources import ROOT
from tests.inspection.draw import vectors

FILE = ROOT / "tests/golden/draw_vectors.json"
GOLDEN: dict[str, Any] = json.loads(FILE.read_text())
H = hash_named("sha256")
FILES = {bundle["name"]: bundle["files"] for bundle in GOLDEN["bundles"]}


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def edited(files: dict[str, str], edits: list[dict[str, Any]]) -> dict[str, bytes]:
    files = dict(files)
    for edit in edits:
        if edit["text"] is None:
            del files[edit["file"]]
        else:
            old = files.get(edit["file"], "")
            files[edit["file"]] = old[: edit["from"]] + edit["text"] + old[edit["to"] :]
    return encoded(files)


def failing(checks: list[Any]) -> list[str]:
    return sorted(check.code for check in checks if not check.ok)


def test_t12_the_draw_still_makes_the_vectors() -> None:
    made = json.loads(vectors.told())
    assert {part: made[part] == GOLDEN[part] for part in GOLDEN} == dict.fromkeys(made, True)


@pytest.mark.parametrize("entry", GOLDEN["formulas"], ids=lambda entry: f"{entry['what']} {entry['hash_alg']}")
def test_t12_a_formula_hashes_exactly_these_bytes(entry: dict[str, Any]) -> None:
    h = hash_named(entry["hash_alg"])
    for number, data in enumerate(entry["bytes"]):
        out = h(bytes.fromhex(data))
        following = "".join(entry["bytes"][number + 1 :]) or entry["out"]
        assert out[:16].hex() in following
    assert entry["what"].split()[0] in {data[:2] for data in entry["bytes"]}


@pytest.mark.parametrize("entry", GOLDEN["uniform"], ids=lambda entry: f"{entry['key']} {entry['n']}")
def test_t12_numbers_without_favour(entry: dict[str, Any]) -> None:
    heard = []

    def spy(data: bytes) -> bytes:
        heard.append(data)
        return H(data)

    assert str(uniform(spy, bytes.fromhex(entry["key"]), int(entry["n"]))) == entry["out"]
    assert len(heard) == entry["thrown"] + 1


@pytest.mark.parametrize("entry", GOLDEN["trees"]["by_size"], ids=lambda entry: str(len(entry["leaves"])))
def test_t12_trees_and_paths(entry: dict[str, Any]) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in entry["leaves"]]
    assert root_of(H, leaves).hex() == entry["root"]
    for index, path in enumerate(entry["paths"]):
        assert climb(H, leaves[index], index, len(leaves), path) == entry["root"]


def test_t12_trees_are_those_of_rfc_6962() -> None:
    """The roots that implementations of Certificate Transparency test themselves with."""
    told = GOLDEN["trees"]["rfc6962"]
    assert told["roots"][0] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert told["roots"][7] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    leaves = [H(b"\x00" + bytes.fromhex(data)) for data in told["data"]]
    assert [root_of(H, leaves[:size]).hex() for size in range(1, 9)] == told["roots"]


@pytest.mark.parametrize("number", range(len(GOLDEN["quotas"])))
def test_t12_probabilities_and_quotas(number: int) -> None:
    entry = GOLDEN["quotas"][number]
    cells = [(cell, size, weight) for cell, size, weight in entry["cells"]]
    found = quotas(H, bytes.fromhex(entry["seed"]), entry["key"], cells, entry["n"])
    assert {str(cell): [p.numerator, p.denominator, q] for cell, (p, q) in found.items()} == entry["out"]
    assert sum(q for _, q in found.values()) == entry["n"]
    assert sum(found[cell][0] * size for cell, size, _ in cells) == Fraction(entry["n"])


@pytest.mark.parametrize("number", range(len(GOLDEN["proportional"])))
def test_t12_sizes_of_strata(number: int) -> None:
    entry = GOLDEN["proportional"][number]
    told = zip(entry["rows"], entry["eligible"], entry["floors"], strict=True)
    strata = [{"rows": rows, "eligible": most, "floor": floor} for rows, most, floor in told]
    assert share_out(entry["n"], strata) == entry["out"]


def test_t12_a_chain_leads_to_what_was_registered() -> None:
    links = [bytes.fromhex(link) for link in GOLDEN["links"]]
    assert [sha256(b"\x36" + link) for link in links[:-1]] == links[1:]


@pytest.mark.parametrize("name", FILES)
def test_t12_the_verifier_agrees_with_a_bundle(name: str) -> None:
    assert failing(verify_full(encoded(FILES[name]))) == []


@pytest.mark.parametrize("entry", GOLDEN["tampered"], ids=lambda entry: f"{entry['level']}: {entry['name']}")
def test_t12_the_verifier_catches_a_tampered_bundle(entry: dict[str, Any]) -> None:
    files = edited(FILES[entry["of"]], entry["edits"])
    found = failing(verify_public(files) if entry["level"] == "public" else verify_full(files))
    assert found == entry["fails"]
    assert set(entry["must"]) <= set(found)


@pytest.mark.parametrize("entry", GOLDEN["openings"], ids=lambda entry: entry["name"])
def test_t12_openings(entry: dict[str, Any]) -> None:
    assert failing(verify_one(entry["opening"])) == entry["fails"]


def test_t12_the_publicly_verifiable_selection_of_rfc_3797() -> None:
    """Not our method (an index into a list): the same key gives the names that the RFC prints."""
    told = GOLDEN["elsewhere"]["rfc3797"]
    pool, chosen = list(range(1, told["pool"] + 1)), []
    for k in range(len(told["selected"])):
        digest = hashlib.md5(u16(k) + told["key"].encode() + u16(k), usedforsecurity=False).digest()
        assert k or digest.hex() == told["first_digest"]
        chosen.append(pool.pop(int.from_bytes(digest, "big") % len(pool)))
    assert chosen == told["selected"]


def test_t12_rivests_sampler_draws_the_lowest_tickets_too() -> None:
    """The idea that ours rests on: a ticket for each code, the lowest win, whoever else is in the list."""
    told = GOLDEN["elsewhere"]["rivest"]
    inner = sha256(told["seed"].encode()).hex()

    def ticket(code: str) -> str:
        return f"{int.from_bytes(sha256((inner + code).encode()), 'big'):064d}"[::-1]

    assert sorted(told["ids"], key=ticket)[:4] == told["drawn"]
    without = [code for code in told["ids"] if code != told["drawn"][0]]
    assert sorted(without, key=ticket)[:3] == told["drawn"][1:]
