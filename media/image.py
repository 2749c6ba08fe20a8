"""Look at one file and make the small copies of an image.

Runs in a worker process only (`image_worker.py`): decoders are where bad bytes bite. A file that cannot be read as an
image is a finding, never an error: it stays stored as evidence.
"""

import importlib
import io
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from media.exif import MAX_BLOCK, Claims, claims
from media.findings import Derived, ImageFinding, Look
from media.rules import ANY_BYTES, MAX_PHOTO
from media.sniff import HEAD, NOT_SHOWN, SHOWN, differs, sniff
from media.trailing import trailing_bytes

PIXEL_LIMIT: Final = 60_000_000
SIZES: Final = (("preview", 1600), ("thumb", 320))
"""Longest side in pixels, the larger first: the smaller is made from it, so the file is decoded once."""

QUALITY: Final = 80
_ORIENTATION: Final = 0x0112
_ORIENTATIONS: Final = 8


class Unusable(Exception):
    """The file cannot be read as a picture; why not."""

    def __init__(self, finding: ImageFinding) -> None:
        super().__init__(finding)
        self.finding = finding


@cache
def formats() -> tuple[str, ...]:
    """What is decoded here: what tablets and phones make; HEIC where the extra `[heic]` is installed.

    The two-picture JPEG of some phones opens as JPEG and then says MPO.
    """
    plain = ("JPEG", "PNG", "WEBP")
    try:
        plugin = importlib.import_module("pi_heif")
    except ImportError:
        return plain
    plugin.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=0)
    return (*plain, "HEIF")


def look_at(path: Path, declared: str = ANY_BYTES) -> Look:
    """Probe the file at `path`, which its sender called `declared`; of an image make the small copies: metadata gone,
    upright, JPEG.

    `Image.verify()` lets cut-off JPEGs pass, so the picture is really decoded; what no decoder notices, the digest
    does. What is no image is judged by its first bytes alone.
    """
    with path.open("rb") as file:
        found = sniff(file.read(HEAD))
    told = Look(format=found)
    if found in SHOWN and found in {*formats()}:
        told = _picture(path, told)
    elif found in NOT_SHOWN or found in SHOWN:
        told = replace(told, findings=(ImageFinding.NOT_SHOWN,))
    elif declared.startswith("image/"):
        return replace(told, findings=(ImageFinding.NOT_AN_IMAGE,))
    if differs(declared, told.format):
        told = replace(told, findings=(*told.findings, ImageFinding.TYPE_DIFFERS))
    return told


def _picture(path: Path, told: Look) -> Look:
    try:
        data = read(path)
        image = open_image(data)
        told = describe(image, data)
        return replace(told, copies=_copies(image, told.orientation))
    except Exception as error:  # noqa: BLE001  decoders raise whatever comes to them for bad bytes
        return replace(told, findings=(*told.findings, why(error)))


def why(error: Exception) -> ImageFinding:
    """The finding that an error of a decoder amounts to."""
    if isinstance(error, Unusable):
        return error.finding
    return ImageFinding.TOO_MUCH_MEMORY if isinstance(error, MemoryError) else ImageFinding.UNREADABLE


def read(path: Path) -> bytes:
    """The bytes of a photo.

    Raises:
        Unusable: more than any photo has.
    """
    if path.stat().st_size > MAX_PHOTO:
        raise Unusable(ImageFinding.TOO_MANY_BYTES)
    return path.read_bytes()


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The picture, its header read, nothing decoded.

    Raises:
        Unusable: none that we read, or too large a one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs: our own, lower limit follows at once; of odd metadata
            image = Image.open(io.BytesIO(data), formats=formats())
    except UnidentifiedImageError as error:
        raise Unusable(ImageFinding.UNREADABLE) from error
    except Image.DecompressionBombError as error:
        raise Unusable(ImageFinding.TOO_MANY_PIXELS) from error
    # Pillow itself refuses only above twice its limit, and only warns below.
    if image.width * image.height > PIXEL_LIMIT:
        raise Unusable(ImageFinding.TOO_MANY_PIXELS)
    return image


def describe(image: ImageFile.ImageFile, data: bytes) -> Look:
    """Everything that is to be known of an opened picture without decoding it."""
    kind = image.format or ""
    frames = int(getattr(image, "n_frames", 1))
    trailing = trailing_bytes(data, kind)
    findings = []
    if trailing:
        findings.append(ImageFinding.TRAILING_BYTES)
    if frames > 1:
        findings.append(ImageFinding.SEVERAL_FRAMES)
    # A block beyond all measure is a weight, not a description.
    readable = len(image.info.get("exif") or b"") <= MAX_BLOCK
    return Look(
        format=kind,
        width=image.width,
        height=image.height,
        frames=frames,
        orientation=_orientation(image) if readable else 1,
        trailing=trailing,
        findings=tuple(findings),
        claimed=claims(image) if readable else Claims(),
    )


def _orientation(image: Image.Image) -> int:
    try:
        told = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  a broken EXIF block says nothing about the picture
        return 1
    return told if isinstance(told, int) and 1 <= told <= _ORIENTATIONS else 1


def _copies(image: ImageFile.ImageFile, orientation: int) -> tuple[Derived, ...]:
    source: Image.Image = image
    made: list[Derived] = []
    for name, longest in SIZES:
        target = fit(source.size, longest)
        if source is image:
            # Lets the JPEG decoder shrink while it decodes; needs the aspect-correct size to take effect.
            image.draft("RGB", target)
            source = upright(plain(drawable(image), fit(image.size, longest)), orientation)
        else:
            source = plain(source, target)
        made.append(jpeg(name, source))
    return tuple(made)


def fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size in pixels with the same shape whose longest side is at most `longest`."""
    width, height = size
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def drawable(image: Image.Image) -> Image.Image:
    """The decoded picture with eight bits a channel, as L, LA, RGB or RGBA."""
    image.load()
    if image.width * image.height > PIXEL_LIMIT:  # a decoder of HEIC may find another size than the header told
        raise Unusable(ImageFinding.TOO_MANY_PIXELS)
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")  # 16 bits a pixel
    if image.mode in {"P", "PA", "1"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"L", "LA", "RGB", "RGBA"} else image.convert("RGB")


def plain(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A new RGB image of this size on white; nothing of the source's metadata comes along."""
    # Bicubic in steps of at least two: no eye tells it from a slower filter at these sizes.
    small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0) if size != image.size else image
    canvas = Image.new("RGB", size, "white")
    if small.mode in {"RGBA", "LA"}:
        small = small.convert("RGBA")
        canvas.paste(small, mask=small.getchannel("A"))
    else:
        canvas.paste(small if small.mode == "RGB" else small.convert("RGB"))
    return canvas


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as its photographer saw it, by its EXIF orientation (1 to 8)."""
    if orientation == 1:
        return image
    image.getexif()[_ORIENTATION] = orientation
    turned = ImageOps.exif_transpose(image)
    turned.info.clear()
    return turned


def jpeg(name: str, image: Image.Image) -> Derived:
    """The picture as the copy `name`."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return Derived(name, image.width, image.height, out.getvalue())
