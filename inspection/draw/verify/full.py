"""V-full: the frame, every ticket, the lists of people and every team made again from the supervisor's files."""

from collections import Counter
from typing import Any

from inspection.draw.verify.bundle import Bundle, read_json
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import framed, root_of, u32
from inspection.draw.verify.remade import Remade

CLAIMS = Claims("full")
CODES = {"CAP", "UP", "CLOSED", "SCOPE", "OPEN"}


@CLAIMS.says(
    "名录逐行有序、无重复，行数和名录根相符。",
    "The frame's rows are in order and unique; their number and root are those under the fingerprint.",
)
def frame(r: Remade) -> bool:
    told, head = r.scan, r.b.ceremony
    return told.rising and told.rows == head["frame_rows"] and told.root == r.b.raw("frame_root")


@CLAIMS.says(
    "属性摘要、权重和分层都有依据，各层数量相符。",
    "Weights and strata follow from the recorded attributes; the cells have the sizes announced.",
)
def directory(r: Remade) -> bool:
    cells = {str(cell["cell"]): cell for cell in r.b.params["cells"]}
    sizes: Counter[int] = Counter()
    rows: Counter[tuple[int, str]] = Counter()
    for (row_cells, codes, *attrs), n in r.scan.kinds.items():
        told = read_json(b"".join(attrs))
        listed = list(zip(row_cells.decode().split(","), codes.decode().split(","), strict=True))
        if len(listed) != len(r.b.params["tasks"]):
            return False
        for number, (cell, code) in enumerate(listed):
            if (cell == "0") == (code == "0"):
                raise Wrong(f"{cell} {code}")
            if cell != "0":
                _fits(r.b, number, cells[cell], told)
                sizes[cells[cell]["cell"]] += n
            if code not in {"CLOSED", "SCOPE"}:
                rows[number, told.get(r.b.params["tasks"][number]["strata"]["by"]) or ""] += n
    for number, task in enumerate(r.b.params["tasks"]):
        named = {s["name"]: s["rows"] for s in task["strata"]["list"]}
        if any(rows[number, s] != named[s] for s in named):
            raise Wrong(f"tasks[{number}]")
    return r.scan.attributes and sizes == {cell["cell"]: cell["size"] for cell in cells.values()}


def _fits(b: Bundle, number: int, cell: Any, told: Any) -> None:
    task = b.params["tasks"][number]
    by, (stratum,) = task["strata"]["by"], (s for s in task["strata"]["list"] if s["stratum"] == cell["stratum"])
    weight = b.params["weights"].get(told["grade"] or "", 1)
    placed = by is None or by not in told or stratum["name"] == (told[by] or "")
    if cell["task"] != number or cell["weight"] != weight or not placed:
        raise Wrong(f"cell {cell['cell']}")


@CLAIMS.says(
    "每个排除代码都有依据：次数上限、豁免和上级计划与所记属性一致，排除数相符。",
    "Every exclusion has its ground: cap, exemption and higher plans agree with the attributes and the counts.",
)
def exclusions(r: Remade) -> bool:
    tasks = r.b.params["tasks"]
    found: list[Counter[str]] = [Counter() for _ in tasks]
    for (_, codes, *attrs), n in r.scan.kinds.items():
        told = read_json(b"".join(attrs))
        for number, code in enumerate(codes.decode().split(",")):
            cap = tasks[number]["visit_cap"]
            capped = cap is not None and told["visits"] >= cap and not told["exemption"]
            wrong = code == "0" if capped else code == "CAP"
            if wrong or code not in CODES | {"0"} or (code == "UP" and not told.get("above")):
                raise Wrong(f"{code} {attrs!r}")
            if code != "0":
                found[number][code] += n
    return found == [Counter(task["excluded"]) for task in tasks]


