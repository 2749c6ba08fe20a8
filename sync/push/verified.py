"""From an authentic entry to what admission is told of it: who may act on its device, what its tablet had been told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.keys import ServerKeys
from inspection.visits.entries.admit import VerifiedEntry
from sync.push.read_lines import Authentic
from sync.tell_time import proven


@dataclass(frozen=True, slots=True)
class Standing:
    """What entries are seen by: who may act on each device, and the keys that anchors were written with.

    Without keys (a letter that is read again in the background) no anchor proves anything, in its author's favour.
    """

    acting: Mapping[UUID, frozenset[UUID]]
    keys: ServerKeys | None


def verified(entries: Sequence[Authentic], standing: Standing) -> list[VerifiedEntry]:
    """The entries as admission takes them, in their order."""
    aware = awareness(entries, standing.keys) if standing.keys else {}
    return [
        VerifiedEntry(
            entry.entry,
            entry.signer.id,
            standing.acting.get(entry.signer.id, frozenset()),
            entry.signer.revoked_at is not None,
            aware.get(entry.entry.text_hash, 0),
        )
        for entry in entries
    ]


def awareness(entries: Sequence[Authentic], keys: ServerKeys) -> dict[str, int]:
    """By hash, the highest number of its feed that an anchor in the entry, or in one before it in its log, proves.

    Only anchors that this server wrote for the very device prove anything; entries without proof are left out.
    """
    feeds: dict[tuple[UUID, str], int] = {}
    highest: dict[tuple[UUID, int], int] = {}
    found: dict[str, int] = {}
    if all(entry.entry.header.anchor is None for entry in entries):
        return found
    for entry in sorted((one.entry for one in entries), key=lambda one: one.header.seq):
        log, anchor = (entry.header.dev, entry.header.ep), entry.header.anchor
        if anchor is not None:
            key = (entry.header.dev, anchor)
            if key not in feeds:
                told = proven(keys, anchor, entry.header.dev)
                feeds[key] = told.feed if told else 0
            highest[log] = max(highest.get(log, 0), feeds[key])
        if highest.get(log):
            found[entry.text_hash] = highest[log]
    return found
