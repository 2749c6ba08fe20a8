"""A stranger downloads a draw and its verifier from the public site and runs the draw again."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from inspection.kernel.command import Role
from tests.api.line import TO_THE_VISIT, ComeTo, Walk


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


async def test_a_stranger_can_run_a_sealed_draw_again(walk: Walk, client: httpx.AsyncClient, tmp_path: Path) -> None:
    bundle = await client.get(f"/public/draws/{walk.ids['draw_id']}/bundle.zip")
    program = await client.get("/public/verify.pyz")
    page = await client.get(f"/draws/{walk.ids['draw_id']}")
    assert (bundle.status_code, program.status_code, page.status_code) == (200, 200, 200)
    assert f"/public/draws/{walk.ids['draw_id']}/bundle.zip" in page.text
    assert "/public/verify.pyz" in page.text
    (tmp_path / "draw.zip").write_bytes(bundle.content)
    (tmp_path / "verify.pyz").write_bytes(program.content)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "verify.pyz"), str(tmp_path / "draw.zip")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


async def test_the_public_bundle_names_nobody_before_a_result_is_published(
    walk: Walk, client: httpx.AsyncClient
) -> None:
    answer = await client.get(f"/public/draws/{walk.ids['draw_id']}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    visit = await walk.get(Role.SECTION_HEAD, f"/office/visits/{walk.ids['visit_id']}/record")
    for secret in (walk.ids["object_id"], walk.ids["leader"], visit["visit"]):
        assert secret.encode() not in told


async def test_an_unknown_draw_has_no_bundle(walk: Walk, client: httpx.AsyncClient) -> None:
    unknown = await client.get(f"/public/draws/{walk.ids['visit_id']}/bundle.zip")
    assert unknown.status_code == 404
