"""What cameras claim: read where it can be read, left out where it cannot, and never more than it may weigh."""

import io
import json
import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from inspection.kernel.canonical import canonical_json
from media.exif import MAX_WORDS, Claims, claims, cleaned, words
from media.image import look_at
from tests.media.pictures import encoded

CAMERA, PLACE = 0x8769, 0x8825
SHANGHAI = {
    1: "N",
    2: (31.0, 13.0, 49.4976),
    3: "E",
    4: (121.0, 28.0, 25.4436),
    5: b"\x00",
    6: 12.34,
    7: (1.0, 2.0, 3.0),
    29: "2026:03:02",
    31: 4.567,
}


def photo(camera=None, place=None, **main) -> Image.Image:
    exif = Image.Exif()
    tags = {"make": 0x010F, "model": 0x0110, "software": 0x0131}
    for name, value in main.items():
        exif[tags[name]] = value
    exif.get_ifd(CAMERA).update(camera or {})
    exif.get_ifd(PLACE).update(place or {})
    return Image.open(io.BytesIO(encoded(Image.new("RGB", (4, 4)), "JPEG", exif=exif)))


def test_everything_that_a_phone_writes_is_read_in_whole_numbers() -> None:
    camera = {0x9003: "2026:03:02 09:02:03", 0x9011: "+08:00", 0x9291: "42"}
    told = claims(photo(camera, SHANGHAI, make="HUAWEI", model="P60 Pro", software="HarmonyOS 5"))
    assert told == Claims(
        taken="2026-03-02T09:02:03.420",
        offset="+08:00",
        lat_e7=312304160,
        lon_e7=1214737343,
        alt_mm=12340,
        acc_mm=4567,
        gps_at="2026-03-02T01:02:03Z",
        make="HUAWEI",
        model="P60 Pro",
        software="HarmonyOS 5",
    )
    assert Claims.from_facts(json.loads(canonical_json(told.facts()))) == told


def test_south_west_and_below_the_sea_are_negative() -> None:
    told = claims(photo(place=SHANGHAI | {1: "S", 3: "W", 5: b"\x01"}))
    assert (told.lat_e7, told.lon_e7, told.alt_mm) == (-312304160, -1214737343, -12340)


def test_a_photo_without_metadata_claims_nothing() -> None:
    assert claims(Image.open(io.BytesIO(encoded(Image.new("RGB", (4, 4)), "JPEG")))) == Claims()
    assert Claims().facts() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {2: (91.0, 0.0, 0.0)},
        {2: (31.0, 13.0)},
        {2: 31.0},
        {2: (IFDRational(0, 0), 0.0, 0.0)},
        {2: (IFDRational(1, 0), 0.0, 0.0)},
        {1: "E"},
        {1: ""},
        {1: "NORTH"},
        {3: b"\xff"},
    ],
)
def test_half_a_place_is_no_place(wrong) -> None:
    told = claims(photo(place=SHANGHAI | wrong))
    assert (told.lat_e7, told.lon_e7) == (None, None)


@pytest.mark.parametrize(
    "taken", ["2026:02:30 09:00:00", "    :  :     :  :  ", "0000:00:00 00:00:00", "2026-03-02", "", "x" * 5000]
)
def test_an_impossible_time_is_left_out(taken: str) -> None:
    told = claims(photo({0x9003: taken, 0x9011: "+99:00"}, SHANGHAI | {29: taken, 7: (25.0, 0.0, 0.0)}))
    assert (told.taken, told.offset, told.gps_at) == (None, None, None)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("  HUAWEI \x00\x00", "HUAWEI"),
        ("华为".encode(), "华为"),
        ("小米".encode().decode("latin-1"), "小米"),
        ("a\u202eb\nc\x1b[31m", "a b c [31m"),
        ("caf\xe9", "café"),
        ("x" * 10_000, "x" * MAX_WORDS),
        (b"\xff\xfe", "ÿþ"),
        (7, ""),
        (None, ""),
    ],
)
def test_words_become_one_short_clean_line(told, read: str) -> None:
    assert words(told) == read


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_cleaned_words_are_short_and_stay_as_they_are(told) -> None:
    read = words(told)
    assert len(read) <= MAX_WORDS
    assert cleaned(read) == read
    assert read.isprintable() or read == ""
    assert json.loads(canonical_json(read)) == read


@settings(max_examples=150)
@given(st.binary(max_size=300), st.booleans(), st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_hostile_metadata_neither_fails_nor_weighs(tmp_path_factory, junk: bytes, headed: bool, kind: str) -> None:
    block = b"Exif\x00\x00" + (b"II*\x00\x08\x00\x00\x00" if headed else b"") + junk
    path = tmp_path_factory.mktemp("exif") / "blob"
    path.write_bytes(encoded(Image.new("RGB", (8, 6)), kind, exif=block))
    seen = look_at(path)
    assert len(seen.copies) == 2
    assert len(canonical_json(seen.facts())) < 2_000
    assert Claims.from_facts(seen.claimed.facts()) == seen.claimed


def directory(*entries: tuple[int, int, int, int]) -> bytes:
    """A TIFF header and one directory of (tag, type, count, value or offset), which points to itself as the next."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(entries)) + packed + struct.pack("<I", 8)


@pytest.mark.parametrize(
    "block",
    [
        directory((0x8769, 4, 1, 8), (0x8825, 4, 1, 8)),  # directories inside of themselves
        directory((0x010F, 2, 0xFFFFFFFF, 26)),  # a text of four gigabytes
        directory((0x010F, 5, 0x20000000, 26)),
        directory(*((0x9000 + number % 500, 4, 1, number) for number in range(5000))),
        b"Exif\x00\x00" * 9000,
    ],
    ids=["loop", "long", "many", "crowded", "headers"],
)
def test_evil_directories_hide_no_picture(tmp_path, block: bytes) -> None:
    path = tmp_path / "blob"
    path.write_bytes(encoded(Image.new("RGB", (8, 6)), "JPEG", exif=block[:65_000]))
    seen = look_at(path)
    assert (len(seen.copies), seen.findings) == (2, ())
    assert len(canonical_json(seen.facts())) < 1_000


def test_a_block_beyond_all_measure_is_not_read(tmp_path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Huawei"
    path = tmp_path / "blob"
    path.write_bytes(encoded(Image.new("RGB", (8, 6)), "PNG", exif=exif.tobytes() + bytes(2_000_000)))
    seen = look_at(path)
    assert (len(seen.copies), seen.claimed) == (2, Claims())


@settings(max_examples=40)
@given(st.dates(date(1000, 1, 1)), st.integers(0, 86_399))
def test_every_true_time_is_read(day: date, second: int) -> None:
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    assert claims(photo({0x9003: f"{day:%Y:%m:%d} {clock}"})).taken == f"{day.isoformat()}T{clock}"
