"""Sending a receiver something that is no result, to see whether it answers and knows our signature."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import httpx

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import Command
from inspection.kernel.commits import no_way_back
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.channels.deliver import Answer, Postman, send_parcel
from inspection.publicity.channels.set_channel import known_channel, stream
from inspection.publicity.channels.shapes import Parcel

TIMEOUT_S: Final = 10.0
"""Somebody sits and waits for it."""


async def try_channel(cmd: Command, postman: Postman, *, authority: UUID, code: str) -> Answer:
    """Send `{"test": true, …}` to a receiver, signed as a result is; its `Idempotency-Key` begins with `test.`.

    Of the answer only the status is told: its text is nobody's business.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    channel = await known_channel(authority, code)
    told: dict[str, JSON] = {"test": True, "channel": code, "site": postman.site, "at": cmd.now.isoformat()}
    made = Parcel(canonical_json(told), "application/json", f"test.{cmd.new_id()}")
    async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=postman.way(), follow_redirects=False) as http:
        answer = await send_parcel(cmd, postman, http, channel, made, TIMEOUT_S)
    no_way_back()  # it was told: a repeat would tell it twice
    async with unit_of_work():
        line = cmd.event(EventKind.CHANNEL_TRIED, stream(channel.id), lane=None, code=code, status=answer.status)
        await append(line)
    return answer if answer.status is None else replace(answer, error="")
