"""Sending a receiver something that is no result, to see whether it answers and knows our signature."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import httpx

from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.channels import store
from inspection.publicity.channels.deliver import Answer, Postman, send_parcel
from inspection.publicity.channels.set_channel import stream
from inspection.publicity.channels.shapes import Parcel
from mobile_contract.problems import ProblemCode

TIMEOUT_S: Final = 10.0
"""Somebody sits and waits for it."""


async def try_channel(cmd: Command, postman: Postman, *, authority: UUID, code: str) -> Answer:
    """Send `{"test": true, …}` to a receiver, signed as a result is; its `Idempotency-Key` begins with `test.`.

    Of the answer only the status is told: its text is nobody's business.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    found = [one for one in await store.channels(authority) if one.code == code]
    if not found:
        raise NotFound(ProblemCode.NOT_FOUND, "publicity.no_channel", code=code[:80])
    told: dict[str, JSON] = {"test": True, "channel": code, "site": postman.site, "at": cmd.now.isoformat()}
    made = Parcel(canonical_json(told), "application/json", f"test.{cmd.new_id()}")
    async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=postman.transport, follow_redirects=False) as http:
        answer = await send_parcel(cmd, postman, http, found[0], made)
    async with unit_of_work():
        line = cmd.event(EventKind.CHANNEL_TRIED, stream(found[0].id), lane=None, code=code, status=answer.status)
        await append(line)
    return answer if answer.status is None else replace(answer, error="")
