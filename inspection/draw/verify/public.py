"""V-public: everything that can be checked without a secret."""

import hashlib
import json
import re
from fractions import Fraction
from itertools import pairwise

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Claims
from inspection.draw.verify.formulas import framed, quotas, root_of, u32
from inspection.draw.verify.one import CLAIMS as ONE

CLAIMS = Claims("public")


@CLAIMS.says("日志连续无缺，逐条相扣。", "The journal is complete and every line hangs on the one before it.")
def journal(b: Bundle) -> bool:
    before, lines = bytes(32), [json.loads(line) for line in b.files["events.jsonl"].splitlines()]
    for number, line in enumerate(lines, start=1):
        text, hashed = json.loads(line["text"]), hashlib.sha256(line["text"].encode()).digest()
        before = hashlib.sha256(b"\x40" + before + hashed).digest()
        if (text["seq"], text["stream"], line["hash"]) != (number, f"draw:{b.ceremony['draw']}", before.hex()):
            return False
    return bool(lines)


@CLAIMS.says("名录指纹由名录根和参数算出。", "The fingerprint follows from the frame root and the parameters.")
def fingerprint(b: Bundle) -> bool:
    agreed = all(b.params[key] == b.ceremony[key] for key in ("algorithm", "hash_alg", "attempt"))
    sized = b.params["frame"]["rows"] == b.ceremony["frame_rows"] and b.params["task"]["id"] == b.ceremony["task"]
    return agreed and sized and b.h(b"\x30", b.raw("frame_root"), b.h(b.files["params.json"])) == b.raw("fingerprint")


@CLAIMS.says(
    "先公布指纹，后产生随机数；各步与日志一致。",
    "The fingerprint came before all chance; the journal agrees.",
)
def order(b: Bundle) -> bool:
    steps = [f"draw.{s}" for s in ("frozen", "contributed", "seeded", "executed", "matched", "sealed")]
    events = [event for event in b.events() if event["kind"] in steps]
    expected = steps[:1] + steps[1:2] * len(b.ceremony["contributions"]) + steps[2:]
    told = {(c["name"], c["value"]) for c in b.ceremony["contributions"]}
    facts = {key: b.ceremony[key] for key in ("fingerprint", "frame_root", "seed", "result_root", "level")}
    facts["match_root"] = b.match["root"]
    agree = all(event["payload"].get(key, value) == value for event in events for key, value in facts.items())
    revealed = {(e["payload"]["name"], e["payload"]["value"]) for e in b.events(steps[1])}
    early = any(e["at"] < events[0]["at"] for e in events)  # the chain orders all the rest, whatever a clock did
    return [e["kind"] for e in events] == expected and not early and agree and told == revealed


@CLAIMS.says(
    "所依据的实施细则及其摘要在指纹之下，与立项时所记一致。",
    "The rule-set and its digest stand under the fingerprint and are those recorded when the draw was planned.",
)
def rules(b: Bundle) -> bool:
    (planned,) = b.events("draw.planned")
    named = (
        bool(re.fullmatch(r"[0-9a-f]{64}", b.params["rule_set_digest"])) and planned["rule_set"] == b.params["rule_set"]
    )
    return bool(named and planned["payload"]["rule_set_digest"] == b.params["rule_set_digest"])


@CLAIMS.says("经办人与批准人不是同一人。", "The operator and the approver are different persons.")
def persons(b: Bundle) -> bool:
    (planned,), (frozen,) = b.events("draw.planned"), b.events("draw.frozen")
    return bool(planned["actor"]["id"] != frozen["actor"]["id"])


@CLAIMS.says("约定的各方都已公开，且与事先承诺相符。", "Every contributor agreed on revealed what had been committed.")
def contributions(b: Bundle) -> bool:
    fixed, shown = b.params["entropy"]["contributors"], b.ceremony["contributions"]
    keys = ("kind", "name", "commitment", "witnesses")
    if sorted(([c[k] for k in keys] for c in fixed), key=str) != sorted(([c[k] for k in keys] for c in shown), key=str):
        return False
    for c in shown:
        label, value, nonce = (
            f"{c['kind']}:{c['name']}".encode(),
            bytes.fromhex(c["value"]),
            bytes.fromhex(c["nonce"] or ""),
        )
        opened = b.h(b"\x31", framed(label), framed(value), framed(nonce)).hex() == c["commitment"]
        if not (re.fullmatch(rb"[0-9]{20,100}", value) and not nonce if c["kind"] == "DICE" else opened):
            return False
    return bool(shown)


@CLAIMS.says("保证等级与各方构成相符。", "The assurance level is the one these contributors give.")
def level(b: Bundle) -> bool:
    shown = b.ceremony["contributions"]
    witnessed = any(c["kind"] == "DICE" and c["witnesses"] for c in shown)
    level = "L2" if witnessed else "L1" if any(c["kind"] == "SUPV" for c in shown) else "L0"
    return bool(level == b.ceremony["level"])


