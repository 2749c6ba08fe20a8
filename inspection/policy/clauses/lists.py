"""一单两库: what the item list, the object register and the inspector register hold."""

from pydantic import Field, model_validator

from inspection.policy.flaws import wrong
from inspection.policy.terms import (
    Bilingual,
    ChangeReview,
    Clause,
    InspectorField,
    ItemField,
    Name,
    Ratio,
    StaffCategory,
)


class ItemRule(Clause):
    """What the item list (随机抽查事项清单) states of an item, and the limits of its ratio by class.

    `general_needs_cap`: a general item states an upper bound of its ratio; `general_ratio_cap`: the highest this
    authority allows for one, where it has set one. `key_batch_order`: a key item with a high ratio may be drawn as an
    order of batches instead of a sample.
    """

    fields: tuple[ItemField, ...] = Field(min_length=1)
    classes: bool
    general_needs_cap: bool
    general_ratio_cap: Ratio | None = None
    key_batch_order: bool

    @model_validator(mode="after")
    def _cap_within_one(self) -> "ItemRule":
        if self.general_ratio_cap is not None and not 0 < self.general_ratio_cap <= 1:
            raise wrong("ratio_range")
        return self


class RegisterRule(Clause):
    """What the two registers hold (两库).

    `object_kinds`: what may be an object; `changes_reviewed_by`: the office to which changes of the inspector register
    go, `review` what it does with them; `certified_only`: whoever has no certificate may not even stand in the
    register; `experts_assist`: others than inspectors may help, never counted as inspectors.
    """

    object_kinds: tuple[Name, ...] = Field(min_length=1)
    covers_all_objects: bool
    inspector_fields: tuple[InspectorField, ...] = Field(min_length=1)
    inspector_labels: tuple[Name, ...]
    categories: tuple[StaffCategory, ...] = Field(min_length=1)
    certified_only: bool
    every_item_has_inspectors: bool
    experts_assist: bool
    review: ChangeReview | None = None
    changes_reviewed_by: Bilingual | None = None

    @model_validator(mode="after")
    def _review_has_an_office(self) -> "RegisterRule":
        if (self.review is None) != (self.changes_reviewed_by is None):
            raise wrong("together", one="review", other="changes_reviewed_by")
        return self
