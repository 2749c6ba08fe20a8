"""V-public, the result: sizes, exact probabilities, batches, tickets, the result tree, openings."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import ceiling, quotas, root_of, share_out, u32
from inspection.draw.verify.one import verify_opening
from inspection.draw.verify.people import seats_of

CLAIMS = Claims("public")
CELL = ("cell", "task", "stratum", "weight", "size")


@CLAIMS.says("名录行数、排除数和各层数量彼此相符。", "Rows, exclusions and cells of every task add up.")
def counts(b: Bundle) -> bool:
    rows, numbers = b.params["frame"]["rows"], [cell["cell"] for cell in b.params["cells"]]
    for number, task in enumerate(b.params["tasks"]):
        out, strata = task["excluded"], task["strata"]["list"]
        in_scope = rows - out.get("CLOSED", 0) - out.get("SCOPE", 0)
        cells = [cell for cell in b.params["cells"] if cell["task"] == number]
        sizes: Counter[int] = Counter()
        for cell in cells:
            sizes[cell["stratum"]] += cell["size"]
        agreed = (task["rows"], task["eligible"]) == (in_scope, rows - sum(out.values()))
        summed = (sum(s["rows"] for s in strata), sum(sizes.values())) == (task["rows"], task["eligible"])
        by_name = [s["stratum"] for s in strata] == [*range(len(strata))] and all(
            one["name"].encode() < two["name"].encode() for one, two in pairwise(strata)
        )
        whole = all(s["eligible"] == sizes[s["stratum"]] and 0 <= s["eligible"] <= s["rows"] for s in strata)
        known = set(sizes) <= {s["stratum"] for s in strata} and all(
            cell["size"] > 0 < cell["weight"] for cell in cells
        )
        if not (agreed and summed and by_name and whole and known and min(out.values(), default=0) >= 0):
            raise Wrong(f"tasks[{number}]")
    return all(one < two for one, two in pairwise(numbers)) and len(numbers) == len({*numbers})


@CLAIMS.says(
    "抽取数量按约定的比例、数量、分层和下限算出。",
    "The sample size of every task and stratum follows from ratio, count, strata and floors.",
)
def sizes(b: Bundle) -> bool:
    for number, task in enumerate(b.params["tasks"]):
        strata, sample, rule = task["strata"]["list"], task["sample"], task["strata"]["rule"]
        if rule == "own-ratio":
            base = "rows" if task["size"].get("base", "directory") == "directory" else "eligible"
            wished = [max(s["floor"], ceiling(s["ratio"], s[base])) for s in strata]
            wanted, told = sum(wished), [min(w, s["eligible"]) for w, s in zip(wished, strata, strict=True)]
        else:
            wanted = _wanted(task)
            n = min(wanted, task["eligible"])
            told = share_out(n, strata) if rule == "proportional" else [n]
        if [s["size"] for s in strata] != told or (sample["wanted"], sample["size"]) != (wanted, sum(told)):
            raise Wrong(f"tasks[{number}]")
        if rule not in {"whole", "own-ratio", "proportional"}:
            return False
    return bool(b.params["tasks"])


def _wanted(task: Any) -> int:
    size = task["size"]
    if size["rule"] == "count":
        return int(size["count"])
    return ceiling(size["ratio"], {"directory": task["rows"], "eligible": task["eligible"]}[size["base"]])


@CLAIMS.says("各层概率和名额由种子精确算出。", "Each cell's probability and quota follow exactly from the seed.")
def shares(b: Bundle) -> bool:
    told = told_shares(b.params, b.h, b.raw("seed"))
    fixed = [{key: cell[key] for key in CELL} for cell in b.cells]
    shown = {cell["cell"]: (Fraction(*cell["probability"]), cell["quota"]) for cell in b.cells}
    return fixed == [{key: cell[key] for key in CELL} for cell in b.params["cells"]] and shown == told


def told_shares(params: Any, h: Any, seed: bytes) -> dict[int, tuple[Fraction, int]]:
    """Cell → (probability, quota), by the parameters and the seed alone."""
    told: dict[int, tuple[Fraction, int]] = {}
    for number, task in enumerate(params["tasks"]):
        for stratum in task["strata"]["list"]:
            place = (number, stratum["stratum"])
            cells = [(c["cell"], c["size"], c["weight"]) for c in params["cells"] if (c["task"], c["stratum"]) == place]
            told |= quotas(h, seed, place[0] * 65536 + place[1], cells, stratum["size"])
    return told


@CLAIMS.says("各批次由同一签序按约定切分。", "The batches are cut from the same order of tickets as agreed.")
def batches(b: Bundle) -> bool:
    weights = {cell["cell"]: cell["weight"] for cell in b.params["cells"]}
    shown = Counter((t["cell"], t["batch"]) for t in b.drawn)
    order = sorted((t["cell"], t["rank"], t["batch"]) for t in b.drawn)
    rising = all(one[2] <= two[2] for one, two in pairwise(order) if one[0] == two[0])
    told: Counter[tuple[int, int]] = Counter()
    for number, task in enumerate(b.params["tasks"]):
        left = {cell["cell"]: cell["quota"] for cell in b.cells if cell["task"] == number}
        count, windows = task["batches"]["count"], task["batches"]["windows"]
        if count > 1 and len(windows) != count:
            raise Wrong(f"tasks[{number}]")
        for batch in range(1, count + 1):
            seed = b.raw("seed") if batch == 1 else b.h(b"\x25" + b.raw("seed") + u32(batch))
            n = -(-sum(left.values()) // (count - batch + 1))
            cells = [(cell, size, weights[cell]) for cell, size in left.items()]
            for cell, (_, quota) in quotas(b.h, seed, number * 65536, cells, n).items():
                told[cell, batch] += quota
                left[cell] -= quota
    return rising and +told == shown


@CLAIMS.says(
    "各层签号数等于名额，依次排列，门限为末签。",
    "Each cell shows as many tickets as its quota, in order, the last the threshold.",
)
def tickets(b: Bundle) -> bool:
    by_cell: dict[int, list[tuple[int, bytes]]] = {cell["cell"]: [] for cell in b.cells}
    places: dict[bytes, bytes] = {}
    for cell, rank, value, place in b.tickets:
        by_cell[cell].append((rank, value))
        if places.setdefault(value, place) != place:
            raise Wrong(value.hex())
    for cell in b.cells:
        shown = sorted(by_cell[cell["cell"]])
        ranked = [rank for rank, _ in shown] == [*range(1, len(shown) + 1)]
        rising = all(one[1] < two[1] for one, two in pairwise(shown))
        last = shown[-1][1].hex() if shown else None
        if not (ranked and rising and len(shown) == cell["quota"] and last == cell["threshold"]):
            raise Wrong(f"cell {cell['cell']}")
    return len(set(places.values())) == len(places)


@CLAIMS.says("结果根由公布的签号算出。", "The result root follows from the published tickets.")
def result(b: Bundle) -> bool:
    leaves = (b.h(b"\x00" + u32(c) + u32(r) + t + p) for c, r, t, p in sorted(b.tickets))
    return root_of(b.h, leaves) == b.raw("result_root")


@CLAIMS.says("每个抽中对象都配足了人员。", "Every drawn object was given its full team.")
def match(b: Bundle) -> bool:
    tasks = {cell["cell"]: cell["task"] for cell in b.params["cells"]}
    doors: dict[bytes, set[int]] = {}
    for cell, _, value, _ in b.tickets:
        doors.setdefault(value, set()).add(tasks[cell])
    kinds = Counter(frozenset(of) for of in doors.values())
    places = sum(n * sum(slots for _, slots in seats_of(b.params, of)) for of, n in kinds.items())
    how = b.match["how"]
    known = set(how) <= {"lot", "continuity", "designated"} and min(how.values(), default=0) >= 0
    return bool(known and (b.match["objects"], b.match["places"], sum(how.values())) == (len(doors), places, places))


@CLAIMS.says("已公开的对象均与公布的结果相符。", "Every opened object agrees with the published result.")
def openings(b: Bundle) -> bool:
    keys = ("hash_alg", "fingerprint", "frame_root", "frame_rows", "seed")
    shared = {key: b.ceremony[key] for key in keys}
    cells = {cell["cell"]: cell for cell in b.cells}
    for number, o in enumerate(b.openings):
        same = {key: o[key] for key in keys} == shared and o["params"].encode() == b.files["params.json"]
        if o["rank"] is not None:
            same = same and (o["result_root"], o["result_rows"]) == (b.ceremony["result_root"], len(b.drawn))
        if o["cell"]:
            cell = cells[o["cell"]]
            same = same and o["threshold"] == cell["threshold"]
            same = same and Fraction(*o["probability"]) == Fraction(*cell["probability"])
        if not same or not all(check.ok for check in verify_opening(o)):
            raise Wrong(f"openings[{number}]")
    return True
