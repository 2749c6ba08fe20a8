"""Every kind of tampering with the chain, the list of evidence and the log's proofs is found, whatever else was made to
fit it; bundles of the layout before stay verifiable.
"""

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from inspection.archive import signatures
from inspection.archive.bundle import write_bundle
from inspection.archive.contents import Bundle
from inspection.archive.custody.acts import Act, Noted
from inspection.archive.program import main
from inspection.archive.reading import (
    CUSTODY,
    CUSTODY_HEAD,
    ENTRIES,
    EVIDENCE_LIST,
    EVIDENCE_SIGNATURE,
    FIRST_LAYOUT,
    JOURNAL,
    KEYS,
    LOG_PROOFS,
    MANIFEST,
    MEDIA,
)
from inspection.archive.sentences import Check
from inspection.archive.standalone import verifier
from inspection.archive.verify import verify_dossier
from inspection.kernel.canonical import canonical_json
from inspection.kernel.journal import EventKind
from mobile_contract.signed import Purpose
from tests.inspection.archive.papers import (
    PHOTO_DIGEST,
    SERVER,
    VISIT,
    Forger,
    Shelf,
    asked,
    chain,
    cover,
    custody_of,
    materials,
    seal,
)

PHOTO_PATH = f"{MEDIA}/{PHOTO_DIGEST}.jpg"
Edit = Callable[[bytes], bytes | None]


