"""What tablets bring after a change: a former member's entries are kept and flagged, the new member's count."""

from uuid import UUID

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.policy.terms import RecusalWay
from inspection.visits.changes.ask import ask_replacement
from inspection.visits.entries.admit import Admission, VerifiedEntry, admit_entries
from mobile_contract.push import Reason, Verdict
from tests.inspection.visits.changes.scene import Scene, scene
from tests.inspection.visits.tablet import Tablet
from tests.inspection.visits.world import CARRIER


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await scene(cmd)


async def brought(here: Scene, inspector: UUID) -> Admission:
    """One answer of this inspector, written now."""
    cmd = here.office.by("平板", Role.DEVICE)
    entry = Tablet(inspector, visit=here.visit, wall=int(cmd.now.timestamp() * 1000)).answer("f1", "yes")
    (told,) = await admit_entries(
        cmd, [VerifiedEntry(entry, entry.header.dev, frozenset({entry.header.ins}), False)], CARRIER
    )
    return told


async def test_entries_of_a_recused_inspector_are_flagged_as_such_and_the_follower_s_count(here: Scene) -> None:
    asked = await here.recuse(way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    late = await brought(here, here.other)
    assert (late.verdict, late.reasons) == (Verdict.FLAGGED, (Reason.RECUSED,))
    (follower,) = set((await here.line()).team) - {here.leader}
    assert (await brought(here, follower)).verdict is Verdict.ACCEPTED


async def test_entries_of_a_replaced_inspector_come_from_an_old_assignment(here: Scene) -> None:
    (asked,) = await ask_replacement(
        here.head, visit_id=here.visit, inspector_id=here.other, reason="work-conflict", note="抽调"
    )
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    late = await brought(here, here.other)
    assert (late.verdict, late.reasons) == (Verdict.FLAGGED, (Reason.STALE_ASSIGNMENT,))


async def test_a_recusal_that_waits_leaves_the_inspector_in_the_team(here: Scene) -> None:
    await here.recuse()
    assert (await brought(here, here.other)).verdict is Verdict.ACCEPTED
