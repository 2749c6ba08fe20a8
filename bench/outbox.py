"""What tablets wrote while nobody could be reached: signed entries, packed in files until they go out, and photographs,
which are made when they are sent. And whether the store has all of it afterwards, as the receipts say.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.photos import photo
from bench.push_batches import Asked, Tablet, compact
from bench.watching import CORES
from inspection.kernel.entropy import SystemEntropy
from inspection.visits.tables import Entry
from mobile_contract.base import b64url, unb64url
from mobile_contract.client.key import DeviceKey, server_signed
from mobile_contract.envelope import entry_hash
from mobile_contract.push import MAX_LINES, Receipt
from mobile_contract.signed import Purpose, ServerJwk, SignedText

_NOISE = SystemEntropy()


@dataclass(frozen=True, slots=True)
class Days:
    """What one tablet wrote: visits, entries in each of them, and how many of these are photographs."""

    visits: int
    entries: int
    photos: int

    @property
    def all_entries(self) -> int:
        return self.visits * self.entries

    @property
    def all_photos(self) -> int:
        return self.visits * self.photos


@dataclass(frozen=True, slots=True)
class Outbox:
    """Of one tablet, by its place in the fleet: packed pushes in their order, and the photographs by name."""

    pushes: tuple[Path, ...]
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Writer:
    """What a tablet is in another process."""

    place: int
    id: UUID
    inspector: UUID
    secret: bytes
    visits: tuple[UUID, ...]
    asked: Mapping[UUID, Asked]


def written(folder: Path, tablets: Sequence[Tablet], days: Days) -> list[Outbox]:
    """Every tablet's days, written on all cores."""
    folder.mkdir()
    writers = [
        _Writer(place, one.id, one.inspector, one.key.secret(), one.visits[: days.visits], one.asked)
        for place, one in enumerate(tablets)
    ]
    count = len(writers)
    with ProcessPoolExecutor(CORES) as pool:
        return list(pool.map(_write, writers, [folder] * count, [days] * count, chunksize=max(1, count // 50)))


def _write(writer: _Writer, folder: Path, days: Days) -> Outbox:
    tablet = Tablet(writer.id, writer.inspector, DeviceKey.of_bytes(writer.secret), "", writer.visits)
    tablet.asked = writer.asked
    names: list[str] = []
    lines: list[bytes] = []
    for number, visit in enumerate(writer.visits):
        lines += [tablet.answer(visit) for _ in range(days.entries - days.photos)]
        for taken in range(days.photos):
            names.append(f"{writer.id} {number} {taken}")
            lines.append(tablet.line(visit, "photo.add", photo_body(names[-1])))
    pushes = []
    for start in range(0, len(lines), MAX_LINES):
        path = folder / f"{writer.place}-{start}.ndjson.gz"
        path.write_bytes(gzip.compress(b"".join(lines[start : start + MAX_LINES]), 6))
        pushes.append(path)
    return Outbox(tuple(pushes), tuple(names))


def photo_body(name: str) -> bytes:
    """The entry that tells of a photograph."""
    taken = photo(name)
    salt = b64url(_NOISE.bytes(16))
    return compact({"salt": salt, "digest": taken.digest, "bytes": len(taken.data), "mime": "image/jpeg"})


# -- what became of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the store has it."""

    header: bytes
    body: bytes | None
    signature: bytes
    visit: str | None
    vseq: int | None


@dataclass(slots=True)
class Custody:
    """What was compared. `missing`: entries that are not in the store as they were signed, or that no receipt names;
    `broken`: what receipts say and the store does not.
    """

    entries: int = 0
    receipts: int = 0
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def compare(
        self,
        lines: Iterable[bytes],
        receipts: Iterable[SignedText],
        stored: Mapping[str, Stored],
        keys: tuple[ServerJwk, ...],
    ) -> None:
        """Add what one tablet wrote and was promised, beside what the store has of it. Pure."""
        promised: set[str] = set()
        for one in receipts:
            self.receipts += 1
            if not server_signed(keys, Purpose.RECEIPT, one):
                self.broken.append("a receipt that the server did not sign")
                continue
            for told in Receipt.model_validate_json(one.p).entries:
                here = stored.get(told.hash)
                if here is None or (here.visit, here.vseq) != (str(told.visit), told.vseq):
                    self.broken.append(told.hash)
                else:
                    promised.add(told.hash)
        for line in lines:
            self.entries += 1
            told_line = json.loads(line)
            name = b64url(entry_hash(told_line["p"].encode()))
            if name not in promised or stored[name] != as_stored(told_line, stored[name]):
                self.missing.append(name)


def as_stored(line: Mapping[str, Any], found: Stored) -> Stored:
    """What the store should have of this line, in the place that it gave it."""
    return Stored(line["p"].encode(), line["b"].encode(), unb64url(line["s"]), found.visit, found.vseq)


def lines_of(outbox: Outbox) -> Iterator[bytes]:
    """The lines that a tablet wrote."""
    for path in outbox.pushes:
        yield from gzip.decompress(path.read_bytes()).splitlines()


async def stored_of(device: UUID) -> dict[str, Stored]:
    """All entries of a device. Call with a database."""
    columns = (Entry.hash, Entry.header, Entry.body, Entry.signature, Entry.visit, Entry.vseq)
    rows = await Entry.select(*columns).where(Entry.device == device)
    return {
        row["hash"]: Stored(
            bytes(row["header"]), bytes(row["body"]), bytes(row["signature"]), str(row["visit"]), row["vseq"]
        )
        for row in rows
    }
