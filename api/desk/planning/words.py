"""What planning says, in words: values of a line as the journal writes them, findings with where they lead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from api.language import Language
from inspection.kernel.catalogue import text
from inspection.planning.finding import Finding
from inspection.planning.plan_diff import FieldChange, PlanDiff
from inspection.planning.plan_rules import percent
from inspection.policy.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a sentence. `item`: the code of the item that it is about; `part`: the clause that it rests on."""

    text: str
    article: str
    item: str | None
    part: str | None


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """One field of a line, before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DiffTold:
    """What a version changes: codes of lines added and removed, and changed ones field by field."""

    added: Sequence[str]
    removed: Sequence[str]
    changed: Mapping[str, Sequence[ChangeTold]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def told(findings: Iterable[Finding], chapters: Iterable[Chapter], lang: Language) -> list[Told]:
    """Each finding as a sentence with the places that it leads to."""
    parts: dict[str, str] = {}
    for chapter in chapters:
        parts.setdefault(chapter.article, chapter.part)
    return [
        Told(one.text(lang), one.article, _code(one), parts.get(one.article) if one.article != "—" else None)
        for one in findings
    ]


def diff_told(diff: PlanDiff, lang: Language) -> DiffTold:
    """The differences in words."""
    changed = {code: [_change(one, lang) for one in fields] for code, fields in diff.changed.items()}
    return DiffTold(diff.added, diff.removed, changed)


def field_told(field: str, value: Any, lang: Language) -> str:
    """A field of a line in words, out of what the journal writes of it."""
    if value is None or value in ("", [], {}):
        return text("desk_planning.nothing", lang)
    match field:
        case "ratio":
            return percent(Fraction(value))
        case "methods":
            return _joined([text(f"policy.word.method_{one}", lang) for one in value], lang)
        case "grades":
            return "；".join(f"{one}：{percent(Fraction(value[one][0]))}×{value[one][1]}" for one in sorted(value))
        case "window":
            return " – ".join(value)
        case "joint":
            return text("policy.yes" if value else "policy.no", lang)
        case "item":
            return text("desk_planning.another_version", lang)
        case _:
            return _joined(value, lang) if isinstance(value, list) else str(value)


def _change(change: FieldChange, lang: Language) -> ChangeTold:
    name = text(f"desk_planning.field_{change.field}", lang)
    before = "" if change.field == "item" else field_told(change.field, change.before, lang)
    return ChangeTold(name, before, field_told(change.field, change.after, lang))


def _joined(values: Iterable[str], lang: Language) -> str:
    return (", " if lang == "en" else "、").join(values)


def _code(finding: Finding) -> str | None:
    code = finding.facts.get("item")
    return code if isinstance(code, str) else None
