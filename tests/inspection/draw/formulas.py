"""Every tagged hash of SR-DRAW/1 on plain inputs, with the very bytes that are hashed."""

import json
from typing import Any

from inspection.draw.changes.event import blind, change_seed, fresh_of_key
from inspection.draw.lot import entropy
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import Revealed
from inspection.draw.lot.frame import attribute_salt, fingerprint, leaf, salt
from inspection.draw.lot.ticket import index_commitment, result_leaf, ticket_value
from inspection.draw.teams.lots import assignment_leaf, inspector_lot

KEY, SEED, OTHER = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
SALT = bytes(range(64, 80))
OID = "91371000MA3C000001"


def formulas() -> list[dict[str, Any]]:
    """One entry for each formula and hash."""
    return [entry for name in ("sha256", "sm3") for entry in _of(name)]


def _of(name: str) -> list[dict[str, Any]]:
    h, heard = hash_named(name), list[bytes]()

    def spy(data: bytes) -> bytes:
        heard.append(data)
        return h(data)

    made: dict[str, Any] = {
        "10 salt": lambda: salt(spy, KEY, OID),
        "13 attribute salt": lambda: attribute_salt(spy, KEY, OID),
        "00 leaf of a row": lambda: leaf(spy, SALT, f"{OID}\t1\t0\t{'00' * 32}".encode()),
        "30 fingerprint": lambda: fingerprint(spy, KEY, b'{"algorithm":"SR-DRAW/1"}'),
        "31 commitment": lambda: entropy.commitment(spy, "OPER:经办人", b"value", b"nonce"),
        "32 seed": lambda: entropy.seed(spy, KEY, [Revealed("DICE:现场", b"1" * 20), Revealed("A:b", b"")]),
        "11 ticket": lambda: ticket_value(spy, SEED, SALT, 7),
        "14 place": lambda: index_commitment(spy, SALT, 7),
        "00 leaf of the result": lambda: result_leaf(spy, 1, 2, SEED, KEY),
        "15 00 leaf of the match": lambda: assignment_leaf(spy, SALT, SEED, 1, "lot", "I1"),
        "22 lot of an inspector": lambda: inspector_lot(spy, SEED, SALT),
        "33 seed of a change": lambda: change_seed(spy, SEED, b'{"seq":1}', OTHER),
        "38 chance from the key": lambda: fresh_of_key(spy, KEY, b'{"seq":1}'),
        "39 blind of a change": lambda: blind(spy, KEY, 1),
    }
    entries = []
    for what, make in made.items():
        heard.clear()
        out = make()
        entries.append({"what": what, "hash_alg": name, "bytes": [data.hex() for data in heard], "out": out.hex()})
    return json.loads(json.dumps(entries))  # type: ignore[no-any-return]
