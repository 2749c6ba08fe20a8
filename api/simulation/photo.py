"""Photographs for simulated evidence: real JPEG files, small, different for every seed."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1024, 768)
_DRAWN = (SIZE[0] // 2, SIZE[1] // 2)


def photograph(random: Random, caption: str) -> bytes:
    """A JPEG of a made-up shop front with `caption` (ASCII) on it; about 30–60 KiB."""
    sky = tuple(random.randrange(150, 230) for _ in range(3))
    image = Image.new("RGB", _DRAWN, sky)
    pen = ImageDraw.Draw(image)
    for _ in range(random.randrange(12, 24)):
        left, top = random.randrange(_DRAWN[0]), random.randrange(_DRAWN[1])
        box = (left, top, left + random.randrange(20, 160), top + random.randrange(20, 130))
        pen.rectangle(box, fill=tuple(random.randrange(256) for _ in range(3)))
    noise = Image.frombytes("L", (128, 96), random.randbytes(128 * 96)).resize(_DRAWN).convert("RGB")
    # Drawn at half the size: blending and smoothing every pixel would take longer than all the server does with it.
    image = Image.blend(image, noise, 0.08).filter(ImageFilter.SMOOTH).resize(SIZE, Image.Resampling.BILINEAR)
    ImageDraw.Draw(image).text((20, SIZE[1] - 30), caption, fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
