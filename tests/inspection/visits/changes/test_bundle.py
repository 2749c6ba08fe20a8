"""A stranger makes every change again; nothing that is public names anybody; the office sees whom recusals favour."""

import json

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.watch import recusals_of
from inspection.draw.told.disclose import bundle, public_view
from inspection.draw.verify import verify_full, verify_public
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.visits.changes.ask import ask_other_object, ask_replacement
from tests.inspection.visits.changes.scene import Scene, scene
from tests.support.kept import keeps


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await changed(cmd)


@keeps
async def changed(cmd: Command) -> Scene:
    """A swap by a link, another object by a link, a replacement by the key, and one refusal."""
    made = await (await scene(cmd)).with_chain()
    asked = await made.recuse()
    await decide_change(made.office.approver, change_id=asked.id, approved=True)
    await made.settle(asked, made.link())
    (asked,) = await ask_other_object(made.head, visit_id=made.visit, reason="duplicate", note="与另一户重复")
    await decide_change(made.office.approver, change_id=asked.id, approved=True)
    await made.settle(asked, made.link())
    line = (await made.lines())[1]
    (asked,) = await ask_replacement(
        made.head, visit_id=line.id, inspector_id=line.team[0], reason="work-conflict", note="抽调专项工作"
    )
    await decide_change(made.office.approver, change_id=asked.id, approved=True)
    made.office.minutes += 24 * 60
    await made.settle(asked)
    (asked,) = await ask_replacement(
        made.head, visit_id=line.id, inspector_id=line.team[1], reason="health", note="病假"
    )
    await decide_change(made.office.approver, change_id=asked.id, approved=False)
    return made


async def test_the_verifier_makes_every_change_again(here: Scene) -> None:
    files = await bundle(here.office.supervisor, draw_id=here.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []
    assert [one["state"] for one in json.loads(files["changes.json"])] == ["settled"] * 3 + ["refused"]
    assert [one["level"] for one in json.loads(files["changes.json"])] == ["L1", "L1", "L0", None]


async def test_a_forged_outcome_does_not_pass(here: Scene) -> None:
    files = await bundle(here.office.supervisor, draw_id=here.draw, full=True)
    told = json.loads(files["changes-secret.json"])
    place = told[0]["outcome"]["places"][0]
    place["inspector"] = next(str(one) for one in here.office.inspectors if str(one) != place["inspector"])
    forged = {**files, "changes-secret.json": json.dumps(told).encode()}
    assert [check for check in verify_full(forged) if not check.ok]


async def test_nothing_public_names_anybody(here: Scene) -> None:
    files = await bundle(here.office.operator, draw_id=here.draw)
    assert [check for check in verify_public(files) if not check.ok] == []
    assert "changes-secret.json" not in files
    told = b"".join(files.values()).decode() + json.dumps(await public_view(here.draw), ensure_ascii=False)
    hidden = [str(one) for one in (*here.office.inspectors, *here.office.objects)]
    assert [one for one in (*hidden, "抽调专项工作", "与另一户重复", "检查员") if one in told] == []


async def test_anybody_reads_the_changes_and_the_rates_of_the_authority(here: Scene) -> None:
    told = json.loads(json.dumps(await public_view(here.draw)))
    assert [(one["kind"], one["level"]) for one in told["changes"]] == [
        ("swap", "L1"),
        ("replace-object", "L1"),
        ("replace-inspector", "L0"),
        ("replace-inspector", None),
    ]
    assert told["of_authority"]["changes"] == {
        "doors": 6,
        "places": 12,
        "objects_replaced": 1,
        "inspectors_replaced": 1,
        "recused": 1,
        "without_independent_chance": 1,
    }


async def test_recusals_are_counted_for_the_office(here: Scene) -> None:
    found = await recusals_of(here.office.authority)
    assert found.by_inspector == {str(here.other): 1}
    assert sum(found.by_object.values()) == 1
    assert not found.alert
