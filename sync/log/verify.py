"""The whole log checked against itself: every leaf, every signed head, every time stamp, every entry in custody.

One pass over the leaves recomputes every root, which is more than any sample of proofs could show: each head is then
consistent with each other one, and each entry is under all heads after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate

from inspection.kernel.command import Command
from inspection.kernel.timestamping import StampError, stamped_at
from mobile_contract.base import b64url, unb64url
from mobile_contract.log import LogHead
from mobile_contract.merkle import EMPTY_ROOT, leaf_hash, node_hash
from mobile_contract.signed import Purpose, ServerJwk
from sync.log import store, store_tree
from sync.log.heads import MERGE, leads_to
from sync.log.proofs import stamped_head
from sync.log.store import TreeHeadRow

PORTION: Final = 10_000
SHOWN: Final = 20
"""Of each thing that is wrong, at most so many are named."""


@dataclass(slots=True)
class LogReport:
    """What was checked, and what is wrong: keys of the catalogue `sync.log_wrong.*`, each with the fact it is about."""

    leaves: int = 0
    heads: int = 0
    stamps: int = 0
    waiting: int = 0
    unverified_stamps: int = 0
    root: str = ""
    """Of all leaves (base64url)."""
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def found(self, what: str, fact: object) -> None:
        """Something is wrong."""
        self.wrong.append((f"sync.log_wrong.{what}", str(fact)))


class _Roots:
    """The root after each leaf, in O(log n) memory: the whole subtrees that the leaves so far make."""

    def __init__(self) -> None:
        self._stack: list[bytes] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        merges = self.size
        while merges & 1:
            leaf = node_hash(self._stack.pop(), leaf)
            merges >>= 1
        self._stack.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._stack:
            return EMPTY_ROOT
        root = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            root = node_hash(left, root)
        return root


async def verify_log(
    cmd: Command,
    *,
    keys: Sequence[ServerJwk],
    trusted: Sequence[Certificate] = (),
    advance: Callable[[int], None] = lambda _: None,
) -> LogReport:
    """Check everything. `keys`: of the server, those before included; `trusted`: the time-stamp authority's."""
    report = LogReport()
    heads = await _all_heads()
    await _check_leaves(report, heads, advance)
    _check_signatures(report, heads, {key.kid: key for key in keys})
    await _check_custody(cmd, report)
    await _check_stamps(report, heads, trusted)
    return report


async def _all_heads() -> dict[int, list[TreeHeadRow]]:
    heads: dict[int, list[TreeHeadRow]] = {}
    largest = -1
    # By size, and all of one size together: two histories may have signed the same size.
    while page := await store.heads_after(largest, PORTION):
        for head in page:
            heads.setdefault(head.size, []).append(head)
        largest = page[-1].size
    return heads


async def _check_leaves(report: LogReport, heads: dict[int, list[TreeHeadRow]], advance: Callable[[int], None]) -> None:
    roots = _Roots()
    size = await store_tree.size()
    while roots.size < size and (portion := await store_tree.leaves(roots.size, PORTION)):
        for entry in portion:
            roots.add(leaf_hash(entry))
            if roots.size in heads:
                await _check_roots(report, heads[roots.size], roots.root())
        advance(len(portion))
    report.leaves, report.root = roots.size, b64url(roots.root())
    if roots.size != size:
        report.found("leaves_missing", size - roots.size)
    elif not await leads_to(size, roots.root()):
        report.found("tiles", size)
    for beyond in sorted(one for one in heads if one > roots.size)[:SHOWN]:
        report.found("head_beyond", beyond)


async def _check_roots(report: LogReport, heads: Sequence[TreeHeadRow], root: bytes) -> None:
    for head in heads:
        report.heads += 1
        told = LogHead.model_validate_json(head.text)
        if head.root != root or (told.size, told.root) != (head.size, b64url(root)):
            report.found("head", head.size)


def _check_signatures(report: LogReport, heads: dict[int, list[TreeHeadRow]], keys: dict[str, ServerJwk]) -> None:
    for head in (one for same in heads.values() for one in same):
        if not _is_signed(head, keys.get(head.kid)):
            report.found("signature", head.size)


def _is_signed(head: TreeHeadRow, key: ServerJwk | None) -> bool:
    if key is None:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(unb64url(key.x))
        public.verify(head.signature, Purpose.TREE_HEAD.message(head.text))
    except InvalidSignature:
        return False
    return True


async def _check_custody(cmd: Command, report: LogReport) -> None:
    """Nothing in custody is missing in the log but what waits, and nothing in the log was taken out of custody."""
    groups, since = await store.waiting()
    report.waiting = groups
    if since is not None and cmd.now - since > MERGE:
        report.found("late", since.isoformat())
    for entry in await store_tree.leaves_without_entry(SHOWN):
        report.found("entry_gone", entry)
    waiting = await store.pending_hashes()
    missing = [entry for entry in await store_tree.entries_without_leaf(SHOWN + len(waiting)) if entry not in waiting]
    for entry in missing[:SHOWN]:
        report.found("entry_unlogged", entry)


async def _check_stamps(report: LogReport, heads: dict[int, list[TreeHeadRow]], trusted: Sequence[Certificate]) -> None:
    for stamp in await store.stamps():
        report.stamps += 1
        report.unverified_stamps += not trusted
        head = stamped_head(stamp, heads.get(stamp.size, ()))
        try:
            if head is None or stamped_at(stamp.token, head.text, trusted) != stamp.at:
                report.found("stamp", stamp.day.isoformat())
        except StampError as error:
            report.found("stamp", f"{stamp.day.isoformat()} ({error})")
