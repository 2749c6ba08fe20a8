"""Stored files from a shell: counted, verified, collected, held, sent to an object store."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.schema import all_tables
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.journal import EventKind, read
from inspection.kernel.journal import store as journal
from media.blobs import store_bytes
from media.vault import open_vault
from tests.cli.shell import Shell
from tests.conftest import NOW
from tests.media.remote import servers

DATA = (b"one", b"two", b"three")
DIGESTS = [sha256_hex(data) for data in DATA]


@pytest.fixture
def files(office: Shell) -> Path:
    """The folder of blobs of an office that stores three files."""

    async def stored() -> None:
        async with running(open_engine(database(office)), all_tables()), open_vault(office.data_dir / "media"):
            for data in DATA:
                await store_bytes(Command(SYSTEM, NOW, SeededEntropy(data.decode())), data, "image/jpeg")

    asyncio.run(stored())
    return office.data_dir / "media" / "blobs"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of an object store, and the folder that it keeps its objects in."""
    folder = tmp_path_factory.mktemp("bucket")
    with servers.s3rver(folder, "evidence") as address:
        yield address, folder


def database(office: Shell) -> str:
    return f"sqlite:///{office.data_dir / 'fieldcheck.sqlite3'}"


def lines(office: Shell, digest: str, room: str = "media:") -> list[EventKind]:
    async def found() -> list[EventKind]:
        async with running(open_engine(database(office)), all_tables()):
            names = [one for one in await journal.streams(room) if one.endswith(digest)]
            return [line.kind for name in names for line in await read(name)]

    return asyncio.run(found())


def place(files: Path, digest: str) -> Path:
    return files / digest[:2] / digest[2:4] / digest


def lay_old(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (0, 0))
    return path


def test_a_store_is_counted(office: Shell, files: Path) -> None:
    assert office.json("media", "status") == {
        "files": 3,
        "length": 11,
        "without_sm3": 3,
        "held": 0,
        "unreplicated": 3,
        "unreplicated_length": 11,
        "object_store": False,
    }
    assert "3 file(s), 11 bytes" in office.run("media", "status").stdout
    assert "未设置对象存储" in office.run("media", "status", lang="zh_CN").stdout


def test_a_good_store_is_verified_with_exit_code_0(office: Shell, files: Path) -> None:
    assert office.json("media", "verify") == {"good": True, "files": 3, "findings": []}
    assert "all are good" in office.run("media", "verify").stdout


def test_every_damage_is_told_in_both_languages_and_written_down_once(office: Shell, files: Path) -> None:
    missing, altered, _ = DIGESTS
    place(files, missing).unlink()
    place(files, altered).write_bytes(b"TWO")
    lay_old(files / "ab" / "cd" / "thumbs.db", b"")
    told = office.json("media", "verify", code=1)
    assert told["files"] == 3
    assert not told["good"]
    assert {(one["kind"], one["name"], one["found"], one["new"]) for one in told["findings"]} == {
        ("missing", missing, None, True),
        ("altered", altered, sha256_hex(b"TWO"), True),
        ("orphan", "thumbs.db", None, True),
    }
    again = office.json("media", "verify", code=1)
    assert [one["new"] for one in again["findings"]] == [False] * 3
    english = office.run("media", "verify", code=1).stdout
    chinese = office.run("media", "verify", code=1, lang="zh_CN").stdout
    for name in (missing, altered, "thumbs.db"):
        assert name in english
        assert name in chinese
    assert "Missing:" in english
    assert "缺失：" in chinese
    assert lines(office, missing) == [EventKind.BLOB_STORED, EventKind.BLOB_DAMAGED]


