"""The office looks at a drawn signature as a picture made from its strokes."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from mobile_contract.envelope import ParsedEntry
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.api.test_late_entries import brought
from tests.conftest import MakeCommand
from tests.inspection.visits.tablet import Tablet


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to(*TO_THE_VISIT)


@pytest.fixture
async def written(walk: Walk, make_cmd: MakeCommand) -> list[ParsedEntry]:
    """A note and a signature on the visit of the walk."""
    cmd = make_cmd(Role.DEVICE, "tablet")
    visit, inspector = UUID(walk.ids["visit_id"]), UUID(walk.ids["leader"])
    tablet = Tablet(inspector, visit=visit, wall=int(cmd.now.timestamp() * 1000))
    entries = [tablet.write("note.add", {"text": "到达"}, ck=None), tablet.sign(ck=None)]
    for entry in entries:
        await brought(cmd, entry)
    return entries


async def test_a_signature_is_shown_as_vectors_and_as_a_picture_to_reviewers_only(
    walk: Walk,
    written: list[ParsedEntry],
    client: httpx.AsyncClient,
    signed_in: Callable[[Role], Awaitable[dict[str, str]]],
) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}/signatures/{written[1].text_hash}"
    reviewer = await signed_in(Role.SECTION_HEAD)
    drawn = await client.get(path, headers=reviewer)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert drawn.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert len(ET.fromstring(drawn.content)) > 0  # noqa: S314  our own text
    picture = await client.get(path, params={"form": "png"}, headers=reviewer)
    assert picture.content.startswith(b"\x89PNG")
    refused = await client.get(path, headers=await signed_in(Role.PLANNER))
    assert refused.status_code == 403


@pytest.mark.parametrize("which", ["a note", "unknown", "no hash"])
async def test_what_is_no_signature_of_the_visit_is_not_found(
    walk: Walk,
    written: list[ParsedEntry],
    client: httpx.AsyncClient,
    signed_in: Callable[[Role], Awaitable[dict[str, str]]],
    which: str,
) -> None:
    entry = {"a note": written[0].text_hash, "unknown": "A" * 43, "no hash": "..%2Fkeys"}[which]
    path = f"/office/visits/{walk.ids['visit_id']}/signatures/{entry}"
    answer = await client.get(path, headers=await signed_in(Role.SECTION_HEAD))
    assert answer.status_code in {404, 400}
    assert answer.json()["type"].startswith("/problems/")
