"""Serving at the office: on arrival as a rule, before it only where the rule-set lets it be, and with its reason."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.journal.read import read_kind
from inspection.policy.load import rule_set_named
from inspection.policy.terms import AdvanceNotice, NoticeTime
from inspection.visits.notices import serve as serving
from inspection.visits.notices.serve import serve_notice
from inspection.visits.notices.steps import served_notice
from inspection.visits.notices.store import Step
from inspection.visits.opening.assemble import assemble_visits
from mobile_contract.notices import ServedHow
from mobile_contract.problems import ProblemCode
from tests.inspection.publicity.world import RULES
from tests.inspection.visits.world import World

REASON = "企业夜间停产，须请其负责人到场\u202e🙂"


def under(monkeypatch: pytest.MonkeyPatch, served: NoticeTime, advance: AdvanceNotice) -> None:
    rule = rule_set_named(RULES).notice.model_copy(update={"served": served, "advance": advance})
    monkeypatch.setattr(serving, "rule_set_named", lambda _: SimpleNamespace(notice=rule))


async def test_before_arrival_it_is_refused_where_the_rule_set_forbids_it_whatever_the_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await world.open_visit()
    under(monkeypatch, NoticeTime.ON_ARRIVAL, AdvanceNotice.FORBIDDEN)
    with pytest.raises(Conflict) as refused:
        await serve_notice(world.head, visit_id=visit, how=ServedHow.LINK, receiver="", reason=REASON)
    assert (refused.value.code, refused.value.message_key) == (
        ProblemCode.NOTICE_TOO_EARLY,
        "visits.notice_on_arrival",
    )
    assert (await served_notice(visit)).steps == ()


async def test_where_it_is_an_exception_it_wants_a_reason_which_is_journalled_and_printed(world: World) -> None:
    visit = await world.open_visit()
    for none in ("", "   ", "\u202e\u2066", "。！🙂"):
        with pytest.raises(Conflict) as refused:
            await serve_notice(world.head, visit_id=visit, how=ServedHow.LINK, receiver="李某", reason=none)
        assert refused.value.message_key == "visits.notice_needs_reason"
    assert (await served_notice(visit)).number is None
    assert await serve_notice(world.head, visit_id=visit, how=ServedHow.LINK, receiver=" 李某 ", reason=REASON)
    told = await served_notice(visit)
    (step,) = told.of(Step.SERVED)
    assert (step.how, step.receiver, step.reason, step.number) == ("link", "李某", REASON, told.number)
    assert told.advance_reason == REASON
    (line,) = await read_kind(f"visit:{visit}", EventKind.NOTICE_SERVED)
    assert (line.payload["reason"], line.payload["number"]) == (REASON, told.number)
    assert "李某" not in str(line.payload)


@pytest.mark.parametrize(
    ("served", "advance"),
    [(NoticeTime.IN_ADVANCE, AdvanceNotice.ALLOWED), (NoticeTime.ON_ARRIVAL, AdvanceNotice.ALLOWED)],
)
async def test_where_it_is_allowed_it_needs_no_reason(
    world: World, monkeypatch: pytest.MonkeyPatch, served: NoticeTime, advance: AdvanceNotice
) -> None:
    visit = await world.open_visit()
    under(monkeypatch, served, advance)
    assert await serve_notice(world.head, visit_id=visit, how=ServedHow.LINK, receiver="", reason="")
    assert (await served_notice(visit)).advance_reason == ""


async def test_after_arrival_no_reason_is_wanted_and_none_is_printed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await world.open_visit()
    under(monkeypatch, NoticeTime.ON_ARRIVAL, AdvanceNotice.FORBIDDEN)
    await world.push(world.tablet(0, visit).write("arrive", {"no_fix": "indoors"}))
    assert await serve_notice(world.head, visit_id=visit, how=ServedHow.HANDED_OVER, receiver="李某", reason=REASON)
    assert (await served_notice(visit)).advance_reason == ""


async def test_the_same_act_of_one_day_is_kept_once_and_another_one_beside_it(world: World) -> None:
    visit, cmd = await world.open_visit(), world.head
    later = replace(cmd, now=cmd.now + timedelta(days=1))
    acts = [(cmd, "李某"), (cmd, "李某"), (cmd, "王某"), (later, "李某")]
    new = [
        await serve_notice(one, visit_id=visit, how=ServedHow.LINK, receiver=who, reason=REASON) for one, who in acts
    ]
    assert new == [True, False, True, True]
    assert len({step.number for step in (await served_notice(visit)).steps}) == 1


async def test_nothing_is_served_of_a_visit_that_is_sealed_or_another_authoritys(world: World) -> None:
    drawn = await world.draw()
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    with pytest.raises(Refused):
        await serve_notice(world.head, visit_id=sealed, how=ServedHow.LINK, receiver="", reason=REASON)
    stranger = replace(world.cmd(Role.LEADER), authority=sealed)
    with pytest.raises(NotFound):
        await serve_notice(stranger, visit_id=sealed, how=ServedHow.LINK, receiver="", reason=REASON)
    assert (await served_notice(sealed)).steps == ()
