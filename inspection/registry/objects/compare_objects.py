"""What an import of objects would do: the diff before it is applied (试导入、差异核对)."""

from array import array
from bisect import bisect_left
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

from inspection.registry.intake.rows import Draft, Good
from inspection.registry.intake.run import Comparison, RowChange
from inspection.registry.objects import store, store_coverage
from inspection.registry.objects.changes import completed, object_differences
from inspection.registry.objects.rows import ObjectDraft
from inspection.registry.objects.store import KnownObject


async def compare_objects(
    authority: UUID, rows: Sequence[Good[ObjectDraft]], lacking: Collection[str] = ()
) -> Comparison:
    """What storing these rows of a file without columns for the fields `lacking` would do to the register. Reads
    only."""
    known = await store.known_objects(authority, [row.draft.code for row in rows])
    rows = await completed_rows(rows, known, lacking)
    altered = [row for row in rows if row.draft.code in known and known[row.draft.code].digest != row.digest]
    before = await store.objects([known[row.draft.code].id for row in altered])
    changes = tuple(
        RowChange(row.number, row.draft.code, fields)
        for row in altered
        if (fields := object_differences(before[known[row.draft.code].id], row.draft))
    )
    added = sum(row.draft.code not in known for row in rows)
    return Comparison(added, len(rows) - added - len(changes), changes)


async def completed_rows(
    rows: Sequence[Good[ObjectDraft]], known: Mapping[str, KnownObject], lacking: Collection[str]
) -> Sequence[Good[ObjectDraft]]:
    """The rows with what is known of their objects where the file has no column; see `completed`."""
    if not lacking or not known:
        return rows
    before = await store.objects([one.id for one in known.values()])
    return [
        replace(row, draft=draft, digest=draft.digest())
        if (one := known.get(row.draft.code)) and (draft := completed(before[one.id], row.draft, lacking))
        else row
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Absent:
    """Objects of the register that a file does not name: how many, and the first by code with their names."""

    count: int
    first: tuple[tuple[str, str], ...]


class NamedCodes:
    """The codes that a file names, as eight bytes each: a file of a million rows must not be kept in memory.

    Two codes may share their eight bytes (one pair in 2^64): then an absent object would not be told. Nothing is
    changed by it.
    """

    def __init__(self) -> None:
        self._marks: array[int] = array("Q")

    def see(self, rows: Iterable[Good[Draft]]) -> None:
        """Take note of these rows."""
        self._marks.extend(_mark(row.draft.key) for row in rows)

    async def absent(self, authority: UUID, told: int) -> Absent:
        """Which objects of the register were not named; at most `told` of them by name."""
        ordered = array("Q", sorted(self._marks))
        count = 0
        first: list[tuple[str, str]] = []
        async for code, name in _codes(authority):
            mark = _mark(code)
            place = bisect_left(ordered, mark)
            if place == len(ordered) or ordered[place] != mark:
                count += 1
                if len(first) < told:
                    first.append((code, name))
        return Absent(count, tuple(first))


def _mark(code: str) -> int:
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest(), "big")


async def _codes(authority: UUID) -> AsyncGenerator[tuple[str, str], None]:
    after = ""
    while page := await store_coverage.codes_after(authority, after):
        for pair in page:
            yield pair
        after = page[-1][0]
