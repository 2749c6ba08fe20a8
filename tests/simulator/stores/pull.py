"""`sync.pull.store`, and the three statements of `sync.pull.store_moves`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mobile_contract.pull import FeedOp, RemoveReason
from mobile_contract.signed import DeviceJwk
from sync.opaque import as_number
from sync.pull.topics import VISIT
from sync.rows import FeedChange, FeedState
from tests.simulator.memory import Tables

_GIVEN = ("given_seq", "given_vseq")


def head_row(t: Tables, device: UUID) -> dict[str, Any]:
    """The row of a feed's counter, made when it is new."""
    return t.heads.get(device) or {"device": device, "n": 0, "confirmed": None, "floor": None, "digest": None}


def rows_of(t: Tables, device: UUID) -> list[dict[str, Any]]:
    """All rows of a feed."""
    return [row for (owner, _), row in t.feeds.items() if owner == device]


def lock_audience(t: Tables, inspectors: Any) -> None:
    for inspector in inspectors:
        row = head_row(t, inspector)
        t.heads[inspector] = {**row, "n": row["n"] + 1}


def feed_head(t: Tables, device_id: UUID) -> int:
    return int(head_row(t, device_id)["n"])


def feed_end(t: Tables, device_id: UUID) -> tuple[int, int]:
    newest = max((as_number(row["changed_at"]) for row in rows_of(t, device_id)), default=0)
    return feed_head(t, device_id), newest


def confirmed(t: Tables, device_id: UUID) -> int:
    return int(head_row(t, device_id)["confirmed"] or 0)


def standing(t: Tables, devices: Any, topics: Any) -> dict[UUID, frozenset[str]]:
    found = {
        device: frozenset(topic for topic in topics if _stands(t.feeds.get((device, topic)))) for device in devices
    }
    return {device: names for device, names in found.items() if names}


def standing_visits(t: Tables, device_id: UUID) -> list[str]:
    return [row["topic"] for row in rows_of(t, device_id) if _stands(row) and row["topic"].startswith(VISIT)]


def changes_after(t: Tables, device_id: UUID, seq: int, limit: int) -> tuple[FeedState, list[FeedChange]]:
    rows = sorted((row for row in rows_of(t, device_id) if row["seq"] > seq), key=lambda row: row["seq"])
    head = head_row(t, device_id)
    behind = max((row for row in rows_of(t, device_id) if row["seq"] <= seq), key=lambda row: row["seq"], default=None)
    before = as_number(behind["changed_at"]) if behind else 0
    state = FeedState(head["n"], head["confirmed"] or 0, head["floor"] or 0, head["digest"] or bytes(32), before)
    return state, [change(row) for row in rows[:limit]]


def confirm(t: Tables, device_id: UUID, seq: int, at: Any) -> None:
    head = head_row(t, device_id)
    if (head["confirmed"] or 0) < seq <= head["n"]:
        t.heads[device_id] = {**head, "confirmed": seq}


def fall_back(t: Tables, device_id: UUID, seq: int, at: Any) -> None:
    t.heads[device_id] = {**head_row(t, device_id), "confirmed": seq}
    for key, row in list(t.feeds.items()):
        if key[0] == device_id and (row["given_vseq"] or 0) >= 0:
            t.feeds[key] = {**row, "given_seq": None, "given_vseq": None}


def keys_of(t: Tables, inspectors: Any) -> dict[UUID, tuple[DeviceJwk, ...]]:
    wanted, found = set(inspectors), dict[UUID, set[tuple[str, str]]]()
    acting = [(one.id, one.inspector) for one in t.devices.values()] + [*t.bindings, *t.ended]
    for device, inspector in acting:
        if inspector in wanted:
            key = t.devices[device].key
            found.setdefault(inspector, set()).add((key.x, key.y))
    return {person: tuple(DeviceJwk(x=x, y=y) for x, y in sorted(keys)) for person, keys in found.items()}


def removed_by(t: Tables, topic: str, devices: Any) -> dict[UUID, int]:
    rows = {device: t.feeds.get((device, topic)) for device in devices}
    found = {device: row["seq"] for device, row in rows.items() if row is not None and row["op"] == "remove"}
    swept = {device: head_row(t, device)["floor"] for device, row in rows.items() if row is None}
    return found | {device: floor for device, floor in swept.items() if floor is not None}


def topics_after(t: Tables, device_id: UUID, topic: str, limit: int) -> list[FeedChange]:
    rows = [row for row in rows_of(t, device_id) if row["topic"] > topic and _stands(row)]
    return [change(row) for row in sorted(rows, key=lambda row: row["topic"])[:limit]]


def devices_with_topic(t: Tables, topic: str) -> list[UUID]:
    return sorted(device for (device, name), row in t.feeds.items() if name == topic and _stands(row))


def audiences(t: Tables, topics: Any) -> list[tuple[UUID, str]]:
    return sorted((device, topic) for topic in topics for device in devices_with_topic(t, topic))


def change(row: dict[str, Any]) -> FeedChange:
    """The value of a row."""
    reason = RemoveReason(row["reason"]) if row["reason"] else None
    given = row["given_seq"], row["given_vseq"] or 0
    return FeedChange(
        row["topic"], row["seq"], FeedOp(row["op"]), reason, row["vseq"] or 0, *given, as_number(row["changed_at"])
    )


def _stands(row: dict[str, Any] | None) -> bool:
    return row is not None and row["op"] == FeedOp.PUT.value


# -- sync.pull.store_moves ------------------------------------------------------------------------------------------


def claim_feed_numbers(t: Tables, counts: Any) -> list[dict[str, Any]]:
    """What `upsert` of the counters returns."""
    for device, count in counts.items():
        row = head_row(t, device)
        t.heads[device] = {**row, "n": row["n"] + count}
    return [t.heads[device] for device in counts]


def upsert_feed_rows(t: Tables, rows: Any) -> None:
    """Put rows; what was given stays noted until something newer is."""
    for row in rows:
        key = (row["device"], row["topic"])
        old = t.feeds.get(key, {})
        t.feeds[key] = {**row, **{name: old.get(name) for name in _GIVEN if row[name] is None}}


def update_heads(t: Tables, rows: Any) -> None:
    """Change columns of counters."""
    for row in rows:
        t.heads[row["device"]] = {**head_row(t, row["device"]), **row}
