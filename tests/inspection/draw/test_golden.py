"""Frozen frames and what SR-DRAW/1 makes of them: a change of one byte in any formula shows here.

The vectors also serve ports to other languages: `frame` is the manifest, every other value follows from it, `key` and
`params`.
"""

import json
from fractions import Fraction
from typing import Any

import pytest

from inspection.draw.lot import entropy, merkle
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.frame import attribute_salt, fingerprint, leaf, manifest, salt
from inspection.draw.lot.ticket import index_commitment, result_leaf, ticket_value
from inspection.draw.teams.lots import assignment_leaf, inspector_lot
from inspection.draw.told.disclosure import opened
from tests.guards.sources import ROOT
from tests.inspection.draw.rehearsal import rehearse

FILE = ROOT / "tests/golden/sr_draw_1.json"
GOLDEN: dict[str, Any] = json.loads(FILE.read_text())


def told(rows: int, hash_alg: str, ratio: Fraction) -> dict[str, Any]:
    """One vector."""
    done = rehearse(rows, hash_alg=hash_alg, ratio=ratio)
    c = done.ceremony
    return {
        "rows": rows,
        "hash_alg": hash_alg,
        "ratio": [ratio.numerator, ratio.denominator],
        "key": done.secret.hex(),
        "params": c.params.decode(),
        "frame": manifest(done.frame).decode() if rows < 10 else None,
        "frame_root": c.frame_root.hex(),
        "fingerprint": c.fingerprint.hex(),
        "seed": c.seed.hex(),
        "cells": [
            [
                x.number,
                x.task,
                x.weight,
                x.size,
                str(x.probability),
                x.quota,
                x.threshold.hex() if x.threshold else None,
            ]
            for x in c.cells
        ],
        "tickets": [[t.cell, t.rank, t.value.hex(), t.place.hex()] for t in c.tickets],
        "result_root": c.result_root.hex(),
        "teams": [[one.inspector for one in team] for team in done.staffing.teams],
        "match_root": c.match.root.hex(),
        "opening": opened(done.proof(0)) if c.tickets and rows < 10 else None,
    }


def formulas() -> dict[str, str]:
    """Every tagged hash on plain inputs: 32 or 16 bytes counting up from 0x00, 0x20, 0x40."""
    h = hash_named("sha256")
    key, seed, salted = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 80))
    made = {
        "10 salt": salt(h, key, "91371000MA3C000001"),
        "13 attribute salt": attribute_salt(h, key, "91371000MA3C000001"),
        "00 leaf": leaf(h, salted, b"91371000MA3C000001\t1\t0\t" + b"00" * 32),
        "01 root of three": merkle.root(h, [key, seed, bytes(32)]),
        "30 fingerprint": fingerprint(h, key, b'{"algorithm":"SR-DRAW/1"}'),
        "31 commitment": entropy.commitment(h, "OPER:经办人", b"value", b"nonce"),
        "32 seed": entropy.seed(h, key, [entropy.Revealed("DICE:现场", b"1" * 20), entropy.Revealed("A:b", b"")]),
        "11 ticket": ticket_value(h, seed, salted, 7),
        "14 place": index_commitment(h, salted, 7),
        "00 result leaf": result_leaf(h, 1, 2, seed, key),
        "15 assignment leaf": assignment_leaf(h, salted, seed, 1, "lot", "I1"),
        "22 inspector lot": inspector_lot(h, seed, salted),
    }
    return {name: value.hex() for name, value in made.items()}


CASES = [
    (rows, alg, ratio)
    for rows in (1, 2, 3, 9, 255)
    for alg in ("sha256", "sm3")
    for ratio in (Fraction(0), Fraction(1, 10), Fraction(1))
    if rows != 255 or ratio == Fraction(1, 10)
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_frozen_frame_gives_what_it_always_gave(number: int) -> None:
    assert told(*CASES[number]) == GOLDEN["draws"][number]


def test_every_formula_gives_what_it_always_gave() -> None:
    assert formulas() == GOLDEN["formulas"]


def test_no_vector_is_left_over() -> None:
    assert len(GOLDEN["draws"]) == len(CASES)
