"""A penalty goes into public the way a result does: clock, second person, allow-list; on both engines."""

from datetime import date

import pytest

from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.publicity import store
from inspection.publicity.approve_publication import approve_penalty, approve_publication, penalty_preview
from inspection.publicity.due_list import DueItem, due_list
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.open_publications import open_publications
from inspection.publicity.penalties.enter import enter_penalty
from inspection.publicity.penalties.read import known_penalty, penalties_of, penalties_of_object
from inspection.publicity.publish import publish_due
from inspection.publicity.published import published, published_page
from inspection.publicity.release import Hindrance, Standing
from inspection.publicity.settled import settled
from tests.inspection.publicity.penalties.penal import (
    END,
    IDENTITY,
    SEVEN_DAYS,
    TWENTY_DAYS,
    Penal,
)
from tests.inspection.publicity.world import RULES, insert

PENALTY = DocumentKind.PENALTY


@pytest.mark.parametrize(("rules", "due_on"), [("jinfeng-commerce.2023", SEVEN_DAYS), (RULES, TWENTY_DAYS)])
async def test_a_penalty_is_due_by_its_own_clock_or_else_as_any_result(penal: Penal, rules: str, due_on: date) -> None:
    file = await penal.enter(await penal.visit(rules))
    (due,) = await due_list(authority=penal.world.authority, on=date(2026, 3, 5))
    assert isinstance(due, DueItem)
    assert (due.penalty, due.due_on, due.why) == (file.penalty.id, due_on, (Hindrance.NOT_APPROVED,))
    assert due.item_name == "银金商罚〔2026〕3号"


async def test_it_is_published_with_its_listed_fields_and_nobody_else_is_named(penal: Penal) -> None:
    visit = await penal.visit()
    file = await penal.enter(visit)
    done = await penal.publish(file.penalty.id)
    assert (done.number, done.late) == ("sw-2026-CF000001", False)
    found = await published(done.number, PENALTY)
    listed = {"layout", "number", "version", "replaces", "publishedOn", "entName", "uniscId", "decisionNumber"}
    assert set(found.said) - listed == {
        *("decisionDate", "violation", "basis", "content", "amountFen", "decidingBody", "ruleSet")
    }
    assert (found.said["uniscId"], found.said["amountFen"]) == (visit.object_code, 500_000)
    text = found.document.decode()
    assert not [secret for secret in ("王小二", IDENTITY, "13812345678") if secret in text]
    assert "王**" in text
    assert found.said["ruleSet"]["name"] == "jinfeng-commerce.2023"
    assert [line.kind for line in await read(f"penalty:{file.penalty.id}")] == [
        EventKind.PENALTY_ENTERED,
        EventKind.PUBLICATION_APPROVED,
        EventKind.PUBLICATION_PUBLISHED,
    ]


async def test_results_and_penalties_have_registers_and_addresses_of_their_own(penal: Penal) -> None:
    visit = await penal.visit()
    await approve_publication(penal.by("分管负责人"), visit_id=visit.id, secrecy_reviewed=True)
    done = await penal.publish((await penal.enter(visit)).penalty.id)
    (result,) = (await published_page()).results
    assert result.number == "sw-2026-000001"
    for number, kind in ((result.number, PENALTY), (done.number, DocumentKind.RESULT)):
        with pytest.raises(NotFound):
            await published(number, kind)
    end = await settled(visit.id)
    assert end is not None
    assert {one.number for one in end.documents} == {result.number, done.number}


