"""Every kind of tampering fails with the sentence that says what was touched; hostile files raise nothing."""

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.archive import signatures
from inspection.archive.contents import Bundle
from inspection.archive.reading import (
    COVER,
    DRAWS,
    ENTRIES,
    FACTS,
    INDEX,
    JOURNAL,
    KEYS,
    MANIFEST,
    MEDIA,
    PUBLICATIONS,
    README,
    RECEIPTS,
    RECORD,
    SUMS,
)
from inspection.archive.sentences import SENTENCES, Check
from inspection.archive.store import EntryLine
from inspection.archive.verify import verify_dossier
from inspection.kernel.canonical import canonical_json, sha256_hex
from mobile_contract.base import b64url
from mobile_contract.envelope import entry_hash, signed_bytes
from tests.inspection.archive.papers import KEY, PHOTO_DIGEST, SERVER, VISIT, Forger, cover, materials, seal

NAMES = (
    *("container", "manifest", "files", "entries", "logs", "signatures", "receipts", "media", "journal", "draw"),
    "publications",
    *("custody", "evidence", "log", "stamps"),
)
PHOTO_PATH = f"{MEDIA}/{PHOTO_DIGEST}.jpg"
DOCUMENT_PATH = f"{PUBLICATIONS}/sw-2026-000001.v1.json"


def failed(path: Path) -> dict[str, Check]:
    return {check.name: check for check in verify_dossier(path) if not check.ok}


def line(number: int, edit: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    """Edits one JSON line of an NDJSON member."""

    def edited(data: bytes) -> bytes:
        lines = data.splitlines()
        told = json.loads(lines[number])
        edit(told)
        lines[number] = canonical_json(told)
        return b"\n".join(lines) + b"\n"

    return edited


def member(edit: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def edited(data: bytes) -> bytes:
        told = json.loads(data)
        edit(told)
        return canonical_json(told)

    return edited


def without(number: int) -> Callable[[bytes], bytes]:
    return lambda data: b"".join(part for n, part in enumerate(data.splitlines(keepends=True)) if n != number)


def test_a_sealed_dossier_holds_in_every_point(tmp_path: Path) -> None:
    checks = verify_dossier(seal(tmp_path / "d.zip"))
    assert [(check.name, check.ok) for check in checks] == [(name, True) for name in NAMES]
    for check in checks:
        assert check.sentence_zh
        assert check.sentence_en
        assert "{" not in check.sentence_zh + check.sentence_en


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = seal(tmp_path / "one.zip"), seal(tmp_path / "other.zip", kind=Bundle.SEALED)
    assert one.read_bytes() == other.read_bytes()


def test_another_record_gives_other_bytes(tmp_path: Path) -> None:
    other = {"visit": "x", "items": ["changed"]}
    one, two = seal(tmp_path / "one.zip"), seal(tmp_path / "two.zip", record=other)
    assert one.read_bytes() != two.read_bytes()


def test_the_members_are_stored_sorted_and_bear_one_fixed_time(tmp_path: Path) -> None:
    with zipfile.ZipFile(seal(tmp_path / "d.zip")) as dossier:
        infos = dossier.infolist()
    # What lists the others stands behind them.
    assert [info.filename for info in infos[:-4]] == sorted(info.filename for info in infos[:-4])
    assert [info.filename for info in infos[-4:]] == [COVER, INDEX, MANIFEST, SUMS]
    assert {(info.date_time, info.compress_type) for info in infos} == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)}
    assert {info.filename.split("/")[0] for info in infos if "/" in info.filename} == {
        "基础信息",
        "证据材料",
        "法律文书",
    }


def test_the_readme_tells_in_both_languages_how_to_check(tmp_path: Path) -> None:
    text = Forger(seal(tmp_path / "d.zip")).members()[README].decode()
    assert "sha256sum -c SHA256SUMS" in text
    assert "fieldcheck archive verify" in text
    assert "如何核对" in text


def test_the_digest_from_the_journal_finds_a_forger_who_covered_everything(tmp_path: Path) -> None:
    path = seal(tmp_path / "d.zip")
    genuine = sha256_hex(path.read_bytes())
    assert all(check.ok for check in verify_dossier(path, sha256=genuine.upper()))
    Forger(path).change(FACTS, lambda data: data.replace("某市".encode(), "另市".encode()), covering=True)
    assert all(check.ok for check in verify_dossier(path))
    (check,) = verify_dossier(path, sha256=genuine)
    assert (check.name, check.ok) == ("container", False)
    assert genuine in check.sentence_zh


