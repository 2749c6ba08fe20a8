"""Good, broken, hostile and odd images. `look_at` runs in the test's process here; the walls have their own tests."""

import io
import json
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from media.findings import ImageFinding, Look
from media.image import PIXEL_LIMIT, formats, look_at
from media.rules import ANY_BYTES
from media.trailing import trailing_bytes
from tests.media.pictures import HEIC, TWO_HEIC, encoded, jpeg, png_header_of, with_chunk

RED, BLUE = (200, 0, 0), (0, 0, 200)


@pytest.fixture
def look(tmp_path: Path):
    def at(data: bytes, declared: str = ANY_BYTES) -> Look:
        path = tmp_path / "blob"
        path.write_bytes(data)
        return look_at(path, declared)

    return at


def picture(look: Look, name: str) -> Image.Image:
    (copy,) = [copy for copy in look.copies if copy.name == name]
    image = Image.open(io.BytesIO(copy.data))
    assert image.format == "JPEG"
    assert image.size == (copy.width, copy.height)
    return image


def near(pixel, colour) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def test_a_photo_gets_two_copies_and_no_finding(look) -> None:
    seen = look(jpeg(4000, 3000))
    assert (seen.format, seen.width, seen.height, seen.frames, seen.orientation) == ("JPEG", 4000, 3000, 1, 1)
    assert seen.findings == ()
    assert picture(seen, "preview").size == (1600, 1200)
    assert picture(seen, "thumb").size == (320, 240)


@pytest.mark.parametrize("size", [(1, 1), (20, 3000), (319, 100)])
def test_a_copy_is_never_larger_than_its_original(look, size: tuple[int, int]) -> None:
    seen = look(jpeg(*size))
    assert seen.findings == ()
    for name, longest in (("preview", 1600), ("thumb", 320)):
        copy = picture(seen, name)
        assert max(copy.size) == min(longest, max(size))
        assert min(copy.size) >= 1


@pytest.mark.parametrize(("orientation", "left"), [(1, RED), (2, BLUE), (3, BLUE), (4, RED)])
def test_copies_are_upright_when_the_camera_was_turned_over(look, orientation: int, left) -> None:
    seen = look(jpeg(200, 100, orientation=orientation))
    assert seen.orientation == orientation
    assert near(picture(seen, "thumb").getpixel((10, 50)), left)


@pytest.mark.parametrize(("orientation", "top"), [(5, RED), (6, RED), (7, BLUE), (8, BLUE)])
def test_copies_are_upright_when_the_camera_was_on_its_side(look, orientation: int, top) -> None:
    thumb = picture(look(jpeg(200, 100, orientation=orientation)), "thumb")
    assert thumb.size == (100, 200)
    assert near(thumb.getpixel((50, 10)), top)


def test_copies_carry_no_metadata(look) -> None:
    icc = b"\x00" * 128 + b"secret profile"
    data = jpeg(800, 600, orientation=6, comment=b"secret comment", icc_profile=icc)
    assert b"secret comment" in data
    assert b"Huawei" in data
    for copy in look(data).copies:
        assert b"secret" not in copy.data
        assert b"Huawei" not in copy.data
        image = Image.open(io.BytesIO(copy.data))
        assert dict(image.getexif()) == {}
        assert not {"icc_profile", "comment", "exif"} & set(image.info)


