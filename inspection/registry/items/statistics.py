"""How many items are key items and how high the ratios of general ones are, to be kept low (安岳 一(三)). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.policy.model import RuleSet
from inspection.policy.terms import ItemClass
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.ratios import percent

HIGHEST = 10


class Concern(StrEnum):
    """What the statistics warn of. The value is the key of its text."""

    KEY_MAJORITY = "registry.items_key_majority"
    GENERAL_UNCAPPED = "registry.items_general_uncapped"
    GENERAL_ABOVE_CAP = "registry.items_general_above_cap"
    GENERAL_ALL = "registry.items_general_all"
    CLASS_UNSTATED = "registry.items_class_unstated"


@dataclass(frozen=True, slots=True)
class Caution:
    """A concern with the items it is about."""

    concern: Concern
    items: tuple[str, ...]
    total: int

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(
            self.concern.value, lang, count=len(self.items), total=self.total, items="、".join(self.items[:HIGHEST])
        )


@dataclass(frozen=True, slots=True)
class HighRatio:
    """A general item and the highest share its list allows or fixes."""

    code: str
    name: str
    ratio: Fraction


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Figures of a list. `key_share` is exact; `highest`: the general items with the highest ratios, highest first."""

    total: int
    key: int
    general: int
    key_share: Fraction
    highest: tuple[HighRatio, ...]
    cautions: tuple[Caution, ...]

    def as_json(self, lang: str) -> dict[str, JSON]:
        """The figures, and the cautions in words."""
        return {
            "total": self.total,
            "key": self.key,
            "general": self.general,
            "key_share": percent(self.key_share) if self.key else "0%",
            "highest": [{"code": one.code, "name": one.name, "ratio": percent(one.ratio)} for one in self.highest],
            "cautions": [
                {"concern": one.concern.value, "text": one.text(lang), "items": list(one.items)}
                for one in self.cautions
            ],
        }


def item_statistics(items: Sequence[ItemFacts], rules: RuleSet) -> ItemStatistics:
    """The figures of a list under a rule-set."""
    key = [item for item in items if item.item_class is ItemClass.KEY]
    general = [item for item in items if item.item_class is ItemClass.GENERAL]
    ratios = [HighRatio(one.code, one.name, share) for one in general if (share := _highest(one)) is not None]
    ratios.sort(key=lambda one: (-one.ratio, one.code))
    cautions = [
        Caution(concern, tuple(codes), len(items)) for concern, codes in _concerns(key, general, rules) if codes
    ]
    share = Fraction(len(key), len(items)) if items else Fraction(0)
    return ItemStatistics(len(items), len(key), len(general), share, tuple(ratios[:HIGHEST]), tuple(cautions))


def _highest(item: ItemFacts) -> Fraction | None:
    return item.ratio_bound.most or item.ratio_bound.least


def _concerns(
    key: Sequence[ItemFacts], general: Sequence[ItemFacts], rules: RuleSet
) -> list[tuple[Concern, list[str]]]:
    cap = rules.items.general_ratio_cap
    majority = [one.code for one in key] if len(key) > len(general) else []
    uncapped = [one.code for one in general if one.ratio_bound.most is None] if rules.items.general_needs_cap else []
    above = [one.code for one in general if cap is not None and (_highest(one) or 0) > cap]
    unstated = [one.code for one in general if one.class_text is None] if rules.items.classes else []
    return [
        (Concern.KEY_MAJORITY, majority),
        (Concern.GENERAL_UNCAPPED, uncapped),
        (Concern.GENERAL_ABOVE_CAP, above),
        (Concern.GENERAL_ALL, [one.code for one in general if _highest(one) == 1]),
        (Concern.CLASS_UNSTATED, unstated),
    ]
