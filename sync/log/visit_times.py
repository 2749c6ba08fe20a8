"""When the entries of a visit were made, and whether its inspectors were there together, by what tablets prove."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.kernel.keys import ServerKeys
from inspection.visits.reading import known_visit
from inspection.visits.setting import setting_of
from inspection.visits.timing.interval import Point, Timing, timings
from inspection.visits.timing.store import LogRow, places_in_logs, stretch, stretches
from inspection.visits.timing.together import JointPresence, Stay, Step, presence, stays
from mobile_contract.base import b64url
from mobile_contract.entries import EntryType
from sync.log import store
from sync.log.witness import Claim
from sync.tell_time import proven

REACH: Final = 100
"""How many neighbours in its device log, on both sides, may prove something for an entry of the visit."""


@dataclass(frozen=True, slots=True)
class EntryTime:
    """One entry of the visit and when it was made. `wall`: the tablet's wall clock, milliseconds since 1970."""

    hash: str
    inspector: UUID
    type: str
    wall: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class VisitTimes:
    """The entries of a visit in the order of their logs, the stays at the door, and who was there with whom."""

    entries: tuple[EntryTime, ...]
    stays: tuple[Stay, ...]
    together: tuple[JointPresence, ...]


async def visit_times(keys: ServerKeys, visit_id: UUID) -> VisitTimes:
    """The timing of a visit, with those that are one with it.

    Reads their entries and at most `REACH` neighbours on both sides of each run of them.

    Raises:
        NotFound: `visits.no_visit`.
    """
    setting = await setting_of(await known_visit(visit_id))
    visits = {visit.id for visit in setting.joined}
    rows = await _rows(visits)
    headers = {row.hash: json.loads(row.header) for row in rows}
    told = timings(_points(keys, rows, headers, await _head_times(headers)))
    own = [row for row in rows if row.visit in visits]
    spent = stays(_step(row) for row in own if row.type in {EntryType.ARRIVE, EntryType.LEAVE})
    team = {UUID(member) for member in setting.team}
    return VisitTimes(
        entries=tuple(
            EntryTime(row.hash, row.inspector, row.type, headers[row.hash]["wall"], told[row.hash]) for row in own
        ),
        stays=tuple(spent),
        together=presence(team | {stay.inspector for stay in spent}, spent, told),
    )


async def _rows(visits: set[UUID]) -> list[LogRow]:
    rows: list[LogRow] = []
    for log, numbers in sorted((await places_in_logs(visits)).items()):
        for first, last in stretches(numbers, REACH):
            rows += await stretch(log, first, last)
    return sorted(rows, key=lambda row: (row.device, row.epoch, row.seq, row.hash))


async def _head_times(headers: Mapping[str, Mapping[str, Any]]) -> dict[Claim, datetime]:
    """When the tree heads that these headers name were signed, of those that this server signed."""
    claims = {(int(sth[0]), str(sth[1])) for header in headers.values() if (sth := header.get("sth")) is not None}
    found = await store.heads_of({size for size, _ in claims})
    told = {(head.size, b64url(head.root)): head.signed_at for head in found}
    return {claim: told[claim] for claim in claims if claim in told}


def _points(
    keys: ServerKeys,
    rows: Sequence[LogRow],
    headers: Mapping[str, Mapping[str, Any]],
    heads: Mapping[Claim, datetime],
) -> list[Point]:
    points = []
    for row in rows:
        header = headers[row.hash]
        anchored = proven(keys, header.get("anchor"), row.device)
        sth = header.get("sth")
        head = heads.get((int(sth[0]), str(sth[1]))) if sth is not None else None
        shown = [instant for instant in (anchored.time if anchored else None, head) if instant is not None]
        points.append(
            Point(
                hash=row.hash,
                dev=row.device,
                ep=row.epoch,
                seq=row.seq,
                prev=row.prev,
                wall=header["wall"],
                mono=header["mono"],
                boot=header["boot"],
                proven=max(shown, default=None),
                received_at=row.received_at,
            )
        )
    return points


def _step(row: LogRow) -> Step:
    return Step(row.hash, row.inspector, (row.device, row.epoch), row.seq, row.type == EntryType.ARRIVE)
