"""Recordings for simulated evidence: a real WAV file, small, different for every seed."""

import io
import math
import wave
from random import Random
from typing import Final

MIME: Final = "audio/wav"
RATE: Final = 8_000
SECONDS: Final = 0.5


def record(random: Random) -> bytes:
    """Half a second of a tone of some pitch, 8 bits mono; about 4 KiB."""
    pitch, frames = random.uniform(200, 800), int(RATE * SECONDS)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(bytes(128 + int(60 * math.sin(2 * math.pi * pitch * at / RATE)) for at in range(frames)))
    return out.getvalue()
