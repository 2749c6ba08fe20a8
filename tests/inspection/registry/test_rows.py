"""From rows to drafts: headers by their synonyms, every reason named, nothing guessed in silence."""

from datetime import date
from functools import partial
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.errors import Invalid
from inspection.registry.intake.cells import clean, guarded, listed, plain_cells, read_day
from inspection.registry.intake.columns import Column, ColumnMap
from inspection.registry.intake.delimited import RawRow
from inspection.registry.intake.remarks import Oddity, Reason, Remark, read_remark, remark
from inspection.registry.intake.rows import Good, ReadRow, Rejected, body_of
from inspection.registry.intake.sheet import take
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.rows import ObjectDraft, ObjectKind, ObjectStatus, read_object
from inspection.registry.objects.synthetic import GRADE_SHARES, synthetic_register
from mobile_contract.problems import ProblemCode
from tests.inspection.registry.files import csv_of, firms, xlsx_of

GOOD = "91110000600037341L"
EXEMPTIONS = {"abnormal-list": "abnormal-list", "列入经营异常名录": "abnormal-list"}
read_plain: ReadRow[ObjectDraft] = partial(read_object, exemptions=EXEMPTIONS)


def results(data: bytes, columns: tuple[Column, ...] = OBJECT_COLUMNS, read: ReadRow = read_plain) -> list:
    return list(body_of(take(data).rows(), columns).results(read))


def one(header: str, *cells: str) -> Good | Rejected:
    return results(csv_of([cells], header.split(",")))[0]


def draft(header: str, *cells: str) -> ObjectDraft:
    found = one(header, *cells)
    assert isinstance(found, Good), found
    return found.draft


def reasons(found: Good | Rejected) -> list[Reason | Oddity]:
    return [r.key for r in (found.reasons if isinstance(found, Rejected) else found.warnings)]


@pytest.mark.parametrize(
    "header",
    [
        "企业名称,统一社会信用代码",
        "单位名称,注册号",
        "name,code",
        "Company Name,Unified Social Credit Code",
        "市场主体名称 ,统一社会信用代码/注册号*",
        "【名称】,ＵＳＣＣ",
    ],
)
def test_headers_are_found_by_their_synonyms(header: str):
    found = draft(header, "某某商行", GOOD)
    assert (found.name, found.code) == ("某某商行", GOOD)


def test_title_rows_above_the_header_are_passed_over():
    data = xlsx_of(
        [("单位：某局",), ("企业名称", "统一社会信用代码"), *((n, c) for n, c, _ in firms(2))], ("检查对象名录",)
    )
    assert [result.number for result in results(data)] == [4, 5]


def test_a_missing_column_is_named_with_every_header_it_could_bear():
    with pytest.raises(Invalid) as refusal:
        results(csv_of(firms(1), ("名字", "统一社会信用代码", "机关")))
    assert refusal.value.code is ProblemCode.IMPORT_COLUMN_MISSING
    assert refusal.value.facts["missing"] == "检查对象名称"
    assert refusal.value.facts["found"] == ["名字", "统一社会信用代码", "机关"]


def test_of_two_code_columns_the_surer_filled_one_is_taken():
    header = "注册号,企业名称,统一社会信用代码"
    assert draft(header, "330106201529262", "甲", GOOD).code == GOOD
    assert draft(header, "330106201529262", "甲", "").code == "330106201529262"


def test_of_two_rows_with_one_code_the_first_stands():
    first, second = results(csv_of([("甲", GOOD, ""), ("乙", GOOD.lower(), "")]))
    assert first.draft.name == "甲"
    assert reasons(second) == [Reason.DUPLICATE]
    assert second.reasons[0].facts["first"] == 2


def test_every_reason_of_a_row_is_told_at_once():
    found = one("企业名称,统一社会信用代码,地址", "", "123", "x" * 501)
    assert reasons(found) == [Reason.VALUE_MISSING, Reason.CODE_SHAPE, Reason.VALUE_TOO_LONG]


def test_a_row_with_more_cells_than_the_header_is_rejected():
    assert reasons(results(f"企业名称,统一社会信用代码\n甲,{GOOD},多\n".encode())[0]) == [Reason.TOO_MANY_CELLS]


