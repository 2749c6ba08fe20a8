"""What is wrong with a rule-set's file: place and reason, in both languages. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, LiteralString

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text

# Pydantic's kinds of error → our reasons (`policy.wrong.<reason>`).
_REASONS: Final[Mapping[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "enum": "not_among",
    "literal_error": "not_among",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "string_pattern_mismatch": "pattern",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_too_long": "too_long",
}
# What the beginning of any other kind tells: the form that was wanted.
_FORMS: Final[Mapping[str, str]] = {
    "int": "not_a_number",
    "bool": "not_yes_or_no",
    "date": "not_a_day",
    "string": "not_a_text",
    "tuple": "not_a_list",
    "model": "not_a_table",
    "dict": "not_a_table",
}
_FACTS: Final = ("expected", "ge", "le", "pattern", "max_length")


def wrong(reason: LiteralString, **facts: str) -> PydanticCustomError:
    """What a validator raises: a reason of the catalogue (`policy.wrong.<reason>`) with its facts."""
    return PydanticCustomError(reason, reason, facts)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong. `place`: the keys from the top of the file, or the line of broken TOML."""

    place: str
    reason: str
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, lang: str) -> str:
        """Place and reason as one sentence in `zh_CN` or `en`."""
        return text("policy.flaw", lang, place=self.place, reason=self.why(lang))

    def why(self, lang: str) -> str:
        """The reason alone, and what to do."""
        return text(f"policy.wrong.{self.reason}", lang, **self.facts)


def flaws_of(error: ValidationError) -> list[Flaw]:
    """Everything that is wrong with the values of a file."""
    return [_flaw(told) for told in error.errors(include_url=False, include_input=False)]


def _flaw(told: Mapping[str, Any]) -> Flaw:
    context: Mapping[str, Any] = told.get("ctx") or {}
    place = ".".join(map(str, told["loc"])) or "-"
    kind = str(told["type"])
    if kind in _REASONS:
        return Flaw(place, _REASONS[kind], {name: str(context[name]) for name in _FACTS if name in context})
    if kind == told["msg"]:  # one of ours: see `wrong`
        return Flaw(place, kind, {name: str(value) for name, value in context.items()})
    form = next((form for start, form in _FORMS.items() if kind.startswith(start)), None)
    return Flaw(place, form, {}) if form else Flaw(place, "other", {"told": str(told["msg"])})


def told(flaws: Sequence[Flaw]) -> dict[str, JSON]:
    """All of them as one fact, in every language."""
    return {lang: " ".join(flaw.text(lang) for flaw in flaws) for lang in LANGUAGES}
