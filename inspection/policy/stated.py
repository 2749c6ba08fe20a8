"""A rule-set taken apart: every value with its place and its article, and where two rule-sets differ. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from inspection.policy.clauses.measure import GradeRule
from inspection.policy.clauses.part import Named
from inspection.policy.clauses.planning import OutsideKind
from inspection.policy.model import RuleSet
from inspection.policy.terms import Clause

# Values that stand in an article of their own, and the field that names it.
_OWN_ARTICLE: Final[Mapping[str, str]] = {
    "scheme_required": "scheme_article",
    "procedure_required": "scheme_article",
    "merge_same_object_same_period": "merge_article",
    "third_party_conclusions": "third_party_article",
    "file_within_working_days": "filing_article",
}
_SOURCES: Final = frozenset({"article", *_OWN_ARTICLE.values()})
HEAD: Final = "head"
"""The part of what stands before the first clause: title, source, span."""
NOTE: Final = "note"


@dataclass(frozen=True, slots=True)
class Stated:
    """One value. `part`: the clause; `name`: the field; `element`: which of a list, by its code; `value`: as the model
    has it, None where the document sets nothing.
    """

    part: str
    name: str
    element: str | None
    value: Any
    article: str | None

    @property
    def place(self) -> str:
        """The keys from the top of the file."""
        path = (self.name,) if self.part == HEAD else (self.part, self.name)
        return ".".join((*path, self.element) if self.element is not None else path)


@dataclass(frozen=True, slots=True)
class Difference:
    """A value in which two rule-sets differ; None on the side that does not have this element of a list."""

    one: Stated | None
    other: Stated | None

    @property
    def stated(self) -> Stated:
        """Either side, to name what differs."""
        found = self.one or self.other
        if found is None:
            raise ValueError("a difference has at least one side")
        return found


def values(rules: RuleSet) -> list[Stated]:
    """Every value in the order of the file, notes among them."""
    found: list[Stated] = []
    for name in type(rules).model_fields:
        value = getattr(rules, name)
        if isinstance(value, Clause):
            found += _of_clause(name, value)
        else:
            found.append(Stated(HEAD, name, None, value, None))
    return found


def differences(one: RuleSet, other: RuleSet) -> list[Difference]:
    """Where two rule-sets differ, value by value, in the order of the file."""
    left, right = ({stated.place: stated for stated in values(rules)} for rules in (one, other))
    places = [*left, *(place for place in right if place not in left)]
    pairs = [Difference(left.get(place), right.get(place)) for place in places]
    differing = [pair for pair in pairs if pair.one is None or pair.other is None or pair.one.value != pair.other.value]
    order = {name: index for index, name in enumerate((HEAD, *type(one).model_fields))}
    return sorted(differing, key=lambda pair: order[pair.stated.part])


def _of_clause(part: str, clause: Clause) -> Iterator[Stated]:
    fields = [name for name in type(clause).model_fields if name not in _SOURCES and name != NOTE]
    for name in fields:
        value = getattr(clause, name)
        article = getattr(clause, _OWN_ARTICLE.get(name, "article"))
        if isinstance(value, tuple) and any(_key(one) is not None for one in value):
            for one in value:
                own = one.article if isinstance(one, OutsideKind) else article
                yield Stated(part, name, _key(one), one, own)
        else:
            yield Stated(part, name, None, value, article)
    if clause.note is not None:
        yield Stated(part, NOTE, None, clause.note, clause.article)


def _key(element: Any) -> str | None:
    """By what an element of a list is known, where it says more than a code and a text."""
    if isinstance(element, OutsideKind):
        return element.kind.value
    if isinstance(element, GradeRule):
        return f"{element.item_class}-{element.grade}"
    return element.code if isinstance(element, Named) and type(element) is not Named else None
