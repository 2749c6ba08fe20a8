"""What a font cannot draw is told by its code, and nothing invisible is left in a paper."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylopdf_fonts_zh_cn import sans_path, serif_path

from inspection.kernel.glyphs import visible

RARE = (
    "㛃喆堃奡婳嫄寔昇昪晞煊燚珅珺琎瑆璟甯禔翀赟頔颀骉麃龑𠅤𣲘𤩽𥖨𦈡𨱏𨱑𩾃𪟝𪤗"
    "𪩘𫄧𫇭𫍯𫐓𫓧𫖮𫖯𫗧𫘜𫟅𫟹𫢸𫭟𫮃𬀩𬍛𬍡𬒗𬘡𬘭𬙂𬜬𬣙𬤊𬨂𬬭𬬸𬭎𬭚𬱖𬳽𬴂𬶋𬸚𬸦"
)
FONTS = (Path(sans_path()), Path(serif_path()))


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("name", ["示例区和顺百货店", "赵钱孙李·艾力", "ABC-123（一）〔2026〕", "　全角 空格", RARE])
def test_usual_names_are_drawn_as_they_are(name: str, font: Path) -> None:
    assert visible(name, font) == name


@pytest.mark.parametrize("font", FONTS)
def test_a_character_without_a_glyph_is_told_by_its_code(font: Path) -> None:
    assert visible("王\U0002ebf0某", font) == "王〓(U+2EBF0)某"
    assert visible("\ue000", font) == "〓(U+E000)"  # a private character: every old system has its own


@pytest.mark.parametrize(
    "unseen", ["\u0000", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\t", "\ud800", "\u00a0"]
)
def test_what_is_invisible_or_turns_the_writing_becomes_a_space(unseen: str) -> None:
    assert visible(f"甲{unseen}乙", FONTS[0]) == "甲 乙"


@given(st.text(max_size=20))
def test_what_is_visible_stays_as_it_is_however_often_it_is_asked(text: str) -> None:
    once = visible(text, FONTS[1])
    assert visible(once, FONTS[1]) == once