@CLAIMS.says("种子由指纹和全部贡献算出。", "The seed follows from the fingerprint and all contributions.")
def seed(b: Bundle) -> bool:
    given = sorted(
        (f"{c['kind']}:{c['name']}".encode(), bytes.fromhex(c["value"])) for c in b.ceremony["contributions"]
    )
    body = b"".join(framed(name) + framed(value) for name, value in given)
    return b.h(b"\x32", b.raw("fingerprint"), len(given).to_bytes(2, "big"), body) == b.raw("seed")


@CLAIMS.says("抽取数量符合抽查比例。", "The sample size is the ratio of the directory.")
def sample(b: Bundle) -> bool:
    (above, below), sample, base = b.params["ratio"], b.params["sample"], b.params["base"]["rows"]
    excluded, rows = b.params["frame"]["excluded"], b.params["frame"]["rows"]
    eligible = sum(cell["size"] for cell in b.params["cells"])
    whole = rows - sum(excluded.values()) == eligible and base == rows - excluded.get("CLOSED", 0) - excluded.get(
        "SCOPE", 0
    )
    summed = sum(n for _, n in sample["strata"]) == sample["size"]
    return bool(
        whole
        and summed
        and sample["wanted"] == -(-above * base // below)
        and sample["size"] == min(sample["wanted"], eligible)
    )


@CLAIMS.says("各层概率和名额由种子精确算出。", "Each cell's probability and quota follow exactly from the seed.")
def shares(b: Bundle) -> bool:
    told: dict[int, tuple[Fraction, int]] = {}
    for stratum, n in b.params["sample"]["strata"]:
        told |= quotas(b.h, b.raw("seed"), [c for c in b.params["cells"] if c["stratum"] == stratum], n)
    fixed = [{key: cell[key] for key in ("cell", "stratum", "weight", "size")} for cell in b.cells]
    shown = {cell["cell"]: (Fraction(*cell["probability"]), cell["quota"]) for cell in b.cells}
    return fixed == b.params["cells"] and shown == told


@CLAIMS.says(
    "各层签号数等于名额，依次排列，门限为末签。",
    "Each cell shows as many tickets as its quota, in order, the last the threshold.",
)
def tickets(b: Bundle) -> bool:
    by_cell: dict[int, list[tuple[int, str]]] = {cell["cell"]: [] for cell in b.cells}
    for cell, rank, value, _ in b.tickets():
        by_cell[cell].append((rank, value))
    ranked = all([rank for rank, _ in shown] == list(range(1, len(shown) + 1)) for shown in by_cell.values())
    rising = all(a < c for shown in by_cell.values() for (_, a), (_, c) in pairwise(shown))
    last = {cell: shown[-1][1] if shown else None for cell, shown in by_cell.items()}
    kept = all(len(by_cell[c["cell"]]) == c["quota"] and last[c["cell"]] == c["threshold"] for c in b.cells)
    return ranked and rising and kept


@CLAIMS.says("结果根由公布的签号算出。", "The result root follows from the published tickets.")
def result(b: Bundle) -> bool:
    leaves = [b.h(b"\x00", u32(c), u32(r), bytes.fromhex(t), bytes.fromhex(p)) for c, r, t, p in sorted(b.tickets())]
    return root_of(b.h, leaves) == b.raw("result_root")


@CLAIMS.says("每个抽中对象都配足了人员。", "Every drawn object was given its full team.")
def match(b: Bundle) -> bool:
    return bool(b.match["objects"] == len(b.drawn) and b.match["places"] == len(b.drawn) * b.params["match"]["slots"])


@CLAIMS.says("作废次数如实计入，前后相扣。", "Voided attempts are counted and bind this one.")
def attempts(b: Bundle) -> bool:
    voids = b.ceremony["voids"]
    bound = voids[-1]["record"] if voids else None
    numbered = [void["attempt"] for void in voids] == list(range(1, b.params["attempt"]))
    return numbered and bound == b.params["previous_void"] and all(void["reason"] for void in voids)


@CLAIMS.says("已公开的对象均确系抽中。", "Every opened object was drawn.")
def openings(b: Bundle) -> bool:
    shared = {
        key: b.ceremony[key] for key in ("hash_alg", "fingerprint", "frame_root", "frame_rows", "seed", "result_root")
    }
    thresholds = {cell["cell"]: cell["threshold"] for cell in b.cells}
    return all(
        {key: o[key] for key in shared} == shared
        and (o["threshold"], o["result_rows"]) == (thresholds[o["cell"]], len(b.drawn))
        and all(check.ok for check in ONE.run(o))
        for o in b.openings
    )