def test_png_text_and_profile_do_not_reach_the_copies(look) -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "secret name")
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    seen = look(encoded(image, "PNG", pnginfo=told, icc_profile=b"secret profile" * 20))
    assert seen.findings == ()
    assert all(b"secret" not in copy.data for copy in seen.copies)
    # What is transparent is shown on white.
    assert near(picture(seen, "thumb").getpixel((25, 25)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_shown(look, mode: str) -> None:
    seen = look(encoded(Image.new(mode, (400, 300)), "PNG"))
    assert (seen.format, seen.findings) == ("PNG", ())
    assert picture(seen, "thumb").size == (320, 240)


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off(look) -> None:
    seen = look(encoded(Image.new("I;16", (400, 300), 0x8000), "PNG"))
    assert near(picture(seen, "thumb").getpixel((5, 5)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_jpegs_are_shown(look, mode: str) -> None:
    seen = look(encoded(Image.new(mode, (4000, 3000)), "JPEG"))
    assert seen.findings == ()
    assert picture(seen, "preview").size == (1600, 1200)


def test_webp_is_shown(look) -> None:
    seen = look(encoded(Image.new("RGB", (400, 300)), "WEBP"))
    assert (seen.format, seen.findings, len(seen.copies)) == ("WEBP", (), 2)


def test_a_phones_two_picture_file_shows_its_first_and_says_there_is_more(look) -> None:
    first = Image.new("RGB", (400, 300), RED)
    seen = look(encoded(first, "MPO", save_all=True, append_images=[Image.new("RGB", (400, 300), BLUE)]))
    assert (seen.format, seen.frames, seen.findings) == ("MPO", 2, (ImageFinding.SEVERAL_FRAMES,))
    assert near(picture(seen, "preview").getpixel((5, 5)), RED)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_a_cut_off_jpeg_is_a_finding(look, share: float) -> None:
    data = encoded(Image.effect_noise((640, 480), 60).convert("RGB"), "JPEG")
    seen = look(data[: int(len(data) * share)])
    assert (seen.findings, seen.copies) == ((ImageFinding.UNREADABLE,), ())
    assert (seen.width, seen.height) == (640, 480)


def test_a_jpeg_without_its_end_marker_is_a_finding(look) -> None:
    assert look(jpeg(640, 480)[:-2]).findings == (ImageFinding.UNREADABLE,)


def test_a_cut_off_png_is_a_finding(look) -> None:
    data = encoded(Image.effect_noise((640, 480), 60), "PNG")
    assert look(data[: len(data) // 2]).findings == (ImageFinding.UNREADABLE,)


@pytest.mark.parametrize("data", [b"", b"\x00", b"%!PS-Adobe-3.0 EPSF", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_called_an_image_and_is_none_is_a_finding(look, data: bytes) -> None:
    assert look(data, "image/jpeg") == Look(findings=(ImageFinding.NOT_AN_IMAGE,))
    assert look(data) == Look()


def test_a_photo_of_which_only_the_beginning_is_there_is_unreadable(look) -> None:
    assert look(b"\xff\xd8\xff", "image/jpeg") == Look(format="JPEG", findings=(ImageFinding.UNREADABLE,))


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "AVIF"])
def test_formats_that_no_tablet_camera_makes_are_not_decoded(look, kind: str) -> None:
    seen = look(encoded(Image.new("RGB", (32, 32)), kind), f"image/{kind.lower()}")
    assert seen == Look(format=kind, findings=(ImageFinding.NOT_SHOWN,))


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA"])
def test_images_that_are_told_by_nothing_are_none(look, kind: str) -> None:
    assert look(encoded(Image.new("RGB", (32, 32)), kind), "image/x").findings == (ImageFinding.NOT_AN_IMAGE,)


def test_a_heic_photo_is_shown_where_its_decoder_is_installed(look) -> None:
    seen = look(HEIC, "image/heic")
    assert (seen.format, seen.width, seen.height, seen.frames, seen.findings) == ("HEIF", 96, 64, 1, ())
    assert (seen.claimed.make, seen.claimed.taken) == ("Huawei", "2026-03-02T09:00:00")
    assert near(picture(seen, "thumb").getpixel((10, 30)), RED)
    assert near(picture(seen, "thumb").getpixel((85, 30)), BLUE)
    assert look(TWO_HEIC).findings == (ImageFinding.SEVERAL_FRAMES,)
    assert near(picture(look(TWO_HEIC), "thumb").getpixel((10, 30)), RED)


def test_a_heic_photo_without_its_decoder_says_that_it_cannot_be_shown(look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.image.formats", lambda: ("JPEG", "PNG", "WEBP"))
    assert look(HEIC, "image/heic") == Look(format="HEIF", findings=(ImageFinding.NOT_SHOWN,))


def test_the_decoder_of_heic_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    assert formats.__wrapped__() == ("JPEG", "PNG", "WEBP")


def test_a_cut_off_heic_photo_is_a_finding(look) -> None:
    assert look(HEIC[:-40]).findings == (ImageFinding.UNREADABLE,)


def test_a_file_that_is_something_else_than_its_sender_says_is_shown_and_told(look) -> None:
    seen = look(jpeg(400, 300), "image/png")
    assert (seen.format, seen.findings, len(seen.copies)) == ("JPEG", (ImageFinding.TYPE_DIFFERS,), 2)
    assert look(b"%PDF-1.7", "video/mp4") == Look(format="PDF", findings=(ImageFinding.TYPE_DIFFERS,))
    assert look(b"%PDF-1.7", "image/jpeg").findings == (ImageFinding.NOT_AN_IMAGE,)
    assert look(b"words", "video/mp4").findings == (ImageFinding.TYPE_DIFFERS,)


def test_a_file_beyond_every_photo_is_not_read(look, tmp_path: Path) -> None:
    path = tmp_path / "blob"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff\xe0")
        file.truncate(2 * 1024**3)  # a hole: takes no room
    assert look_at(path) == Look(format="JPEG", findings=(ImageFinding.TOO_MANY_BYTES,))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_shows_its_first_and_says_there_is_more(look, kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), BLUE)]
    seen = look(encoded(Image.new("RGB", (40, 30), RED), kind, save_all=True, append_images=frames))
    assert (seen.frames, seen.findings) == (2, (ImageFinding.SEVERAL_FRAMES,))
    assert near(picture(seen, "thumb").getpixel((5, 5)), RED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_broken_colour_profile_changes_nothing(look, kind: str) -> None:
    seen = look(encoded(Image.new("RGB", (40, 30), RED), kind, icc_profile=b"\xff" * 3000))
    assert (seen.findings, near(picture(seen, "thumb").getpixel((5, 5)), RED)) == ((), True)


def test_a_palette_with_transparency_is_shown_on_white(look) -> None:
    image = Image.new("P", (40, 30), 1)
    image.putpalette([0, 0, 0, 200, 0, 0])
    image.paste(0, (0, 0, 20, 30))
    seen = look(encoded(image, "PNG", transparency=0))
    assert near(picture(seen, "thumb").getpixel((5, 15)), (255, 255, 255))
    assert near(picture(seen, "thumb").getpixel((35, 15)), RED)


@pytest.mark.parametrize("kind", [b"iCCP", b"zTXt", b"iTXt"])
def test_a_chunk_that_unpacks_without_end_costs_no_memory(look, kind: bytes) -> None:
    """64 MB out of 64 KB: the picture may be shown or not, but the chunk is never unpacked whole."""
    bomb = zlib.compress(bytes(64_000_000))
    data = (b"x\x00\x01\x00\x00\x00" if kind == b"iTXt" else b"x\x00\x00") + bomb
    tracemalloc.start()
    seen = look(with_chunk(encoded(Image.new("RGB", (40, 30), RED), "PNG"), kind, data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bool(seen.copies) or seen.findings == (ImageFinding.UNREADABLE,)
    assert peak < 16_000_000


def test_thousands_of_chunks_are_walked_once(look) -> None:
    data = encoded(Image.new("RGB", (40, 30), RED), "PNG")
    many = with_chunk(data, b"tEXt", b"k\x00v", times=20_000)
    assert len(look(many).copies) == 2 or look(many).findings == (ImageFinding.UNREADABLE,)


@pytest.mark.parametrize("size", [(PIXEL_LIMIT + 1, 1), (13_000, 13_000), (60_000, 60_000)])
def test_a_bomb_is_refused_by_its_header(look, size: tuple[int, int]) -> None:
    seen = look(png_header_of(*size))
    assert seen.findings == (ImageFinding.TOO_MANY_PIXELS,)
    assert seen.copies == ()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_polyglot_is_shown_and_told(look, kind: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("payload.html", "<script>alert(1)</script>")
    seen = look(encoded(Image.new("RGB", (400, 300)), kind) + archive.getvalue())
    assert seen.findings == (ImageFinding.TRAILING_BYTES,)
    assert seen.trailing == len(archive.getvalue())
    assert len(seen.copies) == 2
    assert all(b"payload" not in copy.data for copy in seen.copies)


def test_a_broken_exif_block_does_not_hide_the_picture(look) -> None:
    seen = look(jpeg(400, 300, exif=b"Exif\x00\x00" + b"\xff" * 40))
    assert (seen.orientation, seen.findings, len(seen.copies)) == (1, (), 2)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.booleans(), st.data())
def test_no_bytes_make_the_look_fail(tmp_path_factory, junk: bytes, kind: str, wrap: bool, data) -> None:
    """Whatever comes, the answer is a look: damage in the middle, junk alone, junk in front."""
    whole = encoded(Image.new("RGB", (40, 30), RED), kind)
    at = data.draw(st.integers(0, len(whole)))
    bad = whole[:at] + junk + whole[at + (len(junk) if wrap else 0) :]
    path = tmp_path_factory.mktemp("junk") / "blob"
    path.write_bytes(bad)
    seen = look_at(path, "image/jpeg")
    assert bool(seen.copies) or bool(seen.findings)
    assert Look.from_facts(json.loads(json.dumps(seen.facts())), seen.copies) == seen


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.binary(max_size=200))
def test_trailing_bytes_are_counted_exactly(kind: str, tail: bytes) -> None:
    whole = encoded(Image.new("RGB", (40, 30), RED), kind)
    if tail.startswith(b"\xff\xd8\xff"):
        tail = b"x" + tail
    assert trailing_bytes(whole + tail, kind) == len(tail)


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "WEBP", "MPO", "", "GIF"]))
def test_the_end_of_a_picture_is_never_looked_for_outside_of_it(data: bytes, kind: str) -> None:
    assert 0 <= trailing_bytes(data, kind) <= len(data)


def test_a_long_run_of_fill_bytes_costs_no_more_than_its_length() -> None:
    """A pattern that steps back would take hours here; the test's own timeout is the limit."""
    scan = b"\xff\xd8\xff\xda\x00\x02"
    assert trailing_bytes(scan + b"\xff" * 4_000_000 + b"\x00", "JPEG") == 0
