"""What the public gets of an image: its pixels outside of the boxes, and nothing else at all."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from media.blobs import find_blob, open_blob, store_bytes
from media.boxes import MAX_BOXES, Box, as_stored, box_of, clipped
from media.findings import ImageFinding, Look
from media.own import own_stream
from media.public_copy import find_public_copy, make_public_copy, public_copies, public_copies_of
from media.redact import redact
from media.trailing import is_bare_jpeg
from media.vault import Vault
from tests.media.conftest import AUTHORITY, OTHER_AUTHORITY
from tests.media.pictures import HEIC, encoded, jpeg, png_header_of

SECRETS = (b"SECRET-COMMENT", b"SECRET-PROFILE", b"SECRET-MAKER", b"SECRET-TAIL", b"SECRET-TEXT")
BOX = (10, 10, 20, 10)
MODES = ("RGB", "RGBA", "L", "LA")
BARE = encoded(Image.new("RGB", (40, 30)), "JPEG")


@pytest.fixture
def cmd(cmd: Command) -> Command:
    """What is held, and made for the public, is an authority's."""
    return replace(cmd, authority=AUTHORITY)


def redacted(path, data: bytes, *boxes: Box) -> Look:
    path.write_bytes(data)
    return redact(path, boxes)


def seen(look: Look) -> Image.Image:
    (copy,) = look.copies
    image = Image.open(io.BytesIO(copy.data))
    assert (copy.name, image.format, image.size) == ("public", "JPEG", (copy.width, copy.height))
    return image.convert("RGB")