TAMPERINGS: list[tuple[str, str, Callable[[bytes], bytes | None], str, str]] = [
    ("a media byte", PHOTO_PATH, lambda data: data[:-1] + b"!", "media", "不符"),
    ("the media taken out", PHOTO_PATH, lambda _: None, "media", "不在卷宗内"),
    ("an answer's value", ENTRIES, line(1, lambda e: e.update(b=e["b"].replace("yes", "no"))), "entries", "正文"),
    (
        "a signed header",
        ENTRIES,
        line(0, lambda e: e.update(p=e["p"].replace('"arrive"', '"leave"'))),
        "entries",
        "哈希",
    ),
    ("an entry taken out", ENTRIES, without(3), "entries", "缺失"),
    ("an entry repeated", ENTRIES, lambda data: data + data.splitlines(keepends=True)[0], "entries", "重复"),
    ("a signature", ENTRIES, line(2, lambda e: e.update(s="A" * 86)), "signatures", "无效"),
    ("a signature by another algorithm", ENTRIES, line(2, lambda e: e.update(a="none")), "signatures", "无效"),
    ("an entry under a foreign key", ENTRIES, line(2, lambda e: e.update(k="B" * 43)), "signatures", "密钥"),
    ("the device key", KEYS, member(lambda k: k[KEY.kid].update(x="C" * 43)), "signatures", "密钥"),
    (
        "a receipt's verdict",
        RECEIPTS,
        line(0, lambda r: r.update(p=r["p"].replace("accepted", "refused"))),
        "receipts",
        "收据",
    ),
    ("the receipts taken out", RECEIPTS, lambda _: b"", "receipts", "没有服务器收据"),
    (
        "a line of the journal",
        JOURNAL,
        line(0, lambda e: e.update(text=e["text"].replace("draw.", "Draw."))),
        "journal",
        "断裂",
    ),
    ("a journal line taken out", JOURNAL, without(1), "journal", "断裂"),
    ("the journal's last line", JOURNAL, without(10), "journal", "增删"),
    (
        "the opening's ticket",
        DRAWS,
        member(lambda d: d["draws"][0]["opening"].update(ticket="00" * 32)),
        "draw",
        "不成立",
    ),
    (
        "the opening's object",
        DRAWS,
        member(lambda d: d["draws"][0]["opening"].update(row="X\t0\t0\t")),
        "draw",
        "不成立",
    ),
    ("another draw's opening", DRAWS, member(lambda d: d["draws"][0]["public"].update(draw="x")), "draw", "未见于日志"),
    (
        "the published document",
        DOCUMENT_PATH,
        lambda data: data.replace("某某".encode(), "另一".encode()),
        "publications",
        "SHA-256",
    ),
    ("the published document taken out", DOCUMENT_PATH, lambda _: None, "publications", "不在卷宗内"),
    (
        "a document never published",
        f"{PUBLICATIONS}/sw-2026-000002.v1.json",
        lambda _: b"{}",
        "publications",
        "SHA-256",
    ),
]


@pytest.mark.parametrize(("what", "path", "edit", "name", "word"), TAMPERINGS, ids=[t[0] for t in TAMPERINGS])
def test_tampering_is_found_even_when_manifest_and_sums_are_made_to_fit(
    tmp_path: Path, what: str, path: str, edit: Callable[[bytes], bytes | None], name: str, word: str
) -> None:
    dossier = seal(tmp_path / "d.zip")
    Forger(dossier).change(path, edit, covering=True)
    found = failed(dossier)
    assert name in found
    assert word in found[name].sentence_zh


@pytest.mark.parametrize("path", [FACTS, RECORD, README, KEYS, ENTRIES, PHOTO_PATH])
def test_a_changed_file_fails_by_its_name(tmp_path: Path, path: str) -> None:
    dossier = Forger(seal(tmp_path / "d.zip")).change(path, lambda data: data + b" ")
    assert path in failed(dossier)["files"].sentence_zh


def test_a_foreign_file_fails_by_its_name(tmp_path: Path) -> None:
    dossier = Forger(seal(tmp_path / "d.zip")).change("证据材料/extra.txt", lambda _: b"added")
    assert "extra.txt" in failed(dossier)["files"].sentence_en


@pytest.mark.parametrize(
    "edit",
    [lambda data: data.replace("某某石油".encode(), "另一石油".encode()), lambda data: data + b" "],
    ids=["the object's name", "a blank"],
)
def test_a_changed_manifest_fails_against_the_sums(tmp_path: Path, edit: Callable[[bytes], bytes]) -> None:
    dossier = Forger(seal(tmp_path / "d.zip")).change(MANIFEST, edit)
    assert "SHA256SUMS" in failed(dossier)["files"].sentence_zh


