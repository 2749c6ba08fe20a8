"""What the public may read of a result, and the exact bytes in which it reads it. Pure.

An allow-list: a value gets out only if `PUBLIC_FIELDS` names it. Phones, identity numbers, signatures, certificates of
inspectors, positions, faces and free remarks are not on it and so have no way out (金凤 articles 14 and 17). The layout
is that of the national enterprise-credit publicity system.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from types import MappingProxyType

from inspection.kernel.canonical import JSON, canonical_json, normal_text
from inspection.kernel.search_words import search_text as folded
from inspection.publicity.masking import is_identity, masked_identity

LAYOUT = "fieldcheck.publication/1"
MAX_TEXT = 400
MOST_FOLDED = 300  # characters of a name by which it is found


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """Everything the public learns of one item's outcome; nothing else of a visit has a field here."""

    object_name: str
    object_code: str
    item_code: str
    item_name: str
    result_code: str
    result_text: str
    result_detail: str
    result_class: str
    inspecting_body: str
    completed_on: date
    plan_number: str
    plan_name: str
    task_number: str
    task_name: str
    draw_type: str
    draw_id: str
    rule_set: str
    rule_set_digest: str


PUBLIC_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(PublicFacts))
MAY_BE_EMPTY = frozenset({"plan_number", "plan_name", "draw_id", "rule_set_digest", "result_class"})
"""A visit outside a plan has no plan to name, one without a lot no draw, an old one no digest of its rules; most
rule-sets have no classes of their own."""


def redact(facts: Mapping[str, object]) -> PublicFacts:
    """The listed facts out of whatever is known of a visit; all others are left behind.

    Raises:
        ValueError: a listed fact is missing, empty, longer than `MAX_TEXT` characters or not plain text. A nested value
            is refused because it could carry unlisted ones.
    """
    day = facts.get("completed_on")
    if type(day) is not date:
        raise ValueError("completed_on is not a day")
    texts = {name: _plain(name, facts.get(name)) for name in PUBLIC_FIELDS if name != "completed_on"}
    texts["object_code"] = public_code(texts["object_code"])
    return PublicFacts(completed_on=day, **texts)


def public_code(code: str) -> str:
    """A registration code as it is; a resident's identity number, used in place of one, with its middle masked."""
    return masked_identity(code) if is_identity(code) else code


def document(
    facts: PublicFacts,
    *,
    number: str,
    version: int,
    replaces: str | None,
    published_on: date,
    beside: Mapping[str, JSON] = MappingProxyType({}),
) -> bytes:
    """The published document: canonical JSON in the field layout of the national publicity system.

    Header: `raninsPlanId`, `raninsPlaneName` (spelt so there), `raninsTaskId`, `raninsTaskName`, `raninsTypeName`,
    `insAuth`, `insDate`; ours: `drawId`, and `ruleSet` with the name and SHA-256 (hex) of the rule-set that judged it;
    one row in `details`, because one result stands for one item: `raninsCheckResName` in the words of the national
    eight, `raninsCheckResDetail` in our own, one a code, `resultClass` in those of the rule-set. `replaces` is the
    SHA-256 (hex) of the version this one corrects.
    """
    return canonical_json(
        {
            "layout": LAYOUT,
            "number": number,
            "version": version,
            "replaces": replaces,
            "publishedOn": published_on.isoformat(),
            "entName": facts.object_name,
            "uniscId": facts.object_code,
            "raninsPlanId": facts.plan_number,
            "raninsPlaneName": facts.plan_name,
            "raninsTaskId": facts.task_number,
            "raninsTaskName": facts.task_name,
            "raninsTypeName": facts.draw_type,
            "drawId": facts.draw_id,
            "ruleSet": {"name": facts.rule_set, "sha256": facts.rule_set_digest},
            "insAuth": facts.inspecting_body,
            "insDate": facts.completed_on.isoformat(),
            "details": [
                {
                    "seqno": 1,
                    "raninsItemCode": facts.item_code,
                    "raninsItemName": facts.item_name,
                    "raninsCheckResCode": facts.result_code,
                    "raninsCheckResName": facts.result_text,
                    "raninsCheckResDetail": facts.result_detail,
                    "resultClass": facts.result_class,
                }
            ],
            **beside,
        }
    )


def search_text(object_name: str, object_code: str) -> str:
    """Name and code for the public search, folded as what people look for is; a line each, so that nothing is found
    across the two.
    """
    return f"{folded(normal_text(object_name))[:MOST_FOLDED]}\n{folded(public_code(object_code))}"


def public_number(authority_code: str, year: int, n: int) -> str:
    """The number of a publication: dense from 1 in each authority and year."""
    return f"{authority_code}-{year}-{n:06d}"


def told(facts: PublicFacts) -> frozenset[str]:
    """All texts the public gets to read, as they are written in the document."""
    return frozenset(str(value) for value in asdict(facts).values())


def _plain(name: str, value: object) -> str:
    text = normal_text(value).strip() if isinstance(value, str) else None
    if text is None or len(text) > MAX_TEXT or not (text or name in MAY_BE_EMPTY):
        raise ValueError(f"{name} is no text of 1 to {MAX_TEXT} characters")
    return text
