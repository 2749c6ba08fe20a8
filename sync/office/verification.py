"""Everything checked at once: every chain of the journal, and the whole transparency log. Asked for with one click,
done in the background, kept in the journal itself with what was checked and up to where.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptography.x509 import Certificate

from inspection.kernel.canonical import JSON
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, JournalEntry, append, read, read_all
from inspection.kernel.journal.store import of_kind
from inspection.kernel.journal.whole import WholeReport, verify_whole
from inspection.kernel.unit_of_work import unit_of_work
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from mobile_contract.problems import ProblemCode
from mobile_contract.signed import ServerJwk
from sync.log.stamps import trusted_certificates
from sync.log.verify import LogReport, verify_log

JOB: Final = "sync.verify_all"
PATIENCE: Final = timedelta(hours=1)
"""A run that has not ended after this long does not hinder another one."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `done`: what it found, None while it runs; `late`: it should have ended by now."""

    id: UUID
    asked_at: datetime
    by: str
    done_at: datetime | None
    done: Mapping[str, Any] | None
    late: bool

    @property
    def good(self) -> bool | None:
        """Whether nothing is wrong; None while it runs."""
        return bool(self.done["good"]) if self.done is not None else None


async def ask_verification(cmd: Command, *, authority_id: UUID, keys: Sequence[ServerJwk]) -> UUID:
    """Have everything checked. `keys`: of the server, those before included; the journal says by which it was checked.

    Raises:
        Conflict: `sync.verification_runs`: one that was asked for within the hour has not ended.
    """
    async with unit_of_work():
        newest = await runs(authority_id, cmd.now, limit=1)
        if newest and newest[0].done is None and not newest[0].late:
            raise Conflict(ProblemCode.CONFLICT, "sync.verification_runs", since=newest[0].asked_at.isoformat())
        run = cmd.new_id()
        told: list[JSON] = [key.model_dump(mode="json") for key in keys]
        await append(cmd.event(EventKind.VERIFICATION_ASKED, _stream(run), authority=str(authority_id), keys=told))
    return run


async def runs(authority_id: UUID, now: datetime, *, limit: int = 20) -> list[Run]:
    """The newest runs of an authority, the newest first."""
    asked = await of_kind(EventKind.VERIFICATION_ASKED.value, authority_id, limit)
    lines = await read_all([one.stream for one in asked])
    return [_run(lines[one.stream], now) for one in asked]


def _run(lines: Sequence[JournalEntry], now: datetime) -> Run:
    first, done = lines[0], next((one for one in lines if one.kind is EventKind.VERIFICATION_DONE), None)
    return Run(
        id=UUID(first.stream.partition(":")[2]),
        asked_at=first.at,
        by=first.actor_name,
        done_at=done.at if done else None,
        done=done.payload if done else None,
        late=done is None and now - first.at > PATIENCE,
    )


async def _verify(job: Job) -> tuple[WholeReport, LogReport]:
    told = job.payload["keys"]
    keys = [ServerJwk.model_validate(one) for one in told] if isinstance(told, list) else []
    now = Command(SYSTEM, job.claimed_at, SystemEntropy())
    trusted: Sequence[Certificate] = trusted_certificates()
    return await verify_whole(), await verify_log(now, keys=keys, trusted=trusted)


async def _write(cmd: Command, job: Job, found: tuple[WholeReport, LogReport]) -> None:
    if any(line.kind is EventKind.VERIFICATION_DONE for line in await read(job.stream)):
        return  # two workers had it, because the first took too long
    chains, log = found
    await append(cmd.event(EventKind.VERIFICATION_DONE, job.stream, lane=None, **_said(chains, log)))


def _said(chains: WholeReport, log: LogReport) -> dict[str, JSON]:
    broken: list[JSON] = [{"stream": stream, "seq": seq} for stream, seq in chains.broken]
    wrong: list[JSON] = [{"what": what, "fact": fact} for what, fact in log.wrong[:SHOWN]]
    return {
        "good": chains.good and log.good,
        "journal": {
            "good": chains.good,
            "streams": chains.streams,
            "lines": chains.lines,
            "heads": chains.heads,
            "newest": chains.newest.isoformat() if chains.newest else None,
            "wrong": chains.wrong,
            "broken": broken,
        },
        "log": {
            "good": log.good,
            "leaves": log.leaves,
            "heads": log.heads,
            "stamps": log.stamps,
            "unverified_stamps": log.unverified_stamps,
            "waiting": log.waiting,
            "root": log.root,
            "wrong": wrong,
            "found": len(log.wrong),
        },
    }


def _stream(run: UUID) -> str:
    return f"verification:{run}"


VERIFY_ALL: Final = TwoStep(_verify, _write)
"""The handler of `sync.verify_all`: reads for as long as it takes, writes one line."""