def test_a_lost_original_must_be_certified(tmp_path: Path) -> None:
    lost = seal(tmp_path / "lost.zip", media_here=frozenset())
    assert failed(lost) == {}
    Forger(lost).change(MANIFEST, member(lambda m: m.update(media_lost=[])), covering=True)
    assert "media" in failed(lost)


def rewritten(entry: EntryLine, **changed: object) -> EntryLine:
    """The entry with another header, signed anew by the same device."""
    p = json.dumps(json.loads(entry.header) | changed).encode()
    return replace(entry, header=p, hash=b64url(entry_hash(p)), signature=KEY.sign(signed_bytes(p)))


def test_a_broken_device_log_is_found(tmp_path: Path) -> None:
    entries = materials().entries
    path = seal(tmp_path / "d.zip", entries=[entries[0], rewritten(entries[1], prev="Z" * 43), *entries[2:]])
    assert "未指向" in failed(path)["logs"].sentence_zh


def test_a_forked_device_log_is_told_and_both_branches_are_kept(tmp_path: Path) -> None:
    """A tablet that was restored from a backup takes numbers twice: evidence, not a fault of the dossier."""
    entries = materials().entries
    second = rewritten(entries[1], wall=7)
    path = seal(tmp_path / "d.zip", entries=[*entries, second])
    assert "logs" not in failed(path)
    (told,) = [one for one in verify_dossier(path) if one.name == "logs"]
    assert "1 个序号" in told.sentence_zh
    stray = rewritten(entries[2], prev="Z" * 43)
    assert "logs" in failed(seal(tmp_path / "e.zip", entries=[*entries[:2], second, stray, *entries[3:]]))


def office_entry(dev: str, alg: str = "EdDSA") -> EntryLine:
    """A leader's decision as the server signs it, in the log of `dev`."""
    body = json.dumps({"salt": "A" * 22, "item": "cy.01", "how": "value", "value": "no", "reason": "复核"}).encode()
    header = {"v": 1, "id": str(UUID(int=9)), "dev": dev, "ep": 1, "seq": 1, "ins": str(UUID(int=500))}
    digest = b64url(hashlib.sha256(body).digest())
    more = {"visit": str(VISIT), "type": "resolve", "wall": 1, "mono": 0, "boot": "server", "body": digest}
    p = json.dumps({**header, **more, "blen": len(body)}).encode()
    key, kid = (SERVER, SERVER.kid) if alg == "EdDSA" else (KEY, KEY.kid)
    return EntryLine(b64url(entry_hash(p)), kid, alg, p, body, key.sign(signed_bytes(p)))


def test_a_decision_of_the_office_verifies_by_the_servers_key_and_needs_no_receipt(tmp_path: Path) -> None:
    entries = [*materials().entries, office_entry(str(UUID(int=3)))]
    assert failed(seal(tmp_path / "d.zip", entries=entries)) == {}


@pytest.mark.parametrize(
    ("dev", "alg"), [(str(UUID(int=77)), "EdDSA"), (str(UUID(int=3)), "ES256")], ids=["a tablet's log", "the office's"]
)
def test_the_servers_key_speaks_in_the_authoritys_own_log_and_nobody_else_does(
    tmp_path: Path, dev: str, alg: str
) -> None:
    entries = [*materials().entries, office_entry(dev, alg)]
    assert "机关" in failed(seal(tmp_path / "d.zip", entries=entries))["signatures"].sentence_zh


def test_an_erased_body_leaves_everything_else_verifiable(tmp_path: Path) -> None:
    entries = [replace(entry, body=None) for entry in materials().entries]
    assert failed(seal(tmp_path / "d.zip", entries=entries, media_here=frozenset())) == {}


def test_an_entry_of_another_visit_does_not_belong_here(tmp_path: Path) -> None:
    foreign = replace(materials().visit, id=UUID(int=99))
    assert "另一次检查" in failed(seal(tmp_path / "d.zip", visit=foreign))["entries"].sentence_zh


def test_a_visit_without_a_lot_says_so(tmp_path: Path) -> None:
    path = seal(tmp_path / "d.zip", lots=[])
    (check,) = [check for check in verify_dossier(path) if check.name == "draw"]
    assert check.ok
    assert "不经摇号" in check.sentence_zh


def test_without_cryptography_the_rest_is_still_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "available", lambda: False)
    checks = {check.name: check for check in verify_dossier(seal(tmp_path / "d.zip"))}
    assert "signatures" not in checks
    assert all(check.ok for check in checks.values())
    assert "未核对" in checks["receipts"].sentence_zh


# --- hostile files ----------------------------------------------------------------------------------------------------


def zipped(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as dossier:
        for name, data in members:
            dossier.writestr(name, data)
    return buffer.getvalue()


def overlapping() -> bytes:
    """Two names for one stored member: the central directory points twice to the same bytes."""
    data = bytearray(zipped([("a" * 8, b"x" * 5000), ("b" * 8, b"")]))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 16 : second + 28] = data[first + 16 : first + 28]
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


