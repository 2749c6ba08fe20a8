"""V-one: one opened object, checked from its opening alone."""

import json
from typing import Any

from inspection.draw.verify.claims import Claims
from inspection.draw.verify.formulas import climb, hash_named, u32

CLAIMS = Claims("one")


@CLAIMS.says("参数和名录根与公布的名录指纹一致。", "The parameters and the frame root are those under the fingerprint.")
def fingerprint(o: Any) -> bool:
    h, params = hash_named(o["hash_alg"]), o["params"].encode()
    same_size = json.loads(params)["frame"]["rows"] == o["frame_rows"]
    return bool(same_size and h(b"\x30", bytes.fromhex(o["frame_root"]), h(params)).hex() == o["fingerprint"])


@CLAIMS.says("该对象列于冻结的名录，可以被抽取。", "The object stood in the frozen frame and could be drawn.")
def frame(o: Any) -> bool:
    h, (_, cell, exclusion, _) = hash_named(o["hash_alg"]), o["row"].split("\t")
    leaf = h(b"\x00", bytes.fromhex(o["salt"]), o["row"].encode())
    root = climb(h, leaf, o["index"], o["frame_rows"], o["siblings"])
    return bool(root == o["frame_root"] and exclusion == "0" and int(cell) == o["cell"])


@CLAIMS.says(
    "该对象的签号不大于本层门限，确系摇号抽中。",
    "The object's ticket is within its cell's threshold: drawn by lot.",
)
def ticket(o: Any) -> bool:
    h, told, most = hash_named(o["hash_alg"]), bytes.fromhex(o["ticket"]), bytes.fromhex(o["threshold"])
    value = h(b"\x11", bytes.fromhex(o["seed"]), bytes.fromhex(o["salt"]), u32(o["index"]))
    return value == told and value <= most and len(most) == len(value)


@CLAIMS.says("该签号及其位次自抽取当日起未变。", "The ticket and its rank are those fixed on the day of the draw.")
def result(o: Any) -> bool:
    h, salt = hash_named(o["hash_alg"]), bytes.fromhex(o["salt"])
    ticket, place = bytes.fromhex(o["ticket"]), h(b"\x14", salt, u32(o["index"]))
    leaf = h(b"\x00", u32(o["cell"]), u32(o["rank"]), ticket, place)
    return bool(climb(h, leaf, o["result_place"], o["result_rows"], o["result_siblings"]) == o["result_root"])
