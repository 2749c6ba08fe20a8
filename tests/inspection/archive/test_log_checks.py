"""Time stamps in a bundle: held to the tree and to their text, by the authority's certificates where they are given."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from inspection.archive import signatures
from inspection.archive.custody.acts import acts_of_stamp
from inspection.archive.reading import LOG_PROOFS
from inspection.archive.sentences import Check
from inspection.archive.sources import LogPlace, LogProofs, LogStamp
from inspection.archive.verify import verify_dossier
from inspection.kernel.canonical import canonical_json
from inspection.kernel.journal import EventKind
from inspection.kernel.timestamping import stamp_request, stamped_at
from mobile_contract.base import b64url, unb64url
from mobile_contract.log import LogHead
from mobile_contract.merkle import consistency_path, inclusion_path, leaf_hash, root_of
from mobile_contract.signed import Purpose
from tests.inspection.archive.papers import AT, SERVER, VISIT, Forger, chain, custody_of, materials, seal
from tests.sync.authority import Authority, make_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("stranger"))


def stamped_tree(authority: Authority, sizes: tuple[int, ...] = (4, 9)) -> LogProofs:
    """The tree of the papers, under its head of 9, with stamps of the heads of these sizes."""
    hashes = [entry.hash for entry in materials().entries]
    leaves = [leaf_hash(bytes([n]) * 32) for n in range(2)] + [leaf_hash(unb64url(one)) for one in hashes]
    leaves.append(leaf_hash(b"z" * 32))
    whole = len(leaves)
    places = {one: LogPlace(n, tuple(map(b64url, inclusion_path(leaves, n)))) for n, one in enumerate(hashes, start=2)}
    stamps = []
    for n, size in enumerate(sizes):
        head = signed_head(leaves[:size])
        token = authority.answer(stamp_request(head.p).as_bytes())
        path = tuple(map(b64url, consistency_path(leaves, size))) if size < whole else ()
        covers = sum(one.place < size for one in places.values())
        day = date(2026, 3, 2) + timedelta(days=n)
        at, told = stamped_at(token, head.p, ()), base64.b64encode(token).decode()
        stamps.append(LogStamp(day, at, "http://stamps", head, size, told, path, covers))
    return LogProofs(signed_head(leaves), whole, places, (), tuple(stamps))


def signed_head(leaves: list[bytes]) -> Any:
    head = LogHead(size=len(leaves), root=b64url(root_of(leaves)), at=AT, history=SERVER_HISTORY)
    return SERVER.sign_text(Purpose.TREE_HEAD, head.model_dump_json())


SERVER_HISTORY = UUID(int=2)


def bundle(path: Path, proofs: LogProofs) -> Path:
    made = materials()
    return seal(path, custody=custody_of(made, proofs=proofs))


def stamps_of(path: Path, **how: Any) -> Check:
    return next(one for one in verify_dossier(path, **how) if one.name == "stamps")


def test_stamps_hold_and_say_how_far_they_reach(tmp_path: Path, authority: Authority, stranger: Authority) -> None:
    path = bundle(tmp_path / "d.zip", stamped_tree(authority))
    assert [one for one in verify_dossier(path, trusted=authority.certificates) if not one.ok] == []
    assert "未核对时间戳机构的证书" in stamps_of(path).sentence_zh
    trusted = stamps_of(path, trusted=authority.certificates)
    assert (trusted.ok, "2026-03-02, 2026-03-03" in trusted.sentence_zh) == (True, True)
    assert "6 条" in trusted.sentence_zh
    assert not stamps_of(path, trusted=stranger.certificates).ok


def test_a_bundle_without_stamps_says_so(tmp_path: Path, authority: Authority) -> None:
    assert stamps_of(bundle(tmp_path / "d.zip", stamped_tree(authority, ()))).sentence_zh == "没有第三方时间戳。"


def test_where_stamps_cannot_be_read_it_is_told(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle(tmp_path / "d.zip", stamped_tree(authority, (9,)))
    monkeypatch.setattr(signatures, "stamps_available", lambda: False)
    assert "本机没有核对时间戳的程序" in stamps_of(path).sentence_zh


TAMPERINGS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a stamp of another head", lambda p: p["stamps"][0].update(response=p["stamps"][1]["response"]), "不符或无效"),
    ("a stamp that is none", lambda p: p["stamps"][0].update(response="AAAA"), "不符或无效"),
    ("another time", lambda p: p["stamps"][0].update(at="2026-03-02T00:00:00+00:00"), "不符或无效"),
    ("the stamped head", lambda p: p["stamps"][0]["head"].update(s="A" * 86), "同一棵树"),
    ("another size", lambda p: p["stamps"][0].update(size=5), "同一棵树"),
    ("no proof between the heads", lambda p: p["stamps"][0].update(path=[]), "同一棵树"),
    ("more entries than it covers", lambda p: p["stamps"][0].update(covers=6), "覆盖的记录数"),
    ("a stamp twice", lambda p: p["stamps"].append(p["stamps"][1]), "覆盖的记录数"),
]


@pytest.mark.parametrize(("edit", "word"), [case[1:] for case in TAMPERINGS], ids=[case[0] for case in TAMPERINGS])
def test_a_stamp_that_was_changed_is_found(
    tmp_path: Path, authority: Authority, edit: Callable[[dict[str, Any]], object], word: str
) -> None:
    proofs = bundle_proofs(tmp_path, authority)

    def edited(data: bytes) -> bytes:
        told = json.loads(data)
        edit(told)
        return canonical_json(told)

    check = stamps_of(Forger(proofs).change(LOG_PROOFS, edited, covering=True))
    assert not check.ok
    assert word in check.sentence_zh


_made: dict[str, bytes] = {}


def bundle_proofs(folder: Path, authority: Authority) -> Path:
    """A bundle with two stamps; OpenSSL is asked once."""
    path = folder / "d.zip"
    if not _made:
        _made["zip"] = bundle(path, stamped_tree(authority)).read_bytes()
    path.write_bytes(_made["zip"])
    return path


def test_a_stamp_stands_in_the_chain_as_an_act_with_its_day_as_source(tmp_path: Path, authority: Authority) -> None:
    proofs = stamped_tree(authority, (9,))
    (one,) = proofs.stamps
    act = acts_of_stamp(one.day.isoformat(), one.at.isoformat(), one.size, one.covers)
    stream = f"custody:{VISIT}"
    for noted, holds in ((act, True), (replace(act, source="stamp:2026-03-09"), False)):
        told = chain(stream, (EventKind.CUSTODY_NOTED, noted.payload()))
        made = materials()
        path = seal(tmp_path / "d.zip", custody=custody_of(made, proofs=proofs, chains={stream: told}))
        assert all(check.ok for check in verify_dossier(path)) is holds


def test_a_bundle_that_was_made_while_the_log_was_torn_says_so(tmp_path: Path) -> None:
    waiting = tuple(sorted(entry.hash for entry in materials().entries))
    checks = verify_dossier(bundle(tmp_path / "d.zip", LogProofs(None, 0, {}, waiting, (), torn=True)))
    (wrong,) = [one for one in checks if not one.ok]
    assert wrong.name == "log"
    assert f"proves none of {len(waiting)} entries" in wrong.sentence_en
