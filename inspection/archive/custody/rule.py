"""Which acts a visit's chain must tell of, by the record and the journal. Pure: values in, values out."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from inspection.archive.custody.acts import (
    Act,
    EntryFact,
    JournalFact,
    Noted,
    acts_of_entry,
    acts_of_line,
    files_of,
)

_STORED: Final = "blob.stored"
_COMPLETED: Final = "upload.completed"


def due_acts(
    entries: Iterable[EntryFact],
    lines: Iterable[JournalFact],
    stamps: Sequence[Noted],
    noted: Collection[str],
    spoken_of: Collection[str] = (),
) -> list[Noted]:
    """The acts that are not in the chain yet, each once: what was captured, then what became of it by time.

    `lines` in any order; `noted`: the keys of what is in the chain; `spoken_of`: when `entries` are a part of the
    record, the files whose story the chain has begun. An entry that merely refers to a file captures it only while no
    entry brings it, so a file whose own entry is late or erased has a beginning all the same.
    """
    found = [*_claimed(list(entries), spoken_of), *_told(list(lines)), *stamps]
    seen, due = set(noted), list[Noted]()
    for one in found:
        if one.key not in seen:
            seen.add(one.key)
            due.append(one)
    return due


def _claimed(entries: Sequence[EntryFact], spoken_of: Collection[str]) -> Iterator[Noted]:
    brought = set(spoken_of) | {digest for entry in entries for how, digest in files_of(entry) if how != "referred"}
    for entry in entries:
        for one in acts_of_entry(entry):
            if one.act is not Act.CAPTURED or one.facts["how"] != "referred" or one.digest not in brought:
                yield one


def _told(lines: Sequence[JournalFact]) -> Iterator[Noted]:
    # The upload that brought a file and the file itself are written down in one transaction: that is one receipt.
    stored = {(one.digest, line.said["at"]) for line in lines if line.kind == _STORED for one in acts_of_line(line)}
    for line in sorted(lines, key=lambda line: (line.said["at"], line.said["stream"], line.said["seq"])):
        for one in acts_of_line(line):
            if line.kind != _COMPLETED or (one.digest, line.said["at"]) not in stored:
                yield one
