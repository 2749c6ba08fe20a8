"""V-public, the changes after the draw: counted, written down before their chance, which nobody had seen."""

import re
from typing import Any

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.chance import BYTES, steps_to
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import HEX32

CLAIMS = Claims("public")
KINDS = {"swap", "leave", "replace-inspector", "replace-object"}
# Why another object may come in; what is found at the door is a result of the visit, never a reason.
OBJECTS = {"cancelled-before-freeze", "duplicate", "cap-race", "up-after-freeze", "merged-out"}
RESULTS = {"not-found", "no-such-address", "refused", "closed", "suspended", "moved", "out-of-business"}


@CLAIMS.says(
    "抽取后的变更全部列出，编号无缺，理由均在许可之列。",
    "All changes after the draw are listed without a gap, each for a reason that is admitted.",
)
def changes(b: Bundle) -> bool:
    if not isinstance(b.changes, list):
        return False
    for change in b.changes:
        reason, agreed = change["reason"], b.params["substitution"]["reasons"]
        if change["kind"] == "replace-object":
            fit = reason in OBJECTS and reason in agreed
        else:
            fit = bool(reason) and reason not in RESULTS | OBJECTS
        if change["kind"] not in KINDS or not fit or not HEX32.fullmatch(change["event"]):
            raise Wrong(f"seq {change['seq']}")
    return sorted(change["seq"] for change in b.changes) == [*range(1, len(b.changes) + 1)]


def _settled(b: Bundle) -> list[Any]:
    return [change for change in b.changes if change["state"] == "settled"]


@CLAIMS.says(
    "每次变更先入日志，后取得随机数；结果与日志一致。",
    "Every change was in the journal before its chance came; the outcome is the one recorded then.",
)
def settled(b: Bundle) -> bool:
    asked = {event["payload"]["change"]: event for event in b.events("draw.link_asked") if "change" in event["payload"]}
    done = b.events("draw.change_settled")
    keys = ("event", "outcome", "fresh_kind", "fresh", "level")
    for change, event in zip(_settled(b), done, strict=True):
        told, before = event["payload"], asked[change["seq"]]
        same = told["change"] == change["seq"] and all(told[key] == change[key] for key in keys)
        if not same or before["payload"]["event"] != change["event"] or before["seq"] >= event["seq"]:
            raise Wrong(f"seq {change['seq']}")
    unsettled = [change for change in b.changes if change["state"] != "settled"]
    return all(change["fresh"] is None and change["outcome"] is None for change in unsettled)


@CLAIMS.says(
    "变更所用随机数形式合规、等级属实，监督方链节未重复使用。",
    "The chance of every change is well formed and its level true; no link was used or known before.",
)
def fresh(b: Bundle) -> bool:
    known = [c["value"] for c in b.ceremony["contributions"] if c["kind"] == "LINK"]
    known += [c["anchor"] for c in b.params["entropy"]["contributors"] if c["anchor"]]
    for change in _settled(b):
        kind, value = change["fresh_kind"], bytes.fromhex(change["fresh"])
        if kind == "LINK":
            used = any(bytes.fromhex(link) == value or steps_to(bytes.fromhex(link), value) for link in known)
            fit = len(value) == BYTES and not used
            known.append(change["fresh"])
        elif kind == "DICE":
            fit = bool(re.fullmatch(rb"[0-9]{20,100}", value))
        else:
            fit = kind == "KEY" and len(value) == BYTES
        if not fit or change["level"] != ("L0" if kind == "KEY" else "L1"):
            raise Wrong(f"seq {change['seq']}")
    return True
