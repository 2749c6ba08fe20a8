"""Texts for people, with facts put in."""

from importlib.resources import files
from itertools import product

import pytest
from babel.messages.pofile import read_po

from inspection.kernel.catalogue import LANGUAGES, ROOMS, catalogue, text

WRITTEN = [
    (room, lang)
    for room, lang in product(ROOMS, LANGUAGES)
    if files(ROOMS[room]).joinpath("messages", f"{lang}.po").is_file()
]


@pytest.mark.parametrize(("lang", "said"), [("zh_CN", "gzip、identity"), ("en", "gzip, identity")])
def test_a_list_is_told_as_a_person_writes_it(lang: str, said: str):
    told = text("sync.encoding_unsupported", lang, supported=["gzip", "identity"])
    assert said in told
    assert "[" not in told


def test_a_fact_may_be_called_key() -> None:
    assert text("visits.no_visit", "en", key="k", visit="v") == text("visits.no_visit", "en", visit="v")


@pytest.mark.parametrize(("room", "lang"), WRITTEN)
def test_a_catalogue_reads_as_gettext_tools_read_it(room: str, lang: str) -> None:
    read = catalogue(room, lang)
    with files(ROOMS[room]).joinpath("messages", f"{lang}.po").open("rb") as stream:
        known = {str(one.id): str(one.string) for one in read_po(stream, abort_invalid=True) if one.id}
    assert read == known


@pytest.mark.parametrize(("room", "lang"), WRITTEN)
def test_a_key_has_one_text(room: str, lang: str) -> None:
    written = files(ROOMS[room]).joinpath("messages", f"{lang}.po").read_text(encoding="utf-8")
    assert written.count("\nmsgid ") == len(catalogue(room, lang))
