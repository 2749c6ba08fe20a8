"""What the registry of imports tells other rooms: frozen values, as of the moment they were read."""

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
