"""Queries of depots, and of uploads that go from one to another."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid

_RUNNING = "state = 'receiving'"


async def see(depot: str, at: datetime, kid: str) -> None:
    """A process was there, and signs with this key."""
    await ask(
        "INSERT INTO depot (id, seen_at, kid) VALUES ({}, {}, {}) "
        "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, kid = excluded.kid",
        depot,
        at,
        kid,
    )


async def kids_since(since: datetime, but: str) -> set[str]:
    """The keys that the depots seen since then sign with, but for one of them."""
    return {row["kid"] for row in await ask("SELECT kid FROM depot WHERE seen_at >= {} AND id <> {}", since, but)}


async def seen_since(depot: str, since: datetime) -> bool:
    """Whether a process was there since then."""
    return bool(await ask("SELECT id FROM depot WHERE id = {} AND seen_at >= {}", depot, since))


async def forget_depots() -> None:
    """Wait for no machine of before: the database was brought back."""
    await ask("DELETE FROM depot")


async def want(upload: UUID, depot: str, wanted: str) -> None:
    """Ask the depot that has an upload for it."""
    await ask(f"UPDATE upload SET wanted = {{}} WHERE id = {{}} AND depot = {{}} AND {_RUNNING}", wanted, upload, depot)


async def want_no_more(upload: UUID, wanted: str) -> None:
    """It cannot be handed over now: whoever wants it asks again."""
    await ask("UPDATE upload SET wanted = NULL WHERE id = {} AND wanted = {}", upload, wanted)


async def wanted_of(depot: str) -> list[tuple[UUID, str]]:
    """The uploads of this depot that others want, and which."""
    rows = await ask(
        f"SELECT id, wanted FROM upload WHERE depot = {{}} AND wanted IS NOT NULL AND {_RUNNING} ORDER BY id", depot
    )
    return [(plain_uuid(row["id"]), row["wanted"]) for row in rows]


async def give(upload: UUID, depot: str, wanted: str, passing: int | None) -> bool:
    """Let an upload be another depot's; False when it is not this one's any more. `passing`: bytes on their way."""
    return bool(
        await ask(
            "UPDATE upload SET depot = wanted, wanted = NULL, passing = {} "
            f"WHERE id = {{}} AND depot = {{}} AND wanted = {{}} AND {_RUNNING} RETURNING id",
            passing,
            upload,
            depot,
            wanted,
        )
    )


async def take(upload: UUID, depot: str, mine: str) -> bool:
    """Take an upload from a depot that does not answer; what it has of it is lost."""
    return bool(
        await ask(
            "UPDATE upload SET depot = {}, wanted = NULL, passing = NULL "
            f"WHERE id = {{}} AND depot = {{}} AND {_RUNNING} RETURNING id",
            mine,
            upload,
            depot,
        )
    )


async def arrived(upload: UUID, depot: str) -> None:
    """What was on its way is here."""
    await ask("UPDATE upload SET passing = NULL WHERE id = {} AND depot = {}", upload, depot)


async def set_depot(digest: str, depot: str) -> None:
    """This disk has the bytes of a stored file, whoever had them before."""
    await ask("UPDATE blob SET depot = {} WHERE digest = {}", depot, digest)
