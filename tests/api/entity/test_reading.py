"""What the party reads behind its door, in both languages, without a script."""

import re

import pytest

from api.entity.session import COOKIE
from inspection.kernel.catalogue import text
from inspection.kernel.journal import EventKind, read
from inspection.visits.card import visit_card
from tests.api.entity.conftest import UNKNOWN, Party
from tests.support.statements import statements

PAGES = ("", "/check", "/notice", "/result", "/objections")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_every_page_says_what_it_is_in_both_languages_and_loads_nothing_from_elsewhere(
    party: Party, lang: str
) -> None:
    await party.come_in()
    for path in PAGES:
        page = await party.get(path, params={"lang": "en"} if lang == "en" else {})
        assert (path, page.status_code) == (path, 200)
        tag = "en" if lang == "en" else "zh-CN"
        assert f'<html lang="{tag}">' in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert not re.findall(r'(?:src|href|action)="(?!/|#|tel:)', page.text)
        assert page.text.count("<h1") == 1
        assert page.text.count("<main") == 1
        assert page.text.count('aria-current="page"') == 1
        for field in re.findall(r"<(?:input|textarea)[^>]*>", page.text):
            name = re.search(r' id="([^"]+)"', field)
            assert name is not None
            assert f'<label for="{name[1]}">' in page.text
        if lang == "en":
            assert all(address.endswith("lang=en") for address in re.findall(r'href="(/e/[^"]+)"', page.text)[1:2])


async def test_the_first_page_tells_who_is_at_the_door(party: Party) -> None:
    await party.come_in()
    page, card = (await party.get()).text, await visit_card(party.visit)
    assert card.object.name in page
    for member in card.team:
        assert member.name in page
        assert member.certificate is not None
        assert member.certificate.number in page
    assert text("entity.not_formed_short", "zh_CN") in page


async def test_the_notice_is_acknowledged_once_by_name_and_its_opening_noted_once_a_day(party: Party) -> None:
    await party.come_in()
    for _ in range(2):
        assert (await party.get("/notice")).status_code == 200
    for name in (" 王<b>五 ", "赵六"):
        sent = await party.client.post(f"{party.door.path}/notice", data={"name": name})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{party.door.path}/notice")
    page = (await party.get("/notice")).text
    assert "王&lt;b&gt;五" in page
    assert "赵六" not in page
    kinds = [line.kind for line in await read(f"visit:{party.visit}")]
    assert kinds.count(EventKind.NOTICE_OPENED) == kinds.count(EventKind.NOTICE_ACKNOWLEDGED) == 1
    foreign = {"origin": "https://evil.example"}
    assert (
        await party.client.post(f"{party.door.path}/notice", data={"name": "x"}, headers=foreign)
    ).status_code == 403
    for bad in ("", "  ", "x" * 121):
        assert (await party.client.post(f"{party.door.path}/notice", data={"name": bad})).status_code == 422


async def test_record_and_result_are_not_there_before_they_are_formed_whatever_is_asked(party: Party) -> None:
    await party.come_in()
    assert text("entity.not_formed", "zh_CN") in (await party.get("/result")).text
    for name in ("record.pdf", "result.pdf"):
        answer = await party.get(f"/papers/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    for name in ("approval.pdf", "notice", "..%2fnotice.pdf"):
        assert (await party.get(f"/papers/{name}")).status_code in {404, 422}


async def test_the_notice_as_pdf_bears_number_and_link_and_is_kept_by_no_cache(party: Party) -> None:
    assert text("entity.code_label", "zh_CN") in (await party.get("/papers/notice.pdf")).text
    await party.come_in()
    paper = await party.get("/papers/notice.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.headers["cache-control"] == "no-store"
    assert "sandbox" in paper.headers["content-security-policy"]
    assert paper.content == (await party.get("/papers/notice.pdf")).content


async def test_a_page_read_again_asks_one_thing_until_something_happens_to_the_visit(party: Party) -> None:
    await party.come_in()
    first = (await party.get()).text
    with statements() as asked:
        assert (await party.get()).text == first
    assert len(asked) == 1
    await party.client.post(f"{party.door.path}/notice", data={"name": "王五"})
    assert (await party.get()).text != first


async def test_a_paper_of_another_door_is_not_read_with_this_ones_cookie(party: Party) -> None:
    await party.come_in()
    held = party.client.cookies.get(COOKIE)
    for path in ("", "/notice", "/papers/notice.pdf", "/photos/1"):
        answer = await party.client.get(f"/e/{UNKNOWN}{path}", headers={"cookie": f"{COOKIE}={held}"})
        assert text("entity.code_label", "zh_CN") in answer.text
    assert (await party.get("/photos/1")).status_code == 404
    assert (await party.get("/photos/99")).status_code == 404
