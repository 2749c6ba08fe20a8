"""What the server promised, word for word: every receipt that reached a tablet, every verdict, every finished file.

Kept beside the tablets, at the line: a tablet that dies before it notes an answer was promised its content all the
same. The ledger itself forgets nothing and believes nothing: signatures are checked, and a promise that contradicts an
earlier one is a finding at once (I5).
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import httpx

from mobile_contract.base import b64url
from mobile_contract.client.key import server_signed
from mobile_contract.envelope import entry_hash, parse_line
from mobile_contract.media import MediaHaveAnswer
from mobile_contract.push import EntryVerdict, PushAnswer, Reason, Receipt, Verdict
from mobile_contract.signed import Purpose, ServerJwk

PUSH, HAVE, SMALL, UPLOADS = "/v1/sync/push", "/v1/media/have", "/v1/media/", "/v1/uploads"


class BrokenPromise(AssertionError):
    """The server contradicts what it promised, or no longer has it."""


@dataclass(slots=True)
class Promise:
    """What receipts say of one entry. `visit` and `vseq` are those of the history told last."""

    header: bytes
    body: bytes
    history: UUID
    visit: UUID | None
    vseq: int | None
    verdicts: set[Verdict] = field(default_factory=set)
    merge_by: datetime | None = None
    receipts: int = 0


@dataclass
class Ledger:
    """All promises."""

    keys: tuple[ServerJwk, ...]
    entries: dict[str, Promise] = field(default_factory=dict)
    refused: dict[str, bytes] = field(default_factory=dict)
    """Lines in the dead-letter store, by their SHA-256 (hex)."""
    files: set[str] = field(default_factory=set)
    """Digests of files that were said to be complete."""
    receipts: dict[UUID, Receipt] = field(default_factory=dict)
    receipts_before: set[UUID] = field(default_factory=set)
    """Those of before the store went back: it need not have the receipts themselves any more."""
    histories: list[UUID] = field(default_factory=list)
    """In the order in which they were met."""
    answers: Counter[str] = field(default_factory=Counter)
    """How many answers there were, by status and, for problems, code."""

    def note(self, request: httpx.Request, answer: httpx.Response) -> None:
        """Keep what this answer promises."""
        path = request.url.path
        self.answers[_kind(answer)] += 1
        if not answer.is_success:
            return
        if path == PUSH:
            self._note_push(request, PushAnswer.model_validate_json(answer.content))
        elif path == HAVE:
            self.files |= set(MediaHaveAnswer.model_validate_json(answer.content).sha256)
        elif request.method == "PUT" and path.startswith(SMALL):
            self.files.add(path.removeprefix(SMALL))

    def note_file(self, digest: str) -> None:
        """A resumable upload was told to be whole."""
        self.files.add(digest)

    def store_went_back(self, letters: Container[str]) -> None:
        """The store was put back, or lost its tail. All that was promised must come again, at positions that nobody
        knows yet. What cannot come again are refused lines that are not among these `letters`: a tablet drops nothing
        that it wrote, but these were never entries, and no tablet has them.
        """
        self.refused = {digest: line for digest, line in self.refused.items() if digest in letters}
        self.receipts_before |= self.receipts.keys()
        for promise in self.entries.values():
            promise.vseq, promise.merge_by = None, None
            promise.verdicts.clear()

    def _note_push(self, request: httpx.Request, told: PushAnswer) -> None:
        if not server_signed(self.keys, Purpose.RECEIPT, told.receipt):
            raise BrokenPromise(f"a receipt that no key of the server signed: {told.receipt.p[:200]}")
        receipt = Receipt.model_validate_json(told.receipt.p)
        lines = _lines(request)
        if receipt.entries:  # one that names nothing is not kept
            self.receipts[receipt.id] = receipt
        if receipt.history not in self.histories:
            self.histories.append(receipt.history)
        by_hash = {one.hash: one for one in told.verdicts if one.hash is not None}
        sent = _hashes(lines)
        for one in receipt.entries:
            if one.hash not in sent or one.hash not in by_hash:
                raise BrokenPromise(f"a receipt names {one.hash}, which was not sent")
            self._note_entry(receipt, one.hash, sent[one.hash], by_hash[one.hash])
        for verdict in told.verdicts:
            if verdict.verdict is Verdict.REFUSED:
                line = lines[verdict.line]
                self.refused[hashlib.sha256(line).hexdigest()] = line

    def _note_entry(self, receipt: Receipt, hash_: str, bytes_: tuple[bytes, bytes], told: EntryVerdict) -> None:
        place = (told.visit, told.vseq)
        known = self.entries.setdefault(hash_, Promise(*bytes_, receipt.history, *place))
        if known.history == receipt.history and known.vseq is not None and (known.visit, known.vseq) != place:
            raise BrokenPromise(f"I5: {hash_} was {known.visit}/{known.vseq} and is told to be {place}")
        known.history, (known.visit, known.vseq) = receipt.history, place
        # A gap in a log is told, not stored: it closes by itself.
        only_gap = told.verdict is Verdict.FLAGGED and set(told.reasons) == {Reason.LOG_GAP}
        known.verdicts.add(Verdict.ACCEPTED if only_gap else told.verdict)
        known.merge_by = receipt.merge_by or known.merge_by
        known.receipts += 1


def _kind(answer: httpx.Response) -> str:
    if not answer.is_error:
        return str(answer.status_code)
    try:
        return f"{answer.status_code} {answer.json()['code']}"
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)


def _lines(request: httpx.Request) -> list[bytes]:
    packed = request.headers.get("content-encoding") == "gzip"
    return (gzip.decompress(request.content) if packed else request.content).split(b"\n")


def _hashes(lines: Sequence[bytes]) -> dict[str, tuple[bytes, bytes]]:
    found = {}
    for raw in lines:
        try:
            line = parse_line(raw)
        except ValueError:
            continue  # a line that is meant to be refused
        found[b64url(entry_hash(line.p.encode()))] = (line.p.encode(), (line.b or "").encode())
    return found
