"""The background audit of a push: each signature on its own, and the tree heads that headers name (`sync.log.witness`).

In a push the newest header of a run vouches for its predecessors (`sync.signatures`), so a worthless signature in the
middle of a run is stored. It proves nothing against the entry, which the chain binds to its author; but it must be
known before somebody relies on it.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.work.store import Job
from inspection.kernel.work.worker import TwoStep
from inspection.visits.entries.store import entries_by_hash
from inspection.visits.rows import StoredEntry
from mobile_contract.envelope import signed_bytes
from mobile_contract.push import Receipt, Verdict
from sync.devices import store as store_devices
from sync.log import witness
from sync.push import store
from sync.rows import DeviceRow
from sync.signatures import public_key, verify

JOB: Final = "sync.audit_signatures"


@dataclass(frozen=True, slots=True)
class _Findings:
    """`doubtful`: hashes of entries whose own signature does not hold, sorted. `heads`: what contradicts our log."""

    doubtful: tuple[str, ...]
    heads: tuple[witness.Contradiction, ...]


async def _audit(job: Job) -> _Findings:
    """What is to be said of the entries that one receipt took."""
    row = await store.receipt(UUID(str(job.payload["receipt"])))
    if row is None or job.authority is None:
        raise LookupError(str(job.payload["receipt"]))
    told = Receipt.model_validate_json(row.text).entries
    stored = await entries_by_hash([one.hash for one in told if one.verdict is not Verdict.DUPLICATE])
    signers = await store_devices.signers(job.authority, {entry.kid for entry in stored.values()})
    doubtful = await asyncio.to_thread(_doubtful, stored.values(), signers)
    heads = await witness.contradictions({entry.hash: entry.header for entry in stored.values()})
    return _Findings(doubtful, heads)


def _doubtful(entries: Collection[StoredEntry], signers: Mapping[str, DeviceRow]) -> tuple[str, ...]:
    keys = {kid: public_key(signer.key) for kid, signer in signers.items()}
    return tuple(
        sorted(
            entry.hash for entry in entries if not verify(keys[entry.kid], signed_bytes(entry.header), entry.signature)
        )
    )


async def _write(cmd: Command, job: Job, found: _Findings) -> None:
    await witness.report(cmd, job.stream, UUID(str(job.payload["receipt"])), found.heads)
    if found.doubtful:
        event = cmd.event(
            EventKind.SIGNATURES_DOUBTED, job.stream, receipt=job.payload["receipt"], entries=list(found.doubtful)
        )
        await append(event)


AUDIT: Final = TwoStep(_audit, _write)
"""The handler of `sync.audit_signatures`."""
