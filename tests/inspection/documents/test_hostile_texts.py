"""Whatever stands in a name, a remark or a number is printed and never done: in every text of every paper."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.documents.blocks import Signing
from inspection.documents.papers import make_paper
from inspection.documents.press import _files, typeset
from inspection.documents.views import PaperKind
from inspection.documents.wrapping import BREAK, wrappable
from inspection.kernel.catalogue import LANGUAGES
from tests.inspection.documents.examples import example, with_texts

A4 = (b"595.2756", b"841.8898")
MARKUP = (
    '#read("/etc/passwd")',
    "#set page(width: 9mm)",
    '#import "@preview/x:0.1.0": *',
    "#panic()",
    "$ x^2 $",
    "\\",
    "\\u{1F600}",
    "= 标题\n",
    "]#[",
    "*粗* _斜_ `raw` <label> @ref",
    "// note",
    "/* note",
    "{name} %s {{ x }} ${y}",
    "“引号” 'x' \"y\"",
    "\u202e反\u2066",
    "🏪",
    "\x00\x1b[31m",
    "𠮷" * 100,
    "W" * 200,
    "\n\n\n",
)
hostile = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=40)), min_size=1, max_size=5).map(
    lambda parts: "".join(parts)[:200]
)


def sizes(pdf: bytes) -> set[tuple[bytes, ...]]:
    return {tuple(box.split()[2:]) for box in re.findall(rb"/MediaBox ?\[([^]]+)\]", pdf)}


@given(kind=st.sampled_from(PaperKind), lang=st.sampled_from(LANGUAGES), text=hostile)
@settings(max_examples=10, deadline=None)
def test_any_text_prints_in_every_place_of_every_paper(kind: PaperKind, lang: str, text: str) -> None:
    paper = make_paper(kind, with_texts(example(kind), lambda _: text), lang)
    pdf = typeset(paper)
    assert pdf.startswith(b"%PDF-1.7")
    assert sizes(pdf) == {A4}


@pytest.mark.parametrize("kind", PaperKind)
def test_markup_reaches_the_press_as_data_alone(kind: PaperKind) -> None:
    told = "".join(MARKUP[:4])
    paper = make_paper(kind, with_texts(example(kind), lambda said: f"{told}{said}"))
    handed = _files(paper)
    plain = _files(make_paper(kind, example(kind)))
    assert handed.keys() == plain.keys()
    changed = [name for name in handed if handed[name] != plain[name]]
    assert changed == ["paper.json"]
    assert "#read(" in handed["paper.json"].decode().replace(BREAK, "")
    assert sizes(typeset(paper)) == {A4}


@given(text=hostile)
def test_a_place_to_end_a_line_changes_no_character(text: str) -> None:
    clean = text.replace(BREAK, "")
    assert wrappable(clean).replace(BREAK, "") == clean


@pytest.mark.parametrize("word", ["92110000MA00000X1A", "010-00000001", "登记事项检查" * 20, "short words only", ""])
def test_what_fits_its_field_is_left_as_it_is(word: str) -> None:
    assert wrappable(word) == word


def test_a_digest_may_be_divided_anywhere_near() -> None:
    assert max(map(len, wrappable("ab" * 32).split(BREAK))) == 7


def test_a_name_of_two_hundred_characters_signs_like_any_other() -> None:
    view: Any = with_texts(example(PaperKind.RECORD), lambda said: said * 40)
    blocks = make_paper(PaperKind.RECORD, view).blocks
    marks = [mark for block in blocks if isinstance(block, Signing) for mark in block.marks]
    assert max(len(mark.name) for mark in marks) >= 80
    assert sizes(typeset(make_paper(PaperKind.RECORD, view))) == {A4}
