"""A form of the desk: read once, checked to be ours, and turned into the same models that the JSON routes take."""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.exceptions import ValidationException
from pydantic import ValidationError

from api.commands import AnyRequest
from api.desk.answers import Trouble, redirected, trouble_of
from api.desk.session import form_token
from api.pages.origin import sent_from_here
from inspection.kernel.errors import DomainError, Invalid, Refused
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode

TOKEN: Final = "form_token"  # noqa: S105 (the name of a field)
FIELDS: Final = 5_000
"""Of one form: more than the widest grid has."""
_INDEX: Final = re.compile(r"0|[1-9]\d{0,3}", re.ASCII)
Model = TypeVar("Model", bound=Wire)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and chosen: `texts` by field, all values of a name in their order; `files` by field."""

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """The first text of a field, without the blanks around it."""
        found = self.texts.get(name)
        return found[0].strip() if found else default

    def all(self, name: str) -> Sequence[str]:
        """All texts of a field: the boxes that were ticked."""
        return [one.strip() for one in self.texts.get(name, ()) if one.strip()]


async def form_of(request: AnyRequest) -> Form:
    """The form of this request.

    Raises:
        Refused: it was not sent from a page of this session (`forbidden`).
        Invalid: more fields than any form of ours has, or text that nobody types (`malformed`).
    """
    told = list((await request.form()).multi_items())
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in told:
        if isinstance(value, UploadFile):
            files.setdefault(name, value)
        else:
            texts.setdefault(name, []).append(str(value))
    given = (texts.pop(TOKEN, None) or [""])[0]
    if not sent_from_here(request) or not hmac.compare_digest(given.encode(), form_token(request).encode()):
        raise Refused(ProblemCode.FORBIDDEN, "desk.form_foreign")
    if len(told) > FIELDS or any("\0" in one for name, values in texts.items() for one in (name, *values)):
        raise Invalid(ProblemCode.MALFORMED, "api.unreadable")
    return Form(texts, files)


def filled(form: Form, model: type[Model], **more: object) -> Model:
    """The model with what was typed.

    A field `a.b` is member `b` of `a`, `a.0.b` that of its first row, and `a[]` a list of all its values; what was left
    blank was not said. `more`: members that no form may say.

    Raises:
        Invalid: with every field that is not as required in `errors`.
    """
    try:
        return model.model_validate({**nested(form), **more}, strict=False)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        members = [
            {"at": ".".join(str(part) for part in one["loc"]), "message": one["msg"], "kind": one["type"]}
            for one in found
        ]
        raise Invalid(ProblemCode.INVALID, "api.invalid", errors=members) from error


def nested(form: Form) -> dict[str, Any]:
    """The texts of a form as the members of an object."""
    root: dict[str, Any] = {}
    for name in form.texts:
        values = form.all(name)
        if name.endswith("[]"):
            _put(root, name[:-2].split("."), values)
        elif values:
            _put(root, name.split("."), values[0])
    return {name: _rows(value) for name, value in root.items()}


Did: TypeAlias = Callable[[Form], Awaitable[object]]
"""Calls a verb with what a form says."""


async def acted(
    request: AnyRequest,
    do: Callable[[Form], Awaitable[str | Response[bytes]]],
    show: Callable[[], Awaitable[Response[bytes]]],
) -> Response[bytes]:
    """What a sent form is answered with: the page that `do` names, or the page it came from with what was wrong.

    `do` calls a verb and returns where to go on (`see` makes the address), or the answer itself: a file, or what is
    shown once only. What was typed is shown again when the verb refuses it; nothing that was typed is lost.
    """
    form = Form()
    try:
        form = await form_of(request)
        to = await do(form)
    except (DomainError, ValidationException) as error:
        trouble = trouble_of(request, error, form.texts)
        request.scope["state"]["trouble"] = trouble
        return _again(await show(), trouble)
    return to if isinstance(to, Response) else redirected(to)


async def acted_on(
    request: AnyRequest, did: Did, to: str, show: Callable[[], Awaitable[Response[bytes]]]
) -> Response[bytes]:
    """As `acted`, where what the verb gives does not matter and where to go on is known before."""

    async def do(form: Form) -> str:
        await did(form)
        return to

    return await acted(request, do, show)


def _again(page: Response[bytes], trouble: Trouble) -> Response[bytes]:
    page.status_code = trouble.status
    return page


def _put(at: dict[str, Any], path: Sequence[str], value: object) -> None:
    for part in path[:-1]:
        inner = at.setdefault(part, {})
        if not isinstance(inner, dict):
            return  # said twice, as a text and as an object: the model refuses the text
        at = inner
    at.setdefault(path[-1], value)


def _rows(value: Any) -> Any:
    """An object whose members are all numbered is a list, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    told = {name: _rows(one) for name, one in value.items()}
    if told and all(_INDEX.fullmatch(name) for name in told):
        return [told[name] for name in sorted(told, key=int)]
    return told