@cache
def genuine() -> Mapping[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return Forger(seal(Path(folder) / "d.zip")).members()


def found(path: Path) -> dict[str, Check]:
    return {one.name: one for one in verify_dossier(path) if not one.ok}


def forged(path: Path, member: str, edit: Edit) -> dict[str, Check]:
    """What is found when a member is edited and file list and sums are made to fit."""
    members = dict(genuine())
    edited = edit(members.pop(member))
    if edited is not None:
        members[member] = edited
    cover(members)
    return found(Forger(path / "d.zip").write(members))


def told(edit: Callable[[Any], object]) -> Edit:
    """Edits a JSON member."""

    def edited(data: bytes) -> bytes:
        value = json.loads(data)
        edit(value)
        return canonical_json(value)

    return edited


def lines(edit: Callable[[list[dict[str, Any]]], object]) -> Edit:
    """Edits the texts of a chain and hashes all lines anew, as a forger would who has no key."""

    def edited(data: bytes) -> bytes:
        texts = [json.loads(json.loads(line)["text"]) for line in data.splitlines()]
        edit(texts)
        prev, made = bytes(32), []
        for text in texts:
            raw = canonical_json(text)
            hash_ = hashlib.sha256(b"\x40" + prev + hashlib.sha256(raw).digest()).digest()
            made.append(canonical_json({"prev": prev.hex(), "hash": hash_.hex(), "text": raw.decode()}))
            prev = hash_
        return b"".join(line + b"\n" for line in made)

    return edited


def first_file(edit: Callable[[dict[str, Any]], object]) -> Edit:
    return told(lambda listed: edit(listed["files"][0]))


def first_hash(proofs: dict[str, Any]) -> str:
    return str(proofs["entries"][0]["hash"])


def resigned(value: Any, **text: Any) -> None:
    """Change the text of a signed member and leave its signature."""
    value["p"] = json.dumps(json.loads(value["p"]) | text)


TAMPERINGS: list[tuple[str, str, Edit, str, str]] = [
    # the chain
    ("a byte of a line", CUSTODY, lambda d: d.replace(b"viewed", b"Viewed"), "custody", "断裂"),
    ("a line's number", CUSTODY, lines(lambda t: t[1].update(seq=9)), "custody", "断裂"),
    ("a line taken out", CUSTODY, lambda d: b"".join(d.splitlines(keepends=True)[1:]), "custody", "断裂"),
    ("the last line taken out", CUSTODY, lambda d: b"".join(d.splitlines(keepends=True)[:-1]), "custody", "链首"),
    (
        "an act changed, all hashed anew",
        CUSTODY,
        lines(lambda t: t[0]["payload"].update(act="lost")),
        "custody",
        "链首",
    ),
    (
        "a line added, all hashed anew",
        CUSTODY,
        lines(lambda t: t.append(t[-1] | {"seq": len(t) + 1})),
        "custody",
        "链首",
    ),
    ("the whole chain taken out", CUSTODY, lambda _: b"", "custody", "链首"),
    ("the member taken out", CUSTODY, lambda _: None, "custody", "缺少文件"),
    (
        "a chain of another visit",
        CUSTODY,
        lines(lambda t: t[0].update(stream="custody:x")),
        "custody",
        "断裂",
    ),
    ("a line of another kind", CUSTODY, lines(lambda t: t[0].update(kind="blob.stored")), "custody", "断裂"),
    ("the head's number", CUSTODY_HEAD, told(lambda h: resigned(h["heads"][0], n=1)), "custody", "链首"),
    ("the head's time", CUSTODY_HEAD, told(lambda h: resigned(h["heads"][0], at="2026-01-01")), "custody", "签名无效"),
    ("the head's signature", CUSTODY_HEAD, told(lambda h: h["heads"][0].update(s="A" * 86)), "custody", "签名无效"),
    ("no head", CUSTODY_HEAD, told(lambda h: h["heads"].clear()), "custody", "链首"),
    ("the head twice", CUSTODY_HEAD, told(lambda h: h["heads"].append(h["heads"][0])), "custody", "链首"),
    ("another server's key", KEYS, told(lambda k: k[SERVER.kid].update(x="C" * 43)), "custody", "签名无效"),
    # the list of evidence
    ("a signed list", EVIDENCE_LIST, told(lambda e: e["files"].clear()), "evidence", "签名"),
    ("the list's signature", EVIDENCE_SIGNATURE, told(lambda s: s.update(s="A" * 86)), "evidence", "签名"),
    ("the list's digest", EVIDENCE_SIGNATURE, told(lambda s: resigned(s, sha256="0" * 64)), "evidence", "签名"),
    ("the list of another visit", EVIDENCE_SIGNATURE, told(lambda s: resigned(s, visit="x")), "evidence", "签名"),
    ("no list", EVIDENCE_LIST, lambda _: None, "evidence", "缺少文件"),
    ("a photo's byte", PHOTO_PATH, lambda d: d[:-1] + b"!", "evidence", "不符"),
    ("the photo taken out", PHOTO_PATH, lambda _: None, "evidence", "不符"),
    ("what the store found", JOURNAL, lambda d: d.replace(b"trailing-bytes", b"trailing-Bytes"), "evidence", "日志"),
    ("an entry taken out", ENTRIES, lambda d: b"".join(d.splitlines(keepends=True)[:-1]), "evidence", "拒签"),
    # the log
    ("a place", LOG_PROOFS, told(lambda p: p["entries"][0].update(place=0)), "log", "包含证明"),
    ("a path", LOG_PROOFS, told(lambda p: p["entries"][1]["path"].reverse()), "log", "包含证明"),
    ("a shorter path", LOG_PROOFS, told(lambda p: p["entries"][2]["path"].pop()), "log", "包含证明"),
    ("the head's root", LOG_PROOFS, told(lambda p: resigned(p["head"], root="B" * 43)), "log", "树头"),
    ("the head's size", LOG_PROOFS, told(lambda p: resigned(p["head"], size=9)), "log", "树头"),
    ("no head of the log", LOG_PROOFS, told(lambda p: p.update(head=None)), "log", "格式"),
    ("a proof taken out", LOG_PROOFS, told(lambda p: p["entries"].pop()), "log", "不一致"),
    ("a proof twice", LOG_PROOFS, told(lambda p: p["entries"].append(p["entries"][0])), "log", "不一致"),
    (
        "an entry said to wait",
        LOG_PROOFS,
        told(lambda p: p["waiting"].append(p["entries"][0]["hash"])),
        "log",
        "不一致",
    ),
    ("a waiting entry hidden", LOG_PROOFS, told(lambda p: p["waiting"].clear()), "log", "不一致"),
    ("no proofs", LOG_PROOFS, lambda _: None, "log", "缺少文件"),
]


@pytest.mark.parametrize(
    ("member", "edit", "name", "word"), [case[1:] for case in TAMPERINGS], ids=[case[0] for case in TAMPERINGS]
)
def test_tampering_that_was_covered_up_is_found(tmp_path: Path, member: str, edit: Edit, name: str, word: str) -> None:
    checks = forged(tmp_path, member, edit)
    assert name in checks, sorted(checks)
    assert word in checks[name].sentence_zh


LISTED: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("when it was taken", lambda e: e["files"][0]["claims"][0]["clock"].update(wall=1), "制作方法"),
    ("by whom", lambda e: e["files"][0]["claims"][0].update(by="x"), "制作方法"),
    ("what it shows", lambda e: e["files"][0]["claims"][0].update(item="cy.02"), "制作方法"),
    ("a claim taken out", lambda e: e["files"][0]["claims"].pop(), "制作方法"),
    ("a finding hidden", lambda e: e["files"][0]["journal"]["found"].update(findings=[]), "日志"),
    ("an upload hidden", lambda e: e["files"][0]["journal"]["uploads"].clear(), "日志"),
    ("a hold hidden", lambda e: e["files"][0]["journal"].update(held=True), "日志"),
    ("a line of custody left out", lambda e: e["files"][0]["custody"][str(VISIT)].pop(), "监管链"),
    ("a file left out", lambda e: e["files"].clear(), "文件"),
    ("a file twice", lambda e: e["files"].append(e["files"][0]), "文件"),
    ("its size", lambda e: e["files"][0].update(bytes=1), "不符"),
    ("its path", lambda e: e["files"][0].update(path=ENTRIES), "不符"),
    ("its SM3", lambda e: e["files"][0].update(sm3="0" * 64), "SM3"),
    ("who signed", lambda e: e["signatures"][0].update(name="张三"), "签名情况"),
    ("why nobody signed", lambda e: e["refusals"][0].update(outcome="refused"), "拒"),
    ("a line of the chain uncounted", lambda e: e["chains"].update({str(VISIT): 1}), "监管链的行数"),
    ("a fork hidden", lambda e: e["logs"][0].update(forks=[2]), "设备日志"),
]


