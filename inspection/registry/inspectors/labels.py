"""The labels that a rule-set wants on everybody in the register of inspectors (威海 第十条). Pure."""

from typing import Protocol

from inspection.policy.model import RuleSet
from inspection.registry.inspectors.columns import title_of
from inspection.registry.inspectors.terms import InspectorRole
from inspection.registry.intake.remarks import Oddity, Remark, remark

_HELD_IN = {"qualification": "qualifications", "specialty": "expertise"}


class Labelled(Protocol):
    """Somebody of the register, or an entry that is about to go in."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> InspectorRole: ...
    @property
    def qualifications(self) -> tuple[str, ...]: ...
    @property
    def expertise(self) -> tuple[str, ...]: ...


def missing_labels(person: Labelled, rules: RuleSet) -> tuple[Remark, ...]:
    """A warning for each label that the rule-set wants and the person has not; experts and assistants need none.

    A warning, not a refusal: without a label a person is not found for what it would say, but may be sent elsewhere.
    """
    if person.role is not InspectorRole.INSPECTOR:
        return ()
    registers = rules.registers
    bare = [label for label in registers.inspector_labels if not getattr(person, _HELD_IN[label])]
    titles = [title_of(_HELD_IN[label]) for label in bare]
    return tuple(
        remark(Oddity.LABEL_MISSING, name=person.name, column=title, article=registers.article) for title in titles
    )
