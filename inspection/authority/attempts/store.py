"""Queries of what is counted of those who try."""

from datetime import datetime

from inspection.kernel.ask import ask

# Each `{}` is one value: SQLite has no GREATEST, and no name for a value that comes twice.
_FULL = "(CASE WHEN rate_bucket.full_at > {} THEN rate_bucket.full_at ELSE {} END + {})"
_TAKE = (
    "INSERT INTO rate_bucket (name, full_at) VALUES ({}, {}) "
    f"ON CONFLICT (name) DO UPDATE SET full_at = {_FULL} WHERE {_FULL} <= {{}} RETURNING full_at"
)


async def take_from_bucket(name: str, present: int, each: int, most: int) -> bool:
    """Take one of a bucket that has `most` // `each` when it is full and wins one back every `each` µs; whether there
    was one. One statement: those who ask at the same moment wait for each other.
    """
    full = (present, present, each)
    return bool(await ask(_TAKE, name, present + each, *full, *full, present + most))


async def bucket_full_at(name: str) -> int | None:
    """From when on (µs since 1970) all of it is there again."""
    rows = await ask("SELECT full_at FROM rate_bucket WHERE name = {}", name)
    return int(rows[0]["full_at"]) if rows else None


async def drop_buckets(before: int) -> None:
    """Forget the buckets that were full before that instant (µs since 1970): they are as if nobody had asked."""
    await ask("DELETE FROM rate_bucket WHERE full_at < {}", before)


async def lock_strange_name(name: str, now: datetime) -> tuple[int, datetime | None]:
    """How often a strange name was tried and until when it is locked; inside a unit of work, which others wait for."""
    rows = await ask(
        "INSERT INTO strange_name (name, failures, locked_until, tried_at) VALUES ({}, 0, NULL, {}) "
        "ON CONFLICT (name) DO UPDATE SET tried_at = excluded.tried_at RETURNING failures, locked_until",
        name,
        now,
    )
    return int(rows[0]["failures"]), rows[0]["locked_until"]


async def set_strange_name(name: str, failures: int, locked_until: datetime | None) -> None:
    """Keep how often it was tried and until when it is locked."""
    await ask("UPDATE strange_name SET failures = {}, locked_until = {} WHERE name = {}", failures, locked_until, name)


async def drop_strange_names(before: datetime) -> None:
    """Forget the names that nobody has tried since."""
    await ask("DELETE FROM strange_name WHERE tried_at < {}", before)