@pytest.mark.parametrize(("edit", "word"), [case[1:] for case in LISTED], ids=[case[0] for case in LISTED])
def test_a_list_that_disagrees_with_what_lies_beside_it_is_found_even_when_the_server_signs_it(
    tmp_path: Path, edit: Callable[[dict[str, Any]], object], word: str
) -> None:
    """Whoever keeps the key cannot make the list say something else than entries, journal and chain."""
    members = dict(genuine())
    listed = json.loads(members[EVIDENCE_LIST])
    edit(listed)
    members[EVIDENCE_LIST] = canonical_json(listed)
    digest = hashlib.sha256(members[EVIDENCE_LIST]).hexdigest()
    text = json.dumps({"v": 1, "visit": str(VISIT), "sha256": digest, "bytes": len(members[EVIDENCE_LIST])})
    members[EVIDENCE_SIGNATURE] = canonical_json(SERVER.sign_text(Purpose.EVIDENCE, text).model_dump(mode="json"))
    cover(members)
    checks = found(Forger(tmp_path / "d.zip").write(members))
    assert checks.keys() == {"evidence"}
    assert word in checks["evidence"].sentence_zh


def test_a_chain_that_is_taken_out_with_its_head_is_missed_by_the_list(tmp_path: Path) -> None:
    members = dict(genuine())
    members[CUSTODY], members[CUSTODY_HEAD] = b"", canonical_json({"heads": []})
    cover(members)
    assert found(Forger(tmp_path / "d.zip").write(members)).keys() == {"evidence"}


