"""What a party sends through its door, over HTTP: one act a form, nothing that was typed lost, seen by who may."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from itertools import product

import pytest

from api.entity.session import COOKIE
from inspection.door import store
from inspection.door.rate import Question
from inspection.door.rectify import rectifications_of
from inspection.door.remark import ENOUGH, tell_remarks
from inspection.door.store_sent import waiting_remarks
from inspection.kernel.catalogue import text
from inspection.kernel.command import Command, Role
from inspection.kernel.journal import EventKind, read
from inspection.publicity.objections.read import objections_of
from media.blobs import find_blob
from tests.api.entity.conftest import Party
from tests.api.entity.forms import (
    HEIC,
    JPEG,
    PDF,
    PNG,
    body,
    file_part,
    form_name,
    name_in,
    post,
    send,
    text_part,
    typed_in,
)
from tests.media.requests import sha256


@pytest.fixture
async def inside(party: Party) -> Party:
    await party.come_in()
    return party


async def test_what_was_put_right_is_handed_in_and_read_at_the_office(inside: Party) -> None:
    files = [
        file_part("照片.jpg", JPEG),
        file_part("../../票据.pdf", PDF),
        file_part("i.heic", HEIC),
        file_part("", b""),
    ]
    answer = await send(inside, "rectify", text_part("note", "已更换\r\n灭火器"), *files)
    assert answer.status_code == 200, answer.text
    assert text("entity.sent_rectify", "zh_CN") in answer.text
    assert "票据.pdf" in (await inside.get("/rectify")).text
    visit, walk = inside.visit, inside.walk
    (shown,) = (await walk.get(Role.LEADER, f"/office/visits/{visit}/rectifications"))["handed_in"]
    assert (shown["note"], shown["late"]) == ("已更换\n灭火器", False)
    assert [(file["name"], file["length"]) for file in shown["files"]] == [
        ("照片.jpg", len(JPEG)),
        ("票据.pdf", len(PDF)),
        ("i.heic", len(HEIC)),
    ]
    blob = await find_blob(sha256(PDF))
    assert blob.mime == "application/pdf"
    original = await walk.ask(Role.LEADER, "GET", f"/office/visits/{visit}/media/{sha256(PDF)}")
    assert original.content == PDF
    assert original.headers["content-disposition"].startswith("attachment;")
    assert original.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in original.headers["content-security-policy"]
    for role, status in ((Role.PLANNER, 403), (Role.SUPERVISOR, 200)):
        assert (await walk.ask(role, "GET", f"/office/visits/{visit}/rectifications")).status_code == status
    for path in ("copy?of=stamped", "public-copies"):
        refused = await walk.ask(Role.LEADER, "GET", f"/office/visits/{visit}/media/{sha256(PDF)}/{path}")
        assert refused.status_code == 404
    (line,) = [line for line in await read(f"visit:{visit}") if line.kind is EventKind.RECTIFICATION_RECEIVED]
    assert (line.actor_id, line.actor_role) == ("party", "public")


async def test_a_form_sent_twice_at_once_is_one_act_with_one_answer(inside: Party) -> None:
    name = await form_name(inside, "rectify")
    parts = (text_part("note", "已整改"), file_part("a.png", PNG))
    answers = await asyncio.gather(*(send(inside, "rectify", *parts, form=name) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await rectifications_of(inside.visit)) == 1
    again = await send(inside, "rectify", text_part("note", "别的"), form=name)
    assert "已整改" in again.text
    assert len(await rectifications_of(inside.visit)) == 1


async def test_too_long_a_text_is_given_back_with_one_sentence_and_its_form_may_be_sent_again(inside: Party) -> None:
    long = "<b>整改说明</b>\n" * 4000
    name = await form_name(inside, "rectify")
    answer = await send(inside, "rectify", text_part("note", long), file_part("a.png", PNG), form=name)
    assert answer.status_code == 422
    assert typed_in(answer, "note") == long
    assert "<b>" not in answer.text
    assert "最多4000个字" in answer.text
    assert name_in(answer) == name
    assert await rectifications_of(inside.visit) == []
    assert (await send(inside, "rectify", text_part("note", "短"), form=name)).status_code == 200


async def test_a_rating_is_given_once_and_read_by_those_who_supervise(inside: Party) -> None:
    marks = [text_part(question.value, "4") for question in Question]
    short = await send(inside, "rate", *marks[:-1])
    assert short.status_code == 422
    assert short.text.count(" checked") == len(marks) - 1
    name = await form_name(inside, "rate")
    for _ in range(2):
        assert (await send(inside, "rate", *marks, form=name)).status_code == 200
    again = await send(inside, "rate", *[text_part(question.value, "1") for question in Question], form=name)
    assert again.status_code == 409
    assert 'name="form"' not in (await inside.get("/rate")).text
    path = "/office/ratings?since=2026-03-01&until=2026-03-31"
    told = await inside.walk.get(Role.SUPERVISOR, path)
    assert {(one["answers"], one["mean_hundredths"]) for one in told} == {(1, 400)}
    for role in (Role.LEADER, Role.SECTION_HEAD, Role.APPROVER, Role.ADMIN):
        assert (await inside.walk.ask(role, "GET", path)).status_code == 403


async def test_remarks_reach_those_who_supervise_and_leave_no_trace_of_the_visit(inside: Party, cmd: Command) -> None:
    before = [line.kind for line in await read(f"visit:{inside.visit}")]
    name = await form_name(inside, "remark")
    for _ in range(2):
        assert (await send(inside, "remark", text_part("text", "态度很好"), form=name)).status_code == 200
    for n in range(ENOUGH - 1):
        await send(inside, "remark", text_part("text", f"意见{n}"))
    assert len(await waiting_remarks()) == ENOUGH
    assert (await inside.walk.get(Role.SUPERVISOR, "/office/remarks")) == []
    night = inside.clock.now().replace(hour=19)
    assert await tell_remarks(Command(cmd.actor, night, cmd.entropy)) == ENOUGH
    told = await inside.walk.get(Role.SUPERVISOR, "/office/remarks")
    assert {one["month"] for one in told} == {"2026-03"}
    assert {"态度很好", "意见0"} <= {one["text"] for one in told}
    assert set(told[0]) == {"id", "month", "text"}
    assert [line.kind for line in await read(f"visit:{inside.visit}")] == before
    for role in (Role.LEADER, Role.SECTION_HEAD, Role.LEGAL, Role.ADMIN):
        assert (await inside.walk.ask(role, "GET", "/office/remarks")).status_code == 403


async def test_an_objection_is_received_with_number_and_day_and_what_it_lacks_is_told(inside: Party) -> None:
    lacking = await send(inside, "object", text_part("about", "visit"), text_part("grounds", "检查程序有误"))
    assert lacking.status_code == 422
    assert text("door.name_missing", "zh_CN") in lacking.text
    assert typed_in(lacking, "grounds") == "检查程序有误"
    said = [text_part("grounds", "检查程序有误"), text_part("name", '"><王'), text_part("contact", "138")]
    strange = await send(inside, "object", text_part("about", str(inside.visit)), *said)
    assert text("door.about_missing", "zh_CN") in strange.text
    assert 'value="&#34;&gt;&lt;王"' in strange.text

    name = await form_name(inside, "object")
    for _ in range(2):
        answer = await send(inside, "object", text_part("about", "visit"), *said, file_part("证据.pdf", PDF), form=name)
        assert answer.status_code == 200, answer.text
    (row,) = await objections_of(inside.visit)
    assert row.number in answer.text
    receipt = f"/objections/{row.id}/receipt.pdf"
    assert f"{inside.door.path}{receipt}" in answer.text
    paper = await inside.get(receipt)
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert (paper.headers["cache-control"], paper.headers["x-content-type-options"]) == ("no-store", "nosniff")
    for other in (f"/objections/{row.id}/decision.pdf", f"/objections/{inside.visit}/receipt.pdf"):
        assert (await inside.get(other)).status_code in {404, 409}
    assert "证据.pdf" in answer.text
    assert (row.name, row.publication, [file.name for file in row.files]) == ('"><王', None, ["证据.pdf"])


async def test_every_form_is_read_in_both_languages_and_only_behind_the_door(party: Party) -> None:
    pages = ("rectify", "rate", "remark", "object")
    for page in pages:
        assert 'name="code"' in (await party.get(f"/{page}")).text
        refused = await post(party, page, body([text_part("form", "x"), text_part("note", "x")]))
        assert (refused.status_code, 'name="code"' in refused.text) == (HTTPStatus.FORBIDDEN, True)
    await party.come_in()
    for page, (lang, tag) in product(pages, (("zh_CN", "zh-CN"), ("en", "en"))):
        shown = await party.get(f"/{page}?lang={lang}")
        assert f'<html lang="{tag}">' in shown.text
        assert "entity." not in shown.text.replace("entity.css", "")
        assert "<script" not in shown.text


async def test_a_form_outlives_the_cookie_but_not_the_door(inside: Party) -> None:
    name = await form_name(inside, "rectify")
    inside.clock.advance(timedelta(hours=2))
    answer = await send(inside, "rectify", text_part("note", "写了很久"), form=name)
    assert (answer.status_code, COOKIE in answer.headers.get("set-cookie", "")) == (200, False)
    assert (await inside.get("/rectify")).text.count('name="code"') == 1
    await store.change_door(inside.visit, revoked_at=inside.clock.now(), revoked_by="head")
    late = await send(inside, "rectify", text_part("note", "再来"), form=name)
    assert (late.status_code, 'name="code"' in late.text) == (HTTPStatus.FORBIDDEN, True)
    assert len(await rectifications_of(inside.visit)) == 1


async def test_a_form_of_yesterday_gives_back_what_was_typed_under_a_new_name(inside: Party) -> None:
    name = await form_name(inside, "object")
    inside.clock.advance(timedelta(hours=13))
    await inside.come_in()
    answer = await send(inside, "object", text_part("grounds", "昨天写的"), form=name)
    assert answer.status_code == 409
    assert typed_in(answer, "grounds") == "昨天写的"
    assert name_in(answer) != name


async def test_a_form_of_another_purpose_or_site_is_refused(inside: Party) -> None:
    rating = await form_name(inside, "rate")
    assert (await send(inside, "rectify", text_part("note", "x"), form=rating)).status_code == 403
    assert (await send(inside, "rectify", text_part("note", "x"), form="")).status_code == 403
    name = await form_name(inside, "rectify")
    sent = body([text_part("form", name), text_part("note", "x")])
    assert (await post(inside, "rectify", sent, Origin="https://evil.example")).status_code == 403
    assert await rectifications_of(inside.visit) == []
