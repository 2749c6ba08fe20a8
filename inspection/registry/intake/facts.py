"""What the registry of imports tells other rooms: frozen values, as of the moment they were read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ImportRunFacts:
    """One import as it is remembered."""

    id: UUID
    authority: UUID
    what: str
    file_name: str
    file_digest: str
    header: tuple[str, ...]
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    warned: int
    at: datetime
    finished_at: datetime | None
    by_name: str | None = None


@dataclass(frozen=True, slots=True)
class MappingFacts:
    """Which header of one source's files means which field; field `-` means none."""

    what: str
    source: str
    headers: Mapping[str, str]
    at: datetime
    by_name: str
