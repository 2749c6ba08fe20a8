"""How a form of a door is shown, taken, and given back with what was typed when it is not taken.

A form sent twice is one act, because its one-time name is kept with what it did; so the answer to what was sent is a
page and no redirection: to load it again changes nothing. A form name is good for longer than the cookie: nobody loses
what took an hour to write. What is sent so is answered without a new cookie.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from litestar import Response

from api.commands import AnyRequest
from api.entity.answers import door_page
from api.entity.formdata import SentForm, Trouble, read_formdata
from api.entity.session import CodeNeededError, DoorVisit, party_command, stranger_command, visit_at_the_door
from api.pages.origin import sent_from_here
from api.process import process_of
from inspection.door.forms import FormFault, FormKind, FormName, new_form, read_form
from inspection.door.open import door_behind
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import DomainError
from inspection.publicity.objections.rows import HandedIn

NO_TROUBLE: Final = Trouble("", {}, HTTPStatus.OK)


@dataclass(frozen=True, slots=True)
class Sending:
    """A form that was let in, whole and without fault: what its act is done with."""

    door: DoorVisit
    cmd: Command
    name: FormName
    form: SentForm

    @property
    def turn(self) -> int:
        return self.door.door.turn

    def text(self, field_: str) -> str:
        """What was typed into a field; empty when it did not come."""
        return self.form.texts.get(field_, "")

    async def keep(self) -> tuple[HandedIn, ...]:
        """Put the files into the store, in their order. Repeating it changes nothing.

        Raises:
            Refused: the disk is full or broken (503).
        """
        return tuple([HandedIn(await file.keep(self.cmd), name) for name, file in self.form.files])


Facts: TypeAlias = Mapping[str, Any]
"""What a template is given."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One kind of form. `show`: what its page shows besides the form; `act`: what it does, and what the receipt says.

    `here`: the page of the navigation that it belongs to.
    """

    kind: FormKind
    here: str
    show: Callable[[DoorVisit], Awaitable[Facts]]
    act: Callable[[AnyRequest, Sending], Awaitable[Facts]]

    @property
    def template(self) -> str:
        return f"entity/{self.kind.value}.html"


@dataclass(slots=True)
class _Gate:
    """Who sends: by the cookie, or by the name of a form that was given out behind the door not long ago."""

    request: AnyRequest
    kind: FormKind
    door: DoorVisit | None
    by_cookie: bool = field(init=False)
    name: FormName | None = None
    told: str = ""
    old: bool = False

    def __post_init__(self) -> None:
        self.by_cookie = self.door is not None

    async def admit(self, told: str) -> bool:
        """Whether the rest of the form is read."""
        process, link = process_of(self.request), str(self.request.path_params.get("link", ""))
        now = process.clock.now()
        found = read_form(process.keys, self.kind, link, now, told)
        if isinstance(found, FormFault):
            # Of an old one what was typed is read and given back, to whoever is in.
            self.old = found is FormFault.OLD and self.door is not None
            return self.old
        if self.door is None:
            door = await door_behind(link, found.turn, local_day(now))
            self.door = DoorVisit(door, now) if door is not None else None
        if self.door is None or self.door.door.turn != found.turn:
            return False
        self.name, self.told = found, told
        return True


async def form_page(request: AnyRequest, page: FormPage) -> Response[bytes]:
    """The empty form, for whoever is in."""
    return await _shown(request, page, await visit_at_the_door(request), {}, NO_TROUBLE)


async def take_form(request: AnyRequest, page: FormPage) -> Response[bytes]:
    """Read a form that was sent, do what it asks for, and answer with its receipt; or give it back and say why.

    Raises:
        CodeNeededError: nobody is in, and the form has no good name either; or it is no form of our pages.
        Refused: as `read_formdata`.
    """
    if not sent_from_here(request):
        raise CodeNeededError
    gate = _Gate(request, page.kind, await _door(request))
    async with AsyncExitStack() as stack:
        form = await read_formdata(request, stranger_command(request), stack, gate.admit)
        if gate.door is None:
            raise CodeNeededError
        made = await _answer(request, page, gate, gate.door, form)
    if not gate.by_cookie:
        made.cookies.clear()
    return made


async def _answer(request: AnyRequest, page: FormPage, gate: _Gate, door: DoorVisit, form: SentForm) -> Response[bytes]:
    trouble = form.trouble or (Trouble("entity.form_old", {}, HTTPStatus.CONFLICT) if gate.old else None)
    if trouble is None and gate.name is None:
        trouble = Trouble("entity.form_forged", {}, HTTPStatus.FORBIDDEN)
    if trouble is not None or gate.name is None:
        return await _shown(request, page, door, form.texts, trouble or NO_TROUBLE, gate.told)
    sending = Sending(door, party_command(request, door), gate.name, form)
    try:
        receipt = await page.act(request, sending)
    except DomainError as error:
        trouble = Trouble(error.message_key, dict(error.facts), error.code.status)
        return await _shown(request, page, door, form.texts, trouble, gate.told)
    return door_page(request, door, "entity/sent.html", here=page.here, kind=page.kind.value, **receipt)


async def _shown(
    request: AnyRequest, page: FormPage, door: DoorVisit, texts: Mapping[str, str], trouble: Trouble, told: str = ""
) -> Response[bytes]:
    process = process_of(request)
    # A name that was good stays: whatever became of the first attempt, the second is the same act.
    name = told or new_form(
        process.keys, page.kind, door.door.link, door.door.turn, process.clock.now(), process.entropy_of(request.scope)
    )
    return door_page(
        request,
        door,
        page.template,
        here=page.here,
        status=int(trouble.status),
        form_name=name,
        texts=texts,
        trouble=trouble,
        **await page.show(door),
    )


async def _door(request: AnyRequest) -> DoorVisit | None:
    try:
        return await visit_at_the_door(request)
    except CodeNeededError:
        return None