@CLAIMS.says(
    "重新摇号，抽中的签号、位次和名录位置完全相同。", "Drawing again gives the same tickets, ranks and places."
)
def draw(r: Remade) -> bool:
    quota = {cell["cell"]: cell["quota"] for cell in r.b.cells}
    made = []
    for cell, hits in r.by_cell.items():
        for rank, hit in enumerate(hits[: quota[cell]], start=1):
            made.append((cell, rank, hit.ticket, r.b.h(b"\x14" + hit.salt + u32(hit.at))))
    return sorted(made) == sorted(r.b.tickets)


@CLAIMS.says(
    "人员名录、回避名单和以往分组与冻结时相同。",
    "The roster, the declared relations and the earlier teams are those of the freeze.",
)
def roster(r: Remade) -> bool:
    ties = [f"R:{row[0][2:]}:{row[1]}" for row in r.ties]
    names = {"roster": [row[0] for row in r.roster], "relations": ties, "history": [f"H:{row[0]}" for row in r.history]}
    for name, keys in names.items():
        rows, fixed = r.b.lines(f"{name}.tsv"), r.b.params[name]
        leaves = [r.b.h(b"\x00" + r.b.salt(key) + "\t".join(row).encode()) for key, row in zip(keys, rows, strict=True)]
        if root_of(r.b.h, leaves).hex() != fixed["root"] or not len({*keys}) == len(keys) == fixed["rows"]:
            raise Wrong(name)
    named = r.b.params["match"]["candidates"]
    return named is None or named == sum(row[7] == "1" for row in r.roster)


@CLAIMS.says(
    "每组人员均合格、无须回避、互不重复，负荷不超过上限。",
    "Everybody is eligible for his place, nobody related, nobody twice at a door, no load above the cap.",
)
def teams(r: Remade) -> bool:
    loads: Counter[str] = Counter()
    number = {row.name[2:]: n for n, row in enumerate(r.people.rows)}
    for door, seats in zip(r.match.doors, r.match.seats, strict=True):
        team, base = [number[name] for name in r.teams[door.ticket]], 0
        fit = len({*team}) == len(team) == sum(seat.slots for seat in seats)
        for seat in seats:
            placed = sum(1 << n for n in team[base : base + seat.slots])
            fit = fit and not placed & ~seat.eligible and (placed & seat.expert).bit_count() >= seat.experts
            base += seat.slots
        if not fit:
            raise Wrong(door.ticket.hex())
        loads.update(r.teams[door.ticket])
    cap = r.b.match["load_cap"]
    return cap is None or max(loads.values(), default=0) <= cap


@CLAIMS.says(
    "重新匹配，每组人员和产生方式完全相同，匹配根相符。", "Matching again gives the same teams, ways and root."
)
def match(r: Remade) -> bool:
    made = r.made
    if made is None:
        return False
    names, h = [row.name[2:] for row in r.people.rows], r.b.h
    ends = {how: framed(how.encode()) for how in ("lot", "continuity", "designated")}
    coded, leaves, how = [name.encode() for name in names], [], Counter[str]()
    for door in r.match.doors:
        team = made[door.ticket]
        if [names[p.person] for p in team] != r.teams[door.ticket] or [p.how for p in team] != r.hows[door.ticket]:
            raise Wrong(door.ticket.hex())
        for slot, (person, way) in enumerate(team):
            number = slot.to_bytes(2, "big")
            blind = h(b"\x15" + door.salt + number)[:16]
            leaves.append(h(b"\x00" + blind + door.ticket + number + ends[way] + coded[person]))
        how.update(r.hows[door.ticket])
    counted = +Counter(r.b.match["how"]) == how
    return counted and len(r.teams) == len(made) and root_of(r.b.h, leaves).hex() == r.b.match["root"]


@CLAIMS.says(
    "负荷上限为约定值，或为能配齐人员的最小值。",
    "The load cap is the agreed one, or the least that lets every door be staffed.",
)
def cap(r: Remade) -> bool:
    used, agreed = r.b.match["load_cap"], r.b.params["match"]["max_load"]
    if used == agreed:
        return True
    return agreed is not None and used > agreed and r.match.run(used - 1) is None
