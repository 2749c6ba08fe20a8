"""Photographs for simulated evidence: real JPEG files, small, different for every seed."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1024, 768)


def photograph(random: Random, caption: str) -> bytes:
    """A JPEG of a made-up shop front with `caption` (ASCII) on it; about 30–60 KiB."""
    sky = tuple(random.randrange(150, 230) for _ in range(3))
    image = Image.new("RGB", SIZE, sky)
    pen = ImageDraw.Draw(image)
    for _ in range(random.randrange(12, 24)):
        left, top = random.randrange(SIZE[0]), random.randrange(SIZE[1])
        box = (left, top, left + random.randrange(40, 320), top + random.randrange(40, 260))
        pen.rectangle(box, fill=tuple(random.randrange(256) for _ in range(3)))
    noise = Image.frombytes("L", (128, 96), random.randbytes(128 * 96)).resize(SIZE)
    image = Image.blend(image, Image.merge("RGB", (noise,) * 3), 0.08).filter(ImageFilter.SMOOTH)
    ImageDraw.Draw(image).text((20, SIZE[1] - 30), caption, fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