def with_acts(path: Path, *acts: Noted) -> dict[str, Check]:
    """A bundle whose chain tells of these acts alone, everything else being made to fit by the server itself."""
    stream = f"custody:{VISIT}"
    told = chain(stream, *((EventKind.CUSTODY_NOTED, act.payload()) for act in acts))
    chains, made = ({stream: told} if told else {}), materials()
    return found(seal(path / "d.zip", custody=custody_of(made, chains=chains)))


def test_an_act_that_nothing_in_the_bundle_tells_of_is_found(tmp_path: Path) -> None:
    entry = materials().entries[3].hash
    photo = materials().entries[2].hash
    for act, word in (
        (Noted(Act.SEALED, "f" * 64, None, {"sha256": "0" * 64}), "不在卷宗内"),
        (Noted(Act.TIMESTAMPED, "stamp:2026-03-02"), "不在卷宗内"),
        (Noted(Act.CAPTURED, entry, PHOTO_DIGEST), "与其来源所述不符"),
        (Noted(Act.LOST, photo, PHOTO_DIGEST), "与其来源所述不符"),
    ):
        checks = with_acts(tmp_path, act)
        assert checks.keys() == {"custody"}
        assert word in checks["custody"].sentence_zh


def test_what_happened_in_a_request_is_its_own_source(tmp_path: Path) -> None:
    viewed = Noted(Act.VIEWED, "view:leader:2026-03-03", PHOTO_DIGEST)
    exported = Noted(Act.EXPORTED, "export:abc", None, {"purpose": "法院调取", "ground": "调取函"})
    assert with_acts(tmp_path, viewed, exported) == {}


def test_a_bundle_without_any_custody_yet_says_so_and_holds(tmp_path: Path) -> None:
    assert with_acts(tmp_path) == {}


def test_an_erased_entry_leaves_its_acts_in_the_chain(tmp_path: Path) -> None:
    """Chain and journal still tell of the file; the entry's body, which named it, is gone by law."""
    made = materials()
    chains = asked(made).chains
    erased = replace(made, entries=[replace(one, body=None) for one in made.entries], media_here=frozenset())
    path = tmp_path / "d.zip"
    asyncio.run(write_bundle(path, replace(erased, custody=custody_of(erased, chains=chains)), Shelf()))
    assert found(path) == {}


def test_evidence_from_before_the_publication_holds_and_tells_that_the_draw_is_closed(tmp_path: Path) -> None:
    lots = [replace(lot, opening=None) for lot in materials().lots]
    assert "draw" in found(seal(tmp_path / "d.zip", lots=lots))
    path = seal(tmp_path / "e.zip", lots=lots, kind=Bundle.EVIDENCE)
    assert found(path) == {}
    assert "尚未公开" in next(one.sentence_zh for one in verify_dossier(path) if one.name == "draw")


def test_files_that_are_missing_are_told(tmp_path: Path) -> None:
    path = seal(tmp_path / "d.zip", kind=Bundle.EVIDENCE, media_here=frozenset())
    checks = {one.name: one for one in verify_dossier(path)}
    assert all(one.ok for one in checks.values())
    assert "另有 1 份不在卷宗内" in checks["media"].sentence_zh
    assert "1 份不在卷宗内" in checks["evidence"].sentence_zh
    (file,) = json.loads(Forger(path).members()[EVIDENCE_LIST])["files"]
    assert (file["state"], file["path"]) == ("missing", None)


def test_a_dossier_of_the_first_layout_still_holds(tmp_path: Path) -> None:
    """What was sealed before there was a chain of custody has none of its parts, and is judged without them."""
    members = {name: data for name, data in genuine().items() if name not in NEW}
    manifest = json.loads(members[MANIFEST])
    manifest["layout"] = FIRST_LAYOUT
    del manifest["kind"]
    members[MANIFEST] = canonical_json(manifest)
    cover(members)
    path = Forger(tmp_path / "d.zip").write(members)
    assert found(path) == {}
    assert {one.name for one in verify_dossier(path)}.isdisjoint({"custody", "evidence", "log", "stamps"})


