"""One time stamp a local day: a time-stamp authority saw the tree head, and with it every entry below.

A day that is over gets the stamp of the last head that was signed on it. Days on which nothing grew get none; a day
that was missed (the server was off, the authority away for good) is covered by the next, as the tree only grows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import httpx
import structlog
from cryptography.x509 import Certificate

from inspection.kernel.calendar.rules import BEIJING, local_day
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append, read_kind
from inspection.kernel.timestamping import REQUEST_TYPE, read_certificates, stamp_request, stamped_at
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from sync.log import store
from sync.log.store import StampRow, TreeHeadRow

JOB: Final = "sync.stamp"
AGAIN: Final = timedelta(hours=1)
"""A job that was given up is asked for anew after this long."""
_TIMEOUT_S: Final = 30.0
_MOST_BYTES: Final = 64 * 1024

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")


@dataclass(frozen=True, slots=True)
class Stamper:
    """Where stamps come from. `trusted`: the authority's certificates; without any, its signature is not verified."""

    url: str
    trusted: tuple[Certificate, ...] = ()
    transport: httpx.AsyncBaseTransport | None = None


_stamper: list[Stamper] = []


def use_stamps(url: str, certificates: Path | None = None, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """From now on, in this process: have heads stamped by the authority at `url`; by none when it is empty.

    Raises:
        ValueError, OSError: the file of certificates cannot be read.
    """
    _stamper.clear()
    if url:
        trusted = tuple(read_certificates(certificates)) if certificates else ()
        _stamper.append(Stamper(url, trusted, transport))


def trusted_certificates() -> tuple[Certificate, ...]:
    """The certificates of the time-stamp authority that this process uses; none: its signatures are not verified."""
    return _stamper[0].trusted if _stamper else ()


async def ask_for_stamp(cmd: Command) -> date | None:
    """Ask for the stamp of the newest day that is over and has none, if an authority is set; the day."""
    head = await store.head_before(_start_of(local_day(cmd.now))) if _stamper else None
    if head is None or await _is_covered(head):
        return None
    day = local_day(head.signed_at)
    asked = await read_kind(_stream(day), EventKind.LOG_STAMP_ASKED)
    if asked and abs(cmd.now - asked[-1].at) < AGAIN:
        return None
    event = cmd.event(EventKind.LOG_STAMP_ASKED, _stream(day), day=day.isoformat(), size=head.size)
    await in_unit(append, event)
    return day


async def _is_covered(head: TreeHeadRow) -> bool:
    newest = await store.newest_stamp()
    return newest is not None and newest.size >= head.size


async def _fetch(job: Job) -> StampRow | None:
    day, size = date.fromisoformat(str(job.payload["day"])), int(str(job.payload["size"]))
    head = await store.head_of(size)
    if not _stamper or head is None or await store.stamp_of(day) is not None:
        return None
    stamper = _stamper[0]
    response, nonce = await _ask(stamper, head.text)
    at = stamped_at(response, head.text, stamper.trusted, nonce)
    if not stamper.trusted:
        log.warning("a time stamp is kept whose signature was not verified: no certificates are set", day=str(day))
    return StampRow(day, size, stamper.url, response, at)


async def _ask(stamper: Stamper, text: str) -> tuple[bytes, int | None]:
    request = stamp_request(text, stamper.trusted)
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, transport=stamper.transport) as http:
        headers = {"Content-Type": REQUEST_TYPE}
        async with http.stream("POST", stamper.url, content=request.as_bytes(), headers=headers) as answer:
            answer.raise_for_status()
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ValueError("the time-stamp authority answers without end")
    return body, request.nonce


async def _write(cmd: Command, job: Job, stamp: StampRow | None) -> None:
    if stamp is not None and await store.add_stamp(cmd.new_id(), stamp):
        day, told = stamp.day.isoformat(), stamp.at.isoformat()
        await append(cmd.event(EventKind.LOG_STAMPED, job.stream, day=day, size=stamp.size, url=stamp.url, time=told))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, BEIJING).astimezone(UTC)


def _stream(day: date) -> str:
    return f"log:{day.isoformat()}"


STAMP: Final = TwoStep(_fetch, _write)
"""The handler of `sync.stamp`."""
