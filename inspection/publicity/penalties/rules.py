"""What the public may read of a penalty, and the exact bytes in which it reads it. Pure.

An allow-list, as that of results: a value gets out only if `PENALTY_FIELDS` names it. The party is the one that was
punished, so it is named in full, a natural person too; everybody else in the texts is masked (field facts §c4.12).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from inspection.kernel.canonical import canonical_json, normal_text
from inspection.publicity.masking import is_identity, masked_identity, masked_text

LAYOUT: Final = "fieldcheck.penalty/1"
MAX_TEXT: Final = 4_000
MAX_LINE: Final = 120
MAX_FEN: Final = 10**15
MAX_PERSONS: Final = 50


@dataclass(frozen=True, slots=True)
class PenaltyFacts:
    """Everything the public learns of a penalty. `amount_fen`: the fine in hundredths of a yuan, None without one."""

    object_name: str
    object_code: str
    decision_number: str
    decided_on: date
    violation: str
    basis: str
    content: str
    amount_fen: int | None
    deciding_body: str
    rule_set: str
    rule_set_digest: str


PENALTY_FIELDS: Final[tuple[str, ...]] = tuple(field.name for field in fields(PenaltyFacts))
_WRITTEN: Final = frozenset({"violation", "basis", "content", "decision_number"})
"""Texts that people wrote: nobody may be named in them who was not punished."""


def redact_penalty(facts: Mapping[str, object], persons: Iterable[str]) -> PenaltyFacts:
    """The listed facts out of whatever is known of a penalty, with `persons` masked in its texts.

    Raises:
        ValueError: a listed fact is missing, empty, too long or of another type.
    """
    decided_on, amount = facts.get("decided_on"), facts.get("amount_fen")
    if type(decided_on) is not date or not (amount is None or type(amount) is int):
        raise ValueError("decided_on is not a day, or amount_fen no amount")
    names = tuple(persons)
    texts = {}
    for name in PENALTY_FIELDS:
        if name not in {"decided_on", "amount_fen"}:
            plain = _plain(name, facts.get(name))
            texts[name] = masked_text(plain, names) if name in _WRITTEN else plain
    code = texts["object_code"]
    texts["object_code"] = masked_identity(code) if is_identity(code) else code
    return PenaltyFacts(decided_on=decided_on, amount_fen=amount, **texts)


def penalty_document(
    facts: PenaltyFacts, *, number: str, version: int, replaces: str | None, published_on: date
) -> bytes:
    """The published document: canonical JSON. `amountFen` in hundredths of a yuan, null without a fine."""
    return canonical_json(
        {
            "layout": LAYOUT,
            "number": number,
            "version": version,
            "replaces": replaces,
            "publishedOn": published_on.isoformat(),
            "entName": facts.object_name,
            "uniscId": facts.object_code,
            "decisionNumber": facts.decision_number,
            "decisionDate": facts.decided_on.isoformat(),
            "violation": facts.violation,
            "basis": facts.basis,
            "content": facts.content,
            "amountFen": facts.amount_fen,
            "decidingBody": facts.deciding_body,
            "ruleSet": {"name": facts.rule_set, "sha256": facts.rule_set_digest},
        }
    )


def yuan(amount_fen: int | None) -> str:
    """An amount in yuan with its two decimals, exactly; empty where there is none."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}" if amount_fen is not None else ""


def penalty_number(authority_code: str, year: int, n: int) -> str:
    """The public number of a penalty: dense from 1 in each authority and year. CF: 处罚."""
    return f"{authority_code}-{year}-CF{n:06d}"


def _plain(name: str, value: object) -> str:
    text = normal_text(value).strip() if isinstance(value, str) else ""
    if not text or len(text) > MAX_TEXT:
        raise ValueError(f"{name} is no text of 1 to {MAX_TEXT} characters")
    return text
