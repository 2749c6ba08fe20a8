"""V-one: one opened object, checked from its opening alone: drawn, not drawn, or excluded."""

from fractions import Fraction
from typing import Any

from inspection.draw.verify.bundle import read_json
from inspection.draw.verify.claims import Check, Claims
from inspection.draw.verify.formulas import climb, hash_named, quotas, u32

DRAWN, UNDRAWN, EXCLUDED = (Claims("one") for _ in range(3))


def verify_opening(opening: Any) -> list[Check]:
    """The checks that fit what the opening says of its object."""
    told = opening if isinstance(opening, dict) else {}
    return (EXCLUDED if told.get("cell") == 0 else UNDRAWN if told.get("rank", 0) is None else DRAWN).run(opening)


def fingerprint(o: Any) -> bool:
    h, params = hash_named(o["hash_alg"]), o["params"].encode()
    told = read_json(params)
    same = told["frame"]["rows"] == o["frame_rows"] and told["hash_alg"] == o["hash_alg"]
    return bool(same and h(b"\x30" + bytes.fromhex(o["frame_root"]) + h(params)).hex() == o["fingerprint"])


def _in_frame(o: Any) -> bool:
    h = hash_named(o["hash_alg"])
    leaf = h(b"\x00" + bytes.fromhex(o["salt"]) + o["row"].encode())
    return climb(h, leaf, o["index"], o["frame_rows"], o["siblings"]) == str(o["frame_root"])


def frame(o: Any) -> bool:
    _, cells, codes, _ = o["row"].split("\t")
    (task,) = (c["task"] for c in read_json(o["params"])["cells"] if c["cell"] == o["cell"])
    return _in_frame(o) and codes.split(",")[task] == "0" and cells.split(",")[task] == str(o["cell"])


def probability(o: Any) -> bool:
    params = read_json(o["params"])
    (own,) = (c for c in params["cells"] if c["cell"] == o["cell"])
    place = (own["task"], own["stratum"])
    cells = [(c["cell"], c["size"], c["weight"]) for c in params["cells"] if (c["task"], c["stratum"]) == place]
    (stratum,) = (s for s in params["tasks"][place[0]]["strata"]["list"] if s["stratum"] == place[1])
    seed, key = bytes.fromhex(o["seed"]), place[0] * 65536 + place[1]
    chance, quota = quotas(hash_named(o["hash_alg"]), seed, key, cells, stratum["size"])[o["cell"]]
    above, below = o["probability"]  # two numbers: [1] is no chance of 1/1
    return chance == Fraction(above, below) and (o["rank"] is None or 1 <= o["rank"] <= quota)


def _ticket(o: Any) -> bytes:
    h = hash_named(o["hash_alg"])
    value = h(b"\x11" + bytes.fromhex(o["seed"]) + bytes.fromhex(o["salt"]) + u32(o["index"]))
    if value.hex() != o["ticket"]:
        raise ValueError(value.hex())
    return value


def ticket(o: Any) -> bool:
    h, most = hash_named(o["hash_alg"]), bytes.fromhex(o["threshold"])
    return len(most) == len(h(b"")) and _ticket(o) <= most


def result(o: Any) -> bool:
    h, salt = hash_named(o["hash_alg"]), bytes.fromhex(o["salt"])
    place = h(b"\x14" + salt + u32(o["index"]))
    leaf = h(b"\x00" + u32(o["cell"]) + u32(o["rank"]) + bytes.fromhex(o["ticket"]) + place)
    return climb(h, leaf, o["result_place"], o["result_rows"], o["result_siblings"]) == str(o["result_root"])


def undrawn(o: Any) -> bool:
    most = bytes.fromhex(o["threshold"] or "")
    return len(most) in {0, 32} and _ticket(o) > most


def excluded(o: Any) -> bool:
    _, cells, codes, _ = o["row"].split("\t")
    known = {"CAP", "UP", "CLOSED", "SCOPE", "OPEN"}
    return _in_frame(o) and set(codes.split(",")) <= known and set(cells.split(",")) == {"0"}


for _claims in (DRAWN, UNDRAWN, EXCLUDED):
    _claims.says(
        "参数和名录根与公布的名录指纹一致。",
        "The parameters and the frame root are those under the fingerprint.",
    )(fingerprint)
for _claims in (DRAWN, UNDRAWN):
    _claims.says(
        "该对象列于冻结的名录，可以被抽取。",
        "The object stood in the frozen frame and could be drawn.",
    )(frame)
    _claims.says(
        "该对象的抽查概率按参数精确算出。",
        "The object's probability follows exactly from the parameters.",
    )(probability)
DRAWN.says(
    "该对象的签号不大于本层门限，确系摇号抽中。",
    "The object's ticket is within its cell's threshold: drawn by lot.",
)(ticket)
DRAWN.says(
    "该签号及其位次自抽取当日起未变。",
    "The ticket and its rank are those fixed on the day of the draw.",
)(result)
UNDRAWN.says(
    "该对象的签号大于本层门限，未被抽中。",
    "The object's ticket is above its cell's threshold: not drawn.",
)(undrawn)
EXCLUDED.says(
    "该对象列于冻结的名录，按所示代码排除，不参加摇号。",
    "The object stood in the frozen frame, excluded from the draw by the code shown.",
)(excluded)
