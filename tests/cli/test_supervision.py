"""The supervisor at a shell: chain and keys made on their own machine, a link given, an escrow opened there."""

import json
import stat
from pathlib import Path

import pytest

from inspection.draw.lot.chain import next_of
from tests.cli.shell import Shell
from tests.cli.test_line import DICE, ENGINES, tasked


@ENGINES
def test_a_draw_by_the_supervisor_s_chain_under_an_escrow(both: Shell, tmp_path: Path) -> None:
    made = both.json("draw", "make-chain", tmp_path / "chain.json", "--links", 5)
    both.json("draw", "register-chain", "监察室链", made["head"])
    key = both.json("draw", "make-key", tmp_path / "key.pem")
    registered = both.json("draw", "register-key", key["public_key"])
    assert registered["name"] == key["fingerprint"]
    planned = both.json("draw", "plan", tasked(both), "--link", "监察室链", "--witness", "公证处", "--delta", 2)
    draw = planned["draw"]
    assert both.json("draw", "check", draw)["state"] == "feasible"
    assert both.json("draw", "freeze", draw)["assurance"] == "L2"
    link = both.json("draw", "next-link", tmp_path / "chain.json", made["head"])
    assert (link["left"], next_of(bytes.fromhex(link["link"])).hex()) == (3, made["head"])
    both.json("draw", "ask-link", draw, "监察室链")
    both.json("draw", "contribute", draw, "监察室链", "--hex", link["link"], "--as", "supervisor")
    both.json("draw", "contribute", draw, "骰子", "--value", DICE)
    assert both.json("draw", "contribute", draw, "骰子", "--value", DICE, "--as", "supervisor")["awaited"] == []
    both.json("draw", "execute", draw)
    both.json("draw", "match", draw)
    assert both.json("draw", "seal", draw)["state"] == "sealed"
    assert both.json("draw", "verified", draw, "fieldcheck-verify 0.1.0")["state"] == "sealed"
    shown = both.json("draw", "show", draw)
    assert [one["good"] for one in shown["verified"]] == [True]
    (tmp_path / "ceremony.json").write_text(json.dumps(shown))
    secret = both.json("draw", "open-escrow", tmp_path / "ceremony.json", tmp_path / "key.pem")
    assert len(bytes.fromhex(secret["key"])) == 32
    for step in (("return-key", draw, secret["key"]), ("object-code", draw, "x"), ("close", draw)):
        assert both.refused("draw", *step)
    rows = both.json("draw", "supervision")
    assert [(row["what"], row["used"], row["retired"]) for row in rows] == [("chain", 1, False), ("key", "", False)]
    for row in rows:
        assert both.json("draw", f"retire-{row['what']}", row["id"])["retired"] is True


def test_secrets_are_files_that_only_their_owner_reads_and_never_overwritten(bare: Shell, tmp_path: Path) -> None:
    for name, file in (("make-chain", tmp_path / "chain.json"), ("make-key", tmp_path / "key.pem")):
        bare.json("draw", name, file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        before = file.read_bytes()
        assert "key.pem" in bare.refused("draw", name, file) or "chain.json" in bare.refused("draw", name, file)
        assert file.read_bytes() == before


def test_a_link_of_another_chain_and_a_shut_escrow_say_so(bare: Shell, tmp_path: Path) -> None:
    bare.json("draw", "make-chain", tmp_path / "chain.json")
    bare.json("draw", "make-key", tmp_path / "key.pem")
    assert "not one of the chain" in bare.refused("draw", "next-link", tmp_path / "chain.json", "00" * 32)
    ceremony = tmp_path / "ceremony.json"
    draw = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"
    for told in ("", "{}", json.dumps({"draw": draw, "escrow": None}), json.dumps({"draw": draw, "escrow": "00"})):
        ceremony.write_text(told)
        assert "does not open" in bare.refused("draw", "open-escrow", ceremony, tmp_path / "key.pem")
        assert "无法打开" in bare.refused("draw", "open-escrow", ceremony, tmp_path / "key.pem", lang="zh_CN")
    assert "does not open" in bare.refused("draw", "open-escrow", ceremony, tmp_path / "chain.json")


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "x"),
        ("plan", "x", "--witness", "y", "--floor", "东区"),
        ("plan", "x", "--witness", "y", "--by", "colour"),
        ("register-chain", "链", "zz"),
        ("contribute", "019cac0f-2680-7e3b-bb08-41f2e6a8506f", "链", "--hex", "zz"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(bare: Shell, words: tuple[str, ...]) -> None:
    bare.run("draw", *words, code=2)


def test_a_beacon_that_is_not_there_is_named(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDCHECK_BEACON", "nowhere:Beacon")
    assert "nowhere:Beacon" in bare.refused("task", "list")
