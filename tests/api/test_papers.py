"""The papers of a visit over HTTP: who may have them, as what, and what is refused."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from tests.api.line import TO_THE_VISIT, ComeTo, Walk


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def test_the_papers_of_a_visit_are_printed_looked_at_and_kept_from_others(
    walk: Walk, client: httpx.AsyncClient, signed_in: Callable[[Role], Awaitable[dict[str, str]]]
) -> None:
    leader, papers = await signed_in(Role.LEADER), f"/office/visits/{walk.ids['visit_id']}/papers"
    for kind in ("approval", "notice", "record"):
        for lang in ("zh", "en"):
            printed = await client.get(f"{papers}/{kind}", params={"lang": lang}, headers=leader)
            assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
            assert printed.content.startswith(b"%PDF-1.7")
    assert printed.headers["cache-control"] == "no-store"
    assert printed.headers["x-content-type-options"] == "nosniff"
    picture = await client.get(f"{papers}/notice", params={"form": "png", "page": 2}, headers=leader)
    assert picture.content.startswith(b"\x89PNG")
    early = await client.get(f"{papers}/result", headers=leader)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/visit-wrong-step")
    assert "检查结果尚未形成" in early.json()["detail"]
    unknown = await client.get(f"{papers}/licence", headers=leader)
    assert unknown.status_code == 422
    note = await client.get(f"{papers}/refusals/{'A' * 43}", headers=leader)
    assert note.status_code == 404
    assert (await client.get(f"{papers}/notice", headers=await signed_in(Role.PLANNER))).status_code == 403
    stranger = await client.get(f"/office/visits/{UUID(int=7)}/papers/notice", headers=leader)
    assert stranger.status_code == 404
