"""`sync.office.store`, and what else a decision of the office asks for."""

from __future__ import annotations

from uuid import UUID

from sync.office.store import OfficeHead
from tests.simulator.memory import Tables

_LOG = "office_log"


def lock_office_log(t: Tables, authority: UUID) -> OfficeHead:
    found: OfficeHead = t.other.setdefault((_LOG, authority), OfficeHead(0, 0, None))
    return found


def move_office_log(t: Tables, authority: UUID, head: OfficeHead) -> None:
    t.other[_LOG, authority] = head
