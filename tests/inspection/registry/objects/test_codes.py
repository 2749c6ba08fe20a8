"""Codes: a wrong shape refuses, a wrong check digit only warns (GB 32100, GB 11714, ISO 7064)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from inspection.registry.intake.remarks import Oddity, Reason, Remark
from inspection.registry.objects.codes import CodeKind, CodeReading, read_code
from inspection.registry.objects.synthetic import organisation_check, synthetic_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
bodies = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)


def reading(raw: str) -> CodeReading:
    found = read_code(raw)
    assert isinstance(found, CodeReading)
    return found


def refusal(raw: str) -> Reason | Oddity:
    found = read_code(raw)
    assert isinstance(found, Remark)
    return found.key


@pytest.mark.parametrize("code", ["91110000600037341L", "91110108551385082Q", "91330000566997460T"])
def test_the_published_examples_are_valid(code: str):
    assert reading(code) == CodeReading(code, CodeKind.USCC)


@settings(max_examples=200)
@given(body=bodies)
def test_every_code_with_its_own_check_character_is_taken_without_a_warning(body: str):
    code = body + uscc.calc_check_digit(body)
    assert reading(code) == CodeReading(code, CodeKind.USCC)


@settings(max_examples=200)
@given(body=bodies, wrong=st.sampled_from(ALPHABET))
def test_a_wrong_check_character_is_kept_with_a_warning_that_names_the_right_one(body: str, wrong: str):
    right = uscc.calc_check_digit(body)
    found = reading(body + wrong)
    assert found.code == body + wrong
    if wrong == right:
        assert found.warning is None
    else:
        assert found.warning is not None
        assert found.warning.key is Oddity.CODE_CHECK_DIGIT
        assert found.warning.facts["expected"] == right


@settings(max_examples=200)
@given(body=bodies, place=st.integers(0, 16), other=st.sampled_from(ALPHABET))
def test_one_mistyped_character_is_always_noticed(body: str, place: int, other: str):
    code = body + uscc.calc_check_digit(body)
    if other == code[place] or (2 <= place < 8 and not other.isdigit()):
        return
    assert reading(code[:place] + other + code[place + 1 :]).warning is not None


@settings(max_examples=100)
@given(body=st.text("0123456789", min_size=14, max_size=14), wrong=st.sampled_from("0123456789"))
def test_fifteen_digits_are_a_registration_number_checked_by_iso_7064(body: str, wrong: str):
    right = mod_11_10.calc_check_digit(body)
    found = reading(body + wrong)
    assert found.kind is CodeKind.REGISTRATION_15
    assert (found.warning is None) == (wrong == right)


def test_thirteen_digits_have_no_check_digit():
    assert reading("1234567890123") == CodeReading("1234567890123", CodeKind.REGISTRATION_13)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_the_standard_leaves_out_are_refused(letter: str):
    assert refusal(f"9111000060003734{letter}L") is Reason.CODE_SHAPE


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", Reason.CODE_MISSING),
        ("  - ", Reason.CODE_MISSING),
        ("9111000060003734", Reason.CODE_SHAPE),
        ("91110000600037341L9", Reason.CODE_SHAPE),
        ("12345678901234", Reason.CODE_SHAPE),
        ("9.1110000600037341E+17", Reason.CODE_ROUNDED),
        ("9.11E+17", Reason.CODE_ROUNDED),
        ("330106201529.5", Reason.CODE_ROUNDED),
        ("无", Reason.CODE_SHAPE),
        ("٣٣٠١٠٦٢٠١٥٢٩٢", Reason.CODE_SHAPE),
    ],
)
def test_what_is_no_code_is_refused_with_its_reason(raw: str, reason: Reason):
    assert refusal(raw) is reason


@pytest.mark.parametrize(
    "raw",
    [
        "９１１１００００６０００３７３４１Ｌ",
        "91110000600037341l",
        " 9111 0000 6000 3734 1L ",
        "911100-00600037341-L",
        "'91110000600037341L",
    ],
)
def test_width_case_and_separators_do_not_matter(raw: str):
    assert reading(raw).code == "91110000600037341L"


def test_products_projects_and_conduct_bear_typed_codes():
    assert reading("p:2026-001") == CodeReading("P:2026-001", CodeKind.TYPED)
    assert refusal("X:2026-001") is Reason.CODE_SHAPE


@settings(max_examples=200)
@given(raw=st.text(max_size=40))
def test_no_text_whatever_raises_and_an_accepted_code_reads_as_itself(raw: str):
    found = read_code(raw)
    if isinstance(found, CodeReading):
        again = read_code(found.code)
        assert isinstance(again, CodeReading)
        assert (again.code, again.kind) == (found.code, found.kind)


def test_synthetic_codes_are_valid_and_never_repeat():
    codes = [synthetic_code(index) for index in range(3000)]
    assert len(set(codes)) == len(codes)
    assert all(uscc.is_valid(code) for code in codes)
    assert all(organisation_check(code[8:16]) == code[16] for code in codes)


@pytest.mark.parametrize("code", ["91110000600037341L", "91330000566997460T", "91110108551385082Q"])
def test_the_organisation_part_has_its_own_check_character(code: str):
    assert organisation_check(code[8:16]) == code[16]