NEW = (CUSTODY, CUSTODY_HEAD, EVIDENCE_LIST, EVIDENCE_SIGNATURE, LOG_PROOFS)


@pytest.mark.parametrize("member", NEW)
def test_a_dossier_of_this_layout_has_every_part(tmp_path: Path, member: str) -> None:
    assert forged(tmp_path, member, lambda _: None)


@pytest.mark.parametrize(
    "junk", [b"", b"[]", b"{}", b'{"heads":[1]}', b'{"files":{}}', b'{"p":1}', b"\xff", b'{"a":' * 9]
)
@pytest.mark.parametrize("member", NEW)
def test_junk_in_a_part_is_a_failed_check_and_raises_nothing(tmp_path: Path, member: str, junk: bytes) -> None:
    if member == CUSTODY and junk == b"":
        junk = b"\n"
    assert forged(tmp_path, member, lambda _: junk)


def test_without_cryptography_chains_lists_and_proofs_are_still_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "available", lambda: False)
    path = Forger(tmp_path / "d.zip").write(dict(genuine()))
    assert found(path) == {}
    assert "custody" in forged(tmp_path, CUSTODY, lines(lambda texts: texts[0]["payload"].update(act="lost")))
    assert "log" in forged(tmp_path, LOG_PROOFS, told(lambda proofs: proofs["entries"][0].update(place=0)))


def test_a_visit_that_is_one_with_another_brings_its_chain_too(tmp_path: Path) -> None:
    other = UUID(int=77)
    made = materials(joined=[other])
    stream = f"custody:{other}"
    viewed = Noted(Act.VIEWED, "view:leader:2026-03-03", PHOTO_DIGEST)
    chains = {**asked(made).chains, stream: chain(stream, (EventKind.CUSTODY_NOTED, viewed.payload()))}
    path = seal(tmp_path / "d.zip", joined=[other], custody=custody_of(made, chains=chains))
    assert found(path) == {}
    custody = next(one for one in verify_dossier(path) if one.name == "custody")
    assert "2 条链" in custody.sentence_zh


def test_a_bundle_is_checked_with_the_standard_library_alone(tmp_path: Path) -> None:
    """A court's computer has Python and this one file: only signatures go unchecked there, and that is told."""
    bundle, program = Forger(tmp_path / "d.zip").write(dict(genuine())), tmp_path / "verify-dossier.pyz"
    program.write_bytes(verifier())
    alone = [sys.executable, "-I", "-S", str(program), str(bundle)]
    done = subprocess.run(alone, capture_output=True, text=True, check=True)
    told = json.loads(subprocess.run([*alone, "--json"], capture_output=True, text=True, check=True).stdout)
    assert told["genuine"]
    assert [one["name"] for one in told["checks"]] == [
        one.name for one in verify_dossier(bundle) if one.name != "signatures"
    ]
    assert not told["signatures_checked"]
    zh, en = done.stdout.splitlines()[-2:]
    assert zh.endswith("项核对均成立，但签名未核对。")
    assert en.endswith("checks hold, but signatures were not checked.")
    assert "未核对清单签名" in done.stdout
    bundle.write_bytes(bundle.read_bytes().replace(b"viewed", b"Viewed"))
    assert subprocess.run([*alone, "--json"], capture_output=True, text=True, check=False).returncode == 1


def test_the_program_tells_each_check_in_both_languages_or_as_json_and_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = Forger(tmp_path / "d.zip").write(dict(genuine()))
    assert main([str(bundle), "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    checks = json.loads(line)["checks"]
    assert main([str(bundle)]) == 0
    sentences = capsys.readouterr().out.splitlines()
    assert len(sentences) == 2 * len(checks) + 2
    assert sentences[-2:] == [
        f"✓ 结论：{len(checks)} 项核对全部成立。",
        f"✓ Verdict: all {len(checks)} checks hold.",
    ]
    assert main([str(bundle), "--sha256", "0" * 64, "--json"]) == 1
