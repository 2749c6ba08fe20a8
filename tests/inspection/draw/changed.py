"""A rehearsed draw with changes after it, made from the pure parts: what the bundle then holds."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from inspection.draw.changes.choose import reseat, succeed, swap
from inspection.draw.changes.eligible import Benches
from inspection.draw.changes.event import Facts, Happened, Outcome, TicketIn, blind, change_seed, fresh_of_key
from inspection.draw.changes.files import change_files
from inspection.draw.changes.fold import Standing, standing
from inspection.draw.changes.next_ticket import CellPlace, next_tickets
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.table import DoorNow, Table
from inspection.draw.changes.terms import ChangeKind, ChangeState, Fresh
from inspection.draw.lot.frame import salt
from inspection.draw.lot.ticket import ticket_value
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, JournalEntry
from inspection.kernel.journal.chain import chained
from tests.inspection.draw.rehearsal import DICE, DRAW, RULES, START, Rehearsal

NOTHING = Facts()


@dataclass(frozen=True, slots=True)
class Wish:
    """A change to be made at the door with this number in lot order. `facts`: of that moment."""

    kind: ChangeKind
    door: int
    slot: int | None = None
    reason: str = "kinship"
    chance: Fresh = Fresh.KEY
    link: bytes = b""
    facts: Facts = NOTHING


@dataclass(slots=True)
class Changed:
    """A rehearsal and the changes so far."""

    done: Rehearsal
    rows: list[ChangeRow] = field(default_factory=list)

    def public(self, opened: int = 0) -> dict[str, bytes]:
        return {**self.done.public(opened), **change_files(self.done.h, self.rows), "events.jsonl": self._events()}

    def full(self, opened: int = 0) -> dict[str, bytes]:
        files = change_files(self.done.h, self.rows, full=True)
        return {**self.done.full(opened), **files, "events.jsonl": self._events()}

    def now(self) -> Standing:
        """The doors as they stand."""
        cells: dict[bytes, dict[int, int]] = defaultdict(dict)
        for ticket in self.done.selection.drawn:
            cells[ticket.value][ticket.cell] = ticket.rank
        teams = {
            door.value: {one.slot: (one.inspector, one.how.value) for one in self.done.staffing.team(n)}
            for n, door in enumerate(self.done.staffing.doors)
        }
        return standing(cells, teams, [(row.happened, row.result) for row in self.rows if row.outcome])

    def ask(self, wish: Wish) -> Happened:
        """The event, as it is written down before its chance."""
        now, seq = self.now(), len(self.rows) + 1
        value = sorted(now.cells)[wish.door]
        who = now.teams[value].get(wish.slot, (None, ""))[0] if wish.slot is not None else None
        at = START + timedelta(days=1, minutes=seq)
        told = blind(self.done.h, self.done.secret, seq)
        return Happened(DRAW, seq, wish.kind, wish.reason, value, wish.slot, who, "head", at, told)

    def make(self, wish: Wish) -> "Changed":
        """Ask, bring chance, settle."""
        h, happened = self.done.h, self.ask(wish)
        event = happened.text()
        fresh = {Fresh.KEY: fresh_of_key(h, self.done.secret, event), Fresh.DICE: DICE, Fresh.LINK: wish.link}
        seed = change_seed(h, self.done.ceremony.seed or b"", event, fresh[wish.chance])
        outcome = self._outcome(happened, seed, wish.facts)
        row = self._row(happened, wish, fresh[wish.chance], outcome)
        self.rows.append(row)
        return self

    def _row(self, happened: Happened, wish: Wish, fresh: bytes, outcome: Outcome) -> ChangeRow:
        return ChangeRow(
            id=UUID(int=900 + happened.seq),
            draw=DRAW,
            seq=happened.seq,
            kind=wish.kind,
            reason=wish.reason,
            note="",
            ticket=UUID(int=1),
            slot=wish.slot,
            inspector=UUID(happened.inspector) if happened.inspector else None,
            asked_by="head",
            asked_at=happened.asked_at,
            event=happened.text(),
            state=ChangeState.SETTLED,
            fresh_kind=wish.chance,
            fresh=fresh,
            outcome=outcome.text(happened.blind),
        )

    def _outcome(self, happened: Happened, seed: bytes, facts: Facts) -> Outcome:
        h, now = self.done.h, self.now()
        if happened.kind is not ChangeKind.REPLACE_OBJECT:
            table = self._table(now, facts)
            act = swap(h, seed, table, happened.door, happened.slot or 0) if happened.kind is ChangeKind.SWAP else None
            return Outcome(facts, act or (succeed(h, seed, table, happened.door, happened.slot or 0),))
        team = [person for _, (person, _) in sorted(now.teams.pop(happened.door).items())]
        coming = self._coming(now, happened.door)
        del now.cells[happened.door]
        for one in coming:
            now.cells.setdefault(one.value, {})[one.cell] = one.rank
        places = reseat(h, seed, self._table(now, facts), team, sorted({one.value for one in coming}))
        return Outcome(facts, places, coming)

    def _coming(self, now: Standing, door: bytes) -> tuple[TicketIn, ...]:
        cells = {c.number: CellPlace(c.number, c.task, c.stratum, c.quota or 0) for c in self.done.ceremony.cells}
        orders = self._orders()
        gone = {*now.gone, door}
        onward = self.done.terms.substitution.onward
        return next_tickets(now.cells[door], cells, lambda cell: orders[cell], now.came_in, gone, onward=onward)

    def _orders(self) -> dict[int, list[bytes]]:
        orders: dict[int, list[bytes]] = defaultdict(list)
        for row in self.done.frame.read():
            for cell in row.cells:
                if cell:
                    orders[cell].append(self._value(row.oid, row.index))
        return {cell: sorted(found) for cell, found in orders.items()}

    def _value(self, oid: str, index: int) -> bytes:
        done = self.done
        return ticket_value(done.h, done.ceremony.seed or b"", salt(done.h, done.secret, oid), index)

    def _table(self, now: Standing, facts: Facts) -> Table:
        done, rules = self.done, self.done.terms.match
        benches, rows = Benches(done.roster.rows, rules), {}
        for row in done.frame.read():
            rows[self._value(row.oid, row.index)] = row
        tied: dict[str, set[str]] = defaultdict(set)
        for tie in done.roster.relations:
            tied[tie.oid].add(tie.inspector)
        tasks = {cell.number: cell.task for cell in done.ceremony.cells}
        doors = [
            DoorNow(
                value,
                salt(done.h, done.secret, rows[value].oid),
                benches.of(tuple(sorted({tasks[c] for c in ranks})), json.loads(rows[value].attrs)["area"]),
                {slot: who for slot, (who, _) in now.teams.get(value, {}).items()},
                frozenset(tied[rows[value].oid] | {p for p, d in {*now.left, *facts.barred} if d == value}),
                value in facts.closed,
            )
            for value, ranks in sorted(now.cells.items())
        ]
        order = {one.inspector: (salt(done.h, done.secret, one.name), one.line()) for one in done.roster.rows}
        cap = done.ceremony.match.load_cap if done.ceremony.match else None
        return Table(tuple(doors), order, facts.absent, cap, rules.delta)

    def _events(self) -> bytes:
        entries = list(self.done.events)
        for row in self.rows:
            told: dict[str, JSON] = {"change": row.seq, "event": self.done.h(row.event).hex()}
            asked: dict[str, JSON] = {**told, "kind": row.kind.value, "reason": row.reason}
            _append(entries, EventKind.DRAW_LINK_ASKED, asked)
            if row.outcome is not None and row.fresh is not None and row.fresh_kind is not None:
                told |= {"outcome": self.done.h(row.outcome).hex(), "fresh_kind": row.fresh_kind.value}
                told |= {"fresh": row.fresh.hex(), "level": row.fresh_kind.level.value}
                _append(entries, EventKind.DRAW_CHANGE_SETTLED, told)
        return lines(entries)


def _append(entries: list[JournalEntry], kind: EventKind, payload: dict[str, JSON]) -> None:
    seq = len(entries) + 1
    cmd = Command(SYSTEM, START + timedelta(days=1, minutes=seq), SeededEntropy(seq)).under(RULES)
    event = cmd.event(kind, f"draw:{DRAW}", **payload)
    entries.append(chained(event, UUID(int=seq), seq, entries[-1].hash))


def lines(entries: Sequence[JournalEntry]) -> bytes:
    """The journal as `events.jsonl`."""
    told = [{"text": entry.text.decode(), "hash": entry.hash.hex()} for entry in entries]
    return b"".join(canonical_json(line) + b"\n" for line in told)
