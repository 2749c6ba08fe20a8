"""V-public, the chance: every contribution against what was fixed, the level, the seed."""

import re
from datetime import UTC, datetime
from typing import Any

from inspection.draw.verify.bundle import Bundle
from inspection.draw.verify.claims import Claims, Wrong
from inspection.draw.verify.formulas import framed, sha256, u16

CLAIMS = Claims("public")
FIXED = ("kind", "name", "commitment", "witnesses", "anchor", "beacon")
MOST_STEPS, BYTES = 1000, 32
DELAY = 60


def _given(b: Bundle, *kinds: str) -> list[tuple[Any, bytes, bytes]]:
    shown = [c for c in b.ceremony["contributions"] if c["kind"] in kinds]
    return [(c, bytes.fromhex(c["value"]), bytes.fromhex(c["nonce"] or "")) for c in shown]


@CLAIMS.says(
    "约定的各方都已公开，且与事先承诺相符。",
    "Every contributor agreed on revealed, and the value is the one committed to.",
)
def contributions(b: Bundle) -> bool:
    fixed, shown = ([[c[k] for k in FIXED] for c in listed] for listed in (_agreed(b), b.ceremony["contributions"]))
    if not fixed or sorted(fixed, key=str) != sorted(shown, key=str) or len({c[1] for c in fixed}) != len(fixed):
        return False
    for c, value, nonce in _given(b, "OPER", "SUPV"):
        label = f"{c['kind']}:{c['name']}".encode()
        if b.h(b"\x31" + framed(label) + framed(value) + framed(nonce)).hex() != c["commitment"]:
            raise Wrong(label.decode())
    known = {"OPER", "SUPV", "DICE", "LINK", "BEACON"}
    return all(c["kind"] in known and c["value"] for c in b.ceremony["contributions"])


def _agreed(b: Bundle) -> list[Any]:
    return list(b.params["entropy"]["contributors"])


@CLAIMS.says("现场骰子不少于二十位十进制数字。", "Dice show at least twenty decimal digits.")
def dice(b: Bundle) -> bool | None:
    shown = _given(b, "DICE")
    return None if not shown else all(re.fullmatch(rb"[0-9]{20,100}", value) and not nonce for _, value, nonce in shown)


@CLAIMS.says(
    "监督方链节逐次散列后回到冻结时登记的链节，未曾用过。",
    "The supervisor's link hashes to the link registered at the freeze and was not out before.",
)
def links(b: Bundle) -> bool | None:
    shown = _given(b, "LINK")
    return (
        None
        if not shown
        else all(
            len(value) == BYTES and not nonce and steps_to(value, bytes.fromhex(c["anchor"]))
            for c, value, nonce in shown
        )
    )


def steps_to(link: bytes, anchor: bytes) -> int:
    """How often tag 36 leads from the link to the anchor: 1 … 1,000; 0 when it does not."""
    for step in range(1, MOST_STEPS + 1):
        link = sha256(b"\x36" + link)
        if link == anchor:
            return step
    return 0


@CLAIMS.says(
    "公共信标的轮次在冻结之后产生，随机数是其签名的 SHA-256（门限签名本身须用该信标网络自己的工具核验）。",
    "The beacon's round came after the freeze and its value is the SHA-256 of the signature (the threshold signature "
    "itself is checked with the network's own tool).",
)
def beacon(b: Bundle) -> bool | None:
    shown = _given(b, "BEACON")
    if not shown:
        return None
    (frozen,) = b.events("draw.frozen")
    snapshot = -(-_microseconds(b.params["snapshot_at"]) // 10**6)
    for c, value, signature in shown:
        genesis, period, number = (c["beacon"][key] for key in ("genesis", "period", "round"))
        first = -(-max(0, snapshot + DELAY - genesis) // period) + 1
        out = (genesis + (number - 1) * period) * 10**6
        if number != first or out <= _microseconds(frozen["at"]) or not signature or sha256(signature) != value:
            raise Wrong(f"{c['beacon']['network']} {number}")
    return True


def _microseconds(text: str) -> int:
    """Since 1970, from ISO 8601 with an offset; whole, because fractions of seconds in binary are not."""
    spent = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return (spent.days * 86400 + spent.seconds) * 10**6 + spent.microseconds


@CLAIMS.says("保证等级与各方构成相符。", "The assurance level is the one these contributors give.")
def level(b: Bundle) -> bool:
    shown = b.ceremony["contributions"]
    kinds = {c["kind"] for c in shown}
    witnessed = any(c["kind"] == "DICE" and c["witnesses"] for c in shown)
    reached = "L3" if "BEACON" in kinds else "L2" if witnessed else "L1" if kinds & {"SUPV", "LINK"} else "L0"
    return bool(reached == b.ceremony["level"])


@CLAIMS.says("种子由指纹和全部贡献算出。", "The seed follows from the fingerprint and all contributions.")
def seed(b: Bundle) -> bool:
    shown = b.ceremony["contributions"]
    given = sorted((f"{c['kind']}:{c['name']}".encode(), bytes.fromhex(c["value"])) for c in shown)
    body = b"".join(framed(name) + framed(value) for name, value in given)
    return b.h(b"\x32" + b.raw("fingerprint") + u16(len(given)) + body) == b.raw("seed")
