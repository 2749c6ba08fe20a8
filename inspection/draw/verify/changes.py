"""V-full, the changes after the draw: every event, its chance and its outcome made again, one on top of the other."""

from collections.abc import Iterator
from typing import Any

from inspection.draw.verify.bundle import canonical
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import u32
from inspection.draw.verify.remade import Remade
from inspection.draw.verify.table import Standing

CLAIMS = Claims("full")


def _pairs(r: Remade) -> Iterator[tuple[Any, Any, Any]]:
    """(public, event, outcome) of every change, settled ones in their order first."""
    for public, told in zip(r.b.changes, getattr(r.b, "changes-secret"), strict=True):
        yield public, told["event"], told["outcome"]


@CLAIMS.says(
    "变更的内容与公布的摘要一致，无监督方随机数时由密钥算出。",
    "The texts of all changes have the published digests; where no link was to be had, the key gave the chance.",
)
def texts(r: Remade) -> bool:
    h, key = r.b.h, r.b.key
    for public, event, outcome in _pairs(r):
        same = all(event[k] == public[k] for k in ("seq", "kind", "reason")) and event["draw"] == r.b.ceremony["draw"]
        blind = h(b"\x39" + key + u32(event["seq"]))[:16].hex()
        same = same and event["blind"] == blind and h(canonical(event)).hex() == public["event"]
        if outcome is None:
            same = same and public["state"] != "settled"
        else:
            same = same and outcome["blind"] == blind and h(canonical(outcome)).hex() == public["outcome"]
        if public["fresh_kind"] == "KEY":
            same = same and h(b"\x38" + key + bytes.fromhex(public["event"])).hex() == public["fresh"]
        if not same:
            raise Wrong(f"seq {public['seq']}")
    return True


@CLAIMS.says(
    "每次回避、递补和更换均由新的随机数依次重算得出，换入对象确为下一签号。",
    "Every swap, succession and replacement follows again from its chance; objects came in by the next ticket.",
)
def changes(r: Remade) -> bool:
    settled = [told for told in _pairs(r) if told[0]["state"] == "settled"]
    run = _Run(r) if settled else None
    for public, event, outcome in settled:
        if run:
            run.settle(public, event, outcome)
    return True


class _Run:
    """The table, change by change."""

    def __init__(self, remade: Remade) -> None:
        self.r, self.b = remade, remade.b
        self.hits = {hit.ticket: hit for hit in remade.scan.hits}
        self.cells: dict[bytes, dict[int, int]] = {}
        for cell, rank, ticket, _ in self.b.tickets:
            self.cells.setdefault(ticket, {})[cell] = rank
        self.told = {cell["cell"]: cell for cell in self.b.cells}
        self.now = Standing(self.b.h, remade.people, self.b.match["load_cap"], self.b.params["match"]["delta"])
        for ticket in self.cells:
            self._put(ticket)
            for slot, name in enumerate(remade.teams[ticket]):
                self.now.seat(ticket, slot, self._number(name))
        self.gone: set[bytes] = set()
        self.came: list[tuple[int, int]] = []

    def _number(self, name: str) -> int:
        return self.r.people.number[f"I:{name}"]

    def _put(self, ticket: bytes) -> None:
        self.now.put(self.r.door(self.hits[ticket], {self.told[cell]["task"] for cell in self.cells[ticket]}))

    def settle(self, public: Any, event: Any, outcome: Any) -> None:
        """One change: made again, compared, applied."""
        fresh = bytes.fromhex(public["fresh"])
        seed = self.b.h(b"\x33" + self.b.raw("seed") + bytes.fromhex(public["event"]) + fresh)
        door, now = bytes.fromhex(event["door"]), self.now
        now.closed = {bytes.fromhex(ticket) for ticket in outcome["closed"]}
        numbers = self.r.people.number
        now.absent = {numbers[f"I:{name}"] for name in outcome["absent"] if f"I:{name}" in numbers}
        now.barred = {(self._number(name), bytes.fromhex(ticket)) for name, ticket in outcome["barred"]}
        before = {ticket: dict(team) for ticket, team in now.teams.items()}
        tickets: list[tuple[int, int, bytes]] = []
        if event["kind"] == "replace-object":
            places = self._replaced(seed, door, tickets)
        else:
            places = self._moved(seed, door, event)
        names = [row.name[2:] for row in self.r.people.rows]
        made = [{"door": d.hex(), "slot": s, "inspector": None if p is None else names[p]} for d, s, p in places]
        coming = [{"cell": c, "rank": n, "ticket": t.hex()} for c, n, t in tickets]
        if (made, coming) != (outcome["places"], outcome["tickets"]):
            raise Wrong(f"seq {public['seq']}")
        for ticket, slot, person in places:
            now.seat(ticket, slot, person)
        for ticket in {place[0] for place in places} & set(before):
            stayed = set(now.teams[ticket].values())
            now.left |= {(person, ticket) for person in before[ticket].values() if person not in stayed}

    def _moved(self, seed: bytes, door: bytes, event: Any) -> list[Any]:
        slot = event["slot"]
        if self.now.teams[door].get(slot) != self._number(event["inspector"]):
            return []
        if event["kind"] == "swap":
            return self.now.swap(seed, door, slot)
        return [(door, slot, self.now.succeed(seed, door, slot))]

    def _replaced(self, seed: bytes, door: bytes, tickets: list[tuple[int, int, bytes]]) -> list[Any]:
        team = self.now.take(door)
        self.gone.add(door)
        for number in sorted(self.cells.pop(door)):
            for cell in self._ring(number):
                if (found := self._next(cell)) is not None:
                    tickets.append(found)
                    self.came.append(found[:2])
                    break
        for cell, rank, ticket in tickets:
            self.cells.setdefault(ticket, {})[cell] = rank
        for ticket in {ticket for *_, ticket in tickets}:
            self._put(ticket)
        return list(self.now.reseat(seed, team, [*{ticket for *_, ticket in tickets}]))

    def _ring(self, number: int) -> list[int]:
        """The cell, then where agreed the others of its task and stratum, round to the first."""
        if self.b.params["substitution"]["exhausted"] != "next-cell":
            return [number]
        own = self.told[number]
        alike = sorted(n for n, c in self.told.items() if (c["task"], c["stratum"]) == (own["task"], own["stratum"]))
        at = alike.index(number)
        return alike[at:] + alike[:at]

    def _next(self, cell: int) -> tuple[int, int, bytes] | None:
        last = max([self.told[cell]["quota"], *(rank for c, rank in self.came if c == cell)])
        order = self.r.by_cell[cell]
        for rank in range(last + 1, self.told[cell]["size"] + 1):
            ticket = order[rank - 1].ticket  # one beyond what was let in: the next was passed over
            if ticket not in self.gone:
                return cell, rank, ticket
        return None
