"""What stands between the socket and the application."""

from typing import Any

import pytest

from api.cli.listening import server_config
from inspection.kernel.settings import Settings
from tests.cli.shell import Shell


def test_sqlite_is_served_by_one_process(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDCHECK_WEB_PROCESSES", "2")
    sentence = bare.refused("serve")
    assert "FIELDCHECK_WEB_PROCESSES=2" in sentence
    assert "PostgreSQL" in sentence


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.9"])
async def test_no_header_of_a_caller_changes_whose_address_is_counted(peer: str) -> None:
    seen: list[tuple[Any, str]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["client"], scope["scheme"]))

    config = server_config(application, Settings())
    config.load()
    headers = [(b"x-forwarded-for", b"198.51.100.7"), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "client": (peer, 5), "scheme": "http", "headers": headers}
    await config.loaded_app(scope, None, None)
    assert seen == [((peer, 5), "http")]
