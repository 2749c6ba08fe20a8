"""fieldcheck policy: rule-sets on paper, compared, checked; and a folder of one's own through the whole office."""

import shutil
from pathlib import Path

import pytest

from inspection.registry.objects.synthetic import synthetic_register
from tests.cli.shell import PEOPLE, Shell
from tests.support.rulesets import ODD_FILE, five

ALL = sorted(rules.name for rules in five())
CHINESE_FIRST = ("事项", "规定", "依据条款")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local folder with the sixth rule-set, named by the setting."""
    made = tmp_path / "own"
    made.mkdir()
    shutil.copy(ODD_FILE, made)
    monkeypatch.setenv("FIELDCHECK_RULE_SETS", str(made))
    return made


def test_all_rule_sets_are_listed_with_origin_and_digest(bare: Shell, folder: Path) -> None:
    rows = {row["name"]: row for row in bare.json("policy", "list")}
    assert sorted(rows) == sorted([*ALL, "odd-authority.2030"])
    assert rows["odd-authority.2030"]["origin"] == "local"
    assert {row["origin"] for name, row in rows.items() if name in ALL} == {"shipped"}
    assert all(len(row["digest"]) == 64 for row in rows.values())
    assert "随产品" in bare.run("policy", "list", lang="zh_CN").stdout


def test_a_rule_set_is_shown_in_chinese_first_and_in_english_when_asked(bare: Shell) -> None:
    chinese = bare.run("policy", "show", "weihai-jingkai-commerce", "--on", "2026-03-02", lang="zh_CN").stdout
    assert all(word in chinese for word in CHINESE_FIRST)
    assert "抽查比例·最低比例" in chinese
    assert "5%" in chinese
    assert "第六条" in chinese
    english = bare.run("policy", "show", "weihai-jingkai-commerce.2019").stdout
    assert "Ratio · Least ratio" in english


def test_machines_get_every_value_as_it_is_stated(bare: Shell) -> None:
    told = bare.json("policy", "show", "quanzhou-economy.2016")
    assert told["stated"]["ratio"]["minimum"] == "1/20"
    assert {"ratio.minimum", "ratio.note"} <= {row["place"] for row in told["values"]}


def test_a_day_before_a_rule_set_has_none(bare: Shell) -> None:
    assert "2019-01-01" in bare.refused("policy", "show", "anyue-joint", "--on", "2019-01-01")
    assert "没有名为" in bare.refused("policy", "show", "anyue-joint.1999", lang="zh_CN")


def test_two_rule_sets_are_told_apart_with_both_articles_and_notes(bare: Shell) -> None:
    rows = {
        row["place"]: row for row in bare.json("policy", "diff", "quanzhou-economy", "jinfeng-commerce")["differences"]
    }
    notice = rows["notice.advance"]
    assert (notice["a"], notice["a_article"]) == ("不得提前告知", "二（二）")
    assert (notice["b"], notice["b_article"]) == ("确需时例外，须记明理由", "第十八条")
    assert "notice.note" in rows
    printed = bare.run("policy", "diff", "quanzhou-economy", "jinfeng-commerce").stdout
    assert "Notice · Notice beforehand" in printed
    assert "Article of A" in printed


def test_a_good_file_passes_the_check(bare: Shell, folder: Path) -> None:
    assert "可用" in bare.run("policy", "check", ODD_FILE, lang="zh_CN").stdout
    assert bare.json("policy", "check", str(folder))[0]["name"] == "odd-authority.2030"


@pytest.mark.parametrize(
    ("lang", "reason"), [("zh_CN", "没有这一项。请核对拼写，或删去。"), ("en", "there is no such key")]
)
def test_a_bad_file_fails_the_check_with_place_and_reason(bare: Shell, tmp_path: Path, lang: str, reason: str) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(ODD_FILE.read_text().replace("minimum_per_year = 7", "minimum_per_moon = 7"))
    printed = bare.run("policy", "check", bad, lang=lang, code=1).stdout
    assert "frequency.minimum_per_moon" in printed
    assert reason in printed


def test_a_file_that_overlaps_a_shipped_one_fails_the_check(bare: Shell, tmp_path: Path) -> None:
    twice = tmp_path / "twice.toml"
    twice.write_text(ODD_FILE.read_text().replace('code = "odd-authority"', 'code = "anyue-joint"'))
    assert "重叠" in bare.run("policy", "check", twice, lang="zh_CN", code=1).stdout


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["worker"], ["items", "publish"], ["policy", "list"]])
@pytest.mark.parametrize(("lang", "reason"), [("zh_CN", "没有这一项"), ("en", "there is no such key")])
def test_a_local_file_with_an_unknown_key_keeps_every_command_from_starting(
    office: Shell, folder: Path, command: list[str], lang: str, reason: str
) -> None:
    file = folder / ODD_FILE.name
    file.write_text(file.read_text().replace("minimum_per_year = 7", "minimum_per_year = 7\nminimum_per_moon = 7"))
    refused = office.refused(*command, lang=lang)
    assert ODD_FILE.name in refused
    assert "frequency.minimum_per_moon" in refused
    assert reason in refused


def test_a_used_rule_set_whose_file_changes_is_refused_until_the_file_is_restored(bare: Shell, folder: Path) -> None:
    asked = ("--name", "甲县乙局", "--short-name", "乙局", "--rule-set", "odd-authority")
    bare.run("migrate")
    bare.run("authority", "found", "odd", *asked)
    for username, role in PEOPLE:
        account = ("--authority", "odd", "--name", username, "--role", role, "--password", "a long enough password")
        bare.run("authority", "account", username, *account)
    items = folder.parent / "items.csv"
    items.write_text(
        "事项编码,事项名称,抽查依据,检查对象,抽查内容,抽查方式,抽查比例,抽查频次,事项类别\n"
        "X-1,路标检查,法,企业,路标,实地核查,40%-50%,每年7次,一般\n"
    )
    bare.run("import", "items", items)
    register = folder.parent / "register.csv"
    register.write_bytes(synthetic_register(60, "odd"))
    bare.run("import", "registry", register)
    bare.run("items", "publish")
    bare.run("plan", "draft", "2026")
    file = folder / ODD_FILE.name
    before = file.read_text()
    file.write_text(before.replace("working_days = 3", "working_days = 4"))
    refused = bare.refused("migrate")
    assert "odd-authority.2030" in refused
    assert "objection.working_days" in refused
    assert "supersedes" in refused
    file.unlink()
    assert "找不到其文件" in bare.refused("migrate", lang="zh_CN")
    file.write_text(f"# with a comment\n{before}")
    bare.run("migrate")
