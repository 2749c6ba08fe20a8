"""Which kinds of things an authority's rule-set calls inspection objects (registers.object_kinds). Pure.

An object of another kind is kept and told of, never dropped: the register may know more than the source document
names, and only a person can say whether the row or its kind is wrong. Whether it is drawn is the item's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.policy.model import RuleSet
from inspection.registry.intake.columns import ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, remark
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.rows import ObjectDraft, ObjectKind, read_object


@dataclass(frozen=True, slots=True)
class ObjectWords:
    """What reading a row asks of the rule-set, fit to be sent to another process.

    `exemptions`: see `read_object`; `foreign`: the kinds that are no objects here; `article`: where that stands.
    """

    exemptions: Mapping[str, str]
    foreign: frozenset[str]
    article: str


def admissible(kind: str, rules: RuleSet) -> bool:
    """Whether the rule-set counts things of this kind among the inspection objects."""
    return kind in rules.registers.object_kinds


def foreign_kinds(rules: RuleSet) -> frozenset[str]:
    """The kinds of things that are no inspection objects under the rule-set."""
    return frozenset(kind.value for kind in ObjectKind if not admissible(kind, rules))


def read_admissible(columns: ColumnMap, row: RawRow, words: ObjectWords) -> Good[ObjectDraft] | Rejected:
    """One row of an object register; a row of a foreign kind goes in with a warning that names the article."""
    found = read_object(columns, row, words.exemptions)
    if isinstance(found, Rejected) or found.draft.kind not in words.foreign:
        return found
    warning = remark(Oddity.KIND_FOREIGN, kind=kind_words(found.draft.kind), article=words.article)
    # Not in the draft: what the rule-set thinks of a row is no fact of the object and must not change its digest.
    return replace(found, warnings=(*found.warnings, warning))


def kind_words(kind: str) -> JSON:
    """A kind in every language, for a sentence."""
    return {lang: text(f"policy.word.object_kinds_{kind}", lang) for lang in LANGUAGES}
