"""Writing the chain of custody: acts of a request as they happen; each act stands in the chain once."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from inspection.archive.custody import store
from inspection.archive.custody.acts import Act, Noted
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit

STREAM: Final = "custody:"


def stream(visit: UUID) -> str:
    """The journal's stream that is the chain of this visit."""
    return f"{STREAM}{visit}"


async def note_act(
    cmd: Command, *, visit: UUID, act: Act | str, digest: str | None = None, source: str, **facts: JSON
) -> bool:
    """Note an act of this request in the chain of a visit; False when it is there already. Inside a unit of work.

    `source` makes it idempotent together with act and digest: what names this one act and no other.
    """
    return bool(await write_acts(cmd, visit, [Noted(Act(act), source, digest, facts)]))


async def note_viewed(cmd: Command, *, visit: UUID, digest: str) -> None:
    """Note that the actor opened an original: once a person, file and local day, however many ranges a player reads."""
    source = f"view:{cmd.actor.id}:{local_day(cmd.now).isoformat()}"
    await in_unit(note_act, cmd, visit=visit, act=Act.VIEWED, digest=digest, source=source)


async def write_acts(cmd: Command, visit: UUID, acts: Sequence[Noted]) -> list[Noted]:
    """Append those of `acts` that the chain does not have, in their order; returns them. Inside a unit of work."""
    keyed = {one.key: one for one in acts}
    rows = [
        (row_id, key, one.digest) for row_id, (key, one) in zip(cmd.new_ids(len(keyed)), keyed.items(), strict=True)
    ]
    fresh = await store.add_acts(visit, rows) if rows else set()
    new = [one for key, one in keyed.items() if key in fresh]
    if new:
        await append(*(cmd.event(EventKind.CUSTODY_NOTED, stream(visit), **one.payload()) for one in new))
    return new
