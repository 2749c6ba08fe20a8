"""pg_dump and pg_restore: found, of a version that fits, and run without a password in the list of processes."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from inspection.kernel.errors import Conflict, Refused
from mobile_contract.problems import ProblemCode

SET_ASIDE: Final = "before_restore_"
"""How a schema is called, from its beginning, that a restore has put aside."""
_TOLD: Final = 400
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")


async def tool(name: str, folder: Path | None, least: int) -> Path:
    """The program `name`, out of `folder` where one is set; its version must be `least` or newer.

    Raises:
        Refused: `kernel.pg_tool_missing`, `kernel.pg_tool_old`.
    """
    found = shutil.which(name, path=str(folder) if folder else None)
    if found is None:
        raise Refused(ProblemCode.REFUSED, "kernel.pg_tool_missing", tool=name)
    told = await _run([found, "--version"])
    match = _VERSION.search(told)
    version = int(match[1]) if match else 0
    if version < least:
        raise Refused(ProblemCode.REFUSED, "kernel.pg_tool_old", tool=found, version=version, server=least)
    return Path(found)


async def dump(program: Path, url: str, snapshot: str, target: Path) -> None:
    """Dump what the exported snapshot sees, in PostgreSQL's own format.

    Raises:
        Conflict: `kernel.pg_tool_failed`.
    """
    with passwordless(url) as address:
        await _run(
            [
                str(program),
                "--format=custom",
                f"--snapshot={snapshot}",
                "--no-owner",
                "--no-privileges",
                f"--exclude-schema={SET_ASIDE}*",
                "--lock-wait-timeout=60s",
                f"--file={target}",
                f"--dbname={address}",
            ]
        )


async def restore(program: Path, url: str, source: Path) -> None:
    """Bring all of a dump into an empty database, in one transaction.

    Raises:
        Conflict: `kernel.pg_tool_failed`; then nothing of it is there.
    """
    with passwordless(url) as address:
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        await _run([str(program), *options, f"--dbname={address}", str(source)])


@contextmanager
def passwordless(url: str) -> Iterator[str]:
    """The address for as long as a program runs, its password in a file for its owner only."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query))
    password = told.pop("password", None) or (unquote(parts.password) if parts.password else None)
    user, at, host = parts.netloc.rpartition("@")
    bare = f"{user.partition(':')[0]}{at}{host}"
    with tempfile.TemporaryDirectory() as folder:
        if password is not None:
            secret = Path(folder) / "pgpass"
            secret.touch(mode=0o600)
            quoted = password.replace("\\", "\\\\").replace(":", "\\:")
            secret.write_text(f"*:*:*:*:{quoted}\n")
            told["passfile"] = str(secret)
        yield urlunsplit(("postgresql", bare, parts.path, urlencode(told), ""))


async def _run(words: Sequence[str]) -> str:
    program = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, wrong = await program.communicate()
    except BaseException:
        program.kill()
        await program.wait()
        raise
    if program.returncode:
        said = wrong.decode("utf-8", "replace").strip()[-_TOLD:]
        raise Conflict(ProblemCode.CONFLICT, "kernel.pg_tool_failed", tool=Path(words[0]).name, reason=said)
    return out.decode("utf-8", "replace")
