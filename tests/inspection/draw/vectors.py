"""Golden vectors for every implementation of SR-DRAW/1 (draw.md §5, T12): `make contract` writes them,
`python -m tests.inspection.draw.vectors > tests/golden/draw_vectors.json`.

Made by the code that draws; `test_t12_vectors.py` runs the Python verifier on them, the browser's tests the JavaScript
one.
"""

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from inspection.draw.changes.terms import ChangeKind, Fresh
from inspection.draw.lot.frame import manifest
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_full, verify_public
from inspection.kernel.canonical import sha256_hex
from tests.inspection.draw.changed import Changed, Wish
from tests.inspection.draw.formulas import formulas
from tests.inspection.draw.frauds import FRAUDS, committed
from tests.inspection.draw.rehearsal import VOID, rehearse
from tests.inspection.draw.tampering import FULL, PUBLIC
from tests.inspection.draw.variants import CHAIN, VARIANTS, of_all_kinds
from tests.inspection.draw.vector_parts import links, roundings, spreads, trees, uniforms

Files = dict[str, bytes]
ABOUT = """\
All byte strings are lower-case hex, numbers are whole; H is the hash_alg of the entry, SHA-256 where none is named.
formulas: `what` it is by the table of docs/sr-draw-1.md, `bytes` that are hashed one after the other, `out`.
uniform: `out` is the number of [0, n) from H(key + u32 counter), after as many blocks as `thrown` were thrown away.
trees: `leaves` are the values of the lowest nodes; rfc6962: leaves are H(00 + data), `roots` of the first 1, 2, ….
quotas: `key` is task * 65536 + stratum, `cells` are [number, size, weight]; `out`: number -> [a, b, quota].
proportional: `out` are the sizes of the strata.
links: a supervisor's chain from its start.
bundles: `files` by name as texts; every check of all levels holds.
tampered: a bundle `of` that name after `edits`; `must`: checks that must not hold at that `level` (public: as if only
the public files were there); `fails`: all that did not hold in Python; where both are the same, nothing else may fall.
An edit puts `text` for the characters from..to of a file (all of the basic plane); text null: the file is missing.
openings: `fails` at level one.
large: 50,000 rows by `rule`, only digests; those called sha256 are of whole files.
elsewhere: vectors of other people's methods that rest on the same ideas.
"""
RULE = (
    "key 000102…1f; row i from 0: oid '91371000' + ten digits; grade 'ABCD'[i mod 4]; area 东区, every third "
    "from 0 西区; visits 2 where i mod 9 = 8, else 0; exemption null; object the UUID of 1000000 + i; CAP where "
    "visits is 2, else CLOSED where i mod 11 = 10, else eligible; weights A 1, B 2, C 3, D 4"
)


def vectors() -> dict[str, Any]:
    """The whole file."""
    bundles = {name: whole(name) for name in honest()}
    return {
        "format": "SR-DRAW/1 vectors 1",
        "about": ABOUT.splitlines(),
        "formulas": formulas(),
        "uniform": uniforms(),
        "trees": trees(),
        "quotas": roundings(),
        "proportional": spreads(),
        "links": links(),
        "bundles": [{"name": name, "level": "full", "files": texts(files)} for name, files in bundles.items()],
        "tampered": [*clumsy(bundles["second attempt"]), *consistent()],
        "openings": openings(),
        "large": large(),
        "elsewhere": elsewhere(),
    }


def honest() -> dict[str, Callable[[], Any]]:
    """Draws in which everything holds."""
    return {
        **VARIANTS,
        "second attempt": lambda: rehearse(voids=(VOID,)),
        "changes after the draw": changes,
    }


def whole(name: str) -> Files:
    """The full bundle of an honest draw, with two objects opened where there are two."""
    made = honest()[name]()
    done = made.done if isinstance(made, Changed) else made
    return dict(made.full(opened=min(2, len(done.selection.drawn))))


def changes() -> Changed:
    """One change of each kind, with every kind of fresh chance."""
    return (
        Changed(of_all_kinds())
        .make(Wish(ChangeKind.LEAVE, 0, 1, chance=Fresh.LINK, link=CHAIN[5]))
        .make(Wish(ChangeKind.SWAP, 1, 0))
        .make(Wish(ChangeKind.REPLACE_OBJECT, 0, None, "duplicate", Fresh.DICE))
        .make(Wish(ChangeKind.REPLACE_INSPECTOR, 2, 0, "transfer", Fresh.LINK, CHAIN[3]))
    )


def texts(files: Files) -> dict[str, str]:
    return {name: data.decode() for name, data in sorted(files.items())}


