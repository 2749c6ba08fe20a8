"""Look at one image and make its small copies.

Runs in a worker process only (`image_worker.py`): decoders are where bad bytes bite. A file that cannot be read as an
image is a finding, never an error: it stays stored as evidence.
"""

import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from media.findings import Derived, ImageFinding, Look
from media.trailing import trailing_bytes

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""What a camera of a tablet or phone makes. The two-picture JPEG of some phones opens as JPEG and then says MPO."""

PIXEL_LIMIT: Final = 60_000_000
SIZES: Final = (("preview", 1600), ("thumb", 320))
"""Longest side in pixels, the larger first: the smaller is made from it, so the file is decoded once."""

QUALITY: Final = 80
_ORIENTATION: Final = 0x0112
_ORIENTATIONS: Final = 8


class _Unusable(Exception):
    def __init__(self, finding: ImageFinding) -> None:
        super().__init__(finding)
        self.finding = finding


def look_at(path: Path) -> Look:
    """Probe the image at `path` and make its small copies: metadata gone, upright, JPEG.

    `Image.verify()` lets cut-off JPEGs pass, so the picture is really decoded; what no decoder notices, the digest
    does.
    """
    told = Look()
    try:
        data = path.read_bytes()
        image = _open(data)
        told = _describe(image, data)
        return replace(told, copies=_copies(image, told.orientation))
    except _Unusable as unusable:
        finding = unusable.finding
    except MemoryError:
        finding = ImageFinding.TOO_MUCH_MEMORY
    except Exception:  # noqa: BLE001  decoders raise OSError, SyntaxError, ValueError, struct.error … for bad bytes
        finding = ImageFinding.UNREADABLE
    return replace(told, findings=(*told.findings, finding))


def _open(data: bytes) -> ImageFile.ImageFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit follows at once
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise _Unusable(ImageFinding.NOT_AN_IMAGE) from error
    except Image.DecompressionBombError as error:
        raise _Unusable(ImageFinding.TOO_MANY_PIXELS) from error
    # Pillow itself refuses only above twice its limit, and only warns below.
    if image.width * image.height > PIXEL_LIMIT:
        raise _Unusable(ImageFinding.TOO_MANY_PIXELS)
    return image


def _describe(image: ImageFile.ImageFile, data: bytes) -> Look:
    kind = image.format or ""
    frames = int(getattr(image, "n_frames", 1))
    trailing = trailing_bytes(data, kind)
    findings = []
    if trailing:
        findings.append(ImageFinding.TRAILING_BYTES)
    if frames > 1:
        findings.append(ImageFinding.SEVERAL_FRAMES)
    return Look(
        format=kind,
        width=image.width,
        height=image.height,
        frames=frames,
        orientation=_orientation(image),
        trailing=trailing,
        findings=tuple(findings),
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
        target = _fit(source.size, longest)
        if source is image:
            # Lets the JPEG decoder shrink while it decodes; needs the aspect-correct size to take effect.
            image.draft("RGB", target)
        source = _plain(source, target)
        if not made:
            source = _upright(source, orientation)
        made.append(_jpeg(name, source))
    return tuple(made)


def _fit(size: tuple[int, int], longest: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _plain(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A new RGB image of this size on white; nothing of the source's metadata comes along."""
    image.load()
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")  # 16 bits a pixel
    if image.mode in {"P", "1"} or "transparency" in image.info:
        image = image.convert("RGBA")
    small = image.resize(size, Image.Resampling.LANCZOS) if size != image.size else image
    canvas = Image.new("RGB", size, "white")
    if small.mode in {"RGBA", "LA", "PA"}:
        small = small.convert("RGBA")
        canvas.paste(small, mask=small.getchannel("A"))
    else:
        canvas.paste(small.convert("RGB"))
    return canvas


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    if orientation == 1:
        return image
    image.getexif()[_ORIENTATION] = orientation
    turned = ImageOps.exif_transpose(image)
    turned.info.clear()
    return turned


def _jpeg(name: str, image: Image.Image) -> Derived:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return Derived(name, image.width, image.height, out.getvalue())
