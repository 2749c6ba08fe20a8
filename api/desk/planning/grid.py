"""The grid in which a plan is drafted: what stands in its fields, and what of it was changed. Pure.

A field that says what list, rule-set and the plan in force say by themselves is no change: the verb is told only what
is set otherwise, so that what nobody touched goes on following the list.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from api.desk.forms import Form, filled
from api.office.plan_bodies import LineChanged, WhyLeftOut
from api.ratios import typed_ratio
from inspection.kernel.errors import Invalid
from inspection.planning.plan_lines import Line, Party
from inspection.planning.plan_rules import percent
from inspection.registry.items.facts import ItemFacts
from mobile_contract.problems import ProblemCode

GRADES: Final = "ABCD"
_TEXTS: Final = (
    *("ratio", "quantity", "frequency", "starts_on", "ends_on", "object_text", "content"),
    *("lead", "participants", "reason", "note"),
)
WHY: Final = "left_out_why"
"""The field of a row that says why the item has no line; it is no field of the line."""
_MAY_BE_EMPTIED: Final = frozenset({"note", "reason"})
_BETWEEN: Final = re.compile(r"[、，,;；\n]+")

Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the grid. `values`: what stands in its fields; `kept`: whether it has a line; `above`: the number of
    the higher plan that it is left to; `wrong`: field → why it was not taken.
    """

    number: int
    item: ItemFacts
    kept: bool
    values: Mapping[str, Sequence[str]]
    above: str | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        found = self.values.get(name)
        return found[0] if found else ""

    def holds(self, name: str, value: str) -> bool:
        """Whether a box is ticked."""
        return value in self.values.get(name, ())


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What was typed into one row: its number, whether the item is kept, its fields."""

    number: int
    kept: bool
    values: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wished:
    """What the grid says: lines set otherwise, items left out, and of some of those why."""

    changes: tuple[LineChanged, ...]
    left_out: tuple[str, ...]
    why: tuple[WhyLeftOut, ...] = ()


def values_of(line: Line) -> dict[str, list[str]]:
    """What stands in the fields of a line. The number of objects follows from the ratio and is left empty."""
    told = {
        "ratio": percent(line.ratio) if line.ratio is not None else "",
        "quantity": "",
        "frequency": str(line.frequency) if line.frequency is not None else "",
        "starts_on": line.starts_on.isoformat(),
        "ends_on": line.ends_on.isoformat(),
        "object_text": line.object_text,
        "content": line.content,
        "lead": line.lead.name if line.lead else "",
        "participants": "、".join(one.name for one in line.participants),
        "reason": line.reason,
        "note": line.note,
    }
    values = {name: [text] for name, text in told.items()}
    values["methods"] = [one.value for one in line.methods]
    values["joint"] = ["true"] if line.joint else []
    for one in line.strata:
        values[f"grade_{one.grade}_ratio"] = [percent(one.ratio)]
        values[f"grade_{one.grade}_frequency"] = [str(one.frequency)]
    return values


def typed_rows(texts: Texts) -> dict[str, TypedRow]:
    """What was typed into the grid, by item code."""
    rows: dict[str, dict[str, list[str]]] = {}
    for name, told in texts.items():
        place, _, rest = name.removeprefix("lines.").partition(".")
        if name.startswith("lines.") and place.isascii() and place.isdigit() and rest:
            rows.setdefault(place, {})[rest.removesuffix("[]")] = list(told)
    return {
        row["item"][0]: TypedRow(
            int(place), bool(row.get("kept")), {key: row[key] for key in row.keys() - {"item", "kept"}}
        )
        for place, row in rows.items()
        if row.get("item")
    }


def wished(texts: Texts, base: Mapping[str, Line], parties: Mapping[str, Party], above: Iterable[str]) -> Wished:
    """What the grid sets otherwise than `base`, the lines by item code as they would be by themselves.

    `parties`: departments of ours by name; `above`: items left to a higher plan, which nobody has to leave out.

    Raises:
        Invalid: with every field that is not as required, by its name in the grid.
    """
    changes: list[LineChanged] = []
    left_out: list[str] = []
    why: list[WhyLeftOut] = []
    errors: list[dict[str, str]] = []
    taken = set(above)
    for code, row in typed_rows(texts).items():
        line = base.get(code)
        own = _changed(row.values, values_of(line) if line else {})
        try:
            if not row.kept:
                left_out += [code] if code not in taken else []
                why += _why(code, row.values) if code not in taken else []
            elif own or line is None:
                changes.append(_line(code, own, row.values, parties))
        except Invalid as refused:
            told: Any = refused.facts.get("errors", ())
            errors += [{**one, "at": f"lines.{row.number}.{_place(str(one['at']))}"} for one in told]
    if errors:
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=[dict(one) for one in errors])
    return Wished(tuple(changes), tuple(left_out), tuple(why))


def _changed(typed: Mapping[str, Sequence[str]], base: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    names = dict.fromkeys(
        [*(name for name in typed if name != WHY), *(name for name in base if name in {"joint", "methods"})]
    )
    found: dict[str, Sequence[str]] = {}
    for name in names:
        now, was = [one.strip() for one in typed.get(name, ())], [one.strip() for one in base.get(name, ())]
        now = [one.replace("\r\n", "\n") for one in now]
        if [one for one in now if one] != [one for one in was if one]:
            found[name] = now
    return found


def _why(code: str, typed: Mapping[str, Sequence[str]]) -> list[WhyLeftOut]:
    told = [one.replace("\r\n", "\n").strip() for one in typed.get(WHY, ())]
    try:
        return [filled(Form({"reason": [one]}), WhyLeftOut, item=code) for one in told if one]
    except Invalid as refused:
        errors: Any = refused.facts.get("errors", ())
        raise Invalid(refused.code, refused.message_key, errors=[{**one, "at": WHY} for one in errors]) from refused


def _line(
    code: str, own: Mapping[str, Sequence[str]], typed: Mapping[str, Sequence[str]], parties: Mapping[str, Party]
) -> LineChanged:
    plain = {name: list(own[name]) for name in _TEXTS if name in own and name not in {"lead", "participants"}}
    more: dict[str, Any] = {"item": code}
    for name in _MAY_BE_EMPTIED & own.keys():
        more[name] = plain.pop(name)[0]
    if "ratio" in plain:
        plain["ratio"] = [typed_ratio(plain["ratio"][0])]
    if "methods" in own:
        more["methods"] = tuple(own["methods"])
    if "joint" in own:
        more["joint"] = bool(own["joint"])
    if "lead" in own and own["lead"][0]:
        more["lead"] = _party(own["lead"][0], parties)
    if "participants" in own:
        names = [one.strip() for one in _BETWEEN.split(own["participants"][0]) if one.strip()]
        more["participants"] = tuple(_party(one, parties) for one in names)
    if any(name.startswith("grade_") for name in own):
        more["grades"] = _grades(typed)
    return filled(Form(plain), LineChanged, **more)


def _grades(typed: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], ...]:
    told = []
    for grade in GRADES:
        ratio, times = ("".join(typed.get(f"grade_{grade}_{name}", ())).strip() for name in ("ratio", "frequency"))
        if ratio or times:
            told.append({"grade": grade, "ratio": typed_ratio(ratio), "frequency": times})
    return tuple(told)


def _party(name: str, parties: Mapping[str, Party]) -> dict[str, Any]:
    known = parties.get(name)
    if known is None:
        return {"name": name}
    return {"name": name, "authority": known.authority, "unit": known.unit}


def _place(at: str) -> str:
    name, *rest = at.split(".")
    if name == "grades" and len(rest) > 1:
        return "grades"
    return name
