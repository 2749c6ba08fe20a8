"""An export file that a person carries in: whole, damaged, foreign, hostile. What can be read is taken, once."""

import io
import struct
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, read
from inspection.visits.tables import Entry
from media import store as store_media
from media.limits import Limits
from media.vault import Vault, open_vault
from mobile_contract.client import Device
from mobile_contract.client.export import carried_back, export
from mobile_contract.client.state import Custody
from mobile_contract.problems import ProblemCode
from mobile_contract.push import Verdict
from sync.office.export_file import ENTRIES, ExportFile, OverfullFileError, UnreadableFileError
from sync.office.rescue import Rescued, import_rescue, taken
from sync.tables import Rescue
from tests.sync.world import World, build_world, note

PHOTO = b"\xff\xd8\xff a photo \x00\x01" * 50


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    async with open_vault(tmp_path / "media", limits=Limits(image=1 << 20, other=1 << 20, free_floor=0)) as opened:
        yield opened


async def carry(world: World, path: Path) -> Rescued:
    return await import_rescue(world.cmd(), path=path, authority_id=world.authority, keys=world.keys)


async def full_tablet(world: World, count: int = 6) -> Device:
    tablet = await world.tablet()
    for number in range(count):
        note(tablet, world.visit, f"{number}")
    tablet.attach(PHOTO, "image/jpeg")
    return tablet