@pytest.mark.parametrize("bad", ["甲\x00乙", "甲\x07乙", "甲\x9b乙", "甲\n乙"])
def test_control_characters_in_a_name_reject_the_row(bad: str):
    assert reasons(one("企业名称,统一社会信用代码", bad, GOOD)) == [Reason.CONTROL_CHARACTER]


def test_invisible_marks_and_doubled_spaces_are_taken_out():
    assert draft("企业名称,统一社会信用代码", "\ufeff甲\u200b  乙\u202e ", GOOD).name == "甲 乙"


def test_a_code_kept_from_rounding_by_a_formula_is_read():
    assert draft("企业名称,统一社会信用代码", "甲", f'="{GOOD}"').code == GOOD


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("有限责任公司", ObjectKind.ENTERPRISE),
        ("个体工商户", ObjectKind.INDIVIDUAL),
        ("农民专业合作社", ObjectKind.COOPERATIVE),
        ("外国企业常驻代表机构", ObjectKind.REPRESENTATIVE_OFFICE),
        ("事业单位", ObjectKind.INSTITUTION),
        ("Individual", ObjectKind.INDIVIDUAL),
        ("", ObjectKind.INSTITUTION),
    ],
)
def test_the_kind_is_read_from_its_word_or_from_the_code(word: str, kind: ObjectKind):
    assert draft("名称,代码,类型".replace("代码", "信用代码"), "甲", "12110000400000000R"[:17] + "R", word).kind is kind


def test_a_market_code_tells_individuals_and_cooperatives():
    assert draft("名称,信用代码", "甲", "92110000600037341L").kind is ObjectKind.INDIVIDUAL
    assert draft("名称,信用代码", "甲", "93110000600037341L").kind is ObjectKind.COOPERATIVE


def test_a_product_needs_a_typed_code():
    assert reasons(one("名称,信用代码,类型", "灯具", GOOD, "产品")) == [Reason.CODE_NOT_TYPED]
    assert draft("名称,信用代码", "灯具", "P:灯具-1".replace("灯具", "LAMP")).kind is ObjectKind.PRODUCT


@pytest.mark.parametrize(
    ("word", "grade"), [("A", "A"), ("b级", "B"), ("C类", "C"), ("高", "D"), ("信用风险较高", "C"), ("", None)]
)
def test_grades_are_read_as_letters_or_words(word: str, grade: str | None):
    assert draft("名称,信用代码,信用风险分类", "甲", GOOD, word).credit_grade == grade


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("存续（在营、开业、在册）", ObjectStatus.ACTIVE),
        ("吊销，未注销", ObjectStatus.REVOKED),
        ("注销", ObjectStatus.CANCELLED),
        ("迁出", ObjectStatus.MOVED),
        ("", ObjectStatus.ACTIVE),
    ],
)
def test_the_status_is_read_from_its_first_word(word: str, status: ObjectStatus):
    assert draft("名称,信用代码,登记状态", "甲", GOOD, word).status is status


def test_what_is_not_understood_goes_in_with_a_warning():
    header = "名称,信用代码,类型,信用等级,状态,监管标识"
    found = one(header, "甲", GOOD, "神秘", "AAA", "飞走", "红牌")
    assert isinstance(found, Good)
    assert set(reasons(found)) == {
        Oddity.KIND_UNKNOWN,
        Oddity.GRADE_UNKNOWN,
        Oddity.STATUS_UNKNOWN,
        Oddity.EXEMPTION_UNKNOWN,
    }
    assert set(found.draft.warnings) == {key.value for key in reasons(found)}


def test_a_ground_of_exemption_is_known_by_its_words():
    assert draft("名称,信用代码,监管标识", "甲", GOOD, "列入经营异常名录").exemption == "abnormal-list"


