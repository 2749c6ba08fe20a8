"""Why a form cannot become a checklist: a closed list, put into words by the room's catalogue. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode


class FormFault(StrEnum):
    """The value is the key of its text."""

    FORM_ID = "registry.form_id"
    FORM_VERSION = "registry.form_version"
    FORM_TITLE = "registry.form_title"
    LABEL = "registry.form_label"
    TYPE = "registry.form_type"
    CHOICE = "registry.form_choice"
    EXPRESSION = "registry.form_expression"
    RELEVANT = "registry.form_relevant"
    CONSTRAINT = "registry.form_constraint"
    COMPANION = "registry.form_companion"
    TEXT_ALWAYS = "registry.form_text_always"
    SETTING = "registry.form_setting"
    COLUMN = "registry.form_column"


@dataclass(frozen=True, slots=True)
class FormRemark:
    """A fault and its place: the name of the question, or the sheet."""

    fault: FormFault
    place: str
    facts: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, lang: str) -> str:
        """The sentence in `zh_CN` or `en`."""
        return text(self.fault.value, lang, place=self.place, **self.facts)


def form_remark(fault: FormFault, place: str, **facts: JSON) -> FormRemark:
    """A remark with its facts."""
    return FormRemark(fault, place, MappingProxyType(facts))


def unusable(name: str, remarks: Iterable[FormRemark]) -> Invalid:
    """The error that tells every remark, in each language, and its place."""
    found = list(remarks)
    told = {lang: " ".join(one.text(lang) for one in found) for lang in LANGUAGES}
    places = [one.place for one in found]
    return Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.form_unusable", file=name, problems=told, places=places)
