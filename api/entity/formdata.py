"""A form that brings files, read as it comes: texts in memory, files in staging, everything counted (RFC 7578).

The framework's own reader spools whatever comes and gives nothing back of a form that it refuses. Here what was typed
is given back in every case: it stands before the files, and is read before anything is refused.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from api.commands import AnyRequest
from inspection.door.limits import FILE_BYTES, FILES_A_FORM, MIB
from inspection.door.names import clean_name
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from media.arriving import Arriving, arriving

KINDS: Final = frozenset({"JPEG", "MPO", "PNG", "HEIF", "PDF"})
"""What may be handed in, by its first bytes."""
WHOLE_BYTES: Final = FILES_A_FORM * FILE_BYTES + 3 * MIB
TEXT_BYTES: Final = 512 * 1024
"""Of all that is typed into one form: many times what any of its fields may hold, so that it can be given back."""
PARTS: Final = 40
_NAME: Final = "form"

Admit = Callable[[str], Awaitable[bool]]
"""Whether to read on, by the form's one-time name; what is refused is not read any further."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form is not taken as it came: a text of the catalogues with its facts, and the HTTP status."""

    key: str
    facts: dict[str, JSON] = field(default_factory=dict)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(slots=True)
class SentForm:
    """What came: `texts` by field, the first of each name; `files` with their cleaned names; the first `trouble`.

    `admitted`: its one-time name was let in.
    """

    texts: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, Arriving]] = field(default_factory=list)
    trouble: Trouble | None = None
    admitted: bool = False

    def found(self, key: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY, **facts: JSON) -> None:
        """Only the first trouble is told: what follows may only be its consequence."""
        if self.trouble is None:
            self.trouble = Trouble(key, facts, status)


class _Stop(Exception):
    """Nothing more of this form is read."""


async def read_formdata(request: AnyRequest, cmd: Command, stack: AsyncExitStack, admit: Admit) -> SentForm:
    """The form of this request. Its files lie in staging until `stack` ends.

    The route has no `request_max_body_size`: the limits are here.

    Raises:
        Refused: the disk is nearly full (503), or the body stalls (408).
        HTTPException: the client is gone.
    """
    form = SentForm()
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not 0 < len(options.get("boundary", "")) <= 200:  # noqa: PLR2004
        form.found("entity.form_broken", HTTPStatus.BAD_REQUEST)
        return form
    announced = request.content_length
    reading = _Reading(form, cmd, stack, admit, too_large=announced is not None and announced > WHOLE_BYTES)
    try:
        with PushMultipartParser(options["boundary"], max_segment_count=PARTS) as parser:
            async with aclosing(_bounded(request, form)) as pieces:
                async for piece in pieces:
                    for event in parser.parse(piece):
                        await reading.on(event)
    except _Stop:
        pass
    except ParserLimitReached:
        await reading.broke_off()
        form.found("entity.form_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, mib=FILE_BYTES // MIB)
    except (MultipartError, UnicodeError):
        await reading.broke_off()
        form.found("entity.form_broken", HTTPStatus.BAD_REQUEST)
    return form


async def _bounded(request: AnyRequest, form: SentForm) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > WHOLE_BYTES:
            form.found("entity.form_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, mib=FILE_BYTES // MIB)
            raise _Stop
        if piece:
            yield piece


class _Reading:
    """The parts of one form, one after the other."""

    def __init__(self, form: SentForm, cmd: Command, stack: AsyncExitStack, admit: Admit, *, too_large: bool) -> None:
        self._form = form
        self._cmd = cmd
        self._stack = stack
        self._admit = admit
        self._too_large = too_large
        self._typed = 0
        self._field: tuple[str, bytearray] | None = None
        self._file: tuple[str, Arriving | None] | None = None

    async def on(self, event: MultipartSegment | bytes | None) -> None:
        """One event of the parser: a part begins, goes on, or ends."""
        if isinstance(event, MultipartSegment):
            await self._begin(event)
        elif event is None:
            await self._end()
        elif self._field is not None:
            await self._type(self._field[1], event)
        elif self._file is not None:
            await self._fill(self._file[0], bytes(event))

    async def broke_off(self) -> None:
        """Nothing more comes: what was typed into the last field so far is kept, too."""
        if self._field is not None and self._form.admitted:
            await self._end()

    async def _begin(self, part: MultipartSegment) -> None:
        if not self._form.admitted and (part.name != _NAME or part.filename is not None):
            raise _Stop  # every form of ours begins with its name
        if part.filename is None:
            self._field = (part.name, bytearray())
            return
        if self._too_large:
            self._form.found("entity.form_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, mib=FILE_BYTES // MIB)
            raise _Stop
        name = clean_name(part.filename) if part.filename.strip() else ""
        self._file = (name, None)

    async def _type(self, typed: bytearray, piece: bytes) -> None:
        self._typed += len(piece)
        typed += piece
        if self._typed > TEXT_BYTES:
            await self._end()
            self._form.found("entity.text_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            raise _Stop

    async def _fill(self, name: str, piece: bytes) -> None:
        file = self._file[1] if self._file is not None else None
        if file is None:
            file = await self._stack.enter_async_context(arriving(self._cmd))
            self._file = (name, file)
        if file.length + len(piece) > FILE_BYTES:
            self._form.found(
                "entity.file_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, name=name, mib=FILE_BYTES // MIB
            )
        if self._form.trouble is None:
            await file.add(piece)

    async def _end(self) -> None:
        if self._field is not None:
            name, typed = self._field
            self._form.texts.setdefault(name, typed.decode(errors="replace"))
            self._field = None
            if not self._form.admitted:
                self._form.admitted = await self._admit(self._form.texts[name])
                if not self._form.admitted:
                    raise _Stop
        elif self._file is not None:
            self._keep_file(*self._file)
            self._file = None

    def _keep_file(self, name: str, file: Arriving | None) -> None:
        form = self._form
        if file is None:
            # A browser sends a choice of no file as a file without name and bytes.
            if name:
                form.found("entity.file_empty", name=name)
        elif file.kind not in KINDS:
            form.found("entity.file_kind", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, name=name or clean_name(name))
        elif len(form.files) >= FILES_A_FORM:
            form.found("door.too_many_files", most=FILES_A_FORM)
        else:
            form.files.append((name or clean_name(name), file))
