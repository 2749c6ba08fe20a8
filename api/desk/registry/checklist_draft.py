"""A checklist while it is edited: the whole of it travels with the form, one point is open at a time. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from api.desk.forms import Form, filled
from inspection.kernel.errors import Invalid
from mobile_contract.base import Wire
from mobile_contract.checklist import Checklist, ChecklistItem, Text
from mobile_contract.problems import ProblemCode

Model = TypeVar("Model", bound=Wire)
_FIELDS: Final = {"title": "title.zh", "point.text": "point.text.zh", "point.group": "point.group.zh"}
_SCORE: Final = re.compile(r"(\d{1,4})\.(\d)", re.ASCII)
_DO: Final = re.compile(r"(edit|add|remove|up|down):(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Editing:
    """`opened`: the number of the point that is open, `+n` for a new one before the n-th; empty for none. `look`: the
    differences are shown, to be released.
    """

    draft: Checklist
    opened: str = ""
    look: bool = False

    @property
    def point(self) -> ChecklistItem | None:
        """The point that is open; None for a new one."""
        return self.draft.items[int(self.opened)] if self.opened.isdigit() else None


class PointTyped(Wire):
    """The point that is open, as its fields are named."""

    point: ChecklistItem


class HeadTyped(Wire):
    """What a checklist states besides its points."""

    title: Text
    source: str | None = None


def editing_of(texts: Mapping[str, Sequence[str]]) -> Editing:
    """What a form brought along, before anything is done to it.

    Raises:
        Invalid: it is none of ours.
    """
    told = {name: (texts.get(name) or [""])[0] for name in ("draft", "opened")}
    try:
        draft = Checklist.model_validate_json(told["draft"])
    except ValidationError as error:
        raise Invalid(ProblemCode.MALFORMED, "api.unreadable") from error
    place = told["opened"]
    known = re.fullmatch(r"\+?\d{1,4}", place, re.ASCII) and int(place) < len(draft.items) + place.startswith("+")
    return Editing(draft, place if known else "")


def done_to(form: Form) -> Editing:
    """What a button makes of the checklist; what was typed into the open point and the head is taken first.

    Raises:
        Invalid: what was typed fits no checklist; `desk_registry.point_code_taken`, `desk_registry.last_point`.
    """
    editing, do = editing_of(form.texts), form.get("do")
    draft = _with_head(editing.draft, form)
    if editing.opened and do != "cancel":
        draft = _with_point(draft, editing.opened, form)
    found = _DO.fullmatch(do)
    if found is None:
        return Editing(draft, look=do in {"look", "release"})
    verb, place = found[1], int(found[2]) + _shift(editing.opened, int(found[2]))
    place = min(place, len(draft.items) - (verb != "add"))
    if verb in {"edit", "add"}:
        return Editing(draft, f"+{place}" if verb == "add" else str(place))
    return Editing(_moved(draft, verb, place))


def _shift(opened: str, place: int) -> int:
    """The numbers of the buttons are those of the list before a new point was put into it."""
    return 1 if opened.startswith("+") and int(opened) <= place else 0


def _moved(draft: Checklist, verb: str, place: int) -> Checklist:
    points = list(draft.items)
    point = points.pop(place)
    if verb == "remove":
        if not points:
            raise Invalid(ProblemCode.INVALID, "desk_registry.last_point")
        return _made(draft, items=tuple(points))
    points.insert(max(place - 1, 0) if verb == "up" else place + 1, point)
    return _made(draft, items=tuple(points))


def _with_head(draft: Checklist, form: Form) -> Checklist:
    names = ("title.zh", "title.en", "source")
    head = _filled({name: form.texts[name] for name in names if name in form.texts}, HeadTyped)
    return _made(draft, title=head.title, source=head.source)


def _with_point(draft: Checklist, opened: str, form: Form) -> Checklist:
    texts = {name: told for name, told in form.texts.items() if name.startswith("point.")}
    if not form.get("measured"):
        texts = {name: told for name, told in texts.items() if not name.startswith("point.number.")}
    if scored := _SCORE.fullmatch(form.get("point.score")):
        texts |= {"point.score": [scored[1]], "point.tenths": [scored[2]]}
    point = _filled(texts, PointTyped).point
    points = list(draft.items)
    if opened.startswith("+"):
        points.insert(int(opened), point)
    else:
        points[int(opened)] = point
    if len({one.code for one in points}) != len(points):
        raise Invalid(ProblemCode.INVALID, "desk_registry.point_code_taken", code=point.code)
    return _made(draft, items=tuple(points))


def _filled(texts: Mapping[str, Sequence[str]], model: type[Model]) -> Model:
    """The model with what was typed. A text that is missing whole is missing in Chinese: that is its field."""
    try:
        return filled(Form(texts), model)
    except Invalid as error:
        told: Any = error.facts.get("errors", ())
        members: Any = [one | {"at": _FIELDS.get(one["at"], one["at"])} for one in told]
        raise Invalid(error.code, error.message_key, errors=members) from error


def _made(draft: Checklist, **changed: object) -> Checklist:
    try:
        return Checklist.model_validate({**dict(draft), **changed})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        members: Any = [{"at": ".".join(map(str, one["loc"])), "kind": one["type"]} for one in found]
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=members) from error