HOSTILE = {
    "empty": b"",
    "text": b"not a zip at all",
    "truncated": zipped([("manifest.json", b"{}")])[:-10],
    "nothing in it": zipped([]),
    "path traversal": zipped([("../../etc/passwd", b"x")]),
    "absolute path": zipped([("/etc/passwd", b"x")]),
    "windows path": zipped([("C:\\x", b"x")]),
    "control character": zipped([("a\nb", b"x")]),
    "bidi override": zipped([("a\u202eb", b"x")]),
    "directory": zipped([("folder/", b"")]),
    "compressed bomb": zipped([("manifest.json", b"0" * 10_000_000)], zipfile.ZIP_DEFLATED),
    "overlapping bomb": overlapping(),
    "case twins": zipped([("Manifest.json", b"{}"), ("manifest.json", b"{}")]),
    "no manifest": zipped([("other.json", b"{}")]),
    "manifest is a list": zipped([(MANIFEST, b"[]")]),
    "manifest is not JSON": zipped([(MANIFEST, b"{")]),
    "manifest is deep": zipped([(MANIFEST, b'{"a":' * 100_000)]),
    "manifest is no UTF-8": zipped([(MANIFEST, b'{"a":"\xff"}')]),
    "duplicate keys": zipped([(MANIFEST, b'{"layout":"fieldcheck.dossier/1","layout":"x"}')]),
    "unknown layout": zipped([(MANIFEST, b'{"layout":"fieldcheck.dossier/99"}')]),
    "layout is a number": zipped([(MANIFEST, b'{"layout":1}')]),
    "empty manifest": zipped([(MANIFEST, b'{"layout":"fieldcheck.dossier/1"}')]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_fails_a_check_and_raises_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(HOSTILE[name])
    checks = verify_dossier(path)
    assert not all(check.ok for check in checks)
    assert all(check.sentence_zh and check.sentence_en for check in checks)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("path traversal", "不安全的文件名"),
        ("compressed bomb", "被压缩"),
        ("overlapping bomb", "重叠"),
        ("case twins", "出现两次"),
        ("no manifest", "缺少文件“manifest.json”"),
        ("text", "ZIP"),
    ],
)
def test_a_hostile_file_is_named_for_what_it_is(tmp_path: Path, name: str, word: str) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(HOSTILE[name])
    assert any(word in check.sentence_zh for check in verify_dossier(path) if not check.ok)


def test_a_missing_file_is_a_failed_check(tmp_path: Path) -> None:
    (check,) = verify_dossier(tmp_path / "nothing.zip")
    assert not check.ok
    assert verify_dossier(tmp_path) == [
        replace(check, sentence_zh=f"找不到文件：{tmp_path}。", sentence_en=f"There is no such file: {tmp_path}.")
    ]


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = seal(tmp_path / "d.zip")
    data = bytearray(path.read_bytes())
    start = data.rindex(b"PK\x01\x02")
    data[start + 8 : start + 10] = struct.pack("<H", 0x801)
    path.write_bytes(bytes(data))
    assert "加密" in failed(path)["container"].sentence_zh


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_byte_passes_and_none_raises(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = seal(tmp_path_factory.mktemp("flip") / "d.zip")
    raw = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    changed = bytes(raw)
    path.write_bytes(changed)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) if not failed(path) else io.BytesIO() as read:
        # A flip that no check finds changed no member: it lies in the container's own time stamps or attributes.
        if isinstance(read, zipfile.ZipFile):
            genuine = Forger(seal(path.with_name("genuine.zip"))).members()
            assert {name: read.read(name) for name in read.namelist()} == genuine


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from([MANIFEST, ENTRIES, RECEIPTS, KEYS, JOURNAL, DRAWS]), junk=st.binary(max_size=60))
def test_junk_in_any_text_is_a_failed_check(tmp_path_factory: pytest.TempPathFactory, path: str, junk: bytes) -> None:
    dossier = seal(tmp_path_factory.mktemp("junk") / "d.zip")
    members = Forger(dossier).members()
    members[path] = junk
    if path != MANIFEST:
        cover(members)
    Forger(dossier).write(members)
    assert failed(dossier)


def test_every_sentence_is_there_in_both_languages_with_the_same_facts() -> None:
    import re

    for key, (zh, en) in SENTENCES.items():
        assert zh.strip(), key
        assert en.strip(), key
        marks = [set(re.findall(r"\{(\w+?)(?:_zh|_en)?\}", text)) for text in (zh, en)]
        assert marks[0] == marks[1], key
