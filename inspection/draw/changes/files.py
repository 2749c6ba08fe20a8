"""What a bundle holds of the changes (docs/sr-draw-1.md, The bundle)."""

import json
from collections.abc import Sequence

from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeState
from inspection.draw.lot.digest import Hash
from inspection.kernel.canonical import JSON, canonical_json


def change_files(h: Hash, rows: Sequence[ChangeRow], *, full: bool = False) -> dict[str, bytes]:
    """`changes.json`, which names nobody; with `full` also `changes-secret.json`. `rows`: by `store.of_draw`."""
    files = {"changes.json": canonical_json([change_told(h, one) for one in rows])}
    if full:
        files["changes-secret.json"] = canonical_json([_secret(one) for one in rows])
    return files


def change_told(h: Hash, row: ChangeRow) -> dict[str, JSON]:
    """What anybody may know of a change. Chance that waits for a second person's word is not told."""
    settled = row.state is ChangeState.SETTLED
    return {
        "seq": row.seq,
        "kind": row.kind.value,
        "reason": row.reason,
        "state": row.state.value,
        "event": h(row.event).hex(),
        "fresh_kind": row.fresh_kind.value if row.fresh_kind and settled else None,
        "fresh": row.fresh.hex() if row.fresh is not None and settled else None,
        "level": row.fresh_kind.level.value if row.fresh_kind and settled else None,
        "outcome": h(row.outcome).hex() if row.outcome is not None else None,
    }


def _secret(row: ChangeRow) -> JSON:
    outcome = json.loads(row.outcome) if row.outcome is not None else None
    return {"seq": row.seq, "event": json.loads(row.event), "outcome": outcome}
