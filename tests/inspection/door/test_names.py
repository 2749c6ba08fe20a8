"""Names of files, and texts: kept readable, and harmless wherever they are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.door.limits import bounded, said
from inspection.door.names import LONGEST, UNNAMED, clean_name
from inspection.door.quota import each_once
from inspection.kernel.errors import Invalid
from inspection.publicity.objections.rows import HandedIn

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("/\\.:* \x00\u202e\u200f\u200d\ufeff\n…😀é")), max_size=300
)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("整改后 照片.jpg", "整改后 照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie_ x.png"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("CON.pdf", "_CON.pdf"),
        (".htaccess", "htaccess"),
        ("\u200b\u0000", UNNAMED),
        ("", UNNAMED),
        ("👨\u200d👩\u200d👧.png", "👨\u200d👩\u200d👧.png"),
    ],
)
def test_a_name_is_kept_readable_without_what_misleads(told: str, kept: str) -> None:
    assert clean_name(told) == kept


@given(HOSTILE)
def test_no_name_holds_a_path_a_control_or_a_mark_of_direction_and_cleaning_it_again_changes_nothing(told: str) -> None:
    name = clean_name(told)
    assert 0 < len(name) <= LONGEST
    assert not set('/\\<>:"|?*') & set(name)
    assert name.strip(". ") == name
    for char in name:
        assert char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean_name(name) == name
    name.encode()


@given(st.text("长名文件a", min_size=200, max_size=260), st.sampled_from(("jpg", "pdf", "heic")))
def test_a_long_name_keeps_its_ending(stem: str, ending: str) -> None:
    assert clean_name(f"{stem}.{ending}").endswith(f"….{ending}")


@given(st.text(max_size=200))
def test_a_text_as_it_is_kept_has_one_kind_of_line_end_and_nothing_that_a_database_refuses(told: str) -> None:
    text = said(told)
    assert "\r" not in text
    assert "\0" not in text
    assert said(text) == text
    text.encode()


def test_a_text_is_refused_by_its_characters_and_not_by_its_bytes() -> None:
    assert bounded("意" * 100, 100, "door.note_too_long") == "意" * 100
    with pytest.raises(Invalid) as refused:
        bounded("意" * 101, 100, "door.note_too_long")
    assert refused.value.facts == {"longest": 100, "length": 101}


@given(st.lists(st.builds(HandedIn, st.sampled_from("abcd"), st.text(max_size=3))))
def test_a_file_that_was_chosen_twice_is_kept_once_in_the_place_and_under_the_name_of_its_first(
    files: list[HandedIn],
) -> None:
    kept = each_once(files)
    firsts = [files.index(next(one for one in files if one.digest == digest)) for digest in {f.digest for f in files}]
    assert list(kept) == [files[place] for place in sorted(firsts)]
