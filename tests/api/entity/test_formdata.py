"""Reading a form piece by piece: however a body is cut, the same comes out of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from api.entity.formdata import SentForm, read_formdata
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.entropy import SeededEntropy
from tests.api.entity.forms import BOUNDARY, body, text_part
from tests.conftest import NOW

CMD = Command(Actor("party", "party", Role.PUBLIC), NOW, SeededEntropy("formdata"))
TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\r\n-")), max_size=40)


@dataclass
class _Request:
    pieces: list[bytes]
    headers: Mapping[str, str]
    content_length: int | None = None

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        yield b""


async def _let_in(told: str) -> bool:
    return told == "good"


def _read(pieces: list[bytes]) -> SentForm:
    request = _Request(pieces, {"content-type": f"multipart/form-data; boundary={BOUNDARY}"})

    async def read() -> SentForm:
        async with AsyncExitStack() as stack:
            return await read_formdata(cast("Any", request), CMD, stack, _let_in)

    return asyncio.run(read())


@given(st.lists(TEXTS, max_size=4), st.lists(st.integers(0, 2000), max_size=8))
def test_a_body_that_is_cut_anywhere_gives_the_same_texts(texts: list[str], cuts: list[int]) -> None:
    told = {f"f{n}": text for n, text in enumerate(texts)}
    whole = body([text_part("form", "good"), *(text_part(name, text) for name, text in told.items())])
    places = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    form = _read([whole[start:stop] for start, stop in pairwise(places)])
    assert (form.trouble, form.admitted) == (None, True)
    assert form.texts == {"form": "good"} | told


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_body_whatever_breaks_the_reader(noise: bytes, place: int) -> None:
    whole = body([text_part("form", "good"), text_part("note", "说明")])
    at = place % len(whole)
    form = _read([whole[:at] + noise + whole[at:]])
    assert set(form.texts) <= {"form", "note"} or form.admitted
    if not form.admitted:
        assert set(form.texts) <= {"form"}


@given(st.integers(1, 300))
def test_a_body_that_ends_early_is_told_and_what_had_come_is_given_back(left_out: int) -> None:
    whole = body([text_part("form", "good"), text_part("note", "n" * 400)])
    form = _read([whole[: -left_out - 2]])
    assert form.trouble is not None
    assert form.trouble.key == "entity.form_broken"
    assert form.texts["note"].strip("\r\n-").startswith("n")
