"""Every promise of a ledger against what stands in a store, one by one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from mobile_contract.base import unb64url
from mobile_contract.merkle import leaf_hash, root_of
from mobile_contract.push import Verdict
from tests.faults.ledger import BrokenPromise, Ledger, Promise
from tests.faults.store import Found, Row, damaged, look

MOST = 5
"""Findings of one kind that are named; the rest is counted."""
_FIRST = {Verdict.ACCEPTED, Verdict.FLAGGED, Verdict.HELD}


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was compared."""

    entries: int
    receipts: int
    refused: int
    files: int
    leaves: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What had been promised when a look at the store began."""

    entries: dict[str, Promise]
    receipts: frozenset[UUID]
    refused: dict[str, bytes]
    files: frozenset[str]

    @classmethod
    def of(cls, ledger: Ledger) -> "Snapshot":
        """As it is now: what is promised while the store is being read is not looked for in it."""
        entries = {hash_: replace(one, verdicts=set(one.verdicts)) for hash_, one in ledger.entries.items()}
        receipts = frozenset(ledger.receipts.keys() - ledger.receipts_before)
        return cls(entries, receipts, dict(ledger.refused), frozenset(ledger.files))


@dataclass
class Checker:
    """Compares again and again. `audience`: by visit, the tablets that its feed rows must reach."""

    ledger: Ledger
    database: str
    data_dir: Path
    audience: Mapping[UUID, Collection[UUID]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)
    _heads: set[int] = field(default_factory=set)

    async def check(self, *, files: Collection[str] | None = None) -> Checked:
        """Look at everything; of the files, which never change, only `files` if given.

        Raises:
            BrokenPromise: something that was promised is not there, or is not what it was.
        """
        promised = Snapshot.of(self.ledger)
        found = await look(self.database)
        wanted = promised.files if files is None else promised.files & set(files)
        problems = [
            *_entries(promised, found),
            *_letters(promised, found),
            *_positions(promised, found, self.audience),
            *_log(promised, found),
            *(f"receipt {one} is not in the store" for one in sorted(promised.receipts - found.receipts)),
            *(f"file {one} has no row" for one in sorted(promised.files - found.blobs.keys())),
            *(f"file {one} is not what it was" for one in damaged(self.data_dir, sorted(wanted))),
        ]
        self._tree(found)
        tell(problems)
        sizes = (promised.entries, promised.receipts, promised.refused, wanted, found.leaves)
        return Checked(*map(len, sizes))

    def _tree(self, found: Found) -> None:
        fresh = [(size, root) for size, root in found.heads if size not in self._heads and size <= len(found.leaves)]
        leaves = [leaf_hash(unb64url(entry)) for entry in found.leaves] if fresh else []
        for size, root in fresh:
            if root_of(leaves[:size]) != root:
                raise BrokenPromise(f"the tree head of {size} leaves is not that of the leaves")
            self._heads.add(size)


def tell(problems: Collection[str]) -> None:
    """Raise what was found, shortened."""
    if problems:
        more = len(problems) - MOST
        raise BrokenPromise("; ".join([*list(problems)[:MOST], *([f"and {more} more"] if more > 0 else [])]))


def _entries(promised: Snapshot, found: Found) -> Iterator[str]:
    for hash_, promise in promised.entries.items():
        row = found.entries.get(hash_)
        if row is None:
            yield f"I1: {hash_} has {promise.receipts} receipts and is not in the store"
        else:
            yield from _differences(hash_, promise, row)


def _differences(hash_: str, promise: Promise, row: Row) -> Iterator[str]:
    if row.header != promise.header:
        yield f"I3: the header of {hash_} is not what was sent"
    if row.body != promise.body:
        yield f"I3: the body of {hash_} is not what was sent"
    first = promise.verdicts & _FIRST
    # What was held may have been let in since; nothing else changes.
    if first and row.verdict not in {one.value for one in first} and Verdict.HELD not in first:
        yield f"the verdict on {hash_} was {sorted(first)} and is {row.verdict}"
    if promise.vseq is not None and (row.visit, row.vseq) != (promise.visit, promise.vseq):
        yield f"I5: {hash_} was promised {promise.visit}/{promise.vseq} and is {row.visit}/{row.vseq}"


def _letters(promised: Snapshot, found: Found) -> Iterator[str]:
    for digest, line in promised.refused.items():
        if found.letters.get(digest) != line:
            yield f"I1: the refused line {digest} is not kept as it was sent"


def _positions(promised: Snapshot, found: Found, audience: Mapping[UUID, Collection[UUID]]) -> Iterator[str]:
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for row in found.entries.values():
        if row.visit is not None and row.vseq is not None:
            numbers[row.visit].append(row.vseq)
    for visit, taken in numbers.items():
        if sorted(taken) != list(range(1, len(taken) + 1)) or found.counters.get(visit) != len(taken):
            yield f"I2: the numbers of visit {visit} are not dense: {len(taken)} of {found.counters.get(visit)}"
        for device in audience.get(visit, ()):
            if found.feeds.get((device, visit), 0) != len(taken):
                told = found.feeds.get((device, visit))
                yield f"I13: the feed of {device} tells {told} of {len(taken)} entries of {visit}"


def _log(promised: Snapshot, found: Found) -> Iterator[str]:
    placed = set(found.leaves)
    if len(placed) != len(found.leaves):
        yield "I23: an entry has two leaves"
    for hash_, promise in promised.entries.items():
        if promise.merge_by is not None and hash_ not in placed and hash_ not in found.waiting:
            yield f"I23: {hash_} was promised a leaf; it has none and waits for none"
