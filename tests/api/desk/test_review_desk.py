"""Visits at the desk: reviewed by their pages and forms, published, objected to, sealed; nobody else's are there."""

import pytest
from litestar import Litestar

from inspection.archive.custody.note import stream
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.journal import read as read_journal
from inspection.publicity.open_publications import open_publications
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.reading import known_visit
from media.blobs import store_bytes
from media.derive import look_at_blob, record_look
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown, well_made
from tests.api.desk.crawl import links_of
from tests.api.desk.review_party import ACCOUNTS, SECOND_LEGAL, Party, hidden, people_of
from tests.inspection.visits.world import build_world
from tests.media.pictures import jpeg

PHOTO = "ab" * 32
TABS = ("", "/times", "/custody", "/follow-up", "/publication", "/objections", "/dossier", "/people")


@pytest.fixture
async def party(app: Litestar, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Party:
    world = await build_world(monkeypatch)
    made = Party(app, world, clock, await world.open_visit(team=(0, 1, 2)))
    await people_of(world)
    return made


async def test_every_page_of_a_visit_shows_it_and_another_authority_has_none_of_them(
    party: Party, office: Office, sit_down: SitDown
) -> None:
    publication = await party.approved()
    legal, foreign = await party.seat(Role.LEGAL), await sit_down(Role.LEGAL, office)
    pages = [f"/desk/visits/{party.visit}{tab}" for tab in TABS]
    pages += [f"/desk/reviews/{party.visit}", f"/desk/publications/{publication}"]
    for path in pages:
        assert "desk_review." not in (await legal.read(path)).text, path
        assert (await foreign.ask(path)).status_code == 404, path
    for path in ("/desk/visits?state=approved", "/desk/publications", "/desk/reviews"):
        assert str(party.visit) in (await legal.ask(path)).text, path
        assert str(party.visit) not in (await foreign.ask(path)).text, path
    for path in ("/desk/objections", "/desk/dossiers", "/desk/penalties"):
        assert "desk_review." not in (await legal.read(path)).text, path


async def test_no_page_about_a_visit_has_a_link_that_its_reader_is_refused(party: Party) -> None:
    publication = await party.approved()
    pages = ["/desk", "/desk/clocks", f"/desk/reviews/{party.visit}", f"/desk/publications/{publication}"]
    pages += [f"/desk/visits/{party.visit}{tab}" for tab in TABS]
    linked = dict[Role, set[str]]()
    for role in (*ACCOUNTS, Role.LEADER):
        seat = await party.seat(role)
        for path in pages:
            if (answer := await seat.ask(path)).status_code == 200:
                linked[role] = linked.get(role, set()) | set(links_of(answer))
        for link in sorted(linked[role]):
            assert (await seat.ask(link)).status_code != 403, (role, link)
    assert f"/desk/publications/{publication}" in linked[Role.PLANNER] - linked[Role.ADMIN]
    assert "第0商店" in (await (await party.seat(Role.ADMIN)).read("/desk/clocks")).text


async def test_a_sealed_visit_shows_its_team_and_nothing_of_its_object(party: Party) -> None:
    drawn = await party.world.draw(objects=(1,))
    (sealed,) = (await assemble_visits(party.world.cmd(), draw_id=drawn.draw)).created
    name = (await known_visit(sealed)).object
    head = await party.seat(Role.SECTION_HEAD)
    page = await head.ask(f"/desk/visits/{sealed}")
    assert "检查员0" in page.text
    assert str(name) not in page.text
    assert "经营" not in page.text
    for tab in TABS[1:]:
        assert (await head.ask(f"/desk/visits/{sealed}{tab}")).status_code in {403, 404}, tab
    assert (await head.ask(f"/desk/reviews/{sealed}")).status_code == 404
    path = f"/desk/visits/{sealed}"
    assert "done_leader" in await head.done(f"{path}/leader", {"inspector": str(party.leader)})
    assert "done_unsealed" in await head.done(f"{path}/unsealing")
    assert await read_kind(f"visit:{sealed}", EventKind.VISIT_UNSEALED)
    twice = await head.send(f"{path}/unsealing")
    assert (twice.status_code, 'role="alert"' in twice.text) == (409, True)


async def test_a_conflict_is_decided_in_its_place_and_the_record_sent_back_point_by_point(party: Party) -> None:
    a, b = party.world.tablet(0, party.visit), party.world.tablet(1, party.visit)
    one = a.answer("f1", "yes", comment="有")
    b.answer("f1", "no", comment="无")
    a.photo(PHOTO, "f1")
    a.submit(b)
    b.submit(a)
    await party.world.push(*a.entries, *b.entries)
    leader, path = await party.seat(Role.LEADER), f"/desk/reviews/{party.visit}"
    page = await leader.ask(path)
    assert "desk_review." not in page.text
    assert [name in page.text for name in ("检查员0", "检查员1", PHOTO[:12])] == [True, True, True]
    ruling = {
        "type": "resolve",
        "item": "f1",
        "how": "choose",
        "over[]": [h.text_hash for h in (one, b.entries[0])],
        "seen": hidden(page.text, "seen"),
    }
    wrong = await leader.send(f"{path}/decisions/f1", ruling)
    assert (wrong.status_code, "此项必须填写" in wrong.text) == (422, True)
    told = {**ruling, "choose": one.text_hash, "reason": "看过照片"}
    assert "done_decided" in await leader.done(f"{path}/decisions/f1", told)
    stale = await leader.send(f"{path}/decisions/f1", told)
    assert stale.status_code == 412
    seen = hidden((await leader.ask(path)).text, "seen")
    back = {
        "seen": seen,
        "remarks": "请补充",
        "correct_by": "2026-03-20",
        "fields.0.checklist": "fire",
        "fields.0.item": "f1",
        "fields.0.remark": "",
        "fields.2.checklist": "fire",
        "fields.2.item": "f3",
        "fields.2.remark": "补拍灭火器",
    }
    past = await leader.send(f"{path}/return", {**back, "correct_by": "2026-01-01"})
    assert (past.status_code, "补拍灭火器" in past.text) == (422, True)
    assert "done_returned" in await leader.done(f"{path}/return", back)
    (line,) = await read_kind(f"visit:{party.visit}", EventKind.VISIT_RETURNED)
    assert line.payload["fields"] == [{"checklist": "fire", "item": "f3", "remark": "补拍灭火器"}]
    assert "补拍灭火器" in str(line.payload)
    assert "退回更正中" in (await leader.ask("/desk/reviews?mine=")).text


async def test_the_record_that_was_seen_is_approved_and_its_public_copy_goes_out(party: Party) -> None:
    await party.world.attested(party.visit)
    leader, path = await party.seat(Role.LEADER), f"/desk/reviews/{party.visit}"
    form = {
        "seen": hidden((await leader.ask(path)).text, "seen"),
        "choices.0.task": str(next(iter(party.world.draws.values())).task),
    }
    stale = await leader.send(f"{path}/approval", {**form, "seen": "0" * 64, "remarks": "没有问题"})
    assert (stale.status_code, "没有问题" in stale.text) == (412, True)
    result = f"/desk/visits/{party.visit}/papers/result"
    assert result not in (await leader.ask(f"/desk/visits/{party.visit}")).text
    assert "done_approved" in await leader.done(f"{path}/approval", form)
    assert result in (await leader.ask(f"/desk/visits/{party.visit}")).text
    assert (await leader.ask(result)).status_code == 200
    assert (await leader.ask(f"/desk/visits/{party.visit}/publication")).status_code == 200
    await party_publication(party)
    approver = await party.seat(Role.APPROVER)
    own = f"/desk/visits/{party.visit}/publication"
    page = await approver.ask(own)
    assert "公示时编号" in page.text
    seen = hidden(page.text, "seen")
    unread = await approver.send(own, {"seen": seen})
    assert (unread.status_code, 'role="alert"' in unread.text) == (422, True)
    assert "done_publication_approved" in await approver.done(own, {"seen": seen, "secrecy_reviewed": "true"})
    away = await approver.done("/desk/publications", {"through": "2026-12-31"})
    assert "done_published" in away
    (out,) = await read_kind(f"visit:{party.visit}", EventKind.PUBLICATION_PUBLISHED)
    shown = await approver.ask("/desk/publications?shelf=published")
    assert str(out.payload["number"]) in shown.text


async def party_publication(party: Party) -> None:
    """The publication of the approved visit is opened, as the background work does it."""
    await seed_calendar(party.world.cmd())
    await open_publications(party.world.cmd(), visit_id=party.visit)


async def test_a_publication_is_narrowed_kept_back_and_let_go_each_on_its_ground(party: Party) -> None:
    publication = await party.approved()
    approver = await party.seat(Role.APPROVER)
    path = f"/desk/publications/{publication}"
    part = {"left_out[]": ["plan_name"], "ground": "trade_secret", "reason": "涉及商业秘密"}
    wrong = await approver.send(f"{path}/part", {**part, "left_out[]": ["result"]})
    assert (wrong.status_code, "涉及商业秘密" in wrong.text) == (422, True)
    if (await approver.send(f"{path}/part", part)).status_code == 303:
        assert "涉及商业秘密" in (await approver.read(path)).text
        assert await read_kind(f"visit:{party.visit}", EventKind.PUBLICATION_NARROWED)
    held = {"ground": "privacy", "reason": "个人隐私", "until": "2026-12-01"}
    if (await approver.send(f"{path}/withholding", held)).status_code == 303:
        assert str(publication) in (await approver.ask("/desk/publications?shelf=withheld")).text
        assert "done_let_go" in await approver.done(f"{path}/withholding/end", {"reason": "不再涉及"})


async def test_pictures_open_with_the_desks_cookie_for_whom_the_table_lets_and_are_noted(party: Party) -> None:
    legal = await party.seat(Role.LEGAL)
    data = jpeg(80, 60)
    digest = await store_bytes(party.world.cmd(), data, "image/jpeg")
    a = party.world.tablet(0, party.visit)
    a.photo(digest, "f1")
    await party.world.push(*a.entries)
    path = f"/desk/visits/{party.visit}/media/{digest}"
    answer = await legal.ask(path)
    assert (answer.status_code, answer.content) == (200, data)
    noted = [str(line.payload["act"]) for line in await read_journal(stream(party.visit), after=0, limit=50)]
    assert "viewed" in noted
    assert (await (await party.seat(Role.PLANNER)).ask(path)).status_code == 403
    assert (await legal.ask(path.replace("/desk/", "/office/"))).status_code == 401
    assert (await legal.ask(f"/desk/visits/{party.visit}/media/{PHOTO}")).status_code == 404
    nobody = await party.seat(Role.LEGAL)
    nobody.http.cookies.clear()
    assert (await nobody.ask(path)).status_code == 303
    paper = await legal.ask(f"/desk/visits/{party.visit}/papers/notice")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")


async def test_an_objection_goes_its_way_at_the_desk(party: Party) -> None:
    await party.approved()
    legal, path = await party.seat(Role.LEGAL), f"/desk/visits/{party.visit}/objections"
    typed = {"form": "f-1", "grounds": "当日停业", "name": "王某", "contact": "123"}
    wrong = await legal.send(path, {**typed, "name": ""})
    assert (wrong.status_code, "当日停业" in wrong.text) == (422, True)
    at = (await legal.done(path, typed)).partition("?")[0]
    assert "当日停业" in (await legal.read(at)).text
    other = await party.seat(Role.LEGAL, SECOND_LEGAL)
    assert "done_taken" in await other.done(f"{at}/review", {"seen": hidden((await other.ask(at)).text, "seen")})
    form = {
        "seen": hidden((await other.ask(at)).text, "seen"),
        "upheld": "true",
        "facts": "已核实",
        "reasons": "记录属实",
    }
    assert "done_objection_decided" in await other.done(f"{at}/decision", form)
    assert "done_told" in await other.done(f"{at}/telling", {"how": "post"})
    assert "维持原结果" in (await other.read("/desk/objections")).text


async def test_a_penalty_is_entered_shown_and_its_approval_is_anothers(party: Party) -> None:
    await party.approved()
    planner, path = await party.seat(Role.PLANNER), f"/desk/visits/{party.visit}"
    typed = {
        "number": "商罚〔2026〕3号",
        "decided_on": "2026-03-02",
        "violation": "未建立台账，证人王小二证实",
        "basis": "第二十条",
        "content": "罚款五千元",
        "amount_fen": "500000",
        "persons": "王小二\n",
    }
    wrong = await planner.send(f"{path}/penalties", {**typed, "basis": ""})
    assert (wrong.status_code, "证人王小二证实" in wrong.text) == (422, True)
    assert "done_penalty_entered" in await planner.done(f"{path}/penalties", typed)
    page = (await planner.ask(f"{path}/follow-up")).text
    penalty = page.split('href="/desk/penalties/')[1].split('"')[0]
    assert "5000.00" in (await planner.read(f"/desk/penalties/{penalty}")).text
    legal = await party.seat(Role.LEGAL)
    publication = (
        (await legal.ask(f"/desk/penalties/{penalty}")).text.split('href="/desk/publications/')[1].split('"')[0]
    )
    shown = await legal.ask(f"/desk/publications/{publication}")
    well_made(shown)
    copy = shown.text.split("public-copy")[1].split("agree")[0]
    assert ("王**" in copy, "王小二" in copy) == (True, False)
    form = {"seen": hidden(shown.text, "seen"), "secrecy_reviewed": "true"}
    assert "done_publication_approved" in await legal.done(
        f"/desk/publications/{publication}/penalties/{penalty}", form
    )


async def test_a_dossier_that_cannot_be_sealed_yet_says_why(party: Party) -> None:
    await party.approved()
    legal = await party.seat(Role.LEGAL)
    answer = await legal.send(f"/desk/visits/{party.visit}/dossier")
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    assert (await legal.ask("/desk/dossiers/none")).status_code == 404


async def test_bodies_are_erased_by_an_administrator_who_reads_none_of_them(party: Party) -> None:
    a = party.world.tablet(0, party.visit)
    said = a.answer("f1", "yes", comment="李四的身份证号")
    await party.world.push(*a.entries)
    admin, path = await party.seat(Role.ADMIN), f"/desk/reviews/{party.visit}/erasures"
    page = await admin.ask(path)
    assert (said.text_hash in page.text, "李四" in page.text) == (True, False)
    form = {"seen": hidden(page.text, "seen"), "targets[]": [said.text_hash]}
    wrong = await admin.send(path, form)
    assert (wrong.status_code, "李四" in wrong.text) == (422, False)
    assert "done_erased" in await admin.done(path, {**form, "ground": "个人信息保护法第四十七条"})
    assert "desk_review." not in (await admin.read(path)).text


async def test_boxes_that_were_refused_stand_in_the_form_again_however_many(party: Party) -> None:
    cmd = party.world.cmd()
    digest = await store_bytes(cmd, jpeg(400, 300), "image/jpeg")
    look = await look_at_blob(digest)
    assert look is not None
    await record_look(cmd, digest=digest, look=look)
    tablet = party.world.tablet(0, party.visit)
    tablet.photo(digest, "f2")
    await party.world.push(*tablet.entries)
    leader = await party.seat(Role.LEADER)
    place = f"/desk/visits/{party.visit}/masking/{digest}"
    page = await leader.read(place)
    (picture,) = [one for one in page.all("div") if "data-masking" in one]
    assert (picture["data-width"], picture["data-height"]) == ("400", "300")
    assert [one for one in page.all("button") if "data-clear" in one]
    boxes = {f"boxes.{n}.{side}": str(10 + n) for n in range(8) for side in ("x", "y", "width", "height")}
    refused = await leader.send(place, boxes)
    assert refused.status_code == 422
    typed = {str(one["name"]): one["value"] for one in well_made(refused).all("input") if "name" in one}
    assert typed.items() >= boxes.items()
    await leader.done(place, {**boxes, "ground": "有人脸"})
    assert "· 8" in (await leader.read(place)).text
