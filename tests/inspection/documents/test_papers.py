"""Papers: their words, their bytes, and how they look."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from PIL import Image

from inspection.documents.blocks import Heading, Para, Signing
from inspection.documents.papers import make_paper
from inspection.documents.press import set_pdf, set_picture, typeset
from inspection.documents.views import NoticeView, PaperKind, RecordView, RefusalView
from inspection.kernel.catalogue import LANGUAGES, catalogue
from tests.inspection.documents.examples import example
from tests.inspection.documents.golden import FOLDER, words

each_paper = pytest.mark.parametrize("kind", PaperKind)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_paper
@each_language
def test_a_paper_says_what_is_kept_of_it(kind: PaperKind, lang: str) -> None:
    assert words(kind, lang) == (FOLDER / f"{kind.value}.{lang}.txt").read_text(encoding="utf-8")


@each_paper
@each_language
def test_every_paper_is_set_as_pdf_a_2b_with_its_title_and_no_other_time_than_its_own(
    kind: PaperKind, lang: str
) -> None:
    paper = make_paper(kind, example(kind), lang)
    pdf = typeset(paper)
    assert pdf.startswith(b"%PDF-1.7")
    assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>B<", pdf, re.DOTALL)
    assert paper.title in re.findall(rb"<dc:title>.*?</dc:title>", pdf, re.DOTALL)[0].decode()
    assert set(re.findall(rb"D:(\d{14})", pdf)) == {b"20260302013000"}


def test_the_same_view_gives_the_same_bytes_wherever_and_however_often_it_is_set() -> None:
    paper = make_paper(PaperKind.RECORD, example(PaperKind.RECORD))
    elsewhere = replace(paper, at=paper.at.astimezone(timezone(timedelta(hours=-7))))
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(typeset, [paper, elsewhere] * 4))) == 1


def test_an_instant_between_two_seconds_is_told_in_whole_seconds() -> None:
    paper = make_paper(PaperKind.NOTICE, example(PaperKind.NOTICE))
    assert typeset(replace(paper, at=paper.at + timedelta(microseconds=999_999))) == typeset(paper)


def test_another_instant_or_another_word_gives_other_bytes() -> None:
    view = example(PaperKind.RECORD)
    made = {
        typeset(make_paper(PaperKind.RECORD, one))
        for one in (view, replace(view, at=datetime(2026, 3, 3, tzinfo=UTC)), replace(view, party_opinion="有异议。"))
    }
    assert len(made) == 3


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "= 标题 *粗* _斜_ $x$ `raw`",
        "\\ #sys.inputs \n\n\n",
        "]#[",
        "\u202e反\u0000字",
        "𠮷㐂龘" * 400,
    ],
)
async def test_no_text_of_a_party_is_ever_markup(hostile: str) -> None:
    view: NoticeView = example(PaperKind.NOTICE)
    named = replace(view, party=replace(view.party, name=hostile), materials=(hostile, hostile))
    paper = make_paper(PaperKind.NOTICE, named)
    assert hostile in paper.blocks[0].text if isinstance(paper.blocks[0], Para) else False
    assert (await set_pdf(paper)).startswith(b"%PDF")


async def test_a_page_is_a_picture_of_a4_with_words_from_edge_to_edge_of_its_measure() -> None:
    picture = Image.open(io.BytesIO(await set_picture(make_paper(PaperKind.NOTICE, example(PaperKind.NOTICE)))))
    width, height = picture.size
    assert abs(height / width - 297 / 210) < 0.01
    left, upper, right, lower = Image.eval(picture.convert("L"), lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    assert 0.10 < left / width < 0.14
    assert 0.86 < right / width < 0.90
    assert upper / height < 0.12
    assert lower / height > 0.90


async def test_a_page_beyond_the_last_is_the_last() -> None:
    paper = make_paper(PaperKind.NOTICE, example(PaperKind.NOTICE))
    assert await set_picture(paper, 99) == await set_picture(paper, 2) != await set_picture(paper, 1)


def test_the_record_has_its_four_places_to_sign_in_their_order() -> None:
    blocks = make_paper(PaperKind.RECORD, example(PaperKind.RECORD)).blocks
    labels = [block.label.replace("\n", "") for block in blocks if isinstance(block, Signing)]
    assert labels == ["被检查单位意见", "检查人员签名", "组长审核意见", "结果公示审批意见"]


def test_the_notice_has_every_part_that_the_basic_formats_ask_for() -> None:
    blocks = make_paper(PaperKind.NOTICE, example(PaperKind.NOTICE)).blocks
    titles = " ".join(block.text for block in blocks if isinstance(block, Heading))
    for part in ("依据", "来源", "事项", "时间和方式", "资料", "人员", "频次", "权利", "纪律"):
        assert part in titles


def test_a_record_without_the_partys_signature_says_why_and_leaves_room_for_pen_and_seal() -> None:
    view: RecordView = example(PaperKind.RECORD)
    unsigned = replace(view, party_signed=(), not_signed="当事人拒绝签名，原因：有不同意见")
    party = next(b for b in make_paper(PaperKind.RECORD, unsigned).blocks if isinstance(b, Signing))
    assert "当事人拒绝签名" in party.opinion
    assert [(mark.name, mark.drawing) for mark in party.marks] == [("", None)]


@pytest.mark.parametrize(("outcome", "word"), [("refused", "拒绝签名"), ("unable", "无法签名"), ("absent", "不在场")])
def test_a_note_names_who_refused_was_unable_or_absent(outcome: str, word: str) -> None:
    view: RefusalView = example(PaperKind.REFUSAL)
    first = make_paper(PaperKind.REFUSAL, replace(view, outcome=outcome)).blocks[0]
    assert isinstance(first, Para)
    assert word in first.text


def test_every_word_of_a_form_stands_on_its_paper() -> None:
    english = catalogue("documents", "en")
    said = {kind: _flat(words(kind, "en")) for kind in PaperKind}
    forms = {key: text for key, text in english.items() if key.count(".") == 2}
    usual = {key: text for key, text in forms.items() if not SELDOM.search(key)}
    missing = {key for key, text in usual.items() if _bones(text) not in said[PaperKind(key.split(".")[1])]}
    assert missing == set()


SELDOM = re.compile(
    r"\.(ahead|foot|emergency|clause_(unable|absent)|publish|upheld|succeeds|about_visit|due|preset|agreed|assisted|cap|no_cap|number_later|(thing|class|answer|evidence)_\w+)$"
)
"""Said only when a visit says so, or by the template."""


def _bones(text: str) -> str:
    """The longest stretch between the facts, on one line."""
    return max(re.split(r"\{[a-z_]+\}", _flat(text)), key=len).strip()


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