def telltale(orientation: int = 1) -> bytes:
    """A JPEG with everything in it that a camera or a person may put there."""
    image = Image.effect_noise((300, 200), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "SECRET-MAKER"
    exif.get_ifd(0x8825)[29] = "SECRET-MAKER"
    data = encoded(image, "JPEG", comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20, exif=exif)
    return data + b"SECRET-TAIL"


boxes_in = st.builds(Box, st.integers(-20, 100), st.integers(-20, 80), st.integers(1, 60), st.integers(1, 60))


@settings(max_examples=40)
@given(
    st.lists(boxes_in, max_size=4), st.integers(1, 8), st.integers(0, 255), st.sampled_from(["RGB", "RGBA", "L", "LA"])
)
def test_no_pixel_beneath_a_box_has_a_part_in_the_copy(
    tmp_path_factory, boxes, orientation: int, seed: int, mode: str
) -> None:
    """Two pictures that differ beneath the boxes alone give the same bytes, whichever way the camera was held."""
    path = tmp_path_factory.mktemp("public") / "blob"
    one = Image.linear_gradient("L").resize((90, 60)).convert("RGB")
    other = one.copy()
    exif = Image.Exif()
    exif[0x0112] = orientation
    for box in boxes:
        stored = as_stored(box, 90, 60, orientation)
        ImageDraw.Draw(other).rectangle(stored.corners, fill=(seed, 255 - seed, seed // 2))
    first = redacted(path, encoded(one.convert(mode), "PNG", exif=exif), *boxes)
    second = redacted(path, encoded(other.convert(mode), "PNG", exif=exif), *boxes)
    assert first.copies[0].data == second.copies[0].data
    upright = clipped(boxes, *((90, 60) if orientation < 5 else (60, 90)))
    picture = seen(first)
    for box in upright:
        middle = picture.getpixel((box.x + box.width // 2, box.y + box.height // 2))
        assert max(middle) < 60 or min(box.width, box.height) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_nothing_of_the_originals_metadata_survives(tmp_path, orientation: int) -> None:
    data = telltale(orientation)
    assert sum(secret in data for secret in SECRETS) == 4
    look = redacted(tmp_path / "blob", data, Box(*BOX))
    copy = look.copies[0].data
    assert not any(secret in copy for secret in (*SECRETS, b"Exif", b"ICC", b"MPF", b"http"))
    assert is_bare_jpeg(copy)
    image = Image.open(io.BytesIO(copy))
    assert (dict(image.getexif()), set(image.info)) == ({}, {"jfif", "jfif_version", "jfif_unit", "jfif_density"})
    assert image.size == ((300, 200) if orientation < 5 else (200, 300))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_lies_where_a_person_drew_it(orientation: int) -> None:
    """In the picture as it is seen, whichever way it is stored."""
    box = Box(2, 3, 5, 4)
    stored = Image.new("L", (30, 20))
    ImageDraw.Draw(stored).rectangle(as_stored(box, 30, 20, orientation).corners, fill=255)
    stored.getexif()[0x0112] = orientation
    upright = Image.new("L", (30, 20) if orientation < 5 else (20, 30))
    ImageDraw.Draw(upright).rectangle(box.corners, fill=255)
    assert ImageOps.exif_transpose(stored).tobytes() == upright.tobytes()


def test_the_second_picture_of_a_phones_file_does_not_leave(tmp_path) -> None:
    secret = Image.effect_noise((300, 200), 90).convert("RGB")
    data = encoded(Image.new("RGB", (300, 200)), "MPO", save_all=True, append_images=[secret])
    look = redacted(tmp_path / "blob", data)
    assert (look.frames, Image.open(io.BytesIO(look.copies[0].data)).format) == (2, "JPEG")
    assert len(look.copies[0].data) < 3_000 < len(data)
    assert seen(look).getextrema() == ((0, 0), (0, 0), (0, 0))


def test_what_is_hidden_by_transparency_does_not_leave(tmp_path) -> None:
    image = Image.new("RGBA", (60, 60), (250, 0, 0, 0))
    assert seen(redacted(tmp_path / "blob", encoded(image, "PNG"))).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "I;16"])
def test_every_kind_of_image_is_painted_black(tmp_path, mode: str) -> None:
    image = Image.new("L", (60, 60), 255).convert(mode) if mode != "I;16" else Image.new(mode, (60, 60), 65535)
    look = redacted(tmp_path / "blob", encoded(image, "JPEG" if mode == "CMYK" else "PNG"), Box(0, 0, 30, 60))
    assert max(seen(look).getpixel((10, 30))) < 10
    assert min(seen(look).getpixel((50, 30))) > 245


def test_a_copy_is_at_most_1600_pixels_long_and_always_the_same(tmp_path) -> None:
    data = jpeg(4000, 3000)
    first, second = (redacted(tmp_path / "blob", data, Box(0, 0, 2000, 3000)) for _ in range(2))
    assert seen(first).size == (1600, 1200)
    assert seen(first).getpixel((100, 600)) == (0, 0, 0)
    assert first.copies == second.copies


def test_what_cannot_be_decoded_is_a_finding(tmp_path) -> None:
    assert redacted(tmp_path / "blob", b"junk").findings == (ImageFinding.UNREADABLE,)
    assert redacted(tmp_path / "blob", jpeg(300, 200)[:-50]).findings == (ImageFinding.UNREADABLE,)
    assert redacted(tmp_path / "blob", png_header_of(60_000, 60_000)).findings == (ImageFinding.TOO_MANY_PIXELS,)


@given(st.lists(boxes_in, max_size=6), st.integers(1, 90), st.integers(1, 90))
def test_boxes_are_cut_to_the_picture_and_stand_in_one_order(boxes, width: int, height: int) -> None:
    told = clipped(boxes, width, height)
    assert list(told) == sorted(set(told)) == list(clipped(reversed(boxes), width, height))
    covered = {(x, y) for b in boxes for x in range(b.x, b.x + b.width) for y in range(b.y, b.y + b.height)}
    inside = {(x, y) for x, y in covered if 0 <= x < width and 0 <= y < height}
    assert inside == {(x, y) for b in told for x in range(b.x, b.x + b.width) for y in range(b.y, b.y + b.height)}
    assert clipped(told, width, height) == told


@pytest.mark.parametrize(
    "told",
    [
        (),
        (1, 2, 3),
        (1, 2, 3, 4, 5),
        (0, 0, 0, 1),
        (0, 0, 1, -1),
        (0, 0, 10**7, 1),
        (0.0, 0, 1, 1),
        (True, 0, 1, 1),
        "abcd",
    ],
)
def test_what_is_no_box_is_refused(told) -> None:
    with pytest.raises(ValueError, match="box"):
        box_of(told)


def test_only_a_bare_picture_is_bare() -> None:
    assert is_bare_jpeg(BARE)
    assert is_bare_jpeg(encoded(Image.new("L", (40, 30)), "JPEG"))


@pytest.mark.parametrize(
    ("front", "tail"),
    [
        (b"", b"x"),
        (b"", BARE),
        (b"\xff\xfe\x00\x04hi", b""),
        (b"\xff\xe1\x00\x08Exif\x00\x00", b""),
        (b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01", b""),  # with a thumbnail
        (b"\xff\xd9", b""),
    ],
    ids=["tail", "twice", "comment", "exif", "thumbnail", "nothing"],
)
def test_a_picture_with_anything_else_in_it_is_not_bare(front: bytes, tail: bytes) -> None:
    assert not is_bare_jpeg(BARE[:2] + front + BARE[2:] + tail)
    assert not is_bare_jpeg(BARE[:-2])


@given(st.binary(max_size=200))
def test_no_bytes_make_the_check_for_a_bare_picture_fail(data: bytes) -> None:
    assert not is_bare_jpeg(data)
    assert not is_bare_jpeg(b"\xff\xd8\xff" + data)


async def test_a_public_copy_is_a_file_of_its_own_with_its_boxes_and_its_ground(
    cmd: Command, vault: Vault, db: Engine
) -> None:
    original = await store_bytes(cmd, telltale(), "image/jpeg")
    made = await make_public_copy(cmd, digest=original, boxes=[BOX, (290, 190, 50, 50), BOX], ground=" 车牌  号 ")
    assert made.boxes == (Box(*BOX), Box(290, 190, 10, 10))
    (told,) = await public_copies(AUTHORITY, original)
    assert (told.digest, told.width, told.height, told.boxes) == (made.digest, 300, 200, [[*BOX], [290, 190, 10, 10]])
    assert (told.ground, told.made_by, told.made_at) == ("车牌 号", cmd.actor.id, cmd.now)
    assert (await find_blob(made.digest)).mime == "image/jpeg"
    data = b"".join([piece async for piece in open_blob(made.digest)])
    assert is_bare_jpeg(data)
    (line,) = await read(own_stream(AUTHORITY, original))
    assert line.kind is EventKind.PUBLIC_COPY_MADE
    size = {"width": 300, "height": 200}
    assert line.payload == {
        "digest": original,
        "copy": made.digest,
        "boxes": told.boxes,
        "ground": "车牌 号",
        **size,
    }
    again = await make_public_copy(cmd, digest=original, boxes=[(290, 190, 50, 50), BOX], ground="车牌 号")
    assert again == made
    assert len(await public_copies(AUTHORITY, original)) == 1
    await make_public_copy(cmd, digest=original, boxes=[], ground="无须遮盖")
    assert len(await public_copies(AUTHORITY, original)) == 2
    assert await find_public_copy(AUTHORITY, original, made.digest) == told
    with pytest.raises(NotFound):
        await find_public_copy(AUTHORITY, made.digest, original)


async def test_who_has_the_same_picture_sees_and_finds_own_copies_only_though_their_bytes_be_the_same(
    cmd: Command, vault: Vault, db: Engine
) -> None:
    other = replace(cmd, authority=OTHER_AUTHORITY)
    (original,) = {await store_bytes(one, BARE, "image/jpeg") for one in (cmd, other)}
    theirs = await make_public_copy(other, digest=original, boxes=[BOX], ground="人脸")
    bare = await make_public_copy(other, digest=original, boxes=[], ground="无须遮盖")
    assert await public_copies(AUTHORITY, original) == ()
    assert await public_copies_of(AUTHORITY, [original, "../x"]) == {}
    for copy in (theirs, bare):
        with pytest.raises(NotFound):
            await find_public_copy(AUTHORITY, original, copy.digest)
    own = await make_public_copy(cmd, digest=original, boxes=[BOX], ground="人脸")
    assert own == theirs
    for authority, digests in ((AUTHORITY, [own.digest]), (OTHER_AUTHORITY, [theirs.digest, bare.digest])):
        assert [one.digest for one in await public_copies(authority, original)] == digests
        told = await read(own_stream(authority, original))
        assert [(line.payload["copy"], line.authority) for line in told] == [(one, authority) for one in digests]
    assert [line.kind for line in await read(f"media:{original}")] == [EventKind.BLOB_STORED]


async def test_what_is_no_box_no_ground_or_no_picture_is_refused_and_leaves_nothing(
    cmd: Command, vault: Vault, db: Engine
) -> None:
    photo = await store_bytes(cmd, HEIC, "image/heic")
    for boxes, ground in (
        ([(0, 0, 0, 5)], "x"),
        ([(96, 0, 5, 5)], "x"),
        ([BOX] * (MAX_BOXES + 1), "x"),
        ([], " "),
        ([], "x" * 501),
    ):
        with pytest.raises(Invalid):
            await make_public_copy(cmd, digest=photo, boxes=boxes, ground=ground)
    words = await store_bytes(cmd, b"words", "text/plain")
    with pytest.raises(Conflict) as refused:
        await make_public_copy(cmd, digest=words, boxes=[], ground="x")
    assert refused.value.facts == {"finding": "unreadable"}
    with pytest.raises(NotFound):
        await make_public_copy(cmd, digest="ab" * 32, boxes=[], ground="x")
    assert await public_copies_of(AUTHORITY, [photo, words, "ab" * 32]) == {}