def test_what_may_go_is_told_first_and_removed_only_when_said_so(office: Shell, files: Path) -> None:
    orphan, held = (lay_old(place(files, sha256_hex(data)), data) for data in (b"orphan", b"held"))
    office.run("media", "hold", held.name, "--ground", "诉讼", "--as", "supervisor")
    expected = {"files": [{"rule": "orphan", "file": orphan.name, "bytes": 6}], "bytes": 6, "expired_uploads": 0}
    assert office.json("media", "collect") == {"removed": False, **expected}
    told = office.run("media", "collect").stdout
    assert orphan.name in told
    assert "--yes" in told
    assert orphan.exists()
    assert office.json("media", "collect", "--yes") == {"removed": True, **expected}
    assert not orphan.exists()
    assert held.exists()
    assert lines(office, orphan.name) == [EventKind.MEDIA_COLLECTED]
    assert "0 file(s), 0 bytes removed" in office.run("media", "collect", "--yes").stdout
    assert office.json("media", "verify", code=1)["findings"][0]["name"] == held.name


def test_a_hold_needs_a_ground_a_file_and_somebody_who_may(office: Shell, files: Path) -> None:
    digest = DIGESTS[0]
    assert office.json("media", "hold", digest, "--ground", "诉讼", "--as", "supervisor")["ground"] == "诉讼"
    assert office.json("media", "status")["held"] == 1
    assert "is held" in office.run("media", "hold", digest, "--ground", "又一", "--as", "supervisor").stdout
    assert "ground" in office.refused("media", "hold", digest, "--ground", " ", "--as", "supervisor")
    assert "no such file" in office.refused("media", "hold", "f" * 64, "--ground", "x", "--as", "supervisor")
    for verb in ("hold", "release"):
        sentence = office.refused("media", verb, digest, "--ground", "x", "--as", "planner")
        assert sentence == "Your role does not permit this; it is for a supervisor, the legal service."
    assert "released" in office.json("media", "release", digest, "--ground", "结案", "--as", "supervisor")
    assert "holds no such file" in office.refused("media", "release", digest, "--ground", "结案", "--as", "supervisor")
    assert lines(office, digest, "file:") == [EventKind.MEDIA_HELD, EventKind.MEDIA_RELEASED]


def test_files_go_to_an_object_store_are_verified_there_and_missed_there(
    office: Shell, files: Path, bucket: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, folder = bucket
    assert "FIELDCHECK_S3_URL" in office.refused("media", "replicate")
    assert "FIELDCHECK_S3_URL" in office.refused("media", "verify", "--remote")
    for name, value in (("URL", "s3://evidence/office"), ("ENDPOINT", address), ("KEY_ID", "S3RVER")):
        monkeypatch.setenv(f"FIELDCHECK_S3_{name}", value)
    assert "FIELDCHECK_S3_SECRET" in office.refused("media", "status")
    monkeypatch.setenv("FIELDCHECK_S3_SECRET", "S3RVER")
    assert office.json("media", "replicate") == {"sent": 3, "failed": 0, "away": False}
    assert office.json("media", "status")["unreplicated"] == 0
    shutil.rmtree(files)
    files.mkdir()
    assert office.json("media", "verify", "--remote") == {"good": True, "files": 3, "findings": []}
    (found,) = folder.rglob(f"{DIGESTS[0]}*_object")
    found.write_bytes(b"ONE")
    told = office.json("media", "verify", "--remote", code=1)
    assert [(one["kind"], one["place"], one["name"]) for one in told["findings"]] == [("altered", "remote", DIGESTS[0])]
    # It is not believed any more to be there, so it is missing now: nobody has it.
    (told,) = office.json("media", "verify", code=1)["findings"]
    assert (told["kind"], told["place"], told["name"]) == ("missing", "disk", DIGESTS[0])


def test_an_object_store_that_is_away_is_told_and_nothing_is_lost(
    office: Shell, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("URL", "s3://evidence"),
        ("ENDPOINT", "http://127.0.0.1:1"),
        ("KEY_ID", "S3RVER"),
        ("SECRET", "S3RVER"),
    ):
        monkeypatch.setenv(f"FIELDCHECK_S3_{name}", value)
    assert office.json("media", "replicate", code=3) == {"sent": 0, "failed": 0, "away": True}
    assert "object store" in office.run("media", "replicate", code=3).stdout
    assert office.json("media", "verify")["good"]
