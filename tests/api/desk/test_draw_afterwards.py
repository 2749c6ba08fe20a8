"""What is done with a draw beside and after its ceremony, by the forms of its pages: chains and keys, commitments, the
end, the key that comes back, a firm's own code, the frame; draws of several tasks; inspectors that lack.
"""

import io
import json
import zipfile
from re import findall, search
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import commitment
from inspection.draw.store_tickets import drawn_tickets
from inspection.draw.supervision.escrow import key_fingerprint, open_escrow, point
from inspection.kernel.command import Role
from inspection.kernel.journal import read
from inspection.planning.review_task import complete_task
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.objects.tables import InspectionObject
from tests.api.desk.ceremony import Table, seated
from tests.api.desk.conftest import SitDown, well_made
from tests.api.line import TO_THE_TASK, ComeTo
from tests.conftest import MakeCommand

PRIVATE = ec.derive_private_key(7**50, ec.SECP256R1())
PUBLIC = point(PRIVATE.public_key())
SUPERVISION = "/desk/draws/supervision"


@pytest.fixture
async def table(come_to: ComeTo, sit_down: SitDown) -> Table:
    return await seated(await come_to(*TO_THE_TASK), sit_down)


def unzipped(answer: httpx.Response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        return {name.rsplit("/", 1)[-1]: bundle.read(name) for name in bundle.namelist()}


async def closed(table: Table, make_cmd: MakeCommand) -> bytes:
    """A draw under an escrow whose tasks are over is closed; the key, as the supervisor's machine takes it out."""
    await table.supervisor.takes(SUPERVISION, "/keys", public_key=PUBLIC.hex())
    await table.plan()
    await table.freeze()
    await table.throw()
    await table.seal()
    told = json.loads(unzipped(await table.supervisor.fill(table.path, "/secrets"))["ceremony.json"])
    early = await table.head.fill(table.path, "/close")
    assert (early.status_code, 'role="alert"' in early.text) == (409, True)
    await complete_task(make_cmd(), UUID(table.walk.ids["task_id"]))
    await table.head.takes(table.path, "/close")
    assert await table.state() == "closed"
    return open_escrow(PRIVATE, bytes.fromhex(told["escrow"]), draw=UUID(told["draw"]).bytes)


async def test_the_key_of_a_closed_draw_comes_back_and_shows_a_firm_its_own_ticket(
    table: Table, make_cmd: MakeCommand
) -> None:
    key = await closed(table, make_cmd)
    ticket = (await drawn_tickets(UUID(table.walk.ids["draw_id"])))[0]
    (row,) = await InspectionObject.select("code").where(InspectionObject.id == ticket.object)
    firm = str(row["code"])
    away = await table.head.fill(table.path, "/object-codes", oid=firm)
    assert (away.status_code, firm in away.text) == (409, True)
    wrong = await table.supervisor.fill(table.path, "/key-return", key="00" * 32)
    assert (wrong.status_code, 'role="alert"' in wrong.text, well_made(wrong).faults) == (422, True, [])
    page = await table.supervisor.takes(table.path, "/key-return", key=key.hex())
    assert key.hex() not in page.text
    shown = await table.head.fill(table.path, "/object-codes", oid=firm)
    code = search(r"<code>([A-Z2-7]{16})</code>", shown.text)
    assert (shown.status_code, well_made(shown).faults) == (200, [])
    public = f"/public/draws/{table.walk.ids['draw_id']}/objects/{firm}/proof"
    assert code is not None
    assert (await table.walk.client.get(f"{public}?code={code[1]}")).status_code == 200
    assert (await table.walk.client.get(f"{public}?code={code[1][::-1]}")).status_code == 404


async def test_key_and_frame_of_a_closed_draw_are_given_out_for_everybody_to_verify(
    table: Table, make_cmd: MakeCommand, sit_down: SitDown
) -> None:
    key = await closed(table, make_cmd)
    approver = await sit_down(Role.APPROVER)
    assert (await approver.fill(table.path, "/frame")).status_code == 409
    await table.supervisor.takes(table.path, "/key-return", key=key.hex())
    answer = await approver.fill(table.path, "/frame")
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    files = unzipped(answer)
    assert json.loads(files["secret.json"])["key"] == key.hex()
    assert files["manifest.tsv"].count(b"\n") > 10
    assert (await read(f"draw:{table.walk.ids['draw_id']}"))[-1].payload == {"what": "frame"}


async def test_chains_and_keys_are_taken_out_of_use_and_stay_in_the_list(table: Table) -> None:
    page = await table.supervisor.takes(SUPERVISION, "/keys", public_key=PUBLIC.hex())
    assert key_fingerprint(PUBLIC)[:8] in "".join(page.text.split())
    await table.supervisor.takes(SUPERVISION, "/chains", name="监察室链", head="ab" * 32)
    for kind in ("chains", "keys"):
        (kept,) = await table.walk.get(Role.SUPERVISOR, f"/office/supervision/{kind}")
        await table.supervisor.takes(SUPERVISION, f"/{kind}/{kept['id']}/retirement")
        (kept,) = await table.walk.get(Role.SUPERVISOR, f"/office/supervision/{kind}")
        assert kept["retired_at"] is not None
    page = await table.supervisor.read(SUPERVISION)
    assert "监察室链" in page.text
    assert [one for one in page.all("form") if "retirement" in str(one.get("action"))] == []


async def test_a_supervisor_binds_a_value_before_the_freeze_and_opens_it_afterwards(table: Table) -> None:
    value, nonce = b"\x11" * 32, b"\x22" * 32
    await table.plan(supervisor="监察室", dice="")
    here = f"/office{table.path.removeprefix('/desk')}"
    bound = commitment(hash_named("sha256"), "SUPV:监察室", value, nonce).hex()
    await table.supervisor.takes(table.path, "/commitments", commitment=bound)
    assert bound in (await table.walk.ask(Role.PLANNER, "GET", here)).text
    await table.freeze()
    wrong = await table.supervisor.fill(table.path, "/contributions", value=nonce.hex(), nonce=nonce.hex())
    assert (wrong.status_code, nonce.hex() in wrong.text) == (422, True)
    await table.supervisor.takes(table.path, "/contributions", value=value.hex(), nonce=nonce.hex())
    assert await table.state() == "entropy"


async def stand_aside(how_many: int) -> None:
    """So many inspectors declare that they have to do with every object."""
    codes = [str(one["code"]) for one in await InspectionObject.select("code")]
    people = [one["id"] for one in await Inspector.select("id").order_by(Inspector.id)]
    await Inspector.update({"relations": json.dumps(codes)}).where(Inspector.id.is_in(people[:how_many]))


async def test_a_shortage_that_counting_shows_is_explained_before_anything_is_frozen(table: Table) -> None:
    await table.plan(max_load="1", **{"tasks.0.count": "10"})
    for seat, step in ((table.planner, "/feasibility"), (table.head, "/freeze")):
        short = await seat.fill(table.path, step)
        page = well_made(short)
        assert short.status_code == 409
        assert "把负荷上限提高到 2" in page.text
        assert cells(short) == ["10", "20", "10", "10", "10"]
    assert await table.state() == "draft"


async def test_a_shortage_of_drawn_objects_is_answered_by_a_higher_load_from_somebody_else(table: Table) -> None:
    await stand_aside(6)
    await table.plan(max_load="2", **{"tasks.0.count": "8"})
    await table.freeze()
    await table.throw()
    await table.planner.takes(table.path, "/execute")
    short = await table.planner.fill(table.path, "/match")
    page = well_made(short)
    assert (short.status_code, cells(short)) == (409, ["8", "16", "4", "8", "8"])
    assert "把负荷上限提高到 4" in page.text
    assert [one["value"] for one in page.all("input") if one.get("name") == "load_cap"] == ["4"]
    assert await table.state() == "drawn"
    own = await table.planner.send(f"{table.path}/match", {"load_cap": "4"})
    assert (own.status_code, 'role="alert"' in own.text) == (403, True)
    assert "已匹配" in (await table.head.read(await table.head.done(f"{table.path}/match", {"load_cap": "4"}))).text
    assert await table.state() == "matched"


def cells(answer: httpx.Response) -> list[str]:
    """The numbers of the table of what lacks."""
    return findall(r'<td class="number">(?:<strong>)?(\d+)', answer.text)[:5]


async def test_several_tasks_are_drawn_together_and_end_in_one_draw(table: Table) -> None:
    walk = table.walk
    plan = await walk.get(Role.PLANNER, f"/office/plans/{walk.ids['plan_id']}")
    body = {"plan_line": plan["lines"][1]["id"], "scheme": "一并检查。", "ratio": "1/10"}
    body |= {"starts_on": "2026-03-02", "ends_on": "2026-05-30"}
    second = (await walk.post(Role.PLANNER, "/office/tasks", body))["id"]
    await walk.post(Role.APPROVER, f"/office/tasks/{second}/review", {"approve": True})
    tasks = [walk.ids["task_id"], second]
    page = f"/desk/draws/new?task={tasks[0]}&task={second}"
    answer = await table.planner.fill(page, "/new", dice="true", dice_name="现场掷骰", witnesses="公证处 张某")
    assert answer.status_code == 303, answer.text
    table.path = answer.headers["location"].partition("?")[0]
    walk.ids["draw_id"] = table.path.rpartition("/")[2]
    await table.freeze()
    await table.throw()
    await table.seal()
    told = await walk.get(Role.PLANNER, f"/office/draws/{walk.ids['draw_id']}")
    assert sorted(told["tasks"]) == sorted(tasks)
    shown = (await table.head.read(table.path)).text
    for one in tasks:
        number = (await walk.get(Role.PLANNER, f"/office/tasks/{one}"))["number"]
        assert number in shown
        assert (await walk.get(Role.PLANNER, f"/office/tasks/{one}"))["state"] == "drawn"
