"""The process that decodes images: `python -I -m media.image_worker <bytes of memory>`. No database, no secret.

One JSON line in: what to do with which file. One JSON line out: what was found and how many bytes of each copy follow;
then those bytes. Plain bytes instead of pickles: whoever takes this process over with a crafted image must not reach
the next one.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

from media.boxes import box_of
from media.findings import READY, Look
from media.image import formats, look_at
from media.redact import redact
from media.stamp import stamp
from media.walls import allow_cpu, confine

CPU_S: Final = 30


def do(asked: dict[str, Any]) -> Look:
    """One errand: `look` (with the `declared` type), `redact` (with `boxes`) or `stamp` (with `lines`) at a `path`."""
    path = Path(asked["path"])
    match asked["do"]:
        case "redact":
            return redact(path, [box_of(box) for box in asked["boxes"]])
        case "stamp":
            return stamp(path, asked["lines"])
        case _:
            return look_at(path, asked["declared"])


def reply(look: Look) -> bytes:
    """The answer on the pipe: a line of JSON, then the copies one after another."""
    copies = [
        {"name": copy.name, "width": copy.width, "height": copy.height, "length": len(copy.data)}
        for copy in look.copies
    ]
    head = json.dumps({"facts": look.facts(), "copies": copies}).encode()
    return b"".join((head, b"\n", *(copy.data for copy in look.copies)))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the other end closes."""
    answers.write(READY)
    answers.flush()
    for line in requests:
        allow_cpu(CPU_S)
        answers.write(reply(do(json.loads(line))))
        answers.flush()


def main() -> None:
    # Nothing a library prints may get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    formats()  # libraries are loaded before the walls go up
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
