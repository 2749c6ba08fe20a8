"""V-public, the ceremony: the journal, what was fixed before all chance, who did it. No secret is needed."""

import re
from typing import Any

from inspection.draw.verify.bundle import Bundle, canonical, read_json
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import HEX32, sha256

CLAIMS = Claims("public")
FEWEST = 20
STEPS = ("frozen", "contributed", "seeded", "executed", "matched", "sealed")


@CLAIMS.says("日志连续无缺，逐条相扣。", "The journal is complete and every line hangs on the one before it.")
def journal(b: Bundle) -> bool:
    before = bytes(32)
    for number, line in enumerate(b.files["events.jsonl"].splitlines(), start=1):
        told, hashed = b.journal[number - 1]
        text = _text(line)
        before = sha256(b"\x40" + before + sha256(text))
        if (told["seq"], told["stream"], hashed) != (number, f"draw:{b.ceremony['draw']}", before.hex()):
            raise Wrong(f"seq {number}")
    return bool(b.journal)


def _text(line: bytes) -> bytes:
    return bytes(read_json(line)["text"].encode())


@CLAIMS.says(
    "名录指纹由名录根和参数算出，参数写法唯一。",
    "The fingerprint follows from the frame root and the parameters, which are spelt in the one canonical way.",
)
def fingerprint(b: Bundle) -> bool:
    told, head = b.params, b.ceremony
    keys = ("algorithm", "hash_alg", "sequence", "attempt")
    agreed = told["algorithm"] == "SR-DRAW/1" and all(told[key] == head[key] for key in keys)
    tasks = head["tasks"] == [task["id"] for task in told["tasks"]] and told["frame"]["rows"] == head["frame_rows"]
    spelt = canonical(told) == b.files["params.json"]
    c = b.h(b"\x30" + b.raw("frame_root") + b.h(b.files["params.json"]))
    return bool(agreed and tasks and spelt and c == b.raw("fingerprint"))


@CLAIMS.says(
    "先公布指纹，后产生随机数；各步次序与日志一致。",
    "The fingerprint came before all chance; the order of the steps is the journal's.",
)
def order(b: Bundle) -> bool:
    events = b.events(*(f"draw.{step}" for step in STEPS))
    given = [c["name"] for c in b.ceremony["contributions"]]
    expected = [STEPS[0], *(STEPS[1],) * len(given), *STEPS[2:]]
    if [event["kind"] for event in events] != [f"draw.{step}" for step in expected]:
        return False
    frozen, first = events[0], b.journal[0][0]
    before = all(e["seq"] < frozen["seq"] for e in b.events("draw.committed", "draw.escrowed", "draw.feasible"))
    late = all(event["at"] >= frozen["at"] for event in events)  # the chain orders the rest, whatever a clock did
    shown = {(c["name"], c["value"]) for c in b.ceremony["contributions"]}
    told = {(e["payload"]["name"], e["payload"]["value"]) for e in events if e["kind"] == "draw.contributed"}
    return first["kind"] == "draw.planned" and before and late and shown == told and len(told) == len(given)


@CLAIMS.says(
    "指纹、种子、结果根、匹配根和等级与日志所记一致。",
    "Fingerprint, seed, roots and level are those the journal recorded when they came about.",
)
def recorded(b: Bundle) -> bool:
    facts = {key: b.ceremony[key] for key in ("fingerprint", "frame_root", "seed", "result_root", "level")}
    facts["match_root"] = b.match["root"]
    needed = [
        ("draw.frozen", "fingerprint"),
        ("draw.seeded", "seed"),
        ("draw.executed", "result_root"),
        ("draw.matched", "match_root"),
    ]
    events = b.events(*(f"draw.{step}" for step in STEPS))
    agree = all(event["payload"].get(key, value) == value for event in events for key, value in facts.items())
    return agree and all(event["payload"][key] == facts[key] for kind, key in needed for event in b.events(kind))


