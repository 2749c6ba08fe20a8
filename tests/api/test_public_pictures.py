"""Pictures that go out with a result: public copies at an address that stays, never an original."""

import io
from uuid import UUID

import httpx
from PIL import Image

from inspection.kernel.command import Role
from inspection.planning.tables import Task
from inspection.visits.tables import Outcome, Visit, VisitTask
from tests.api.line import Walk
from tests.api.test_pictures import DIGEST, settings, walk  # noqa: F401  fixtures
from tests.inspection.publicity.world import insert


async def test_only_public_copies_of_the_record_go_out_and_they_leave_with_the_result(
    walk: Walk,  # noqa: F811
    client: httpx.AsyncClient,
) -> None:
    visit = UUID(walk.ids["visit_id"])
    publication = await _waiting(walk, visit)
    path = f"/office/publications/{publication}/pictures"
    made = await walk.post(
        Role.LEGAL, f"/office/visits/{visit}/media/{DIGEST}/public-copies", {"boxes": [[0, 0, 9, 9]], "ground": "人脸"}
    )
    for original, copy, status in ((DIGEST, DIGEST, 422), (DIGEST, "ab" * 32, 422), ("cd" * 32, made["digest"], 404)):
        sent = {"pictures": [{"original": original, "public_copy": copy}]}
        answer = await walk.ask(Role.APPROVER, "PUT", path, json=sent)
        assert answer.status_code == status, answer.text
    chosen = {"pictures": [{"original": DIGEST, "public_copy": made["digest"]}]}
    assert (await walk.ask(Role.APPROVER, "PUT", path, json=chosen)).status_code == 200
    (preview,) = await walk.get(Role.LEGAL, f"/office/visits/{visit}/publication")
    assert [one["sha256"] for one in preview["document"]["pictures"]] == [made["digest"]]
    assert DIGEST not in str(preview)
    for number in ("x", "sw-2026-000001"):
        hidden = await client.get(f"/public/results/{number}/pictures/{made['digest']}.jpg")
        assert hidden.status_code == 404
    await walk.post(Role.APPROVER, f"/office/visits/{visit}/publication-approval", {"secrecy_reviewed": True})
    sent = await walk.post(Role.PLANNER, "/office/publications/publish-due", {"through": "2030-01-01"})
    assert [one["why"] for one in sent["kept_in"]] == []
    await _shown(client, sent["published"][0]["number"], made["digest"])


async def _waiting(at: Walk, visit: UUID) -> str:
    (task,) = await VisitTask.select("task", "item").where(VisitTask.visit == visit)
    codes = {"codes": '["no_problem"]', "findings": "[]", "follow_up": "[]", "formed_by": "leader", "replaces": None}
    await insert(Outcome, visit=visit, **task, **codes)
    row = (await Visit.select("unsealed_at").where(Visit.id == visit))[0]
    await Visit.update(approved_by="leader", approved_at=row["unsealed_at"], state="approved").where(Visit.id == visit)
    await Task.update(completed_at=row["unsealed_at"]).where(Task.id == task["task"])
    covered = await at.post(Role.APPROVER, f"/office/visits/{visit}/publication-approval", {"secrecy_reviewed": True})
    return str(covered["publications"][0])


async def _shown(client: httpx.AsyncClient, number: str, digest: str) -> None:
    address = f"/public/results/{number}/pictures/{digest}.jpg"
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert not Image.open(io.BytesIO(answer.content)).getexif()
    again = await client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get(f"/public/results/{number}/pictures/{DIGEST}.jpg")).status_code == 404
    assert address in (await client.get(f"/results/{number}")).text
