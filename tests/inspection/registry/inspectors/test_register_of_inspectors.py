"""The register kept by hand: absences, interests, certificates, standing; every change on record and reviewed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.inspectors.absences import add_absence, withdraw_absence
from inspection.registry.inspectors.adjust import adjust_inspector
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.certificates import add_certificate, set_certificate_status
from inspection.registry.inspectors.confirm_changes import confirm_changes
from inspection.registry.inspectors.dispatch import Bar
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.import_inspectors import import_inspectors
from inspection.registry.inspectors.questions import (
    change_batches,
    coverage,
    ending,
    hindrances_of,
    history,
    one_inspector,
    standing,
    uncertified,
)
from inspection.registry.inspectors.relations import declare_relation, end_relation
from inspection.registry.inspectors.terms import (
    AbsenceKind,
    BatchState,
    CertificateStatus,
    RelationKind,
    RelationSource,
)
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.objects.synthetic import synthetic_code
from inspection.registry.rules_in_force import rules_today
from tests.inspection.registry.inspectors.conftest import Found
from tests.inspection.registry.inspectors.people import SIX, WANG, file_of

TODAY = date(2026, 3, 2)
NOBODY = uuid5(UUID(int=0), "nobody")
LI = ("李二", "科员", "商贸科", "鲁K0002", "商务执法", "汽车", "某省司法厅", "2025-01-01", "2026-04-10")
Legal = Callable[[UUID], Command]


async def keep(cmd: Command, *rows: tuple[str, ...]) -> list[InspectorFacts]:
    assert cmd.authority is not None
    await import_inspectors(cmd, file_of(SIX, *(rows or (WANG,))), authority=cmd.authority)
    return await find.inspectors_of(cmd.authority)


async def bars(cmd: Command, person: UUID, first: date = TODAY, last: date = TODAY) -> list[Bar]:
    assert cmd.authority is not None
    found = await hindrances_of([person], (first, last), await rules_today(cmd, cmd.authority))
    return [one.key for one in found.get(person, ())]


def refused_in_both_languages(refusal: DomainError) -> None:
    said = {text(refusal.message_key, lang, **refusal.facts) for lang in LANGUAGES}
    assert len(said) == 2
    assert not any("{" in one for one in said)


async def kinds(cmd: Command) -> list[EventKind]:
    return [line.kind for line in await read(f"registry:{cmd.authority}")]


async def test_an_absence_bars_on_its_days_until_it_is_withdrawn(clerk: Command):
    (one,) = await keep(clerk)
    days = {"first_day": date(2026, 3, 9), "last_day": date(2026, 3, 13)}
    away = await add_absence(clerk, one.id, kind=AbsenceKind.TRAINING, note=" 党校 ", **days)
    assert away.note == "党校"
    assert await bars(clerk, one.id, date(2026, 3, 13), date(2026, 4, 1)) == [Bar.ABSENT]
    assert await bars(clerk, one.id, date(2026, 3, 14), date(2026, 4, 1)) == []
    await withdraw_absence(clerk, away.id)
    assert await bars(clerk, one.id, date(2026, 3, 9), date(2026, 3, 13)) == []
    assert (await kinds(clerk))[-2:] == [EventKind.ABSENCE_ENTERED, EventKind.ABSENCE_WITHDRAWN]
    with pytest.raises(NotFound) as refusal:
        await withdraw_absence(clerk, away.id)
    refused_in_both_languages(refusal.value)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"last_day": date(2026, 3, 8)}, "registry.days_reversed"),
        ({"note": "长" * 501}, "registry.note_too_long"),
    ],
)
async def test_an_absence_that_cannot_be_leaves_nothing(clerk: Command, more: dict, key: str):
    (one,) = await keep(clerk)
    before = await kinds(clerk)
    given = {"first_day": date(2026, 3, 9), "last_day": date(2026, 3, 13), "note": None} | more
    with pytest.raises(Invalid) as refusal:
        await add_absence(clerk, one.id, kind=AbsenceKind.LEAVE, **given)
    assert refusal.value.message_key == key
    refused_in_both_languages(refusal.value)
    assert await kinds(clerk) == before


async def test_a_declared_interest_recuses_and_ends_without_being_forgotten(clerk: Command):
    (one,) = await keep(clerk)
    code = synthetic_code(3)
    tie = await declare_relation(clerk, one.id, object_code=code.lower(), kind=RelationKind.KINSHIP, note="表弟的公司")
    assert (tie.object_code, tie.source) == (code, RelationSource.OFFICE)
    assert (await one_inspector(one.authority, one.id)).related(TODAY, TODAY) == (code,)
    await end_relation(clerk, tie.id, last_day=date(2026, 3, 5))
    after = await one_inspector(one.authority, one.id)
    assert after.related(date(2026, 3, 5), date(2026, 4, 1)) == (code,)
    assert after.related(date(2026, 3, 6), date(2026, 4, 1)) == ()
    assert [(held.object_code, held.until) for held in after.relations] == [(code, date(2026, 3, 5))]
    told = repr(await history(one.authority, one.id)) + repr(await read(f"registry:{clerk.authority}"))
    assert code not in told
    assert "表弟" not in told
    with pytest.raises(NotFound) as refusal:
        await end_relation(clerk, tie.id, last_day=date(2026, 3, 5))
    refused_in_both_languages(refusal.value)


async def test_inspectors_declare_their_own_interests_and_nobody_elses(clerk: Command):
    """威海 第十七条: the inspector applies for recusal."""
    one, other = await keep(clerk, WANG, LI)
    self = replace(clerk, actor=Actor(str(one.id), one.name, Role.INSPECTOR))
    tie = await declare_relation(self, one.id, object_code=synthetic_code(3), kind=RelationKind.INVESTMENT)
    assert tie.source is RelationSource.INSPECTOR
    with pytest.raises(Refused) as refusal:
        await declare_relation(self, other.id, object_code=synthetic_code(3), kind=RelationKind.INVESTMENT)
    refused_in_both_languages(refusal.value)
    theirs = await declare_relation(clerk, other.id, object_code=synthetic_code(3), kind=RelationKind.INVESTMENT)
    with pytest.raises(Refused):
        await end_relation(self, theirs.id)
    assert (await one_inspector(other.authority, other.id)).related(TODAY, TODAY) == (synthetic_code(3),)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"object_code": "隔壁"}, "registry.code_shape"),
        ({"object_code": " "}, "registry.code_missing"),
        ({"object_code": "9.1E+17"}, "registry.code_rounded"),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "registry.days_reversed"),
        ({"kind": RelationKind.FORMER_EMPLOYMENT}, "registry.end_missing"),
        ({"note": "长" * 501}, "registry.note_too_long"),
    ],
)
async def test_an_interest_that_cannot_be_leaves_nothing(clerk: Command, more: dict, key: str):
    (one,) = await keep(clerk)
    given = {"object_code": synthetic_code(3), "kind": RelationKind.KINSHIP} | more
    with pytest.raises(Invalid) as refusal:
        await declare_relation(clerk, one.id, **given)
    assert refusal.value.message_key == key
    refused_in_both_languages(refusal.value)
    assert (await one_inspector(one.authority, one.id)).relations == ()


async def test_former_employment_bars_until_its_last_day(clerk: Command):
    (one,) = await keep(clerk)
    await declare_relation(
        clerk, one.id, object_code=synthetic_code(3), kind=RelationKind.FORMER_EMPLOYMENT, until=date(2028, 1, 31)
    )
    after = await one_inspector(one.authority, one.id)
    assert after.related(date(2028, 1, 31), date(2028, 2, 9)) == (synthetic_code(3),)
    assert after.related(date(2028, 2, 1), date(2028, 2, 9)) == ()


async def test_a_suspended_certificate_bars_from_its_day_and_its_lifting_lets_go(clerk: Command):
    (one,) = await keep(clerk)
    held = one.certificates[0].id
    day = date(2026, 3, 20)
    await set_certificate_status(clerk, held, status=CertificateStatus.SUSPENDED, since=day, reason="调查")
    assert await bars(clerk, one.id, TODAY, date(2026, 3, 19)) == []
    assert await bars(clerk, one.id, TODAY, day) == [Bar.SUSPENDED]
    after = await one_inspector(one.authority, one.id)
    assert after.certificate_for(TODAY, day) is None
    await set_certificate_status(clerk, held, status=CertificateStatus.VALID, reason="查清")
    assert await bars(clerk, one.id, TODAY, day) == []
    await set_certificate_status(clerk, held, status=CertificateStatus.REVOKED, since=TODAY, reason="调离")
    assert await bars(clerk, one.id) == [Bar.REVOKED]
    assert (await kinds(clerk)).count(EventKind.CERTIFICATE_STATUS_SET) == 3


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"reason": " "}, "registry.reason_missing"),
        ({"since": None}, "registry.reason_missing"),
        ({"reason": "长" * 501}, "registry.note_too_long"),
    ],
)
async def test_a_suspension_without_day_or_reason_changes_nothing(clerk: Command, more: dict, key: str):
    (one,) = await keep(clerk)
    given = {"status": CertificateStatus.SUSPENDED, "since": TODAY, "reason": "调查"} | more
    with pytest.raises(Invalid) as refusal:
        await set_certificate_status(clerk, one.certificates[0].id, **given)
    assert refusal.value.message_key == key
    refused_in_both_languages(refusal.value)
    assert await bars(clerk, one.id) == []


async def test_a_certificate_is_entered_by_hand_once(clerk: Command):
    one, other = await keep(clerk, WANG, LI)
    fresh = CertificateDraft("某省司法厅", "鲁K9001", date(2026, 1, 1), date(2030, 12, 31), scope=("成品油",))
    await add_certificate(clerk, one.id, fresh)
    assert [held.number for held in (await one_inspector(one.authority, one.id)).certificates] == ["鲁K0001", "鲁K9001"]
    for holder in (one, other):
        with pytest.raises(Conflict) as refusal:
            await add_certificate(clerk, holder.id, fresh)
        refused_in_both_languages(refusal.value)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"number": "K1"}, "registry.certificate_shape"),
        ({"number": "K" * 33}, "registry.certificate_shape"),
        ({"issuer": " "}, "registry.certificate_incomplete"),
        ({"valid_until": date(2025, 1, 1)}, "registry.days_reversed"),
    ],
)
async def test_a_certificate_that_cannot_be_is_refused(clerk: Command, more: dict, key: str):
    (one,) = await keep(clerk)
    fresh = replace(CertificateDraft("某厅", "鲁K9001", date(2026, 1, 1), date(2030, 12, 31)), **more)
    with pytest.raises(Invalid) as refusal:
        await add_certificate(clerk, one.id, fresh)
    assert refusal.value.message_key == key
    refused_in_both_languages(refusal.value)
    assert len((await one_inspector(one.authority, one.id)).certificates) == 1


async def test_who_left_is_not_sent_and_a_load_limit_counts_what_was_given(clerk: Command):
    (one,) = await keep(clerk)
    assert clerk.authority is not None
    rules = await rules_today(clerk, clerk.authority)
    await adjust_inspector(clerk, one.id, active=True, maximum_load=2, reason="兼职")
    found = await hindrances_of([one.id], (TODAY, TODAY), rules, loads={one.id: 2})
    assert [bar.key for bar in found[one.id]] == [Bar.OVERLOADED]
    before = len(await kinds(clerk))
    await adjust_inspector(clerk, one.id, active=True, maximum_load=2, reason="兼职")
    assert len(await kinds(clerk)) == before
    left = await adjust_inspector(clerk, one.id, active=False, maximum_load=None, reason="调离")
    assert (left.active, left.standing_reason) == (False, "调离")
    assert await bars(clerk, one.id) == [Bar.INACTIVE]
    for given, key in (((True, 1001, "x"), "registry.load_shape"), ((True, None, " "), "registry.reason_missing")):
        with pytest.raises(Invalid) as refusal:
            await adjust_inspector(clerk, one.id, active=given[0], maximum_load=given[1], reason=given[2])
        assert refusal.value.message_key == key
        refused_in_both_languages(refusal.value)


async def test_nobody_touches_people_of_another_register(clerk: Command, office_under: Found):
    (one,) = await keep(clerk)
    tie = await declare_relation(clerk, one.id, object_code=synthetic_code(3), kind=RelationKind.KINSHIP)
    days = {"first_day": TODAY, "last_day": TODAY}
    away = await add_absence(clerk, one.id, kind=AbsenceKind.LEAVE, **days)
    stranger = await office_under("xinglongtai-market")
    fresh = CertificateDraft("某厅", "鲁K9001", TODAY, TODAY)
    held, status = one.certificates[0].id, CertificateStatus.REVOKED
    for refused in (
        add_absence(stranger, one.id, kind=AbsenceKind.LEAVE, **days),
        withdraw_absence(stranger, away.id),
        declare_relation(stranger, one.id, object_code=synthetic_code(3), kind=RelationKind.KINSHIP),
        end_relation(stranger, tie.id),
        add_certificate(stranger, one.id, fresh),
        set_certificate_status(stranger, held, status=status, since=TODAY, reason="x"),
        adjust_inspector(stranger, one.id, active=False, maximum_load=None, reason="x"),
        confirm_changes(stranger, NOBODY),
        end_relation(clerk, NOBODY),
        withdraw_absence(clerk, NOBODY),
        set_certificate_status(clerk, NOBODY, status=status, since=TODAY, reason="x"),
        one_inspector(one.authority, NOBODY),
    ):
        with pytest.raises(NotFound) as refusal:
            await refused
        refused_in_both_languages(refusal.value)
    after = await one_inspector(one.authority, one.id)
    assert (after.active, after.absences, after.relations) == (True, (away,), (tie,))


# -- review of changes --------------------------------------------------------------------------------------------


async def test_a_new_inspector_waits_for_the_judicial_office_where_the_rules_say_so(reviewed: Command, legal: Legal):
    """安岳 一(四): 司法行政部门汇总审核."""
    (one,) = await keep(reviewed)
    assert reviewed.authority is not None
    assert await bars(reviewed, one.id) == [Bar.NOT_REVIEWED]
    (batch,) = await change_batches(reviewed.authority, [BatchState.PENDING])
    decided = await confirm_changes(legal(reviewed.authority), batch.id)
    assert (decided.state, decided.decided_by_name) == (BatchState.CONFIRMED, "法制机构")
    assert await bars(reviewed, one.id) == []
    last = (await read(f"registry:{reviewed.authority}"))[-1]
    assert (last.kind, last.payload["state"]) == (EventKind.INSPECTOR_CHANGES_REVIEWED, "confirmed")


async def test_nobody_reviews_their_own_changes_nor_anything_twice(reviewed: Command, legal: Legal):
    (one,) = await keep(reviewed)
    assert reviewed.authority is not None
    (batch,) = await change_batches(reviewed.authority)
    with pytest.raises(Refused) as refusal:
        await confirm_changes(replace(legal(reviewed.authority), actor=reviewed.actor), batch.id)
    refused_in_both_languages(refusal.value)
    with pytest.raises(Invalid) as unsaid:
        await confirm_changes(legal(reviewed.authority), batch.id, confirm=False, remarks=" ")
    assert unsaid.value.message_key == "registry.reason_missing"
    await confirm_changes(legal(reviewed.authority), batch.id, confirm=False, remarks="证号不符")
    with pytest.raises(Conflict) as again:
        await confirm_changes(legal(reviewed.authority), batch.id)
    refused_in_both_languages(again.value)
    assert await bars(reviewed, one.id) == [Bar.NOT_REVIEWED]
    mended = replace(reviewed, now=reviewed.now + timedelta(hours=1))
    await keep(mended, (*WANG[:3], "鲁K0099", *WANG[4:]))
    newest = (await change_batches(reviewed.authority))[0]
    await confirm_changes(legal(reviewed.authority), newest.id)
    assert await bars(reviewed, one.id) == []


async def test_what_restricts_counts_at_once_and_what_entitles_waits(reviewed: Command, legal: Legal):
    (one,) = await keep(reviewed)
    assert reviewed.authority is not None
    for batch in await change_batches(reviewed.authority):
        await confirm_changes(legal(reviewed.authority), batch.id)
    held = one.certificates[0].id
    soon = replace(reviewed, now=reviewed.now + timedelta(hours=1))
    await add_absence(soon, one.id, kind=AbsenceKind.LEAVE, first_day=date(2026, 5, 1), last_day=date(2026, 5, 1))
    assert await bars(reviewed, one.id) == []
    await set_certificate_status(soon, held, status=CertificateStatus.SUSPENDED, since=TODAY, reason="调查")
    assert await bars(reviewed, one.id) == [Bar.SUSPENDED]
    later = replace(reviewed, now=reviewed.now + timedelta(hours=2))
    await set_certificate_status(later, held, status=CertificateStatus.VALID, reason="查清")
    assert await bars(reviewed, one.id) == [Bar.NOT_REVIEWED]


async def test_where_changes_are_only_reported_nobody_waits_and_the_legal_section_sees_them(
    office_under: Found, legal: Legal
):
    """泉州 二(二)2: 人员变动报法规科."""
    cmd = await office_under("quanzhou-economy")
    assert cmd.authority is not None
    (one,) = await keep(cmd)
    assert await bars(cmd, one.id) == []
    (batch,) = await change_batches(cmd.authority, [BatchState.REPORTED])
    assert {change.name for change in batch.changes} == {"王一"}
    assert (await confirm_changes(legal(cmd.authority), batch.id)).state is BatchState.CONFIRMED


async def test_where_no_office_is_named_changes_are_noted_and_none_can_be_confirmed(clerk: Command, legal: Legal):
    assert clerk.authority is not None
    await keep(clerk)
    (batch,) = await change_batches(clerk.authority)
    assert batch.state is BatchState.NOTED
    with pytest.raises(Conflict):
        await confirm_changes(legal(clerk.authority), batch.id)


# -- the register as a whole --------------------------------------------------------------------------------------


async def test_every_item_of_the_published_list_is_asked_for_its_inspectors(clerk: Command):
    """泉州 二(二)2, 威海 第十条."""
    assert clerk.authority is not None
    table = seed_items().decode("utf-8-sig").splitlines()
    asked = [
        f"{table[0]},人员资质要求",
        f"{table[1]},商务执法",
        f"{table[2]},药品检查员",
        *(f"{row}," for row in table[3:]),
    ]
    await import_items(clerk, "\n".join(asked).encode(), authority=clerk.authority, checklists=seed_checklists())
    await keep(clerk, WANG, LI)
    assert await coverage(clerk, clerk.authority) == ()
    await publish_items(clerk, authority=clerk.authority)
    covers = await coverage(clerk, clerk.authority)
    assert {one.code: (len(one.inspectors), one.short) for one in covers} == {
        "SW01": (2, False),
        "SW02": (0, True),
        "SW03": (2, False),
        "SW04": (2, False),
        "SW05": (2, False),
    }
    later = await coverage(clerk, clerk.authority, (date(2026, 4, 11), date(2026, 4, 11)))
    assert all(one.short for one in later)
    assert not any(one.short for one in await coverage(clerk, clerk.authority, team=1) if one.code != "SW02")


async def test_certificates_that_end_are_announced_in_steps_and_renewed_ones_are_marked(clerk: Command):
    assert clerk.authority is not None
    zhao = ("赵三", "科员", "商贸科", "鲁K0003", "商务执法", "汽车", "某省司法厅", "2025-01-01", "2026-03-01")
    qian = ("钱四", "科员", "商贸科", "鲁K0004", "商务执法", "汽车", "某省司法厅", "2025-01-01", "2026-03-20")
    await keep(clerk, WANG, LI, zhao, qian, (*qian[:3], "鲁K9004", *qian[4:8], "2029-01-01"))
    due = await ending(clerk, clerk.authority)
    assert [(one.name, one.days, one.step, one.renewed) for one in due] == [
        ("赵三", -1, 30, False),
        ("钱四", 18, 30, True),
        ("李二", 39, 60, False),
    ]
    assert [one.name for one in await ending(clerk, clerk.authority, within=20)] == ["赵三", "钱四"]
    assert [one.name for one in await uncertified(clerk, clerk.authority)] == ["赵三"]
    names = {one.person.name: [bar.key for bar in one.hindrances] for one in await standing(clerk, clerk.authority)}
    assert names == {"王一": [], "李二": [], "赵三": [Bar.EXPIRED], "钱四": []}


def test_no_reason_of_health_is_kept():
    words: list[JSON] = [kind.value for kind in AbsenceKind]
    assert words == ["leave", "training", "other_work"]
