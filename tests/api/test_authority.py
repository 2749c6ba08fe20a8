"""The authority's own contact over HTTP: who keeps it, and who reads it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.settings import Settings

CONTACT = {"address": "某路 1 号", "phone": "0000-1", "contact_person": "孙三", "supervision_phone": "0000-2"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


async def test_the_administrator_sets_how_a_party_reaches_the_authority_and_everybody_in_it_reads_that(
    client: httpx.AsyncClient, signed_in: Callable[[Role], Awaitable[dict[str, str]]]
) -> None:
    admin, head = await signed_in(Role.ADMIN), await signed_in(Role.SECTION_HEAD)
    where = "/office/authority/contact"
    assert (await client.get(where, headers=head)).json() == dict.fromkeys(CONTACT, "")
    assert (await client.put(where, json=CONTACT, headers=head)).status_code == 403
    kept = await client.put(where, json=CONTACT, headers=admin)
    assert (kept.status_code, kept.json()) == (200, CONTACT)
    assert (await client.get(where, headers=head)).json() == CONTACT
    assert (await client.put(where, json={"phone": "1" * 61}, headers=admin)).status_code == 422
