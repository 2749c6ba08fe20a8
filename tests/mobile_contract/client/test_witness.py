"""A device notices a log that was rewritten or lost its end, and never cries over one that only grew (I23)."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.base import b64url
from mobile_contract.client import DeviceStore
from mobile_contract.client.witness import AlarmKind, Witness
from mobile_contract.log import ConsistencyAnswer, KeptHistory, LogHead
from mobile_contract.merkle import consistency_path, leaf_hash, root_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass
class Log:
    """A server's log in memory, which may be restored from a backup, or rewritten."""

    leaves: list[bytes] = field(default_factory=list)
    history: int = 1
    kept: dict[int, int] = field(default_factory=dict)
    made: int = 0

    def grow(self, count: int) -> None:
        for _ in range(count):
            self.made += 1
            self.leaves.append(leaf_hash(self.made.to_bytes(8, "big")))

    def restore(self, size: int) -> None:
        """An announced restore: a new history that begins with what the backup held."""
        self.leaves = self.leaves[:size]
        self.kept = {history: min(kept, size) for history, kept in self.kept.items()} | {self.history: size}
        self.history += 1

    def head(self) -> LogHead:
        size, root = len(self.leaves), b64url(root_of(self.leaves))
        past = tuple(KeptHistory(history=UUID(int=old), kept=kept) for old, kept in self.kept.items())
        return LogHead(size=size, root=root, at=NOW, history=UUID(int=self.history), past=past)

    def proofs(self, witness: Witness, head: LogHead) -> list[ConsistencyAnswer]:
        """Honest answers to what the witness asks; none where the tree was never that large."""
        return [
            ConsistencyAnswer(
                first=first,
                second=second,
                path=tuple(b64url(node) for node in consistency_path(self.leaves[:second], first)),
            )
            for first, second in witness.open_questions(head)
            if second <= len(self.leaves)
        ]

    def tell(self, witness: Witness) -> bool:
        """The witness fetches the newest head."""
        head = self.head()
        return witness.judge(head, self.proofs(witness, head))

    def receipt(self, witness: Witness) -> None:
        """The witness gets a receipt that names the newest head."""
        head = self.head()
        witness.saw(head.size, head.root, head.history)


def kinds(witness: Witness) -> list[AlarmKind]:
    return [alarm.kind for alarm in witness.alarms()]


@given(st.lists(st.tuples(st.sampled_from(["grow", "head", "receipt"]), st.integers(1, 40)), max_size=30))
@settings(max_examples=60)
def test_heads_of_a_log_that_only_grows_never_alarm(steps):
    log, witness = Log(), Witness(DeviceStore())
    for step, count in steps:
        if step == "grow":
            log.grow(count)
        elif step == "head":
            assert log.tell(witness)
        else:
            log.receipt(witness)
    assert log.tell(witness)
    assert witness.alarms() == ()


@given(st.integers(0, 2**32))
@settings(max_examples=80)
def test_each_head_is_consistent_with_every_earlier_one_seen_but_for_what_a_restore_lost(seed):
    """I23, over random appends, heads, receipts and restores: an alarm exactly when a seen head was lost."""
    chance = random.Random(seed)
    log, witness = Log(), Witness(DeviceStore())
    seen: set[tuple[int, int]] = set()
    lost = False
    for step in [*chance.choices(["grow", "grow", "head", "receipt", "restore"], k=25), "head"]:
        if step == "grow":
            log.grow(chance.randint(1, 20))
        elif step == "restore":
            log.restore(chance.randint(0, len(log.leaves)))
        elif step == "receipt":
            log.receipt(witness)
            seen.add((log.history, len(log.leaves)))
        else:
            gone = any(size > log.kept.get(history, size) for history, size in seen)
            assert log.tell(witness) == (not gone)
            lost = lost or gone
            seen = {(log.history, len(log.leaves))}
    assert set(kinds(witness)) == ({AlarmKind.LOST} if lost else set())


@given(st.integers(2, 60), st.data())
@settings(max_examples=60)
def test_a_rewritten_log_is_noticed_by_whoever_saw_what_was_rewritten(size, data):
    log, witness = Log(), Witness(DeviceStore())
    log.grow(size)
    seen = data.draw(st.sampled_from(["head", "receipt"]))
    log.tell(witness) if seen == "head" else log.receipt(witness)
    changed = data.draw(st.integers(0, size - 1))
    log.leaves[changed] = leaf_hash(b"somebody else's")
    log.grow(data.draw(st.integers(0, 5)))
    assert not log.tell(witness)
    assert kinds(witness) == [AlarmKind.FORKED]


def test_a_head_that_shrank_within_its_history_is_an_alarm():
    log, witness = Log(), Witness(DeviceStore())
    log.grow(9)
    log.tell(witness)
    log.leaves = log.leaves[:5]
    assert not log.tell(witness)
    assert kinds(witness) == [AlarmKind.FORKED]


def test_two_roots_of_one_size_are_noticed_without_asking_anybody():
    log, witness = Log(), Witness(DeviceStore())
    log.grow(4)
    log.receipt(witness)
    witness.saw(4, b64url(bytes(32)), UUID(int=1))
    assert kinds(witness) == [AlarmKind.FORKED]


def test_a_header_names_the_head_that_was_told_last():
    log, witness = Log(), Witness(DeviceStore())
    assert witness.newest() is None
    log.grow(4)
    log.receipt(witness)
    assert witness.newest() == (4, log.head().root)
    log.grow(1)
    log.tell(witness)
    assert witness.newest() == (5, log.head().root)
    log.restore(2)
    log.receipt(witness)
    assert witness.newest() == (2, log.head().root)


def test_an_older_receipt_that_comes_late_does_not_turn_the_newest_head_back():
    log, witness = Log(), Witness(DeviceStore())
    log.grow(2)
    older = log.head()
    log.grow(3)
    log.receipt(witness)
    witness.saw(older.size, older.root, older.history)
    assert witness.newest() == (5, log.head().root)
    assert log.tell(witness)
