"""A device: one key, one signed log, a feed it follows, and an outbox that forgets nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from mobile_contract.anchor import TimeAnchor
from mobile_contract.base import b64url
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.client.doubts import doubtful
from mobile_contract.client.key import DeviceKey, server_signed
from mobile_contract.client.replica import Replica, UntrustedAnswerError
from mobile_contract.client.state import Captured, Custody, DeviceStore
from mobile_contract.client.surroundings import DeviceTime, Surroundings
from mobile_contract.client.trust import followed
from mobile_contract.client.witness import Witness
from mobile_contract.decisions import DECISION_OF
from mobile_contract.enrol import EnrolAnswer, EnrolRequest, TokenAnswer, enrolment_message
from mobile_contract.entries import BODY_OF, EntryType, printable
from mobile_contract.envelope import (
    ENVELOPE_VERSION,
    AssignmentRef,
    ChecklistRef,
    EntryHeader,
    EntryLine,
    body_digest,
    entry_hash,
    entry_set_digest,
    signed_bytes,
)
from mobile_contract.keys import KeysAnswer
from mobile_contract.pull import InventoryAnswer, LogClaim, PullAnswer, SnapshotAnswer
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES, PushAnswer, Reason, Receipt, Verdict
from mobile_contract.signed import DeviceJwk, Purpose, ServerJwk, SignedText
from mobile_contract.visit_card import VisitCard

__all__ = ["Device", "UntrustedAnswerError", "ndjson"]

_SALT = 16
_KEY_NOISE = 48
# Below the packed limit, so that even text that does not compress fits into one push.
_MAX_BATCH_BYTES = MAX_PACKED_BYTES * 3 // 4
_BODIES = {**BODY_OF, **DECISION_OF}
_SERVER_KEYS = TypeAdapter(tuple[ServerJwk, ...])


class Device:
    """One tablet. Opens on what its store remembers; a new store gets a new key."""

    def __init__(self, store: DeviceStore, surroundings: Surroundings) -> None:
        self.store = store
        self.replica = Replica(store)
        self.witness = Witness(store)
        self._world = surroundings
        secret = store.recall("key")
        if secret is None:
            self.key = DeviceKey.of_entropy(surroundings.entropy(_KEY_NOISE))
            store.remember("key", self.key.secret().hex())
        else:
            self.key = DeviceKey.of_bytes(bytes.fromhex(secret))

    # -- who it is ---------------------------------------------------------------------------------

    def enrol_request(self, code: str, name: str) -> EnrolRequest:
        """The request by which this device's key becomes known."""
        proof = self.key.sign(enrolment_message(code, self.key.kid))
        before = self.store.recall("device")
        number = UUID(before) if before else None
        return EnrolRequest(code=code, key=self.key.jwk, proof=b64url(proof), name=name, device=number)

    def enrolled(self, answer: EnrolAnswer) -> None:
        """Keep what the server told at enrolment. What its log held under this key goes on where the server is."""
        with self.store.step():
            before = self.store.recall("history")
            self.store.remember("device", str(answer.device))
            self.store.remember("inspector", str(answer.inspector))
            self.store.remember("token", answer.token)
            self.store.remember("history", str(answer.history))
            self.store.remember("server_keys", _SERVER_KEYS.dump_json(answer.server_keys).decode())
            self.keep_anchor(answer.anchor)
            if before is not None and before != str(answer.history):
                self.store.remember("restored", str(answer.history))
            # A wiped device that enrols with its old key must not write numbers twice.
            own = [log.ep for log in answer.logs if log.dev == answer.device]
            if own and max(own) >= self.epoch and self.store.newest(self.epoch) is None:
                self.store.remember("epoch", str(max(own) + 1))

    @property
    def id(self) -> UUID:
        """The number the server gave this device; RuntimeError before enrolment."""
        return UUID(self._known("device"))

    @property
    def inspector(self) -> UUID:
        """The inspector this device was enrolled for."""
        return UUID(self._known("inspector"))

    @property
    def token(self) -> str:
        """Opens the channel; proves nothing about entries."""
        return self._known("token")

    def keep_token(self, answer: TokenAnswer) -> None:
        """Show this token from now on."""
        self.store.remember("token", answer.token)

    def time(self) -> DeviceTime:
        """What its clocks say now."""
        return self._world.time()

    @property
    def epoch(self) -> int:
        """The incarnation of the log that is being written."""
        return int(self.store.recall("epoch") or 1)

    # -- what it writes ----------------------------------------------------------------------------

    def capture(
        self,
        type: str,  # noqa: A002 -- the envelope's own word
        body: Mapping[str, Any],
        *,
        visit: UUID | None = None,
        tasks: Sequence[UUID] = (),
        over: Sequence[str] = (),
        asg: AssignmentRef | None = None,
        ck: ChecklistRef | None = None,
        inspector: UUID | None = None,
    ) -> Captured:
        """Write one entry into the signed log. `body` lacks only the salt; pydantic's ValidationError if it is wrong.

        The entry is kept before this returns, and for ever.
        """
        body_text = self._body(type, body)
        with self.store.step():
            before = self.store.newest(self.epoch)
            now = self._world.time()
            header = EntryHeader(
                v=ENVELOPE_VERSION,
                id=self._world.new_id(),
                dev=self.id,
                ep=self.epoch,
                seq=before.seq + 1 if before else 1,
                prev=before.hash if before else None,
                ins=inspector or self.inspector,
                visit=visit,
                tasks=tuple(tasks),
                type=type,
                over=tuple(over),
                asg=asg,
                ck=ck,
                wall=now.wall,
                mono=now.mono,
                boot=now.boot,
                anchor=self.store.recall("anchor"),
                sth=self.witness.newest(),
                body=b64url(body_digest(body_text.encode())),
                blen=len(body_text.encode()),
            )
            entry = self._sign(header, body_text)
            self.store.append(entry)
        return entry

    def start_epoch(self, reason: str) -> Captured:
        """Begin a new incarnation of the log: after the own tail was lost, or two entries claimed one number."""
        with self.store.step():
            before = self.store.newest(self.epoch)
            last = None
            if before is not None:
                last = {"dev": str(self.id), "ep": before.ep, "seq": before.seq, "hash": before.hash}
            self.store.remember("epoch", str(self.epoch + 1))
            body = {"reason": reason} if last is None else {"reason": reason, "last": last}
            return self.capture(EntryType.LOG_EPOCH, body)

    def attach(self, content: bytes, mime: str) -> str:
        """Keep a file for upload and give the digest entries refer to it by."""
        digest = hashlib.sha256(content).hexdigest()
        self.store.keep_file(digest, mime, content)
        return digest

    def _body(self, type_: str, body: Mapping[str, Any]) -> str:
        salted = {"salt": b64url(self._world.entropy(_SALT)), **body}
        text = json.dumps(salted, ensure_ascii=False, separators=(",", ":"), default=str)
        model = _BODIES.get(type_)
        if model is not None:
            # Checked as it will be read: a NUL that a person pasted is kept in the signed bytes and shown as ␀.
            model.model_validate_json(json.dumps(printable(json.loads(text))))
        return text

    def _sign(self, header: EntryHeader, body: str) -> Captured:
        # Only what differs from the default travels: an absent member and its default mean the same.
        p = header.model_dump_json(exclude_defaults=True)
        signature = self.key.sign(signed_bytes(p.encode()))
        line = EntryLine(p=p, b=body, k=self.key.kid, a="ES256", s=b64url(signature))
        return Captured(
            hash=b64url(entry_hash(p.encode())),
            ep=header.ep,
            seq=header.seq,
            visit=header.visit,
            type=header.type,
            line=line.model_dump_json(),
        )

    # -- what it sends -----------------------------------------------------------------------------

    def outbox(self, limit: int = MAX_LINES) -> list[Captured]:
        """The oldest entries the server has not taken into custody, as many as one push may carry."""
        batch: list[Captured] = []
        size = 0
        for entry in self.store.entries(Custody.OWN, min(limit, MAX_LINES)):
            size += len(entry.line.encode()) + 1
            if batch and size > _MAX_BATCH_BYTES:
                break
            batch.append(entry)
        return batch

    def settle(self, batch: Sequence[Captured], answer: PushAnswer) -> int:
        """Note the verdicts of a push; how many entries need not be sent again.

        Custody is believed only where the signed receipt names the entry.
        """
        receipt = Receipt.model_validate_json(self.trusted(Purpose.RECEIPT, answer.receipt))
        in_custody = {entry.hash for entry in receipt.entries}
        settled = 0
        with self.store.step():
            self.keep_anchor(answer.anchor)
            if receipt.sth is not None:
                self.witness.saw(*receipt.sth, receipt.history)
            for told in answer.verdicts:
                if told.line >= len(batch):
                    continue
                entry = batch[told.line]
                if told.hash is None and Reason.MALFORMED in told.reasons:
                    continue  # what is written here can be read: it broke on its way, or the answer is another's
                if told.hash not in {None, entry.hash}:
                    continue  # the answer to another push
                if told.verdict is Verdict.REFUSED:
                    custody = Custody.REFUSED
                elif told.verdict.takes_custody and entry.hash in in_custody:
                    custody = Custody.SERVER
                else:
                    custody = Custody.OWN
                self.store.settle(entry.hash, custody, told.verdict, told.reasons)
                settled += custody is not Custody.OWN
            own = [log for log in receipt.logs if log.dev == self.id]
            behind = (self.store.in_custody(log.ep, log.seq + 1) for log in own)
            if any(hash_ is not None and hash_ not in in_custody for hash_ in behind):
                # It has not what it once gave a receipt for: it was restored, whether it knows that or not. What this
                # very receipt names is there.
                self.store.remember("restored", str(receipt.history))
        if any(log.forked for log in own if log.ep == self.epoch):
            self.start_epoch("fork")
        return settled

    def heads(self) -> list[LogClaim]:
        """The newest entry of every incarnation of the own log."""
        newest = [self.store.newest(ep) for ep in self.store.epochs()]
        return [LogClaim(dev=self.id, ep=entry.ep, seq=entry.seq, hash=entry.hash) for entry in newest if entry]

    def offer_again(self, answer: InventoryAnswer) -> int:
        """Put back into the outbox what the server turns out to lack; how many entries."""
        offered = 0
        with self.store.step():
            restored = self.server_was_restored or self.store.recall("history") != str(answer.history)
            self.store.remember("history", str(answer.history))
            self.store.remember("restored", None)
            for log in answer.logs:
                mine = self.store.newest(log.state.ep, log.state.seq)
                if log.state.forked or (mine is not None and mine.hash != log.state.hash):
                    offered += self.store.reclaim(log.state.ep, 1, log.state.seq)
                for gap in log.missing:
                    offered += self.store.reclaim(log.state.ep, gap.first, gap.last)
            if restored or offered:
                # It may lack files too: each is asked for again, and sent only if it is not there.
                self.store.doubt_files()
        return offered

    @property
    def server_was_restored(self) -> bool:
        """Whether the server lives in another history than this device knew: its log must be compared again."""
        return self.store.recall("restored") is not None

    def attestation(self, visit: UUID) -> dict[str, Any]:
        """Body of an `attest` or `submit` that vouches for all own entries of a visit."""
        own = self.entries_of(visit)
        newest = [self.store.newest(ep) for ep in sorted({entry.ep for entry in own})]
        return {
            "set": entry_set_digest(entry.hash for entry in own),
            "heads": [
                {"dev": str(self.id), "ep": entry.ep, "seq": entry.seq, "hash": entry.hash} for entry in newest if entry
            ],
            "count": len(own),
        }

    # -- what it receives --------------------------------------------------------------------------

    @property
    def cursor(self) -> str | None:
        """The place in the own feed up to which everything was applied."""
        return self.replica.cursor

    def apply(self, answer: PullAnswer) -> bool:
        """Apply a page of the feed and its cursor in one step; False, and nothing, when it is not the next page.

        Raises:
            UntrustedAnswerError: the anchor, an entry or a checklist is not what it says; nothing was applied.
        """
        with self.store.step():
            if answer.from_ != self.cursor:
                return False
            self.keep_anchor(answer.anchor)
            return self.replica.apply(answer)

    def apply_snapshot(self, pages: Sequence[SnapshotAnswer]) -> None:
        """Rebuild the read side from all pages of a snapshot. The own log is not touched."""
        self.replica.apply_snapshot(pages)

    def visits(self) -> dict[UUID, VisitCard]:
        """The visits that stand in the feed, as they were last told."""
        return self.replica.visits()

    def checklists(self, card: VisitCard) -> list[PinnedChecklist]:
        """The checklists that a card names, as far as they were told."""
        found = (self.replica.checklist(code, version) for code, version, _ in card.checklists)
        return [pinned for pinned in found if pinned is not None]

    def entries_known(self, visit: UUID) -> list[EntryLine]:
        """Every entry of a visit that the server told, the own ones among them: what the record is folded from."""
        return [EntryLine.model_validate_json(one.line) for one in self.replica.heard(visit)]

    def uncounted(self, visit: UUID) -> dict[str, tuple[str, ...]]:
        """By hash, why entries of a visit do not count, as the server found when they came."""
        return {one.hash: one.uncounted for one in self.replica.heard(visit) if one.uncounted}

    def doubtful(self, visit: UUID) -> dict[str, str]:
        """By hash, the entries of a visit whose signature this device could not verify: `unknown-key` where it knows no
        such key, `bad-signature` where the signature is none of the key's. For people to look at.
        """
        card = self.visits().get(visit)
        keys: list[DeviceJwk] = []
        if card is not None:
            keys += [key for one in card.team for key in one.keys] + [key for one in card.former for key in one.keys]
        servers = _SERVER_KEYS.validate_json(self._known("server_keys"))
        return doubtful(self.replica.heard(visit), [self.key.jwk, *keys], servers)

    def keep_anchor(self, signed: SignedText) -> None:
        """Hold a new time anchor: every entry names the newest one."""
        anchor = TimeAnchor.model_validate_json(self.trusted(Purpose.TIME_ANCHOR, signed))
        self.store.remember("anchor", anchor.id)
        if str(anchor.history) != self.store.recall("history"):
            self.store.remember("restored", str(anchor.history))

    def learn_keys(self, answer: KeysAnswer) -> bool:
        """Trust the keys to which those lead that are trusted already; whether there were new ones."""
        trusted = _SERVER_KEYS.validate_json(self._known("server_keys"))
        keys = followed(trusted, answer.statements)
        self.store.remember("server_keys", _SERVER_KEYS.dump_json(keys).decode())
        return len(keys) > len(trusted)

    def trusted(self, purpose: Purpose, signed: SignedText) -> str:
        """The text of a signed answer; UntrustedAnswerError unless a known server key signed it."""
        keys = _SERVER_KEYS.validate_json(self._known("server_keys"))
        if not server_signed(keys, purpose, signed):
            raise UntrustedAnswerError(purpose)
        return signed.p

    def entries_of(self, visit: UUID) -> list[Captured]:
        """Own entries of a visit, in the order of the log."""
        return [entry for entry in self.store.entries() if entry.visit == visit]

    def _known(self, name: str) -> str:
        value = self.store.recall(name)
        if value is None:
            raise RuntimeError(f"the device is not enrolled: no {name}")
        return value


def ndjson(batch: Iterable[Captured]) -> bytes:
    """The body of a push."""
    return b"".join(entry.line.encode() + b"\n" for entry in batch)
