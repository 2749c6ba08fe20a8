"""Uploads are handed over to other machines beside all else, and that keeps no process from ending."""

import asyncio
from pathlib import Path

import pytest

from api.worker import handing_over
from inspection.kernel.database import Engine
from inspection.kernel.keys import load_server_keys


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_upload_on_its_way_to_a_slow_object_store_keeps_no_process_from_ending(
    db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def sends_for_hours() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    async def tells(_: str) -> None: ...

    monkeypatch.setattr("api.worker.hand_over_wanted", sends_for_hours)
    monkeypatch.setattr("api.worker.tell_here", tells)
    async with handing_over(load_server_keys(tmp_path / "keys"), 0):
        await begun.wait()
    assert broken_off.is_set()
