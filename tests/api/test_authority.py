"""The authority's own contact over HTTP: who keeps it, and who reads it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from tests.support.page import Page

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


async def test_whoever_objects_is_told_where_to_and_how_long_an_answer_takes(
    client: httpx.AsyncClient, signed_in: Callable[[Role], Awaitable[dict[str, str]]]
) -> None:
    contact = {**CONTACT, "address": "某路 <b>8</b> 号"}
    kept = await client.put("/office/authority/contact", json=contact, headers=await signed_in(Role.ADMIN))
    assert kept.status_code == 200
    page = Page((await client.get("/contact")).text)
    assert page.faults == []
    assert "20个工作日内" in page.text
    assert all(told in page.text for told in contact.values())
