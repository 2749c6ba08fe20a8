"""What is lacking in the registers as a whole, weighed by the rule-set: a breach of an article, or a note. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text


class Matter(StrEnum):
    """What may be lacking. The value is the key of its text."""

    OBJECTS_UNCOVERED = "registry.objects_uncovered"
    ITEMS_EMPTY = "registry.items_empty"
    KINDS_FOREIGN = "registry.kinds_foreign"
    INSPECTORS_SHORT = "registry.inspectors_short"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that is lacking, with its facts. `article`: where the rule-set forbids it; None makes it a note."""

    matter: Matter
    article: str | None
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def breach(self) -> bool:
        """Whether the rule-set is broken, not merely something to be seen to."""
        return self.article is not None

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`; a breach names its article."""
        told = text(self.matter.value, lang, **self.facts)
        if self.article is None:
            return text("registry.lack_noted", lang, lack=told)
        return text("registry.lack_breach", lang, lack=told, article=self.article)


def judged(matter: Matter, article: str | None, **facts: JSON) -> Judgement:
    """A judgement with its facts."""
    return Judgement(matter, article, MappingProxyType(facts))
