"""What the coverage questions answer: the numbers, and what the rule-set makes of them in the caller's words."""

from dataclasses import dataclass
from uuid import UUID

from api.language import Language
from inspection.registry.inspectors.standing import ItemCover
from inspection.registry.judgements import Judgement
from inspection.registry.objects.coverage import Coverage, EmptyItem


@dataclass(frozen=True, slots=True)
class JudgementView:
    """Something that is lacking. `breach`: it breaks `article` of the rule-set; otherwise it is a note."""

    key: str
    breach: bool
    article: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Which published items have an empty directory, which objects no published item covers or are of kinds that the
    rule-set does not name, and what of it breaks the rule-set. `first_*` name some: (code, name) or (code, owner).
    """

    items: int
    empty: tuple[EmptyItem, ...]
    objects: int
    uncovered: int
    first_uncovered: tuple[tuple[str, str], ...]
    ownerless: int
    first_ownerless: tuple[tuple[str, str], ...]
    foreign: int
    first_foreign: tuple[tuple[str, str], ...]
    judgements: tuple[JudgementView, ...]


@dataclass(frozen=True, slots=True)
class CoverView:
    """Of an item, how many inspectors could be sent; `short` when they are fewer than `wanted`, `judgement` what the
    rule-set makes of that.
    """

    item: UUID
    code: str
    name: str
    qualification: str | None
    wanted: int
    fit: int
    short: bool
    judgement: JudgementView | None


def judgement_view(one: Judgement, language: Language) -> JudgementView:
    """What is lacking, in the caller's language."""
    return JudgementView(one.matter.value, one.breach, one.article, one.text(language))


def coverage_view(found: Coverage, language: Language) -> CoverageView:
    """The coverage of items and objects, in the caller's language."""
    return CoverageView(
        found.items,
        found.empty,
        found.objects,
        found.uncovered,
        found.first_uncovered,
        found.ownerless,
        found.first_ownerless,
        found.foreign,
        found.first_foreign,
        tuple(judgement_view(one, language) for one in found.judgements),
    )


def cover_view(one: ItemCover, language: Language) -> CoverView:
    """An item and its inspectors, counted."""
    told = judgement_view(one.judgement, language) if one.judgement else None
    fit = len(one.inspectors)
    return CoverView(one.item, one.code, one.name, one.qualification, one.wanted, fit, one.short, told)
