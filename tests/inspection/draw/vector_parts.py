"""The parts of the golden vectors that are no bundles: numbers, trees, roundings, spreads, links."""

from typing import Any

from inspection.draw.lot import merkle
from inspection.draw.lot.chain import chain_of
from inspection.draw.lot.digest import hash_named, u32, uniform
from inspection.draw.lot.frame import FrameCell
from inspection.draw.lot.quota import quotas
from inspection.draw.lot.strata import proportional


def links() -> list[str]:
    """A chain of five links, from its start to what is registered."""
    return [link.hex() for link in chain_of(bytes(32), 5)]


def uniforms() -> list[dict[str, Any]]:
    """Numbers without favour."""
    h, told = hash_named("sha256"), []
    # With n a little above half of all numbers every second block is thrown away.
    cases = [
        ("00", 1),
        ("00", 2),
        ("01", 10),
        ("02", 1000),
        ("03", 10**12),
        *((f"{n:02x}", 2**255 + 1) for n in range(6)),
    ]
    for key, n in cases:
        heard: list[int] = []

        def block(counter: int, key: str = key, heard: list[int] = heard) -> bytes:
            heard.append(counter)
            return h(bytes.fromhex(key) + u32(counter))

        told.append({"key": key, "n": str(n), "out": str(uniform(block, n)), "thrown": len(heard) - 1})
    return told


def trees() -> dict[str, Any]:
    """Roots and paths of small trees, and those of RFC 6962's implementations."""
    h = hash_named("sha256")
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [h(u32(n)) for n in range(9)]
    return {
        "by_size": [
            {
                "leaves": [leaf.hex() for leaf in leaves[:size]],
                "root": merkle.root(h, leaves[:size]).hex(),
                "paths": [[s.hex() for s in merkle.path(h, leaves[:size], n)] for n in range(size)],
            }
            for size in (0, 1, 2, 3, 4, 5, 7, 8, 9)
        ],
        "rfc6962": {
            "data": data,
            "roots": [
                merkle.root(h, [h(b"\x00" + bytes.fromhex(d)) for d in data[:size]]).hex() for size in range(1, 9)
            ],
        },
    }


def roundings() -> list[dict[str, Any]]:
    """Ties, cells taken whole, cells of one object, nothing and everything drawn."""
    h, told = hash_named("sha256"), []
    cases = [
        ([(1, 1, 1)], 1),
        ([(1, 1, 1), (2, 1, 1), (3, 1, 1)], 1),
        ([(1, 3, 1), (2, 3, 1), (3, 3, 1), (4, 3, 1)], 2),
        ([(1, 10, 1), (2, 10, 2), (3, 10, 5), (4, 10, 10)], 7),
        ([(1, 100, 1), (2, 4, 100)], 10),
        ([(1, 1, 1), (2, 1000, 1)], 50),
        ([(1, 20, 3), (2, 30, 1)], 0),
        ([(1, 20, 3), (2, 30, 1)], 50),
        ([(1, 5, 1), (2, 5, 1)], 5),
        ([(1, 999983, 97), (2, 17, 1), (3, 123457, 40)], 56117),
    ]
    for number, (cells, n) in enumerate(cases):
        seed, key = h(u32(number)), number % 3
        framed = [FrameCell(cell, key >> 16, key & 65535, weight, size) for cell, size, weight in cells]
        found = quotas(h, seed, framed, {key: n})
        out = {str(q.cell.number): [q.probability.numerator, q.probability.denominator, q.quota] for q in found}
        told.append({"seed": seed.hex(), "key": key, "cells": [list(c) for c in cells], "n": n, "out": out})
    return told


def spreads() -> list[dict[str, Any]]:
    """Proportional sizes: ties, floors, strata without enough eligible rows."""
    cases = [
        (10, [50, 30, 20], [50, 30, 20], [0, 0, 0]),
        (7, [10, 10, 10], [10, 10, 10], [0, 0, 0]),
        (7, [10, 10, 10], [10, 1, 10], [3, 3, 0]),
        (0, [5, 5], [5, 5], [0, 0]),
        (10, [5, 5], [5, 5], [1, 1]),
        (100, [997, 3, 0], [900, 3, 0], [0, 2, 1]),
    ]
    return [
        {"n": n, "rows": rows, "eligible": most, "floors": floors, "out": proportional(n, rows, most, floors)}
        for n, rows, most, floors in cases
    ]
