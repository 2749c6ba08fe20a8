"""A credential is short, signed, and nothing else is taken for one."""

import base64
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.catalogue import text
from inspection.kernel.credential_keys import LIFETIME, credential_keys
from inspection.kernel.keys import load_server_keys, rotate_server_key, server_keys
from inspection.visits.credentials.check import Standing, standing_of
from inspection.visits.credentials.claims import (
    Claims,
    ForgedError,
    code_mark,
    plain_code,
    read,
    signed,
    visit_code,
)
from inspection.visits.credentials.status import Status, packed, signed_list, unpacked
from tests.support.credentials import CASES, CODE, Case, forgeries

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
VISIT = UUID("019c8d11-0000-7000-8000-0000000000a1")
CLAIMS = Claims(
    visit=VISIT,
    number=7,
    name="赵一",
    unit="信用监管科",
    certificate="示例省 11000000001",
    authority="示例区市场监督管理局",
    task="2026年第一季度不定向抽查",
    object_name="示例区和顺百货店",
    object_code="92110000MA00000X1A",
    opens=date(2026, 3, 1),
    closes=date(2026, 3, 31),
    code=code_mark(CODE, VISIT),
    issued=NOW,
    expires=NOW + LIFETIME,
)


SEEDS = (bytes([1]) * 32, bytes([2]) * 32)
STRANGERS = tuple(credential_keys(server_keys(Ed25519PrivateKey.from_private_bytes(seed)), NOW) for seed in SEEDS)
SAMPLE = signed(CLAIMS, STRANGERS[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    load_server_keys(folder)
    return folder


def test_what_is_signed_is_read_again_and_fits_a_code_that_a_phone_reads(folder: Path) -> None:
    keys = credential_keys(load_server_keys(folder), NOW)
    text = signed(CLAIMS, keys)
    assert read(text, keys.known) == CLAIMS
    code = segno.make(f"https://inspection.example.gov.cn/v#{text}", error="m", micro=False)
    assert int(code.version) <= 20


def test_the_key_is_the_same_after_a_restart_and_another_after_a_change_that_outlives_no_credential(
    tmp_path: Path,
) -> None:
    first = credential_keys(load_server_keys(tmp_path), NOW)
    assert credential_keys(load_server_keys(tmp_path), NOW).kid == first.kid
    rotate_server_key(tmp_path, NOW)
    text = signed(CLAIMS, first)
    soon = credential_keys(load_server_keys(tmp_path), NOW + LIFETIME - timedelta(seconds=1))
    assert soon.kid != first.kid
    assert read(text, soon.known) == CLAIMS
    late = credential_keys(load_server_keys(tmp_path), NOW + LIFETIME)
    with pytest.raises(ForgedError):
        read(text, late.known)


@given(at=st.integers(0, 2_000), to=st.characters(codec="ascii"))
def test_no_altered_text_is_a_credential(at: int, to: str) -> None:
    keys = STRANGERS[0]
    text = SAMPLE
    at %= len(text)
    altered = text[:at] + to + text[at + 1 :]
    if altered == text or _same_bytes(altered, text):
        return
    with pytest.raises(ForgedError):
        read(altered, keys.known)


def test_nothing_that_only_looks_like_one_is_a_credential() -> None:
    keys = STRANGERS[0]
    for name, told in (forgeries(CLAIMS, keys) | {"list": signed_list({}, "https://x", keys, NOW)}).items():
        with pytest.raises(ForgedError):
            pytest.fail(f"{name}: {read(told, keys.known)}")


def test_the_mark_of_a_code_tells_another_visits_notice_and_leaves_most_of_the_code_to_be_guessed() -> None:
    marks = {code_mark(f"{n:08}", VISIT) for n in range(2_000)}
    assert len(marks) > 1_900
    assert {len(mark) for mark in marks} == {3}


def test_the_code_of_a_visit_is_read_in_any_spelling_and_belongs_to_that_visit_alone(folder: Path) -> None:
    keys = load_server_keys(folder)
    code = visit_code(keys, VISIT, 1, NOW)
    assert visit_code(keys, VISIT, 1, NOW) == code
    assert code not in {visit_code(keys, UUID(int=7), 1, NOW), visit_code(keys, VISIT, 2, NOW)}
    assert not set("ILOU") & set(code)
    typed = f" {code.lower().replace('-', '').replace('0', 'o').replace('1', 'l')} "
    assert plain_code(typed) == code.replace("-", "")
    assert code_mark(typed, VISIT) == code_mark(code, VISIT) != code_mark(code, UUID(int=7))


def test_a_new_key_of_the_server_changes_no_code_that_is_on_paper(folder: Path) -> None:
    keys = load_server_keys(folder)
    later = keys.followed_by(Ed25519PrivateKey.generate(), NOW + timedelta(days=1))
    assert visit_code(later, VISIT, 1, NOW) == visit_code(keys, VISIT, 1, NOW)
    assert visit_code(later, VISIT, 1, NOW + timedelta(days=2)) != visit_code(keys, VISIT, 1, NOW)


@given(st.dictionaries(st.integers(0, 3_000), st.sampled_from(Status), max_size=50))
def test_a_packed_list_tells_of_every_number_what_was_put_in(statuses: dict[int, Status]) -> None:
    list_ = packed(statuses)
    for number in range(3_010):
        assert unpacked(list_, number) is statuses.get(number, Status.GOOD)


def test_a_list_of_a_hundred_thousand_is_short_enough_for_a_phone_to_keep(folder: Path) -> None:
    keys = credential_keys(load_server_keys(folder), NOW)
    statuses = {number: Status.RECUSED if number % 500 == 0 else Status.GOOD for number in range(100_000)}
    text = signed_list(statuses, "https://inspection.example/v/status", keys, NOW)
    assert len(text) < 3_000
    told = jwt.decode(text, keys.private.public_key(), algorithms=["ES256"], options={"verify_exp": False})
    list_ = zlib.decompress(base64.urlsafe_b64decode(told["status_list"]["lst"] + "=="))
    assert [unpacked(list_, number) for number in (499, 500, 501)] == [Status.GOOD, Status.RECUSED, Status.GOOD]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_worst_is_said_first(case: Case) -> None:
    claims = replace(CLAIMS, **case.claims(CLAIMS))
    assert standing_of(claims, case.status, NOW, case.code) is case.standing


def test_every_word_has_a_case_and_a_sentence_of_its_own_in_both_languages() -> None:
    assert {case.standing for case in CASES.values()} | {Standing.FORGED} == set(Standing)
    for lang in ("zh_CN", "en"):
        assert len({text(f"visits.credential_{standing.value}", lang) for standing in Standing}) == len(Standing)


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), Standing.NOT_YET),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), Standing.GOOD),
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), Standing.GOOD),
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), Standing.OVER),
    ],
)
def test_the_days_of_a_credential_are_days_in_beijing(at: datetime, standing: Standing) -> None:
    claims = replace(CLAIMS, issued=datetime(2026, 1, 1, tzinfo=UTC), expires=datetime(2027, 1, 1, tzinfo=UTC))
    assert standing_of(claims, Status.GOOD, at) is standing


def _same_bytes(one: str, other: str) -> bool:
    """Whether two texts differ in stray bits of the last letter only, which base64url does not count."""
    try:
        return [base64.urlsafe_b64decode(p + "==") for p in one.split(".")] == [
            base64.urlsafe_b64decode(p + "==") for p in other.split(".")
        ]
    except ValueError:
        return False
