"""An item as a list states it, before it is a version in the library. Pure."""

import unicodedata
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from inspection.kernel.canonical import JSON, digest_of, sha256_hex
from inspection.policy.terms import ItemClass, Method
from inspection.registry.items.frequencies import FrequencyBound
from inspection.registry.items.ratios import RatioBound

CODE_DIGITS = 10


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What the list says of one item (安岳 一(三), 金凤 第七条, 威海 第六条, 泉州 二(一)).

    `object_kinds` are the kinds and trades of the objects it concerns; empty means every object. `class_text` is the
    class as written; without one the item is taken for a general one. A text that the list does not give is empty.
    """

    code: str
    name: str
    basis: str
    subject: str
    object_kinds: tuple[str, ...]
    object_text: str
    content: str
    methods: tuple[Method, ...]
    method_text: str
    ratio_text: str
    ratio_bound: RatioBound
    frequency_text: str
    frequency_bound: FrequencyBound
    item_class: ItemClass
    class_text: str | None
    qualification: str | None
    channel: str
    joint_eligible: bool
    lead_department: str | None
    departments: tuple[str, ...]
    checklist_code: str | None
    note: str | None

    @property
    def key(self) -> str:
        return self.code

    @property
    def ratio(self) -> Fraction | None:
        """The least share that the texts ask for, or None: then the rule-set's minimum applies."""
        return self.ratio_bound.least

    @property
    def frequency(self) -> int | None:
        """The least number of draws a year that the texts ask for, or None: then the rule-set's minimum applies."""
        return self.frequency_bound.least_per_year

    def digest(self) -> str:
        """SHA-256 (hex) of all facts."""
        return digest_of({field.name: _plain(getattr(self, field.name)) for field in fields(self)})


def derived_code(name: str) -> str:
    """The code of an item in a list that has no codes: ten hexadecimal digits of the digest of its name.

    The same name has the same code in every edition of the list, wherever it stands in it; width and spaces do not
    matter. An item that is renamed is another item (docs/decisions/0013).
    """
    spelled = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return f"N-{sha256_hex(spelled.encode())[:CODE_DIGITS].upper()}"


def _plain(value: Any) -> JSON:
    if isinstance(value, RatioBound | FrequencyBound):
        return value.as_json()
    return list(value) if isinstance(value, tuple) else value