def files_under(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as whole:
        for name, content in members.items():
            whole.writestr(name, content)
    return path


async def test_entries_and_files_of_a_tablet_that_cannot_speak_are_taken(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    done = await carry(world, tmp_path / "file.zip")
    assert (done.device, done.signed, done.known, done.damaged) == (tablet.id, True, False, False)
    assert (done.lines, taken(done), done.files, done.spoilt) == (6, 6, 1, 0)
    blob = await store_media.blob(tablet.store.digests()[0])
    assert blob is not None
    assert (blob.length, blob.mime) == (len(PHOTO), "image/jpeg")
    assert {row["carrier"] for row in await Entry.select(Entry.carrier)} == {tablet.id}
    assert carried_back(tablet, done.receipts) == 6
    assert tablet.store.entries(Custody.OWN) == []
    events = [line.kind for line in await read(f"device:{tablet.id}")]
    assert EventKind.RESCUE_IMPORTED in events


async def test_the_same_file_again_is_told_and_changes_nothing(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    first, again = await carry(world, tmp_path / "file.zip"), await carry(world, tmp_path / "file.zip")
    assert (first.known, again.known) == (False, True)
    assert (taken(again), again.verdicts[Verdict.DUPLICATE]) == (0, 6)
    assert await Rescue.count() == 1
    assert carried_back(tablet, again.receipts) == 6
    events = [line.kind for line in await read(f"device:{tablet.id}")]
    assert events.count(EventKind.RESCUE_IMPORTED) == 1


async def test_a_revoked_device_past_its_grace_is_rescued_and_flagged(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    await world.revoke(tablet, grace_days=0)
    done = await carry(world, tmp_path / "file.zip")
    assert (taken(done), done.verdicts[Verdict.FLAGGED]) == (6, 6)


async def test_a_file_that_no_key_signed_any_more_is_taken_by_what_its_entries_say(
    world: World, vault: Vault, tmp_path: Path
):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    whole = parts(tmp_path / "file.zip")
    for number, missing in enumerate((["manifest.sig"], ["manifest.json"], ["manifest.json", "manifest.sig"])):
        left = {name: content for name, content in whole.items() if name not in missing}
        done = await carry(world, packed(tmp_path / f"{number}.zip", left))
        assert (done.device, done.signed, done.lines, done.files) == (tablet.id, False, 6, 1)


async def test_a_foreign_manifest_signs_nothing(world: World, vault: Vault, tmp_path: Path):
    tablet, other = await full_tablet(world), await world.tablet(1)
    export(tablet, tmp_path / "file.zip")
    export(other, tmp_path / "other.zip")
    mixed = parts(tmp_path / "file.zip") | {"manifest.sig": parts(tmp_path / "other.zip")["manifest.sig"]}
    done = await carry(world, packed(tmp_path / "mixed.zip", mixed))
    assert (done.device, done.signed, taken(done)) == (tablet.id, False, 6)


async def test_a_file_of_another_authority_is_refused_and_tells_nothing(world: World, vault: Vault, tmp_path: Path):
    elsewhere = await build_world("elsewhere")
    tablet = await full_tablet(elsewhere)
    export(tablet, tmp_path / "file.zip")
    with pytest.raises(Invalid) as refused:
        await carry(world, tmp_path / "file.zip")
    assert (refused.value.code, refused.value.facts) == (ProblemCode.RESCUE_UNREADABLE, {})
    assert await Entry.count() == 0


async def test_a_file_that_was_cut_off_gives_what_stands_before_the_cut(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    whole = (tmp_path / "file.zip").read_bytes()
    end = whole.index(tablet.store.entries()[3].line.encode()) + 40  # within the fourth line
    (tmp_path / "cut.zip").write_bytes(whole[:end])
    done = await carry(world, tmp_path / "cut.zip")
    assert (done.device, done.signed, done.damaged) == (tablet.id, True, True)
    assert (done.lines, taken(done), done.files) == (3, 3, 0)


async def test_one_spoilt_byte_costs_one_line_or_one_file(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    whole = bytearray((tmp_path / "file.zip").read_bytes())
    whole[whole.index(tablet.store.entries()[2].line.encode()) + 30] ^= 1
    whole[whole.index(PHOTO) + 5] ^= 1
    (tmp_path / "spoilt.zip").write_bytes(whole)
    done = await carry(world, tmp_path / "spoilt.zip")
    assert (done.lines, taken(done), done.verdicts[Verdict.REFUSED]) == (6, 5, 1)
    assert (done.files, done.spoilt, done.damaged) == (0, 1, True)


async def test_names_that_try_to_be_paths_and_files_that_lie_are_left_alone(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    hostile = {"../../evil": b"x", "/etc/passwd": b"x", "media/../../x": b"x", "media/" + "f" * 64: b"a lie"}
    hostile |= {"media/" + "A" * 64: b"x", "C:\\evil": b"x", "entries.ndjson/": b"", "e" * 5000: b""}
    before = files_under(tmp_path)
    done = await carry(world, packed(tmp_path / "hostile.zip", parts(tmp_path / "file.zip") | hostile))
    assert (taken(done), done.files, done.spoilt) == (6, 1, 1)
    assert {path.name for path in files_under(tmp_path) - before} == {"hostile.zip", tablet.store.digests()[0]}


async def test_what_is_larger_than_an_upload_may_be_is_not_kept(world: World, vault: Vault, tmp_path: Path):
    tablet = await world.tablet()
    tablet.attach(bytes(1 << 20) + b"x", "image/jpeg")
    export(tablet, tmp_path / "file.zip")
    done = await carry(world, tmp_path / "file.zip")
    assert (done.files, done.spoilt) == (0, 1)
    assert list(vault.disk.staging_dir.iterdir()) == []


async def test_a_bomb_is_stopped_and_what_came_before_it_stays(world: World, vault: Vault, tmp_path: Path):
    tablet = await full_tablet(world)
    export(tablet, tmp_path / "file.zip")
    bomb = parts(tmp_path / "file.zip")
    lines = bomb[ENTRIES]
    for number, flood in enumerate((bytes(20_000_000), b"\n" * 200_000)):
        bomb[ENTRIES] = lines + flood
        with pytest.raises(Invalid) as refused:
            await carry(world, packed(tmp_path / f"{number}.zip", bomb, zipfile.ZIP_DEFLATED))
        assert refused.value.code is ProblemCode.RESCUE_UNREADABLE
        assert await Entry.count() == 6


def opened(content: bytes) -> ExportFile:
    return ExportFile(io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"hello " * 100, b"PK\x03\x04" * 50, b"\x00" * 100_000],
)
def test_what_is_no_such_file_is_told(content: bytes):
    with pytest.raises(UnreadableFileError):
        opened(content)


def test_a_directory_that_claims_to_be_huge_is_not_read(tmp_path: Path):
    whole = bytearray(packed(tmp_path / "a.zip", {ENTRIES: b"a line\n"}).read_bytes())
    at = whole.rindex(b"PK\x05\x06")
    whole[at + 12 : at + 16] = struct.pack("<L", 0xFFFFFFF0)
    file = opened(bytes(whole))
    assert [list(batch) for batch in file.batches()] == [[b"a line"]]
    assert file.damaged


def test_lines_come_in_pushes_that_are_allowed(tmp_path: Path):
    lines = [b"%d " % number + b"y" * 3000 for number in range(1200)]
    file = opened(packed(tmp_path / "a.zip", {ENTRIES: b"\n".join(lines)}).read_bytes())
    batches = list(file.batches())
    assert [line for batch in batches for line in batch] == lines
    assert max(len(batch) for batch in batches) <= 500
    assert max(sum(len(line) + 1 for line in batch) for batch in batches) <= 1024 * 1024


def test_a_line_without_an_end_is_cut_and_the_next_one_read(tmp_path: Path):
    content = b"first\n" + b"x" * 3_000_000 + b"\nlast\n"
    file = opened(packed(tmp_path / "a.zip", {ENTRIES: content}).read_bytes())
    (batch,) = file.batches()
    assert [len(line) for line in batch] == [5, 160 * 1024 + 1, 4]


def test_an_overlapping_bomb_is_stopped(tmp_path: Path):
    """Many names for the same packed bytes: each is read, and all of them together may not be too much."""
    names = [f"media/{number:064x}" for number in range(3000)]
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr(names[0], bytes(10 << 20))
        whole.filelist += [_named(whole.filelist[0], name) for name in names[1:]]
        whole._didModify = True
    content = (tmp_path / "a.zip").read_bytes()
    with pytest.raises((OverfullFileError, UnreadableFileError)):
        file = opened(content)
        for name in names:
            file.small(name, 20 << 20)


def _named(info: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    other = zipfile.ZipInfo(name)
    for member in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
        setattr(other, member, getattr(info, member))
    return other


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as _file:
    _file.writestr("manifest.json", b'{"v":1}')
    _file.writestr(ENTRIES, b"line\n" * 50)
    _file.writestr("media/" + "0" * 64, b"bytes" * 20)


@given(st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_is_an_incident(data: st.DataObject):
    content = bytearray(WHOLE.getvalue())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    try:
        file = opened(bytes(content))
        lines = [line for batch in file.batches() for line in batch]
        file.small("manifest.json", 100)
        assert all(len(digest) == 64 for digest in file.media())
    except (UnreadableFileError, OverfullFileError):
        return
    assert len(lines) <= 300
