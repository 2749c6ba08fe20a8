"""One-time names of forms: only a page of the door gives them out, for one purpose and not for ever."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from inspection.door.forms import LIFETIME, FormFault, FormKind, FormName, new_form, read_form
from inspection.door.remark import month_of, remark_id
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.keys import server_keys
from tests.conftest import NOW

KEYS = server_keys(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
LINK = "0123456789ABCDEFGHJK"


def _named(kind: FormKind = FormKind.RECTIFY, link: str = LINK, turn: int = 1) -> str:
    return new_form(KEYS, kind, link, turn, NOW, SeededEntropy("forms"))


def test_a_name_is_read_back_by_its_own_door_and_purpose_only() -> None:
    found = read_form(KEYS, FormKind.RECTIFY, LINK, NOW, _named())
    assert isinstance(found, FormName)
    assert (found.turn, found.at, len(found.unique)) == (1, NOW, 26)
    assert read_form(KEYS, FormKind.OBJECT, LINK, NOW, _named()) is FormFault.FORGED
    assert read_form(KEYS, FormKind.RECTIFY, LINK[::-1], NOW, _named()) is FormFault.FORGED
    assert read_form(server_keys(OTHER), FormKind.RECTIFY, LINK, NOW, _named()) is FormFault.FORGED


def test_a_name_outlives_a_change_of_the_server_s_key_and_ends_after_half_a_day() -> None:
    changed = KEYS.followed_by(OTHER, NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert isinstance(read_form(changed, FormKind.RECTIFY, LINK, later, _named()), FormName)
    assert read_form(changed, FormKind.RECTIFY, LINK, NOW + LIFETIME, _named()) is FormFault.OLD


@given(st.integers(min_value=0), st.characters())
def test_a_name_that_was_changed_in_any_place_is_forged(place: int, char: str) -> None:
    name = _named()
    at = place % len(name)
    changed = name[:at] + char + name[at + 1 :]
    if changed != name:
        assert read_form(KEYS, FormKind.RECTIFY, LINK, NOW, changed) is FormFault.FORGED


@given(st.text())
def test_any_other_text_is_forged(told: str) -> None:
    assert read_form(KEYS, FormKind.RATE, LINK, NOW, told) is FormFault.FORGED


@pytest.mark.parametrize("form", ["A" * 26, "B" * 26])
def test_the_id_of_a_remark_is_that_of_its_form_and_carries_no_time(form: str) -> None:
    made = remark_id(KEYS, form)
    assert made.version == 4
    assert made == remark_id(KEYS, form)
    assert made != remark_id(server_keys(OTHER), form)


def test_the_month_of_a_remark_is_the_local_one() -> None:
    assert month_of(NOW.replace(day=31, hour=17)) == "2026-04"
