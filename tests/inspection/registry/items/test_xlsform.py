"""XLSForms of form authors as checklists: what is understood, what is refused and where, and the way back."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Invalid
from inspection.registry.items.checklist_files import parse_checklist
from inspection.registry.items.seed_list import seed_checklists
from inspection.registry.items.xlsform import workbook as limits
from inspection.registry.items.xlsform.write import xlsform_of
from mobile_contract.checklist import Answer, Checklist, ChecklistItem, ItemPolicy, NumberAnswer, Text
from mobile_contract.problems import ProblemCode

Row = dict[str, object]
YES_NO: list[Row] = [
    {"list_name": "yn", "name": "yes", "label": "是"},
    {"list_name": "yn", "name": "no", "label": "否"},
]
WITH_NA: list[Row] = [*YES_NO, {"list_name": "yn", "name": "na", "label": "合理缺项"}]
SETTINGS: Row = {"form_id": "SP-1", "form_title": "食品检查要点表", "version": 3}
POINT: Row = {"type": "select_one yn", "name": "q1", "label": "证照是否有效"}


def sheet(book: Workbook, title: str, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    made = book.create_sheet(title)
    made.append(columns)
    for row in rows:
        made.append([row.get(column) for column in columns])


def form(survey: Sequence[Row], choices: Sequence[Row] = WITH_NA, facts: Row = SETTINGS) -> bytes:
    book = Workbook()
    for first in book.worksheets:
        book.remove(first)
    sheet(book, "survey", survey)
    sheet(book, "choices", choices)
    sheet(book, "settings", [facts])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(survey: Sequence[Row], choices: Sequence[Row] = WITH_NA, facts: Row = SETTINGS) -> Checklist:
    return parse_checklist("form.xlsx", form(survey, choices, facts))


def refused(survey: Sequence[Row], choices: Sequence[Row] = WITH_NA, facts: Row = SETTINGS) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        read(survey, choices, facts)
    told = {text(refusal.value.message_key, lang, **refusal.value.facts) for lang in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    return refusal.value


def test_a_form_in_two_languages_becomes_a_checklist() -> None:
    survey: list[Row] = [
        {"type": "begin group", "name": "g", "label::中文 (zh)": "证照", "label::English (en)": "Licences"},
        {"type": "note", "name": "n", "label::中文 (zh)": "先看原件。"},
        {
            "type": "select_one yn",
            "name": "licence",
            "label::中文 (zh)": "证照是否有效",
            "label::English (en)": "Is the licence valid?",
            "hint::中文 (zh)": "核对有效期。",
            "required": "yes",
            "fieldcheck::code": "1.1",
            "fieldcheck::score": 1.5,
            "fieldcheck::key": "yes",
            "fieldcheck::veto": "是",
            "fieldcheck::policy": "each",
        },
        {"type": "end group"},
        {"type": "start", "name": "start"},
    ]
    choices: list[Row] = [
        {"list_name": "yn", "name": "a", "label::中文 (zh)": "是", "label::English (en)": "Yes"},
        {"list_name": "yn", "name": "b", "label::中文 (zh)": "否", "label::English (en)": "No"},
        {"list_name": "yn", "name": "c", "label::中文 (zh)": "不适用", "label::English (en)": "N/A"},
    ]
    found = read(survey, choices, SETTINGS | {"fieldcheck::title_en": "Food", "fieldcheck::source": "某办法"})
    assert found == Checklist(
        code="SP-1",
        version=3,
        title=Text(zh="食品检查要点表", en="Food"),
        source="某办法",
        items=(
            ChecklistItem(
                code="1.1",
                group=Text(zh="证照", en="Licences"),
                text=Text(zh="证照是否有效", en="Is the licence valid?"),
                guidance="先看原件。\n核对有效期。",
                score=1,
                tenths=5,
                is_key=True,
                is_veto=True,
                policy=ItemPolicy.EACH,
            ),
        ),
    )


def test_choices_without_not_applicable_leave_it_out() -> None:
    assert read([POINT], YES_NO).items[0].answers == (Answer.YES, Answer.NO)


def test_photos_and_notes_belong_to_the_point_before_them_or_to_the_one_named() -> None:
    on_no = {"required": "yes", "relevant": "${q1} = 'no'"}
    survey: list[Row] = [
        POINT,
        {"type": "text", "name": "note", "label": "说明", **on_no},
        POINT | {"name": "q2"},
        {"type": "image", "name": "photo2", "label": "照片", "required": "yes"},
        {"type": "image", "name": "photo1", "label": "照片", **on_no},
        {"type": "image", "name": "more", "label": "照片"},
        {"type": "text", "name": "word", "label": "补充"},
    ]
    one, two = read(survey).items
    assert (one.note_required_on_no, one.photo_required_on_no, one.photo_required) == (True, True, False)
    assert (two.note_required_on_no, two.photo_required_on_no, two.photo_required) == (False, False, True)


def test_numbers_become_points_with_limits_unit_and_tolerance() -> None:
    survey: list[Row] = [
        {
            "type": "decimal",
            "name": "t",
            "label": "冷藏温度",
            "constraint": ". >= -30 and . <= 10.5",
            "fieldcheck::unit": "℃",
            "fieldcheck::decimals": 1,
            "fieldcheck::tolerance": "0.5",
        },
        {"type": "integer", "name": "n", "label": "灭火器数量"},
    ]
    cold, count = (item.number for item in read(survey).items)
    assert cold == NumberAnswer(unit="℃", decimals=1, least="-30", most="10.5", tolerance="0.5")
    assert count == NumberAnswer()


def test_nested_groups_are_told_together_and_quotation_marks_of_a_legal_text_are_kept() -> None:
    survey: list[Row] = [
        {"type": "begin group", "name": "a", "label": "甲"},
        {"type": "begin group", "name": "b", "label": "乙"},
        POINT | {"label": "是否填“是”"},
        {"type": "end group"},
        {"type": "end group"},
    ]
    item = read(survey).items[0]
    assert item.group == Text(zh="甲 / 乙")
    assert item.text.zh == "是否填“是”"


BAD_QUESTIONS = [
    ([POINT | {"relevant": "1 = 1"}], "registry.form_relevant"),
    ([POINT, {"type": "text", "name": "x", "label": "说明", "relevant": "${q1} = 'yes'"}], "registry.form_relevant"),
    ([POINT, {"type": "text", "name": "x", "label": "说明", "required": "yes"}], "registry.form_text_always"),
    ([{"type": "image", "name": "x", "label": "照片", "required": "yes"}, POINT], "registry.form_companion"),
    ([POINT | {"constraint": ". = 'yes'"}], "registry.form_constraint"),
    ([{"type": "decimal", "name": "t", "label": "温度", "constraint": ". > 3"}], "registry.form_constraint"),
    (
        [{"type": "decimal", "name": "t", "label": "温度", "constraint": ". >= 3 and . >= 4"}],
        "registry.form_constraint",
    ),
    ([POINT | {"default": "yes"}], "registry.form_expression"),
    ([POINT | {"required": "${q1} = 'no'"}], "registry.form_expression"),
    ([POINT | {"read_only": "yes"}], "registry.form_expression"),
    ([POINT, {"type": "geopoint", "name": "x", "label": "位置"}], "registry.form_type"),
    ([POINT, {"type": "select_multiple yn", "name": "x", "label": "多选"}], "registry.form_type"),
    ([POINT, {"type": "audio", "name": "x", "label": "录音"}], "registry.form_type"),
    ([POINT, {"type": "calculate", "name": "x", "calculation": "1 + 1"}], "registry.form_type"),
    (
        [{"type": "begin repeat", "name": "r", "label": "重复"}, POINT, {"type": "end repeat"}],
        "registry.form_type",
    ),
    (
        [{"type": "begin group", "name": "r", "label": "组", "relevant": "1 = 1"}, POINT, {"type": "end group"}],
        "registry.form_relevant",
    ),
    ([POINT | {"fieldcheck::score": "1.25"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::score": "-1"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::score": "很多"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::score": "2000"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::key": "maybe"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::veto": "maybe"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::policy": "both"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::colour": "red"}], "registry.form_column"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::score": 3}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::veto": "yes"}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::decimals": "x"}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::decimals": 9}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::tolerance": "-1"}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "fieldcheck::unit": "单" * 41}], "registry.form_setting"),
    ([{"type": "integer", "name": "n", "label": "数", "constraint": ". >= 9 and . <= 3"}], "registry.form_setting"),
    ([POINT | {"fieldcheck::code": "1.1"}, POINT | {"name": "q2", "fieldcheck::code": "1.1"}], "registry.form_setting"),
    ([{"type": "select_one yn", "name": "q1", "label::English (en)": "Valid?"}], "registry.form_label"),
]


@pytest.mark.parametrize(("survey", "key"), BAD_QUESTIONS)
def test_what_a_checklist_cannot_say_is_refused_with_its_place(survey: list[Row], key: str) -> None:
    refusal = refused(survey)
    assert refusal.message_key == "registry.form_unusable"
    sentence = text(key, "zh_CN", place="*", column="*", value="*", type="*", choice="*", list="*")
    assert any(piece in refusal.facts["problems"]["zh_CN"] for piece in sentence.split("*") if len(piece) > 3)  # type: ignore[index,call-overload]
    assert refusal.facts["places"]


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ([*YES_NO, {"list_name": "yn", "name": "maybe", "label": "也许"}], "maybe"),
        ([*YES_NO, {"list_name": "yn", "name": "y2", "label": "是"}], "y2"),
    ],
)
def test_choices_that_are_no_answers_are_refused_by_name(choices: list[Row], why: str) -> None:
    refusal = refused([POINT], choices)
    assert why in refusal.facts["problems"]["zh_CN"]  # type: ignore[index,call-overload,operator]


@pytest.mark.parametrize(
    ("facts", "piece"),
    [
        ({"form_title": "题", "version": 1}, "form_id"),
        ({"form_id": "A", "version": 1}, "form_title"),
        ({"form_id": "A", "form_title": "题"}, "version"),
        ({"form_id": "A", "form_title": "题", "version": "2026-01"}, "version"),
        ({"form_id": "A", "form_title": "题", "version": 0}, "version"),
        ({"form_id": "A", "form_title": "题", "version": 1, "fieldcheck::owner": "甲"}, "fieldcheck::owner"),
    ],
)
def test_the_settings_must_name_the_checklist_and_its_version(facts: Row, piece: str) -> None:
    assert piece in refused([POINT], facts=facts).facts["problems"]["zh_CN"]  # type: ignore[index,call-overload,operator]


def test_every_fault_of_a_form_is_told_at_once() -> None:
    refusal = refused([POINT | {"relevant": "1 = 1"}, POINT | {"name": "q2", "default": "no"}], facts={"form_id": "A"})
    assert refusal.facts["places"] == ["settings", "settings", "q1", "q2"]


@pytest.mark.parametrize(
    "survey",
    [
        [POINT, POINT],
        [{"type": "select_one missing", "name": "q1", "label": "题"}],
        [POINT | {"name": "1 2"}],
        [{"type": "begin group", "name": "g", "label": "组"}, POINT],
        [POINT | {"relevant": "${unknown} = 'no'"}],
        [{"type": "no such type", "name": "q", "label": "题"}],
    ],
)
def test_a_form_that_pyxform_refuses_is_refused_with_its_words(survey: list[Row]) -> None:
    refusal = refused(survey)
    assert refusal.message_key == "registry.form_refused"
    assert refusal.facts["problems"]


def test_an_empty_form_is_no_checklist() -> None:
    assert refused([{"type": "note", "name": "n", "label": "只有说明"}]).message_key == "registry.form_unusable"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0", b"text"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_checklist("form.xlsx", data)
    assert refusal.value.code is ProblemCode.IMPORT_UNREADABLE


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (zipped(a=b"\x00" * (limits.MOST_UNPACKED + 1)), "registry.workbook_bomb"),
        (zipped(a=b"<a/>" * (limits.MOST_ELEMENTS + 1)), "registry.workbook_crowded"),
        (b"\x00" * (limits.LARGEST + 1), "registry.file_too_large"),
        (form([POINT] * (limits.MOST_ROWS + 1)), "registry.form_too_long"),
    ],
    ids=["bomb", "crowd", "large", "long"],
)
def test_a_hostile_workbook_is_measured_before_anything_reads_it(
    data: bytes, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyxform.xls2json.workbook_to_json", None)  # pyxform must not see it
    with pytest.raises(Invalid) as refusal:
        parse_checklist("form.xlsx", data)
    assert (refusal.value.code, refusal.value.message_key) == (ProblemCode.IMPORT_TOO_LARGE, key)


def test_one_cell_far_away_costs_no_more_than_the_limit() -> None:
    book = Workbook()
    book.worksheets[0].title = "survey"
    book.worksheets[0]["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Invalid) as refusal:
        parse_checklist("form.xlsx", out.getvalue())
    assert refusal.value.message_key == "registry.form_too_long"


@pytest.mark.parametrize("checklist", seed_checklists(), ids=lambda one: one.code)
def test_the_seed_checklists_come_back_from_their_forms_with_the_same_digest(checklist: Checklist) -> None:
    assert parse_checklist("form.xlsx", xlsform_of(checklist)).digest() == checklist.digest()


WORD = st.text(st.sampled_from("证照是否有效“”（）、。abcXYZ019-"), min_size=1, max_size=12).map(
    lambda word: f"字{word}"
)
TEXTS = st.builds(Text, zh=WORD, en=st.none() | WORD)
CHOICE_ANSWERS = st.sampled_from([(Answer.YES, Answer.NO), tuple(Answer)])


@st.composite
def numbers(draw: st.DrawFn) -> NumberAnswer:
    low, high = sorted(draw(st.integers(-999, 999)) for _ in range(2))
    least, most = draw(st.sampled_from([(None, None), (low, None), (None, high), (low, high)]))
    return NumberAnswer(
        unit=draw(st.none() | WORD),
        decimals=draw(st.integers(0, 6)),
        least=None if least is None else str(least),
        most=None if most is None else str(most),
        tolerance=draw(st.sampled_from(["0", "0.5", "12"])),
    )


@st.composite
def points(draw: st.DrawFn, place: int, groups: list[Text | None]) -> ChecklistItem:
    shared = {
        "code": f"{place}.{draw(st.integers(1, 9))}",
        "group": draw(st.sampled_from(groups)),
        "text": draw(TEXTS),
        "guidance": draw(st.none() | WORD),
        "is_key": draw(st.booleans()),
        "policy": draw(st.sampled_from(ItemPolicy)),
    }
    photo = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    if draw(st.booleans()):
        return ChecklistItem(**shared, number=draw(numbers()), photo_required=photo[0])
    return ChecklistItem(
        **shared,
        answers=draw(CHOICE_ANSWERS),
        score=draw(st.integers(0, 1000)),
        tenths=draw(st.integers(0, 9)),
        is_veto=draw(st.booleans()),
        note_required_on_no=draw(st.booleans()),
        photo_required=photo[0],
        photo_required_on_no=photo[1],
    )


@st.composite
def checklists(draw: st.DrawFn) -> Checklist:
    groups = [None, *draw(st.lists(TEXTS, max_size=3))]
    items = tuple(draw(points(place, groups)) for place in range(1, draw(st.integers(1, 6)) + 1))
    return Checklist(
        code=draw(WORD),
        version=draw(st.integers(1, 999)),
        title=draw(TEXTS),
        source=draw(st.none() | WORD),
        items=items,
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(checklist=checklists())
def test_a_checklist_comes_back_from_its_form_unchanged(checklist: Checklist) -> None:
    assert parse_checklist("form.xlsx", xlsform_of(checklist)) == checklist