@CLAIMS.says(
    "所依据的实施细则及其摘要在指纹之下，与立项时所记一致。",
    "The rule-set and its digest stand under the fingerprint and are those recorded when the draw was planned.",
)
def rules(b: Bundle) -> bool:
    (planned,) = b.events("draw.planned")
    digest = b.params["rule_set_digest"]
    named = bool(HEX32.fullmatch(digest)) and planned["rule_set"] == b.params["rule_set"]
    return bool(named and planned["payload"]["rule_set_digest"] == digest)


@CLAIMS.says(
    "经办人、批准人、监督方互不相同；骰子由两人分别录入。",
    "Operator, approver and supervisor are different persons; dice were typed by two.",
)
def persons(b: Bundle) -> bool:
    (planned,), (frozen,) = b.events("draw.planned"), b.events("draw.frozen")
    operator, approver = _actor(planned), _actor(frozen)
    kinds = {c["name"]: c["kind"] for c in b.ceremony["contributions"]}
    for event in b.events("draw.contributed"):
        name, actor = event["payload"]["name"], _actor(event)
        if kinds[name] in {"SUPV", "LINK"} and actor in {operator, approver}:
            raise Wrong(name)
        typed = [_actor(e) for e in b.events("draw.dice_typed") if e["payload"]["name"] == name]
        if kinds[name] == "DICE" and actor in typed[-1:]:
            raise Wrong(name)
    sealed = all(_actor(event) != operator for event in b.events("draw.sealed"))
    return bool(operator and approver and operator != approver and sealed)


def _actor(event: Any) -> str:
    return str(event["actor"]["id"])


@CLAIMS.says(
    "密钥在冻结前已托管给监督方，其密文与指纹之下的摘要相符。",
    "The key was escrowed with the supervisor before the freeze; the ciphertext is the one under the fingerprint.",
)
def escrow(b: Bundle) -> bool | None:
    kept, shown = b.params["escrow"], b.ceremony["escrow"]
    if kept is None and shown is None:
        return None
    return bool(HEX32.fullmatch(kept["digest"])) and b.h(b"\x37" + bytes.fromhex(shown)).hex() == kept["digest"]


@CLAIMS.says(
    "作废次数如实计入，前后相扣；编号连续。",
    "Voided attempts are counted without a gap and the last binds this one.",
)
def attempts(b: Bundle) -> bool:
    voids, sequence = b.ceremony["voids"], b.params["sequence"]
    (planned,) = b.events("draw.planned")
    bound = voids[-1]["record"] if voids else None
    numbered = [void["attempt"] for void in voids] == [*range(1, len(voids) + 1)]
    counted = b.params["attempt"] == len(voids) + 1 and isinstance(sequence, int) and sequence > 0
    reasons = all(void["reason"] and HEX32.fullmatch(void["record"]) for void in voids)
    same = all(planned["payload"].get(k, b.params[k]) == b.params[k] for k in ("attempt", "previous_void"))
    return bool(numbered and counted and reasons and same and bound == b.params["previous_void"])


@CLAIMS.says(
    "抽查条件过窄的任务已如实标为重点检查。", "A task whose filter leaves too few is labelled as focused, not random."
)
def focused(b: Bundle) -> bool:
    for task in b.params["tasks"]:
        few = task["eligible"] < FEWEST or 2 * task["sample"]["size"] > task["eligible"]
        few = few and task["condition"] not in {"", "{}"}
        if task["focused"] is not few:
            raise Wrong(str(task["number"]))
    return True


@CLAIMS.says(
    "参数列明抽查单位、任务和检查期限。", "The parameters name the authority, the tasks and the window of each."
)
def named(b: Bundle) -> bool:
    day = re.compile(r"\d{4}-\d\d-\d\d")
    windows = [task["window"] for task in b.params["tasks"]]
    valid = all(day.fullmatch(first) and day.fullmatch(last) and first <= last for first, last in windows)
    return bool(valid and windows and b.params["authority"])
