"""The process that decodes images: `python -I -m media.image_worker <bytes of memory>`. No database, no secret.

One JSON line in: the path. One JSON line out: what was found and how many bytes of each copy follow; then those bytes.
Plain bytes instead of pickles: whoever takes this process over with a crafted image must not reach the next one.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO, Final

from media.findings import Look
from media.image import look_at

READY: Final = b"ready\n"
CPU_S: Final = 30


def confine(memory: int) -> None:
    """Bound what this process may use from now on: memory in bytes, no written files, no children, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


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
        _allow_cpu(CPU_S)
        answers.write(reply(look_at(Path(json.loads(line)["path"]))))
        answers.flush()


def main() -> None:
    # Nothing a library prints may get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
