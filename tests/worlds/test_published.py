"""The end of the line: what the simulated tablets found is public, sealed, and can be checked by a stranger."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import process_for, serving
from inspection.archive.verify import verify_dossier
from inspection.draw.verify import verify_full, verify_public
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.clock import FixedClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.journal import uninstall_projections
from tests.api.conftest import started
from tests.support.routes import routes
from tests.support.world import AFTER, PASSWORD, World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the world's server, on the day after its days."""
    service = serving(routes(), process_for(world.settings, FixedClock(AFTER), SystemEntropy()))
    transport = httpx.ASGITransport(app=service)
    async with started(service), httpx.AsyncClient(transport=transport, base_url="http://world.test") as http:
        yield http
    uninstall_projections()


async def signed_in(client: httpx.AsyncClient, username: str) -> dict[str, str]:
    opened = await client.post("/office/sessions", json={"username": username, "password": PASSWORD})
    assert opened.status_code == 201, opened.text
    return {"Authorization": f"Bearer {opened.json()['token']}"}


async def all_results(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Every published result, page by page."""
    found: list[dict[str, Any]] = []
    query: Mapping[str, str] = {"limit": "10"}
    while True:
        page = (await client.get("/public/results.json", params=query)).json()
        found += page["results"]
        if page["after"] is None:
            return found
        query = {"limit": "10", "after": page["after"]}


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {name: files.read(name) for name in files.namelist()}


async def test_every_drawn_visit_was_made_and_its_result_is_public(world: World, client: httpx.AsyncClient) -> None:
    report = world.told.report
    assert report.custody.whole
    assert report.published == report.approved == report.visits_done == world.told.visits > 20
    results = await all_results(client)
    assert len({result["number"] for result in results}) == len(results) == report.published


async def test_the_published_bytes_are_those_whose_digest_is_told(client: httpx.AsyncClient) -> None:
    for result in await all_results(client):
        answer = await client.get(result["href"])
        assert sha256_hex(answer.content) == result["sha256"] == answer.headers["X-Content-SHA256"]
        assert json.loads(answer.content) == result["document"]


async def test_a_sealed_dossier_downloaded_from_the_office_verifies(
    world: World, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    headers = await signed_in(client, "planner")
    rows = (await client.get("/office/dossiers", headers=headers)).json()
    assert len(rows) == world.told.report.sealed == 5
    for row in rows:
        answer = await client.get(f"/office/dossiers/{row['number']}/bundle?purpose=核查", headers=headers)
        assert answer.status_code == 200
        file = tmp_path / f"{row['number']}.zip"
        file.write_bytes(answer.content)
        checks = verify_dossier(file, sha256=row["digest"])
        assert [check.sentence_en for check in checks if not check.ok] == []
        assert {"entries", "signatures", "receipts", "media", "journal", "draw", "publications"} <= {
            check.name for check in checks
        }


async def test_a_dossier_is_for_the_office_only(client: httpx.AsyncClient) -> None:
    headers = await signed_in(client, "planner")
    (row, *_) = (await client.get("/office/dossiers", headers=headers)).json()
    assert (await client.get(f"/office/dossiers/{row['number']}/bundle")).status_code == 401


async def test_the_draw_behind_the_results_can_be_run_again_by_anybody(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    (draw,) = {result["document"]["drawId"] for result in await all_results(client)}
    bundle = (await client.get(f"/public/draws/{draw}/bundle.zip")).content
    checks = verify_public(files_of(bundle))
    assert len(checks) > 5
    assert [check for check in checks if not check.ok] == []
    (tmp_path / "draw.zip").write_bytes(bundle)
    (tmp_path / "verify.pyz").write_bytes((await client.get("/public/verify.pyz")).content)
    # A stranger's machine: another folder, an empty environment, none of our packages.
    stranger = [sys.executable, "-I", "-S", "verify.pyz", "draw.zip"]
    run = subprocess.run(stranger, cwd=tmp_path, env={"LANG": "C.UTF-8"}, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()


async def test_the_supervisor_can_check_every_row_ticket_and_team(client: httpx.AsyncClient) -> None:
    (draw,) = {result["document"]["drawId"] for result in await all_results(client)}
    headers = await signed_in(client, "supervisor")
    public = (await client.get(f"/public/draws/{draw}/bundle.zip")).content
    secrets = await client.post(f"/office/draws/{draw}/secrets", headers=headers)
    assert secrets.status_code == 200
    checks = verify_full(files_of(public) | files_of(secrets.content))
    assert [check for check in checks if not check.ok] == []


async def test_a_draw_with_another_result_is_found_out(client: httpx.AsyncClient) -> None:
    (draw,) = {result["document"]["drawId"] for result in await all_results(client)}
    files = files_of((await client.get(f"/public/draws/{draw}/bundle.zip")).content)
    name = "drawn.json"
    drawn = json.loads(files[name])
    drawn[0]["ticket"], drawn[1]["ticket"] = drawn[1]["ticket"], drawn[0]["ticket"]
    spoiled = files | {name: json.dumps(drawn).encode()}
    assert spoiled[name] != files[name]
    assert [check for check in verify_public(spoiled) if not check.ok]
