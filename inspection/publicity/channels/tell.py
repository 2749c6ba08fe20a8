"""Lines of the journal that other systems asked to be told of go into their outbox, and again from an instant on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.authority.store import authority as authority_by_id
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, JournalEntry, append, read
from inspection.kernel.journal.search import Sought, search_all
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.store import Job
from inspection.publicity.channels import store_outbox
from inspection.publicity.channels.events import TOLD_OF, body_of, key_of, kinds_of, lane_of, name_of
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.set_channel import known_channel, stream
from inspection.publicity.channels.store import ChannelRow, channels
from inspection.publicity.channels.store_outbox import NewEvent
from mobile_contract.problems import ProblemCode

MOST_AGAIN: Final = 10_000
"""Events of one replay: whoever needs more asks again from where it ended."""


async def tell(cmd: Command, job: Job) -> None:
    """After every line that is told of. Doing it twice tells nothing twice."""
    if job.authority is None:
        return
    receivers = [one for one in await channels(job.authority) if one.events]
    if not receivers:
        return
    (line,) = await read(job.stream, after=job.seq - 1, limit=1)
    for receiver in receivers:
        if name_of(line.kind) in receiver.events:
            await store_outbox.add_events(await _events(cmd, receiver, [line]), cmd.now)


async def tell_again(cmd: Command, *, authority: UUID, code: str, since: datetime) -> int:
    """Send a receiver everything that it is told of and that happened since an instant, whether it arrived or not; how
    many events. Each bears the id it had, so that whoever kept one knows it again.

    Raises:
        NotFound: `publicity.no_channel`.
        Invalid: `publicity.channel_events`: it is no receiver of events.
    """
    async with unit_of_work():
        receiver = await known_channel(authority, code)
        if receiver.kind is not ChannelKind.EVENTS:
            raise Invalid(ProblemCode.INVALID, "publicity.channel_events")
        sought = Sought(authority, kinds=tuple(sorted(kinds_of(receiver.events))), since=since)
        lines = (await search_all(sought))[:MOST_AGAIN]
        events = await _events(cmd, receiver, lines)
        await store_outbox.add_events(events, cmd.now)
        await store_outbox.send_events_again(receiver.id, [one.event for one in events], cmd.now)
        told = {"code": code, "since": since.isoformat()}
        line = cmd.event(EventKind.CHANNEL_REPLAYED, stream(receiver.id), lane=None, **told, events=len(events))
        await append(line)
    return len(events)


async def _events(cmd: Command, receiver: ChannelRow, lines: Iterable[JournalEntry]) -> list[NewEvent]:
    row = await authority_by_id(receiver.authority)
    told = [one for one in lines if one.kind in TOLD_OF]
    ids = cmd.new_ids(len(told))
    code = row.code if row else ""
    return [
        NewEvent(
            id=new_id,
            channel=receiver.id,
            event=key_of(one.stream, one.seq),
            subject=one.stream[:120],
            lane=lane_of(one.stream),
            body=body_of(one.kind, one.stream, one.seq, one.at, code, one.payload),
        )
        for new_id, one in zip(ids, told, strict=True)
    ]
