"""Specifications made into pictures (SVG) by Vega itself, offline, in a process that lives as long as it is needed.

vl-convert brings Vega and the engine that runs it: ninety megabytes of memory that a server shall not hold for a
picture that is asked for once a quarter. The same specification gives the same bytes, so a picture is made once.
"""

import asyncio
import json
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.signals import Stretch, stretch

KEPT: Final = 64
TIME_S: Final = 60.0
PROGRAM: Final = "inspection.oversight.plots.vega"

_NAMED: Final = re.compile(r'\bid="([^"]+)"')
_REFERRED: Final = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')

_made: OrderedDict[str, str] = OrderedDict()


async def drawn(specs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The pictures of these specifications, in their order, as SVG text.

    Raises:
        RuntimeError: Vega does not understand one of them: a mistake of ours, never of who asks.
    """
    digests = [sha256_hex(json.dumps(spec, sort_keys=True, ensure_ascii=False).encode()) for spec in specs]
    missing = {digest: spec for digest, spec in zip(digests, specs, strict=True) if digest not in _made}
    pictures: list[str] = []
    if missing:
        with stretch(Stretch.RENDER, "plot"):
            pictures = await _asked(list(missing.values()))
    fresh = {digest: apart(picture, digest[:8]) for digest, picture in zip(missing, pictures, strict=True)}
    found = tuple(fresh.get(digest) or _made[digest] for digest in digests)
    for digest, picture in zip(digests, found, strict=True):
        _made[digest] = picture
        _made.move_to_end(digest)
    while len(_made) > KEPT:
        _made.popitem(last=False)
    return found


def apart(picture: str, own: str) -> str:
    """The picture with names of its own for what it refers to within itself. Pure.

    Vega numbers them on from picture to picture: the same specification would differ by what was drawn before it, and
    two pictures in one page would take each other's.
    """
    names = {name: f"{own}-{place}" for place, name in enumerate(dict.fromkeys(_NAMED.findall(picture)))}
    return _REFERRED.sub(lambda found: f"{found[1]}{names.get(found[2], found[2])}", picture)


async def _asked(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        PROGRAM,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        told = json.dumps(list(specs), ensure_ascii=False).encode()
        out, err = await asyncio.wait_for(process.communicate(told), TIME_S)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise RuntimeError(err.decode(errors="replace")[-2000:])
    pictures: list[str] = json.loads(out)
    return pictures