@settings(max_examples=150)
@given(cells=st.lists(st.text(max_size=30), min_size=1, max_size=14))
def test_no_row_whatever_raises(cells: list[str]):
    header = [
        "名称",
        "信用代码",
        "类型",
        "信用等级",
        "状态",
        "监管标识",
        "地址",
        "区域",
        "行业",
        "规模",
        "电话",
        "科室",
    ]
    for found in results(csv_of([cells], header)):
        assert isinstance(found, Good | Rejected)
        if isinstance(found, Good):
            assert len(found.draft.digest()) == 64


@settings(max_examples=100)
@given(text=st.text(max_size=20))
def test_cleaning_twice_is_cleaning_once_and_a_guarded_cell_reads_as_itself(text: str):
    cleaned = clean(text)
    if cleaned is not None and not cleaned.startswith(("'", '="')):
        assert clean(cleaned) == cleaned
        assert clean(guarded(cleaned)) == cleaned
        assert guarded(cleaned)[:1] not in {"=", "+", "-", "@"}


@pytest.mark.parametrize("first", list("=+-@\t\r\n＝＋－＠"))
def test_no_cell_that_people_open_in_a_spreadsheet_begins_a_formula(first: str):
    cell = f"{first}1+1"
    assert guarded(cell) == f"'{cell}"
    assert clean(guarded(cell)) == clean(cell)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026/3/2", date(2026, 3, 2)),
        ("2026年3月2日", date(2026, 3, 2)),
        ("20260302", date(2026, 3, 2)),
        ("2026-03-02 00:00:00", date(2026, 3, 2)),
        ("46083", date(2026, 3, 2)),
        ("长期", date(9999, 12, 31)),
        ("2026-02-30", None),
        ("三月", None),
    ],
)
def test_days_are_read_in_every_usual_spelling(text: str, day: date | None):
    assert read_day(text) == day


def test_enumerations_are_split_and_sorted():
    assert listed("乙、甲，乙;丙") == ("丙", "乙", "甲")


def test_the_synthetic_register_is_whole_repeatable_and_marked():
    data = synthetic_register(2000, 7)
    assert data == synthetic_register(2000, 7)
    assert data != synthetic_register(2000, 8)
    drafts = [result.draft for result in results(data) if not result.warnings]
    assert len(drafts) == 2000
    assert all(found.synthetic and found.name.startswith("合成") for found in drafts)
    shares = {grade: sum(found.credit_grade == grade for found in drafts) / 20 for grade, _ in GRADE_SHARES}
    assert shares == {"A": 73, "B": 19, "C": 5, "D": 3}
    assert len({found.name for found in drafts}) == 2000
    assert {found.status for found in drafts} >= {ObjectStatus.ACTIVE, ObjectStatus.CANCELLED}


@pytest.mark.parametrize("key", [*Reason, *Oddity])
def test_every_remark_has_words_in_both_languages_and_survives_storage(key: Reason | Oddity):
    told = remark(key, value="甲", column="乙")
    assert read_remark(told.as_json()) == told
    assert len({told.text(lang) for lang in LANGUAGES}) == 2
    assert isinstance(told, Remark)


@given(cells=st.lists(st.text("ab '=|,\u3000\u200b\te\u0301，é", max_size=6), min_size=1, max_size=4))
def test_cells_that_look_plain_together_are_those_that_cleaning_leaves_alone(cells: list[str]):
    if plain_cells(cells, [4] * len(cells)):
        assert [clean(cell) for cell in cells] == cells
        assert max(map(len, cells)) <= 4


@given(cells=st.lists(st.sampled_from(["", "甲", "91"]), max_size=6).map(tuple))
def test_cells_picked_at_once_are_those_picked_one_by_one(cells: tuple[str, ...]):
    columns = ColumnMap(("a", "b", "c", "d"), {"x": (2,), "y": (3, 0), "z": (1, 2, 3)})
    fields = ("z", "absent", "x", "y")
    assert columns.picked(cells, fields) == tuple(columns.value(cells[:4], field) for field in fields)


def test_a_file_that_is_refused_is_closed_at_once():
    closed = []

    def lines():
        try:
            for number in count(1):
                yield RawRow(number, ("没有的列",))
        finally:
            closed.append(True)

    source = lines()
    with pytest.raises(Invalid):
        body_of(source, OBJECT_COLUMNS)
    assert closed == [True]
