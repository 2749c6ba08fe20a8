"""`sync.push.store` and `sync.store`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sync.push.log_heads import LogHead, Slot
from sync.rows import Letter, ReceiptRow
from tests.simulator.memory import Tables

Log = tuple[UUID, int]


def lock_log(t: Tables, log_id: UUID, device_id: UUID, epoch: int) -> tuple[Log, LogHead]:
    key = (device_id, epoch)
    return key, t.logs.setdefault(key, LogHead(device_id, epoch))


def save_log(t: Tables, log_id: Log, head: LogHead) -> None:
    t.logs[log_id] = head


def tail(t: Tables, log_id: Log) -> list[Slot]:
    return list(t.tails.get(log_id, ()))


def change_tail(t: Tables, log_id: Log, filled_to: int, added: Any) -> None:
    kept = [slot for slot in t.tails.get(log_id, ()) if slot.seq > filled_to]
    t.tails[log_id] = (*kept, *(slot for _, slot in added))


def logs_of(t: Tables, device_ids: Any) -> list[tuple[Log, LogHead]]:
    wanted = set(device_ids)
    return sorted(((key, head) for key, head in t.logs.items() if key[0] in wanted), key=lambda pair: pair[0])


def letters_of(t: Tables, carrier: UUID) -> tuple[int, int]:
    kept = [letter for (owner, _), letter in t.letters.items() if owner == carrier]
    return len(kept), sum(len(letter.content) for letter in kept)


def add_letters(t: Tables, letters: Any, carrier: UUID, at: Any) -> int:
    fresh: dict[tuple[UUID, str], Letter] = {
        (carrier, letter.sha256): letter for _, letter in letters if (carrier, letter.sha256) not in t.letters
    }
    t.letters.update(fresh)
    return len(fresh)


def add_receipt(t: Tables, receipt: ReceiptRow, visits: Any) -> None:
    t.receipts[receipt.id] = receipt


# -- sync.store -----------------------------------------------------------------------------------------------------


def newest_history(t: Tables) -> tuple[UUID, int] | None:
    if not t.histories:
        return None
    number = max(t.histories)
    return t.histories[number], number


def histories(t: Tables) -> list[tuple[UUID, int]]:
    return [(t.histories[number], t.trees[number]) for number in sorted(t.histories)]


def add_history(t: Tables, history_id: UUID, number: int, at: Any, reason: str, tree: int) -> bool:
    fresh = number not in t.histories
    if fresh:
        t.histories[number], t.trees[number] = history_id, tree
    return fresh


# -- sync.push.store again --------------------------------------------------------------------------------------------


def feed_of(t: Tables, carrier: UUID) -> tuple[int, int]:
    head = t.heads.get(carrier) or {"n": 0, "confirmed": None}
    return head["n"], head["confirmed"] or 0


def newest_receipt_time(t: Tables, history: UUID) -> Any:
    newest = max(t.receipts.values(), key=lambda receipt: receipt.id, default=None)
    return newest.received_at if newest is not None and newest.history == history else None
