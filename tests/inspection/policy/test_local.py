"""Rule-sets of one's own, read beside the shipped ones out of a folder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Invalid, NotFound
from inspection.policy.load import known, known_sources, rule_set, rule_set_named, use_local
from tests.support.rulesets import ODD_FILE, five, odd, odd_in_force

DAY = date(2026, 3, 2)
TEXT = ODD_FILE.read_text()
FROM = "effective_from = 2020-01-01"


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    use_local(None)


def refused(folder: Path) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        use_local(folder)
    return refusal.value


def put(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    told = TEXT
    for old, new in changes:
        assert old in told
        told = told.replace(old, new, 1)
    (folder / name).write_text(told)


def test_a_local_rule_set_is_known_beside_the_shipped_ones(tmp_path: Path):
    with odd_in_force(tmp_path):
        assert rule_set("odd-authority", DAY) == odd()
        assert rule_set_named("odd-authority.2030") == odd()
        assert set(known()) == {rules.code for rules in five()} | {"odd-authority"}
        assert {source.file for source in known_sources() if source.local} == {ODD_FILE.name}
    with pytest.raises(NotFound):
        rule_set("odd-authority", DAY)


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path):
    (tmp_path / "README.md").write_text("# notes")
    use_local(tmp_path)
    assert set(known()) == {rules.code for rules in five()}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    assert refused(tmp_path / "nowhere").message_key == "policy.folder_missing"


def test_an_unknown_key_is_refused_with_file_place_and_reason_in_both_languages(tmp_path: Path):
    put(tmp_path, "odd.toml", ("minimum_per_year = 7", "minimum_per_year = 7\nmaximum_per_moon = 3"))
    refusal = refused(tmp_path)
    chinese, english = (text(refusal.message_key, lang, **refusal.facts) for lang in LANGUAGES)
    assert "odd.toml" in chinese
    assert "frequency.maximum_per_moon：没有这一项" in chinese
    assert "frequency.maximum_per_moon: there is no such key" in english


def test_every_flaw_of_a_file_is_told_at_once(tmp_path: Path):
    put(tmp_path, "odd.toml", ("minimum_per_year = 7", "minimum_per_year = 900"), ('minimum = "1/3"', "minimum = 0.3"))
    assert refused(tmp_path).facts["places"] == ["ratio.minimum", "frequency.minimum_per_year"]


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 5_000], ids=["digits", "brackets"])
def test_toml_that_its_reader_chokes_on_is_refused_with_its_file(value: str, tmp_path: Path):
    put(tmp_path, "odd.toml", ("minimum_per_year = 7", f"minimum_per_year = {value}"))
    refusal = refused(tmp_path)
    assert (refusal.message_key, refusal.facts["file"]) == ("policy.unreadable", "odd.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None], ids=["not UTF-8", "a folder named like a file"])
def test_a_file_without_text_is_refused(tmp_path: Path, content: bytes | None):
    file = tmp_path / "odd.toml"
    file.write_bytes(content) if content is not None else file.mkdir()
    refusal = refused(tmp_path)
    assert refusal.message_key == "policy.no_text"
    assert "odd.toml" in str(refusal.facts["file"])


def test_one_name_in_two_files_is_refused_with_both(tmp_path: Path):
    put(tmp_path, "a.toml")
    put(tmp_path, "b.toml")
    refusal = refused(tmp_path)
    assert (refusal.message_key, refusal.facts["files"]) == ("policy.twice", ["a.toml", "b.toml"])


def test_a_shipped_name_in_a_local_file_is_refused(tmp_path: Path):
    (name,) = {rules.name for rules in five() if rules.code.startswith("any")}
    code, version = name.split(".")
    put(tmp_path, "own.toml", ('code = "odd-authority"', f'code = "{code}"'), ('"2030"', f'"{version}"'))
    refusal = refused(tmp_path)
    assert (refusal.message_key, refusal.facts["rule_set"]) == ("policy.twice", name)


def test_days_under_two_rule_sets_are_refused_with_both_files(tmp_path: Path):
    put(
        tmp_path,
        "old.toml",
        (FROM, "effective_from = 2020-01-01\neffective_until = 2026-06-30"),
    )
    put(tmp_path, "new.toml", ('"2030"', '"2031"'), (FROM, "effective_from = 2026-06-30"))
    refusal = refused(tmp_path)
    assert (refusal.message_key, refusal.facts["files"]) == ("policy.overlap", ["old.toml", "new.toml"])


def test_days_under_no_rule_set_are_refused_with_the_days(tmp_path: Path):
    put(
        tmp_path,
        "old.toml",
        (FROM, "effective_from = 2020-01-01\neffective_until = 2026-06-30"),
    )
    put(tmp_path, "new.toml", ('"2030"', '"2031"'), (FROM, "effective_from = 2026-07-03"))
    refusal = refused(tmp_path)
    assert refusal.message_key == "policy.gap"
    assert (refusal.facts["first"], refusal.facts["last"]) == ("2026-07-01", "2026-07-02")


def test_a_new_version_ends_a_shipped_one_without_touching_its_file(tmp_path: Path):
    shipped = next(rules for rules in five() if rules.effective_until is None)
    put(
        tmp_path,
        "new.toml",
        ('code = "odd-authority"', f'code = "{shipped.code}"'),
        ('version = "2030"', f'version = "2031"\nsupersedes = "{shipped.name}"'),
        (FROM, "effective_from = 2026-07-01"),
    )
    use_local(tmp_path)
    assert rule_set(shipped.code, date(2026, 6, 30)) == shipped
    assert rule_set(shipped.code, date(2026, 7, 1)).version == "2031"
    assert rule_set_named(shipped.name) == shipped


def test_a_new_version_that_supersedes_another_than_the_one_before_it_overlaps(tmp_path: Path):
    shipped = next(rules for rules in five() if rules.effective_until is None)
    put(
        tmp_path,
        "new.toml",
        ('code = "odd-authority"', f'code = "{shipped.code}"'),
        ('version = "2030"', f'version = "2031"\nsupersedes = "{shipped.code}.1999"'),
        (FROM, "effective_from = 2026-07-01"),
    )
    assert refused(tmp_path).message_key == "policy.overlap"


def test_what_was_known_stays_when_a_folder_is_refused(tmp_path: Path):
    with odd_in_force(tmp_path):
        put(tmp_path, "b.toml")
        refused(tmp_path)
        assert rule_set("odd-authority", DAY) == odd()
