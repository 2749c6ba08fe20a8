"""Queries of alerts."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update, insert_new
from inspection.oversight.alerts.rules import AlertKind, Raised
from inspection.oversight.alerts.tables import Alert, AlertSeen

PAGE = 500


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as it stands. `subjects`: the ids of those whom it is about; settled when `reason` is there."""

    id: UUID
    authority: UUID
    kind: AlertKind
    key: str = field(repr=False)
    about_on: date
    subjects: tuple[str, ...] = field(repr=False)
    facts: Mapping[str, JSON] = field(repr=False)
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settled_name: str | None
    reason: str | None


async def known_keys(authority: UUID, keys: Collection[str]) -> set[str]:
    """Those of these keys that were raised already."""
    wanted, found = sorted(set(keys)), set[str]()
    for start in range(0, len(wanted), PAGE):
        part = wanted[start : start + PAGE]
        rows = await Alert.select(Alert.key).where(Alert.authority == authority, Alert.key.is_in(part))
        found |= {row["key"] for row in rows}
    return found


async def add_alerts(authority: UUID, rows: Sequence[tuple[UUID, Raised]], at: datetime) -> set[UUID]:
    """Keep these alerts; returns the ids of those that were new."""
    fresh = await insert_new(
        Alert,
        [
            {
                "id": key,
                "authority": authority,
                "kind": one.kind.value,
                "key": one.key,
                "about_on": one.about_on,
                "subjects": canonical_json(list(one.subjects)).decode(),
                "facts": canonical_json(dict(one.facts)).decode(),
                "raised_at": at,
            }
            for key, one in rows
        ],
        "id",
    )
    return {plain_uuid(one) for one in fresh}


async def alert(alert_id: UUID, *, lock: bool = False) -> AlertRow | None:
    """One alert; with `lock` kept from others until commit."""
    if lock:
        await Alert.raw(f"SELECT id FROM alert WHERE id = {{}}{for_update()}", alert_id)
    row = await Alert.select().where(Alert.id == alert_id).first()
    return _alert(row) if row else None


async def alerts(
    authority: UUID,
    kinds: Collection[AlertKind],
    *,
    settled: bool | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[AlertRow]:
    """A page of an authority's alerts of these kinds by id, those behind `after`; settled ones, open ones, or both."""
    query = Alert.select().where(Alert.authority == authority, Alert.kind.is_in([one.value for one in kinds]))
    if settled is not None:
        query = query.where(Alert.settled_at.is_not_null() if settled else Alert.settled_at.is_null())
    if after is not None:
        query = query.where(Alert.id > after)
    return [_alert(row) for row in await query.order_by(Alert.id).limit(limit)]


async def settle(alert_id: UUID, by: str, name: str, reason: str, at: datetime) -> None:
    values: dict[str, Any] = {"settled_at": at, "settled_by": by, "settled_name": name, "reason": reason}
    await Alert.update(**values).where(Alert.id == alert_id)


async def reasons_of(authority: UUID, keys: Collection[str]) -> dict[str, str]:
    """By key, why alerts that were settled are no reason to worry."""
    wanted, found = sorted(set(keys)), dict[str, str]()
    for start in range(0, len(wanted), PAGE):
        rows = await Alert.select(Alert.key, Alert.reason).where(
            Alert.authority == authority, Alert.key.is_in(wanted[start : start + PAGE]), Alert.reason.is_not_null()
        )
        found |= {row["key"]: row["reason"] for row in rows}
    return found


async def add_seen(row_id: UUID, alert_id: UUID, account: str, name: str, at: datetime) -> bool:
    """Note that somebody opened an alert; False when he had before."""
    row = {"id": row_id, "alert": alert_id, "account": account, "name": name, "at": at}
    return bool(await bulk_insert(AlertSeen, [row], on_conflict="nothing"))


async def seen_by(alert_id: UUID) -> list[tuple[str, datetime]]:
    """By name, who opened the alert, and when first."""
    rows = await AlertSeen.select(AlertSeen.name, AlertSeen.at).where(AlertSeen.alert == alert_id)
    return sorted(((row["name"], row["at"]) for row in rows), key=lambda one: (one[1], one[0]))


def _alert(row: Mapping[str, Any]) -> AlertRow:
    told = {"kind": AlertKind(row["kind"]), "subjects": tuple(json.loads(row["subjects"]))}
    ids = {name: plain_uuid(row[name]) for name in ("id", "authority")}
    return AlertRow(**{**row, **ids, **told, "facts": json.loads(row["facts"])})