async def test_who_entered_it_cannot_approve_it_and_nobody_without_looking_for_secrets(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    with pytest.raises(Refused) as refused:
        cmd = penal.by("经办人", Role.PLANNER)
        await approve_penalty(cmd, penalty_id=file.penalty.id, secrecy_reviewed=True)
    assert refused.value.code == "same-person"
    with pytest.raises(Invalid) as unseen:
        await approve_penalty(penal.by("分管负责人"), penalty_id=file.penalty.id, secrecy_reviewed=False)
    assert unseen.value.message_key == "publicity.secrecy_not_reviewed"
    assert (await publish_due(penal.by("经办人"), through=END)).published == ()


async def test_an_approval_covers_what_was_on_the_screen_and_says_so(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    shown, seen = await penalty_preview(penal.by("分管负责人"), penalty_id=file.penalty.id)
    assert shown[0].document is not None
    assert "王小二" not in str(shown[0].document)
    with pytest.raises(StaleScreen) as stale:
        approver = penal.by("分管负责人")
        await approve_penalty(approver, penalty_id=file.penalty.id, secrecy_reviewed=True, seen="ab" * 32)
    assert stale.value.facts["now"] == seen
    approver = penal.by("分管负责人")
    assert await approve_penalty(approver, penalty_id=file.penalty.id, secrecy_reviewed=True, seen=seen)
    assert await approve_penalty(approver, penalty_id=file.penalty.id, secrecy_reviewed=True) == ()
    (line,) = [one for one in await read(f"penalty:{file.penalty.id}") if one.kind is EventKind.PUBLICATION_APPROVED]
    assert (line.payload["secrecy_reviewed"], line.payload["seen"]) == (True, seen)


async def test_entering_the_same_again_changes_nothing_and_something_else_is_refused(penal: Penal) -> None:
    visit = await penal.visit()
    file = await penal.enter(visit)
    assert await penal.enter(visit) == file
    with pytest.raises(Conflict) as refused:
        await penal.enter(visit, amount_fen=600_000)
    assert refused.value.message_key == "publicity.penalty_exists"
    assert [one.penalty.id for one in await penalties_of(visit.id)] == [file.penalty.id]
    assert await penalties_of_object(visit.object) == (file,)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"decided_on": date(2026, 3, 6)}, "publicity.penalty_later"),
        ({"decided_on": date(2026, 3, 1)}, "publicity.penalty_earlier"),
        ({"number": " "}, "publicity.penalty_text"),
        ({"number": "罚" * 121}, "publicity.penalty_text"),
        ({"violation": "a\x00b"}, "publicity.penalty_text"),
        ({"basis": ""}, "publicity.penalty_text"),
        ({"amount_fen": 0}, "publicity.penalty_amount"),
        ({"amount_fen": 10**16}, "publicity.penalty_amount"),
        ({"persons": tuple(f"人{n}" for n in range(51))}, "publicity.penalty_persons"),
        ({"persons": ("",)}, "publicity.penalty_text"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_reason(penal: Penal, said: dict[str, object], key: str) -> None:
    visit = await penal.visit()
    with pytest.raises(Invalid) as refused:
        await penal.enter(visit, **said)
    assert refused.value.message_key == key


async def test_a_penalty_belongs_to_an_object_and_a_visit_of_its_own_authority_that_one_may_know_of(
    penal: Penal,
) -> None:
    visit, other = await penal.visit(), await penal.visit()
    refusals: list[str] = []
    for said in ({"object": other.object}, {"visit": penal.world.task}, {"object": penal.world.task}):
        with pytest.raises(DomainError) as refused:
            await penal.enter(visit, **said)
        refusals.append(refused.value.message_key)
    assert refusals == ["publicity.penalty_other_object", "visits.no_visit", "registry.object_unknown"]
    stranger = await insert_authority()
    with pytest.raises(NotFound):
        await enter_penalty(penal.by("外人"), authority=stranger, draft=penal.draft(visit))


async def insert_authority() -> object:
    from inspection.authority.tables import Authority

    return await insert(Authority, code="wl", name="外地局", short_name="外", rule_set="jinfeng-commerce")


async def test_a_penalty_needs_no_visit(penal: Penal) -> None:
    visit = await penal.visit()
    file = await penal.enter(visit, visit=None)
    assert (file.penalty.visit, file.penalty.rule_set) == (None, "jinfeng-commerce.2023")
    done = await penal.publish(file.penalty.id)
    assert (done.visit, (await published(done.number, PENALTY)).said["entName"]) == (None, "某某石油有限公司第一加油站")


async def test_the_earliest_clock_is_due_and_all_are_shown(penal: Penal) -> None:
    visit = await penal.visit()
    await open_publications(penal.by("经办人"), visit_id=visit.id)
    (before,) = await store.waiting(visit=visit.id)
    file = await penal.enter(visit)
    result, penalty = sorted(
        (one for one in await due_list(authority=None, on=SEVEN_DAYS) if isinstance(one, DueItem)),
        key=lambda one: one.penalty is not None,
    )
    assert (before.due_on, result.due_on, penalty.due_on) == (date(2026, 3, 30), SEVEN_DAYS, SEVEN_DAYS)
    assert [(one.start.value, one.day) for one in result.clocks] == [
        ("penalty_decided", SEVEN_DAYS),
        ("result_formed", date(2026, 3, 30)),
    ]
    await penal.annul(file.penalty.id)
    (after,) = await store.waiting(visit=visit.id)
    assert after.due_on == before.due_on


async def test_another_authority_knows_no_penalty_of_this_one(penal: Penal) -> None:
    file = await penal.enter(await penal.visit())
    with pytest.raises(NotFound):
        await known_penalty(file.penalty.id, authority=penal.world.task)
    assert (await known_penalty(file.penalty.id)).standing is Standing.OPEN
