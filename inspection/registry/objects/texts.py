"""Texts that people type into a form: brought to the same spelling as cells of a file, or refused. Pure."""

from inspection.kernel.errors import Invalid
from inspection.registry.intake.cells import clean
from mobile_contract.problems import ProblemCode


def line(field: str, raw: str, limit: int, *, required: bool = False) -> str:
    """The cleaned text of a form's field.

    Raises:
        Invalid: `registry.control_character`, `registry.value_too_long`, `registry.value_missing`.
    """
    value = clean(raw)
    if value is None:
        raise Invalid(ProblemCode.INVALID, "registry.control_character", column=field)
    if len(value) > limit:
        raise Invalid(ProblemCode.INVALID, "registry.value_too_long", column=field, limit=limit, length=len(value))
    if required and not value:
        raise Invalid(ProblemCode.INVALID, "registry.value_missing", column=field)
    return value
