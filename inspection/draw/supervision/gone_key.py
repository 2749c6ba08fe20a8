"""What K leaves behind when it is erased (draw.md §4.14): the salts of everybody whom a change may concern. Pure."""

import json
from collections.abc import Iterable

from inspection.draw.changes.event import blind
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.salts import GoneKey, gone_key, salt
from inspection.kernel.canonical import canonical_json

MOST_CHANGES = 500
"""So many changes can be written down without K; for more the supervisor has to bring it back."""


def gone_text(h: Hash, secret: bytes, names: Iterable[str]) -> bytes:
    """The salts of `names` and the blinds of the first changes, as they are stored."""
    return canonical_json(
        {
            "salts": {name: salt(h, secret, name).hex() for name in names},
            "blinds": [blind(h, secret, number).hex() for number in range(1, MOST_CHANGES + 1)],
        }
    )


def read_gone(told: bytes | None) -> GoneKey:
    """What `gone_text` stored; nothing at all leaves nothing."""
    kept = json.loads(told or b'{"blinds":[],"salts":{}}')
    salts = {name: bytes.fromhex(one) for name, one in kept["salts"].items()}
    return gone_key(salts, [bytes.fromhex(one) for one in kept["blinds"]])
