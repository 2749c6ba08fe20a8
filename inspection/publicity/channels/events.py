"""What other systems of an authority may be told of as it happens: one closed list, and what is said of each.

Nothing is told of a visit before it is unsealed, of a file, a person or a party: an event says which thing of the
authority's own has come to which step, and where anybody may read of it. Pure.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.journal import EventKind
from inspection.publicity.channels.shapes import Parcel

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
_LANE: Final = 40
_TYPE: Final = "fieldcheck."


class EventName(StrEnum):
    """Everything that can be subscribed to."""

    PLAN_PUBLISHED = "plan.published"
    DRAW_SEALED = "draw.sealed"
    TASK_COMPLETED = "task.completed"
    VISIT_APPROVED = "visit.approved"
    RESULT_PUBLISHED = "result.published"
    RESULT_CORRECTED = "result.corrected"
    RESULT_WITHDRAWN = "result.withdrawn"
    OBJECTION_DECIDED = "objection.decided"
    DOSSIER_SEALED = "dossier.sealed"
    REPORT_FILED = "report.filed"


@dataclass(frozen=True, slots=True)
class _Said:
    name: EventName
    members: tuple[str, ...]


_VERSION: Final = ("publication", "number", "version")
_LIST: Final[Mapping[EventKind, _Said]] = MappingProxyType(
    {
        EventKind.PLAN_PUBLISHED: _Said(EventName.PLAN_PUBLISHED, ("year", "version", "digest")),
        EventKind.DRAW_SEALED: _Said(EventName.DRAW_SEALED, ("task",)),
        EventKind.TASK_COMPLETED: _Said(EventName.TASK_COMPLETED, ()),
        EventKind.VISIT_APPROVED: _Said(EventName.VISIT_APPROVED, ()),
        EventKind.PUBLICATION_PUBLISHED: _Said(EventName.RESULT_PUBLISHED, (*_VERSION, "sha256")),
        EventKind.PUBLICATION_CORRECTED: _Said(EventName.RESULT_CORRECTED, (*_VERSION, "sha256")),
        EventKind.PUBLICATION_WITHDRAWN: _Said(EventName.RESULT_WITHDRAWN, (*_VERSION, "ground")),
        EventKind.OBJECTION_DECIDED: _Said(EventName.OBJECTION_DECIDED, ("objection", "number", "state")),
        EventKind.DOSSIER_SEALED: _Said(EventName.DOSSIER_SEALED, ("sha256", "volume")),
        EventKind.REPORT_FILED: _Said(EventName.REPORT_FILED, ()),
    }
)
"""By the line of the journal: what it is called outside, and which members of the line are said. No other is."""
TOLD_OF: Final = frozenset(_LIST)


def name_of(kind: EventKind) -> EventName:
    """What a line of the journal is called outside."""
    return _LIST[kind].name


def kinds_of(names: Collection[EventName]) -> frozenset[EventKind]:
    """The lines of the journal that are told of under these names."""
    return frozenset(kind for kind, said in _LIST.items() if said.name in names)


def body_of(kind: EventKind, stream: str, seq: int, at: datetime, authority: str, payload: Mapping[str, JSON]) -> str:
    """A line as it is told (CloudEvents 1.0, structured JSON), without its `source`, which is where it is sent from.

    `authority`: its code. The same line gives the same text.
    """
    said = _LIST[kind]
    told: dict[str, JSON] = {
        "specversion": "1.0",
        "id": key_of(stream, seq),
        "type": f"{_TYPE}{said.name}",
        "subject": stream,
        "time": at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {"authority": authority, **{name: payload[name] for name in said.members if name in payload}},
    }
    return canonical_json(told).decode()


def told_in(body: str) -> EventName:
    """What a line that is told tells of."""
    return EventName(json.loads(body)["type"].removeprefix(_TYPE))


def key_of(stream: str, seq: int) -> str:
    """What names an event for ever, however often it is sent: the line of the journal that it is."""
    return f"{stream}:{seq}"


def lane_of(stream: str) -> str:
    """What concerns one thing is sent one after the other."""
    return sha256(stream.encode()).hexdigest()[:_LANE]


def parcel_of(body: str, key: str, site: str) -> Parcel:
    """An event on its way. `site`: the address of this installation."""
    source = canonical_json(site).decode()
    return Parcel(f'{{"source":{source},{body[1:]}'.encode(), CONTENT_TYPE, key)
