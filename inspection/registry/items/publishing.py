"""Whether items may be published: what a rule-set wants a list to state, and the cap of 安岳 一(三). Pure.

Importing is lenient, publishing is strict: only a published item may be planned and inspected (国办发〔2024〕54号).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.policy.model import RuleSet
from inspection.policy.terms import ItemClass, ItemField
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.ratios import percent

_TITLES = {column.field: column.synonyms[0] for column in ITEM_COLUMNS}


class Fault(StrEnum):
    """Why an item may not be published. The value is the key of its text."""

    FIELD_MISSING = "registry.publish_field_missing"
    CAP_MISSING = "registry.publish_cap_missing"
    CAP_TOO_HIGH = "registry.publish_cap_too_high"
    KEY_CAPPED = "registry.publish_key_capped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one item; `article` is where the rule-set says so."""

    item: str
    fault: Fault
    article: str
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(self.fault.value, lang, item=self.item, article=self.article, **self.facts)

    def as_json(self) -> dict[str, JSON]:
        """The finding with its sentence in both languages."""
        told = {"zh": self.text("zh_CN"), "en": self.text("en")}
        return {"item": self.item, "fault": self.fault.value, "article": self.article, **told}


def findings(items: Iterable[ItemFacts], rules: RuleSet) -> tuple[Finding, ...]:
    """Everything that keeps these items from being published, all at once, in the order of the items."""
    return tuple(found for item in items for found in (*_missing(item, rules), *_of_class(item, rules)))


def _missing(item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    for wanted in rules.items.fields:
        if not _states(item, wanted) and not _stated_by_rules(wanted, rules):
            facts = MappingProxyType({"column": _TITLES[wanted.value], "name": item.name})
            yield Finding(item.code, Fault.FIELD_MISSING, rules.items.article, facts)


def _states(item: ItemFacts, wanted: ItemField) -> bool:
    stated: dict[ItemField, bool] = {
        ItemField.NAME: bool(item.name),
        ItemField.BASIS: bool(item.basis),
        ItemField.SUBJECT: bool(item.subject),
        ItemField.OBJECT: bool(item.object_text),
        ItemField.CONTENT: bool(item.content),
        ItemField.METHOD: bool(item.method_text),
        ItemField.RATIO: bool(item.ratio_text) or item.ratio_bound.is_read,
        ItemField.FREQUENCY: bool(item.frequency_text) or item.frequency_bound.is_read,
        ItemField.CLASS: item.class_text is not None,
        ItemField.CHANNEL: bool(item.channel),
    }
    return stated[wanted]


def _stated_by_rules(wanted: ItemField, rules: RuleSet) -> bool:
    """Whether the rule-set fills the gap: where no law sets a ratio, its own minimum is the item's (威海 第六条)."""
    if wanted is ItemField.RATIO:
        return rules.ratio.minimum is not None
    return wanted is ItemField.FREQUENCY and rules.frequency.minimum_per_year is not None


def _of_class(item: ItemFacts, rules: RuleSet) -> Iterator[Finding]:
    """A general item has an upper bound of its ratio, a key item has none (安岳 一(三))."""
    most, article = item.ratio_bound.most, rules.items.article
    facts: dict[str, JSON] = {"name": item.name, "ratio": item.ratio_text}
    if not rules.items.general_needs_cap:
        return
    if item.item_class is ItemClass.KEY:
        if most is not None and most != item.ratio_bound.least:  # a plain figure is what is to be drawn, not a limit
            yield Finding(item.code, Fault.KEY_CAPPED, article, MappingProxyType(facts))
    elif most is None:
        yield Finding(item.code, Fault.CAP_MISSING, article, MappingProxyType(facts))
    elif rules.items.general_ratio_cap is not None and most > rules.items.general_ratio_cap:
        facts["cap"] = percent(rules.items.general_ratio_cap)
        yield Finding(item.code, Fault.CAP_TOO_HIGH, article, MappingProxyType(facts))
