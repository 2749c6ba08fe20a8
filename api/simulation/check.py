"""After the days: is every entry and every photograph of every tablet in the store, byte for byte? One by one."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from api.simulation.tablet import SimulatedTablet
from inspection.kernel.errors import NotFound
from inspection.visits.entries import store as store_entries
from media.blobs import complete_digests, open_blob
from mobile_contract.base import b64url
from mobile_contract.client.state import Captured


@dataclass(slots=True)
class Custody:
    """What tablets hold beside what the server holds. All is well when nothing is missing, altered or left behind."""

    entries: int = 0
    entries_identical: int = 0
    entries_missing: int = 0
    entries_altered: int = 0
    entries_unsent: int = 0
    media: int = 0
    media_identical: int = 0
    media_missing: int = 0

    @property
    def whole(self) -> bool:
        """Whether every entry and file is in the store exactly as it was captured."""
        return self.entries == self.entries_identical and self.media == self.media_identical and not self.entries_unsent


async def compare(tablets: Sequence[SimulatedTablet]) -> Custody:
    """Look every entry and file of these tablets up in the open database and media store."""
    found = Custody()
    for tablet in tablets:
        captured = tablet.device.store.entries()
        stored = await store_entries.entries_by_hash([entry.hash for entry in captured])
        found.entries_unsent += len(tablet.device.outbox())
        for entry in captured:
            found.entries += 1
            kept = stored.get(entry.hash)
            if kept is None:
                found.entries_missing += 1
            elif _same(entry, kept.header, kept.body, kept.signature):
                found.entries_identical += 1
            else:
                found.entries_altered += 1
        await _compare_media(tablet, found)
    return found


async def _compare_media(tablet: SimulatedTablet, found: Custody) -> None:
    digests = tablet.device.store.digests()
    complete = await complete_digests(digests)
    for digest in digests:
        found.media += 1
        if digest not in complete:
            found.media_missing += 1
            continue
        found.media_identical += await _is_whole(digest)


async def _is_whole(digest: str) -> bool:
    running = hashlib.sha256()
    try:
        async for piece in open_blob(digest):
            running.update(piece)
    except NotFound:
        return False  # the store itself saw that the bytes are others
    return running.hexdigest() == digest


def _same(entry: Captured, header: bytes, body: bytes | None, signature: bytes) -> bool:
    line = json.loads(entry.line)
    kept_body = None if body is None else body.decode()
    return (header.decode(), kept_body, b64url(signature)) == (line["p"], line.get("b"), line["s"])
