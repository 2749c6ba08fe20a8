"""Codes are tried by people: an address that tries faster is told to wait, as a page."""

from pathlib import Path

import httpx
import pytest

from inspection.kernel.settings import Settings
from tests.api.entity.conftest import UNKNOWN


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data")


async def test_an_address_that_tries_codes_faster_than_people_do_has_to_wait(client: httpx.AsyncClient) -> None:
    tried = [await client.post(f"/e/{UNKNOWN}", data={"code": "0"}) for _ in range(21)]
    assert [answer.status_code for answer in tried] == [403] * 20 + [429]
    assert tried[-1].headers["content-type"] == "text/html; charset=utf-8"
    assert tried[-1].headers["retry-after"] == "3"
    assert (await client.get(f"/e/{UNKNOWN}")).status_code == 200
