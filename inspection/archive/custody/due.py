"""What the chains of custody do not tell yet: gathered from record and journal for the rule, and written."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.archive import store as archive_store
from inspection.archive.custody import store
from inspection.archive.custody.acts import EntryFact, JournalFact, Noted, acts_of_stamp, files_named
from inspection.archive.custody.note import write_acts
from inspection.archive.custody.rule import due_acts
from inspection.archive.sources import BlobSource, CustodySource
from inspection.archive.store import EntryLine
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, JournalEntry, read_all
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.reading import joined_visits, known_visit

_DEEDS: Final = frozenset({EventKind.PUBLIC_COPY_MADE, EventKind.MEDIA_HELD, EventKind.MEDIA_RELEASED})
"""What an authority does with a file, and tells nobody else."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a chain does not tell yet, in order."""

    visit: UUID
    acts: list[Noted]


def entry_fact(entry: EntryLine) -> EntryFact:
    """An entry as the rule reads it."""
    return EntryFact(entry.hash, json.loads(entry.header), None if entry.body is None else json.loads(entry.body))


def journal_fact(line: JournalEntry) -> JournalFact:
    """A line of the journal as the rule reads it."""
    return JournalFact(line.hash.hex(), json.loads(line.text))


async def due_of_visit(visit_id: UUID, files: BlobSource, custody: CustodySource | None = None) -> Due:
    """What the chain of a visit, and of those that are one with it, does not tell yet. Reads only.

    Without `custody` nothing is asked of the transparency log: time stamps come a day later at the earliest.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visits = await joined_visits(visit_id)
    entries = await archive_store.entries(visits)
    facts = [entry_fact(entry) for entry in entries]
    lines = await read_all([f"visit:{one}" for one in visits])
    own = (await known_visit(visit_id)).authority
    of_files = await _file_facts(own, files_named(facts), files)
    proofs = await custody.log_proofs([entry.hash for entry in entries]) if custody else None
    stamps = [
        acts_of_stamp(one.day.isoformat(), one.at.isoformat(), one.size, one.covers)
        for one in (proofs.stamps if proofs else ())
    ]
    told = [journal_fact(line) for stream_lines in lines.values() for line in stream_lines]
    return Due(visits[0], due_acts(facts, [*told, *of_files], stamps, await store.keys(visits[0])))


async def due_of_line(line: JournalEntry, visit_id: UUID, files: BlobSource) -> Due:
    """What a line of a visit's journal gives its chain to tell: the line, and the entries that it numbers. Reads only.

    It costs what came with that line, however long the record is: a day's pushes must not each read the day again.
    """
    chain = (await joined_visits(visit_id))[0]
    first, last = line.payload.get("first"), line.payload.get("last")
    numbered = isinstance(first, int) and isinstance(last, int)
    entries = await archive_store.entries_numbered(visit_id, first, last) if numbered else []  # type: ignore[arg-type]
    facts = [entry_fact(one) for one in entries]
    named = files_named(facts)
    own = (await known_visit(visit_id)).authority
    told = [journal_fact(line), *(await _file_facts(own, named, files) if named else ())]
    return Due(chain, due_acts(facts, told, (), (), await store.spoken_of(chain, named)))


async def due_of_file(digest: str, files: BlobSource) -> list[Due]:
    """What the chains of the visits that refer to a file must tell of it. Reads only.

    Of one file that is little: what stands in a chain already is left to `write_acts` to leave out.
    """
    due: list[Due] = []
    for authority, visits in (await store.authorities_of(digest)).items():
        acts = due_acts((), await _file_facts(authority, {digest}, files), (), ())
        due += [Due(visit, acts) for visit in visits]
    return due


async def file_streams(authority: UUID, digests: Collection[str], files: BlobSource) -> list[str]:
    """The journal's streams that speak of these files to an authority: of what it has, of bytes and of its own deeds;
    of what it does not have, of its own tries.
    """
    here = sorted(await files.claimed_digests(authority, digests))
    return [
        *(f"media:{digest}" for digest in here),
        *(f"file:{authority}/{digest}" for digest in here),
        *(f"upload:{upload.id}" for upload in await files.uploads(authority, digests)),
    ]


async def _file_facts(authority: UUID, digests: Collection[str], files: BlobSource) -> list[JournalFact]:
    """What those streams tell to that authority."""
    streams = await read_all(await file_streams(authority, digests, files))
    return [journal_fact(line) for lines in streams.values() for line in lines if _is_for(authority, line)]


def _is_for(authority: UUID, line: JournalEntry) -> bool:
    # Deeds stood in the stream of the bytes before each authority had its own.
    return line.kind not in _DEEDS or line.authority == authority


async def note_custody(
    cmd: Command, *, visit_id: UUID, files: BlobSource, custody: CustodySource | None = None
) -> list[Noted]:
    """Bring the chain of a visit up to what record and journal tell now; returns what was added. Doing it again adds
    nothing.

    Raises:
        NotFound: `visits.no_visit`.
    """
    due = await due_of_visit(visit_id, files, custody)
    return await in_unit(write_acts, cmd, due.visit, due.acts) if due.acts else []
