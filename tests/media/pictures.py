"""Files that tablets send, and files that nobody should."""

import io
import struct
import zlib

from PIL import Image

ORIENTATION = 0x0112


def jpeg(width: int = 64, height: int = 48, *, seed: int = 0, orientation: int | None = None, **save) -> bytes:
    """A JPEG whose left half is red and whose right half is blue; `seed` makes different files."""
    image = Image.new("RGB", (width, height), (200, seed % 256, 0))
    image.paste((0, seed % 256, 200), (width // 2, 0, width, height))
    if orientation is not None:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        exif[0x010F] = "Huawei"
        save["exif"] = exif
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **save)
    return out.getvalue()


def encoded(image: Image.Image, kind: str, **save) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that claims this size and has almost no data: a bomb of a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\x00" * 64))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
