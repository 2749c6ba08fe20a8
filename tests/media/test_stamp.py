"""The band below a shown picture: the words of the signed entry, drawn so that nothing is silently missing."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, NotFound
from media.blobs import find_blob, store_bytes
from media.derive import look_at_blob, record_look
from media.findings import ImageFinding
from media.stamp import stamp
from media.stamp_words import Spot, StampFacts, stamp_words
from media.stamped import stamped_copy
from media.vault import Vault
from tests.conftest import NOW
from tests.media.pictures import jpeg

"""Characters of names, with those of the list of general use (通用规范汉字表) that old systems lack."""


def facts(**change) -> StampFacts:
    known = {
        "digest": "ab" * 29 + "012345",
        "claimed": NOW,
        "not_before": NOW,
        "not_after": NOW + timedelta(minutes=5),
        "spot": Spot(312304160, 1214737010, 123),
        "inspectors": ("张三",),
        "authority": "某市市场监督管理局",
    }
    return StampFacts(**(known | change))


def test_what_is_proven_comes_before_what_is_claimed() -> None:
    assert stamp_words(facts(), BEIJING, "zh_CN") == (
        "时间：2026-03-02 09:00:00 至 2026-03-02 09:05:00（UTC+08:00，已由服务器时间证明）",
        "地点：31.23042°N，121.47370°E（WGS 84，精度 12.3 米）",
        "检查人员：张三　某市市场监督管理局",
        "文件 …" + facts().digest[-12:] + "　仅供查看，证据以原件为准",
    )
    claimed = stamp_words(facts(not_before=None), BEIJING, "zh_CN")[0]
    assert claimed == "时间：2026-03-02 09:00:00（UTC+08:00，平板自报，未经证明）"
    assert stamp_words(facts(not_before=None, claimed=None), BEIJING, "zh_CN")[0] == "时间：不详"


def test_a_place_is_told_as_what_it_is() -> None:
    southern = stamp_words(facts(spot=Spot(-312304160, -5, 0, mock=True)), BEIJING, "en")[1]
    assert southern == "Place: 31.23042°S, 0.00000°W (WGS 84, within 0.0 m; a made-up position, says the system)"
    assert stamp_words(facts(spot=None), BEIJING, "zh_CN")[1] == "地点：未记录"


@given(st.integers(0, 7 * 10**9), st.integers(-(9 * 10**8), 9 * 10**8))
def test_no_fact_makes_the_words_fail(seconds: int, lat: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    for lang in ("zh_CN", "en"):
        told = stamp_words(facts(claimed=at, not_before=None, spot=Spot(lat, lat, abs(lat))), BEIJING, lang)
        assert len(told) == 4
        assert all(0 < len(line) < 150 and "{" not in line for line in told)


@pytest.mark.parametrize("size", [(1600, 1200), (900, 1600), (64, 48), (80, 1600)])
def test_the_picture_stands_unchanged_above_its_band(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "preview"
    path.write_bytes(jpeg(*size))
    look = stamp(path, ["时间：2026-03-02 09:00:00" * 4, "", "检查人员：张三"])
    (copy,) = look.copies
    stamped = Image.open(io.BytesIO(copy.data)).convert("RGB")
    assert (copy.name, stamped.size) == ("stamped", (copy.width, copy.height))
    assert stamped.width == max(640, size[0])
    assert size[1] + 60 < stamped.height < size[1] + 500
    place = (size[0] // 4, size[1] // 2)
    above = Image.open(path).convert("RGB").getpixel(place)
    shown = stamped.getpixel((place[0] + (stamped.width - size[0]) // 2, place[1]))
    assert all(abs(a - b) < 40 for a, b in zip(shown, above, strict=True))
    band = stamped.crop((0, size[1] + 8, stamped.width, stamped.height)).convert("L")
    darkest, lightest = band.getextrema()
    assert (darkest < 60, lightest > 200) == (True, True)


@settings(max_examples=25)
@given(st.lists(st.text(max_size=300), max_size=15))
def test_no_words_make_the_drawing_fail(tmp_path_factory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("stamp") / "preview"
    path.write_bytes(jpeg(64, 48))
    (copy,) = stamp(path, lines).copies
    assert copy.width == 640
    assert copy.height < 12 * 12 * 27 + 100


def test_what_is_no_picture_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "preview").write_bytes(b"junk")
    assert stamp(tmp_path / "preview", ["x"]).findings == (ImageFinding.UNREADABLE,)


async def test_a_stamped_copy_is_made_once_for_the_same_words_and_never_stored(
    cmd: Command, vault: Vault, db: Engine
) -> None:
    digest = await store_bytes(cmd, jpeg(800, 600), "image/jpeg")
    with pytest.raises(NotFound):
        await stamped_copy(digest, ["甲"])
    look = await look_at_blob(digest)
    assert look is not None
    await record_look(cmd, digest=digest, look=look)
    first = await stamped_copy(digest, ["甲"])
    (kept,) = vault.disk.derived_dir.glob("*/*/*.stamped*")
    assert kept.read_bytes() == first
    kept.write_bytes(b"from the cache")
    assert await stamped_copy(digest, ["甲"]) == b"from the cache"
    other = await stamped_copy(digest, ["乙"])
    assert other not in {first, b"from the cache"}
    (kept,) = vault.disk.derived_dir.glob("*/*/*.stamped*")
    assert kept.read_bytes() == other
    with pytest.raises(NotFound):
        await find_blob(kept.name)
    vault.disk.derived_path(digest, "preview").write_bytes(b"junk")
    with pytest.raises(Conflict):
        await stamped_copy(digest, ["丙"])
    vault.disk.derived_path(digest, "preview").unlink()
    assert await stamped_copy(digest, ["甲"]) == first  # the preview is made again
