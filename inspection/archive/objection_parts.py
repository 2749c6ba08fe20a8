"""What a bundle holds of the objections of a visit: what was said and decided, and the files that came with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.archive.reading import OBJECTION_FILES
from inspection.archive.sources import BlobSource
from inspection.kernel.canonical import JSON
from inspection.kernel.journal import EventKind, JournalEntry
from inspection.publicity.objections.due import unfinished
from inspection.publicity.objections.read import objections_of
from inspection.publicity.objections.rows import ObjectionRow


@dataclass(frozen=True, slots=True)
class Objected:
    """`files`: path → digest (hex) of those that came with them and are here."""

    rows: Sequence[ObjectionRow]
    files: Mapping[str, str]

    def told(self) -> JSON:
        """The objections as JSON, the oldest first."""
        return {"objections": [_told(row) for row in self.rows]}


async def objected(visit: UUID, blobs: BlobSource, journal: Mapping[str, Sequence[JournalEntry]]) -> Objected:
    """The objections of a visit and of those that are one with it, as far as the lines of `journal` tell of them."""
    received = [line for lines in journal.values() for line in lines if line.kind is EventKind.OBJECTION_RECEIVED]
    known = {line.payload["objection"] for line in received}
    rows = [row for row in await objections_of(visit) if str(row.id) in known]
    here = await blobs.complete_digests({one.digest for row in rows for one in row.files})
    return Objected(rows, {f"{OBJECTION_FILES}/{digest}": digest for digest in sorted(here)})


async def open_objections(visit: UUID) -> list[str]:
    """The numbers of those about which something is still to be done."""
    return await unfinished(await objections_of(visit))


def _told(row: ObjectionRow) -> dict[str, JSON]:
    return {
        "id": str(row.id),
        "number": row.number,
        "publication": _text(row.publication),
        "channel": row.channel.value,
        "received_at": row.received_at.isoformat(),
        "due_on": row.due_on.isoformat(),
        "said": {"grounds": row.grounds, "name": row.name, "contact": row.contact},
        "files": [{"digest": one.digest, "name": one.name} for one in row.files],
        "state": row.state.value,
        "reviewer": row.reviewer,
        "reviewer_name": row.reviewer_name,
        "decided": {"facts": row.facts, "reasons": row.reasons} if row.decided_at is not None else None,
        "corrected_by": _text(row.corrected_by),
        "decided_at": row.decided_at.isoformat() if row.decided_at is not None else None,
        "told_at": row.told_at.isoformat() if row.told_at is not None else None,
        "told_how": row.told_how.value if row.told_how is not None else None,
    }


def _text(key: UUID | None) -> str | None:
    return str(key) if key is not None else None