def edits(before: Files, after: Files) -> list[dict[str, Any]]:
    """What turns one bundle into the other."""
    told: list[dict[str, Any]] = []
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            told.append({"file": name, "from": None, "to": None, "text": None})
        elif before.get(name) != after[name]:
            old, new = before.get(name, b"").decode(), after[name].decode()
            start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
            rest = min(len(old), len(new)) - start
            same = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
            told.append({"file": name, "from": start, "to": len(old) - same, "text": new[start : len(new) - same]})
    return told


def _fails(files: Files, level: str) -> list[str]:
    checks = verify_public(files) if level == "public" else verify_full(files)
    return sorted(check.code for check in checks if not check.ok)


def clumsy(of: Files) -> list[dict[str, Any]]:
    """One file changed, nothing that hangs on it."""
    told = []
    for level, cases in (("public", PUBLIC), ("full", FULL)):
        for name, (tamper, must) in cases.items():
            files = dict(of)
            tamper(files)
            entry = {"name": name, "of": "second attempt", "level": level, "edits": edits(of, files)}
            told.append({**entry, "must": [must], "fails": _fails(files, level)})
    return told


def consistent() -> list[dict[str, Any]]:
    """Frauds carried through to the end."""
    of = {"plain": "second attempt", "chance": "all kinds of chance, escrowed"}
    told = []
    for name, fraud in FRAUDS.items():
        before = whole(of[fraud.of])
        after = committed(name)
        told.append(
            {
                "name": name,
                "of": of[fraud.of],
                "level": "full",
                "edits": edits(before, after),
                "must": sorted(fraud.fails),
                "fails": sorted(fraud.fails),
            }
        )
    return told


def openings() -> list[dict[str, Any]]:
    done = rehearse()
    drawn = {one.index for one in done.selection.drawn}
    undrawn = next(row.index for row in done.frame.read() if row.eligible and row.index not in drawn)
    first, other = opened(done.proof(0)), opened(done.proof(1))
    return [
        {"name": "drawn", "opening": first, "fails": []},
        {"name": "not drawn", "opening": opened(done.proof_of_row(undrawn)), "fails": []},
        {"name": "excluded", "opening": opened(done.proof_of_row(8)), "fails": []},
        {"name": "another's row", "opening": {**first, "row": other["row"]}, "fails": ["one.frame"]},
        {"name": "another rank", "opening": {**first, "rank": 2}, "fails": ["one.result"]},
        {"name": "another threshold", "opening": {**first, "threshold": "00" * 32}, "fails": ["one.ticket"]},
        {"name": "another chance", "opening": {**first, "probability": [1, 2]}, "fails": ["one.probability"]},
        {"name": "denied", "opening": {**first, "rank": None}, "fails": ["one.undrawn"]},
    ]


def large() -> dict[str, Any]:
    done = rehearse(50_000, 80, ratio=Fraction(1, 100))
    files = done.full()
    return {
        "rule": RULE,
        "rows": 50_000,
        "ratio": [1, 100],
        "key": done.secret.hex(),
        "frame_root": (done.ceremony.frame_root or b"").hex(),
        "seed": (done.ceremony.seed or b"").hex(),
        "cells": [[c.number, c.weight, c.size, str(c.probability), c.quota] for c in done.ceremony.cells],
        "result_root": (done.ceremony.result_root or b"").hex(),
        "match_root": done.ceremony.match.root.hex() if done.ceremony.match else None,
        "manifest_sha256": sha256_hex(manifest(done.frame)),
        "drawn_sha256": sha256_hex(files["drawn.json"]),
        "assignments_sha256": sha256_hex(files["assignments.json"]),
    }


def elsewhere() -> dict[str, Any]:
    """Facts published by others; nothing of the draw makes them."""
    return {
        "rfc3797": {
            "source": "RFC 3797, section 6: MD5 of (u16 k, key, u16 k), modulo what is left of 25 names",
            "key": "9319./2.5.8.10.12./9.18.26.34.41.45./",
            "pool": 25,
            "first_digest": "990dd0a5692a029a98b5e01aa28f3459",
            "selected": [17, 7, 2, 16, 25, 23, 8, 24, 19, 13],
        },
        "rivest": {
            "source": "ron-rivest/consistent_sampler: reversed decimal digits of SHA-256(hex SHA-256(seed) + id)",
            "seed": "314159",
            "ids": ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"],
            "drawn": ["B-2", "B-3", "A-3", "A-2"],
        },
    }


def told() -> str:
    """The file's text."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(told())
