"""What is typed is understood or refused; nothing long begins by mistake."""

from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.words import ENGINES, parser_of

HERE = Path(bench.__file__).parent


def test_help_names_every_program_and_starts_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.asked(["soak", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert [one for one in (*bench.PROGRAMS, *bench.LONG) if one not in said] == []


def test_programs_are_named_and_the_rest_is_told_to_them() -> None:
    assert bench.asked(["--minutes=5", "soak", "SQLite"]) == (["soak"], ["--minutes=5", "SQLite"])
    assert bench.asked([]) == (list(bench.PROGRAMS), [])
    with pytest.raises(SystemExit) as refused:
        bench.asked(["soka"])
    assert refused.value.code == 2


def test_a_program_understands_its_engines_and_numbers_and_refuses_all_else() -> None:
    parser = parser_of("About it.", ENGINES, minutes=60.0, tablets=100)
    told = parser.parse_args(["SQLite", "--minutes=0.5"])
    assert (list(told.only), told.minutes, told.tablets) == (["SQLite"], 0.5, 100)
    assert tuple(parser.parse_args([]).only) == ENGINES
    for wrong in ("--minuts=5", "--min=5", "SQLlite", "--tablets=few"):
        with pytest.raises(SystemExit) as refused:
            parser.parse_args([wrong])
        assert refused.value.code == 2


def test_every_program_reads_its_words_in_this_one_way() -> None:
    texts = {path.stem: path.read_text() for path in HERE.glob("*.py")}
    assert {name for name, text in texts.items() if "sys.argv" in text} == {"__main__", "words"}
    assert {name for name, text in texts.items() if "argparse" in text} == {"words"}
    assert [one for one in (*bench.PROGRAMS, *bench.LONG) if "parser_of(__doc__" not in texts[one]] == []
