"""V-full: the frame, every ticket and every team made again from the supervisor's files."""

import json
from collections import Counter
from itertools import pairwise

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Claims
from inspection.draw.verify.formulas import root_of, u32, uniform
from inspection.draw.verify.teams import Doors, Teams

CLAIMS = Claims("full")


@CLAIMS.says("名录逐行有序、无重复，名录根相符。", "The frame's rows are in order and unique; the root is theirs.")
def frame(b: Bundle) -> bool:
    rows = b.lines("manifest.tsv")
    rising = all(a[0].encode() < c[0].encode() for a, c in pairwise(rows))
    leaves = [b.h(b"\x00", b.salt(row[0]), "\t".join(row[:4]).encode()) for row in rows]
    return rising and len(rows) == b.ceremony["frame_rows"] and root_of(b.h, leaves) == b.raw("frame_root")


@CLAIMS.says(
    "排除代码、权重和各层数量都有依据。",
    "Exclusions, weights and cell sizes follow from the recorded attributes.",
)
def directory(b: Bundle) -> bool:
    weights = {cell["cell"]: cell["weight"] for cell in b.params["cells"]}
    rows, cap = b.lines("manifest.tsv"), b.params["visit_cap"]
    for oid, cell, code, digest, attrs in rows:
        told = json.loads(attrs)
        capped = cap is not None and told["visits"] >= cap and not told["exemption"]
        if b.h(b"\x12", b.salt(oid, b"\x13"), attrs.encode()).hex() != digest:
            return False
        if code == "0" and (capped or weights[int(cell)] != b.params["weights"].get(told["grade"] or "", 1)):
            return False
        if (code == "CAP" and not capped) or (code != "0" and cell != "0"):
            return False
    sizes = Counter(int(row[1]) for row in rows if row[2] == "0")
    codes = Counter(row[2] for row in rows if row[2] != "0")
    return sizes == {c["cell"]: c["size"] for c in b.params["cells"]} and codes == b.params["frame"]["excluded"]


def _ticketed(b: Bundle) -> dict[str, tuple[int, int, str, str]]:
    """oid → (cell, rank, ticket, place) of every eligible row."""
    by_cell: dict[int, list[tuple[str, str, str]]] = {}
    for index, (oid, cell, code, *_) in enumerate(b.lines("manifest.tsv")):
        if code == "0":
            value = b.h(b"\x11", b.raw("seed"), b.salt(oid), u32(index)).hex()
            by_cell.setdefault(int(cell), []).append((value, oid, b.h(b"\x14", b.salt(oid), u32(index)).hex()))
    return {
        oid: (cell, rank, value, place)
        for cell, found in by_cell.items()
        for rank, (value, oid, place) in enumerate(sorted(found), start=1)
    }


@CLAIMS.says("重新摇号，抽中的签号完全相同。", "Drawing again gives the same tickets.")
def draw(b: Bundle) -> bool:
    quota = {cell["cell"]: cell["quota"] for cell in b.cells}
    return sorted(t for t in _ticketed(b).values() if t[1] <= quota[t[0]]) == sorted(b.tickets())


@CLAIMS.says("人员名录和回避名单与冻结时相同。", "The roster and the declared relations are those of the freeze.")
def roster(b: Bundle) -> bool:
    people, ties = b.lines("roster.tsv"), b.lines("relations.tsv")
    names = [row[0] for row in people], [f"R:{tie[0][2:]}:{tie[1]}" for tie in ties]
    for rows, keys, fixed in ((people, names[0], b.params["roster"]), (ties, names[1], b.params["relations"])):
        leaves = [b.h(b"\x00", b.salt(key), "\t".join(row).encode()) for row, key in zip(rows, keys, strict=True)]
        if root_of(b.h, leaves).hex() != fixed["root"] or len(set(keys)) != fixed["rows"]:
            return False
    return True


@CLAIMS.says("重新匹配，每组人员完全相同，且合格、无须回避。", "Matching again gives the same teams, all eligible.")
def match(b: Bundle) -> bool:
    told = _ticketed(b)
    drawn = {entry["ticket"] for entry in b.drawn}
    oids = sorted((oid for oid, row in told.items() if row[2] in drawn), key=lambda oid: told[oid][2])
    people = _people(b)
    cap, most = b.match["load_cap"], b.params["match"]["max_load"]
    if cap != most and (most is None or cap < most or _matched(b, oids, people, cap - 1).complete):
        return False  # a higher load than agreed is allowed only where nothing less suffices
    matched = _matched(b, oids, people, cap)
    teams = {told[oid][2]: [people[p][0][2:] for p in team] for oid, team in zip(oids, matched.of, strict=True)}
    leaves = []
    for oid in oids:
        for slot, inspector in enumerate(teams[told[oid][2]]):
            number = slot.to_bytes(2, "big")
            blind = b.h(b"\x15", b.salt(oid), number)[:16]
            leaves.append(b.h(b"\x00", blind, bytes.fromhex(told[oid][2]), number, inspector.encode()))
    same = teams == {entry["ticket"]: entry["team"] for entry in b.assignments}
    return same and matched.complete and root_of(b.h, leaves).hex() == b.match["root"]


def _people(b: Bundle) -> list[list[str]]:
    """Those who may go, in lot order."""
    needed = set(b.params["match"]["required"])
    allowed = [row for row in b.lines("roster.tsv") if row[2] == "1" and needed <= set(row[3].split(","))]
    return sorted(allowed, key=lambda row: b.h(b"\x22", b.raw("seed"), b.salt(row[0])))


def _matched(b: Bundle, oids: list[str], people: list[list[str]], cap: int | None) -> Teams:
    rules = b.params["match"]
    ties = {(row[0], row[1]) for row in b.lines("relations.tsv")}
    eligible = [[n for n, row in enumerate(people) if (row[0], oid) not in ties] for oid in oids]
    experts = [{n for n in door if rules["expertise"] in people[n][4].split(",")} for door in eligible]

    def pick(door: int, slot: int, n: int) -> int:
        key = b.salt(oids[door]) + slot.to_bytes(2, "big")
        return uniform(lambda counter: b.h(b"\x23", b.raw("seed"), key, counter), n)

    return Teams(Doors(eligible, experts, len(people), rules, len(oids) if cap is None else cap)).fill(pick)
