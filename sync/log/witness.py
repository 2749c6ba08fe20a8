"""Devices as witnesses: every header names the newest tree head its author saw, and that must be one of ours.

A head that this server's tree does not lead to means that somebody rewrote the log, that the store went back, or that
the device lies. Each is for a person to look at; nothing the device wrote is in question (sync.md §2.12).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import structlog

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.visits.entries.notice import notice
from mobile_contract.base import b64url
from mobile_contract.push import Reason
from sync.log import store_tree
from sync.log.heads import root_at

log: structlog.stdlib.BoundLogger = structlog.get_logger("fieldcheck.sync")

Claim: TypeAlias = tuple[int, str]
"""Size and root (base64url) of a tree head, as `sth` of a header names it."""


class Contradicts(StrEnum):
    """How a head contradicts our tree."""

    OTHER_ROOT = "other-root"
    """Our tree of that size has another root."""
    BEYOND = "beyond"
    """Our tree was never that large: the server lost its end, or the device made the head up."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A head that entries name and our tree does not lead to."""

    size: int
    root: str
    how: Contradicts
    entries: tuple[str, ...]


def claims_of(headers: Mapping[str, bytes]) -> dict[Claim, list[str]]:
    """The heads that entries (hash → header bytes) name, and by which of them; pure."""
    found: dict[Claim, list[str]] = defaultdict(list)
    for hash_, header in sorted(headers.items()):
        sth = json.loads(header).get("sth")
        if sth is not None:
            found[int(sth[0]), str(sth[1])].append(hash_)
    return dict(found)


async def contradictions(headers: Mapping[str, bytes]) -> tuple[Contradiction, ...]:
    """What entries (hash → header bytes) hold against our tree. Costs a few tiles for each different head."""
    claims = claims_of(headers)
    size = await store_tree.size() if claims else 0
    found = []
    for (claimed, root), entries in sorted(claims.items()):
        if claimed > size:
            found.append(Contradiction(claimed, root, Contradicts.BEYOND, tuple(entries)))
        elif b64url(await root_at(claimed)) != root:
            found.append(Contradiction(claimed, root, Contradicts.OTHER_ROOT, tuple(entries)))
    return tuple(found)


async def report(cmd: Command, stream: str, receipt: UUID, found: Sequence[Contradiction]) -> None:
    """Tell people: the entries are flagged, the journal keeps what was held against us, the log of the process shouts.

    Call it inside a unit of work.
    """
    if not found:
        return
    tree = await store_tree.size()
    for one in found:
        log.error("a device holds a tree head against us", stream=stream, size=one.size, how=one.how.value, tree=tree)
    await notice(sorted({hash_ for one in found for hash_ in one.entries}), Reason.LOG_WITNESS)
    heads = [{"size": one.size, "root": one.root, "how": one.how.value, "entries": list(one.entries)} for one in found]
    await append(cmd.event(EventKind.LOG_CONTRADICTED, stream, receipt=str(receipt), tree=tree, heads=heads))
