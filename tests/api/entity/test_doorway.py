"""The way in: the right code opens one door, and nothing else tells one link from another."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.entity.session import COOKIE, LASTS, session_value
from inspection.door.give import link_of
from inspection.kernel.catalogue import text
from inspection.kernel.command import Role
from inspection.visits.credentials.claims import visit_code
from tests.api.entity.conftest import UNKNOWN, Party
from tests.api.line import TO_THE_TASK, ComeTo
from tests.support.statements import statements


async def test_the_code_opens_the_door_in_any_spelling_and_sets_a_cookie_of_this_door_alone(party: Party) -> None:
    assert "查验码" in (await party.get()).text
    answer = await party.type_code(f" {party.door.code.lower().replace('-', '')} ")
    assert (answer.status_code, answer.headers["location"]) == (303, party.door.path)
    told = answer.headers["set-cookie"]
    assert told.lower().count("httponly") == 1
    for part in (f"Path={party.door.path};", "SameSite=strict", "Max-Age=1800"):
        assert part in told
    page = await party.get()
    assert page.status_code == 200
    assert text("entity.leave", "zh_CN") in page.text
    for name, value in (
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
        ("x-content-type-options", "nosniff"),
    ):
        assert page.headers[name] == value
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_unknown_expired_revoked_locked_and_known_links_answer_a_wrong_code_alike(party: Party) -> None:
    seen = {}
    for name, prepare in PREPARED.items():
        link = await prepare(party)
        with statements() as asked:
            form = await party.client.get(f"/e/{link}")
        assert asked == []
        with statements() as asked:
            wrong = await party.type_code("00000000", link)
        assert (form.status_code, wrong.status_code) == (200, 403)
        bare = tuple(answer.text.replace(link, "LINK") for answer in (form, wrong))
        seen[name] = (*bare, len(asked), sorted(_headers(form)), sorted(_headers(wrong)))
    assert len(set(map(str, seen.values()))) == 1
    assert text("entity.code_wrong", "zh_CN") in str(seen["unknown"])


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [pair for pair in answer.headers.items() if pair[0] not in {"x-request-id", "date", "content-length"}]


async def _unknown(_: Party) -> str:
    return UNKNOWN


async def _known(party: Party) -> str:
    return party.door.link


async def _locked(party: Party) -> str:
    for _ in range(5):
        await party.type_code("00000000")
    assert (await party.type_code()).status_code == 403
    return party.door.link


async def _garbled(_: Party) -> str:
    return "x" * 300


PREPARED = {"unknown": _unknown, "known": _known, "locked": _locked, "garbled": _garbled}


async def test_five_wrong_codes_lock_the_door_and_each_further_five_for_twice_as_long(party: Party) -> None:
    for minutes in (15, 30):
        for _ in range(5):
            assert (await party.type_code("00000000")).status_code == 403
        party.clock.advance(timedelta(minutes=minutes, seconds=-1))
        assert (await party.type_code()).status_code == 403
        party.clock.advance(timedelta(seconds=1))
    assert (await party.type_code()).status_code == 303
    for _ in range(4):
        await party.type_code("00000000")
    assert (await party.type_code()).status_code == 303


async def test_whoever_is_in_stays_in_while_others_lock_the_door(party: Party) -> None:
    await party.come_in()
    for _ in range(6):
        await party.type_code("00000000")
    assert text("entity.leave", "zh_CN") in (await party.get()).text


async def test_a_session_ends_half_an_hour_after_the_last_page_or_when_one_leaves(party: Party) -> None:
    await party.come_in()
    for _ in range(3):
        party.clock.advance(LASTS - timedelta(seconds=1))
        assert text("entity.leave", "zh_CN") in (await party.get()).text
    held = party.client.cookies.get(COOKIE)
    party.clock.advance(LASTS)
    assert text("entity.code_label", "zh_CN") in (await party.get(headers={"cookie": f"{COOKIE}={held}"})).text
    await party.come_in()
    left = await party.client.post(f"{party.door.path}/leave")
    assert (left.status_code, "Max-Age=0" in left.headers["set-cookie"]) == (303, True)


async def test_a_cookie_that_is_not_ours_asks_for_the_code(party: Party) -> None:
    value = session_value(party.keys, party.door.link, party.door.turn, party.clock.now() + LASTS)
    good = await party.get(headers={"cookie": f"{COOKIE}={value}"})
    assert text("entity.leave", "zh_CN") in good.text
    mac = value.rpartition(".")[2]
    for spoilt in (
        f"2{value[1:]}",
        f"0{value}",
        f"{value}.{value}",
        f"1.99999999999.{mac}",
        f"1.1.{mac[::-1]}",
        "9" * 4000,
        '"\\000"; door=; =;;',
        "é" * 40,
        "",
    ):
        answer = await party.get(headers=[(b"cookie", f"{COOKIE}={spoilt}".encode())])
        assert (spoilt, answer.status_code) == (spoilt, 200)
        assert text("entity.code_label", "zh_CN") in answer.text


async def test_the_cookie_of_another_door_or_of_an_older_turn_opens_nothing(party: Party) -> None:
    other = session_value(party.keys, UNKNOWN, party.door.turn, party.clock.now() + LASTS)
    older = session_value(party.keys, party.door.link, party.door.turn + 1, party.clock.now() + LASTS)
    for value in (other, older):
        answer = await party.get(headers={"cookie": f"{COOKIE}={value}"})
        assert text("entity.code_label", "zh_CN") in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_of_another_site_opens_nothing_and_counts_nothing(party: Party, headers: dict[str, str]) -> None:
    for _ in range(6):
        assert (await party.type_code("00000000", headers=headers)).status_code == 403
    assert (await party.type_code(headers=headers)).status_code == 403
    assert (await party.type_code(headers={"origin": "null", "sec-fetch-site": "same-origin"})).status_code == 303


@pytest.mark.parametrize("link", ["%22%3E%3Cscript%3E", "x" * 2000, "%E4%B8%AD", "%ff%fe", "..%2f..", "%F0%9F%98%80"])
async def test_a_hostile_link_is_a_form_like_any_other(party: Party, link: str) -> None:
    form = await party.client.get(f"/e/{link}")
    wrong = await party.client.post(f"/e/{link}", data={"code": "\0\ud800".encode(errors="replace")})
    assert form.status_code in {200, 404}
    assert wrong.status_code in {400, 403, 404}
    assert "<script" not in form.text + wrong.text
    assert (await party.client.get("/e/%00")).status_code == 400


async def test_the_host_that_is_named_in_a_request_is_never_printed(party: Party) -> None:
    answer = await party.get(headers={"host": "evil.example"})
    assert "evil.example" not in answer.text
    told = await party.type_code(headers={"host": "evil.example"})
    assert told.headers["location"] == party.door.path


async def test_the_link_that_a_sealed_visit_will_have_is_no_link_byte_for_byte(
    come_to: ComeTo, client: httpx.AsyncClient, app: Litestar
) -> None:
    walk = await come_to(*TO_THE_TASK, "draw")
    await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    keys, now = app.state.process.keys, app.state.process.clock.now()
    seen = []
    visits = [UUID(visit["id"]) for visit in await walk.get(Role.SECTION_HEAD, "/office/visits?state=sealed")]
    for visit in (visits[0], UUID(int=7)):
        link, code = link_of(keys, visit, 1), visit_code(keys, visit, 1, now)
        cookie = {"cookie": f"{COOKIE}={session_value(keys, link, 1, now + LASTS)}"}
        told = []
        asks: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("GET", "", {}),
            ("POST", "", {"data": {"code": code}}),
            ("POST", "", {"data": {"code": "00000000"}}),
            ("GET", "", {"headers": cookie}),
            ("GET", "/notice", {"headers": cookie}),
            ("GET", "/papers/notice.pdf", {"headers": cookie}),
            ("POST", "/notice", {"headers": cookie, "data": {"name": "王五"}}),
        )
        for method, path, more in asks:
            with statements() as asked:
                answer = await client.request(method, f"/e/{link}{path}", **more)
            assert answer.status_code == (200 if method == "GET" else 403)
            told.append((answer.text.replace(link, "LINK"), _headers(answer), list(asked)))
        seen.append(told)
    assert seen[0] == seen[1]
    refused = await walk.ask(Role.SECTION_HEAD, "POST", f"/office/visits/{visits[0]}/door", json={"ground": "试"})
    assert refused.json()["type"] == "/problems/visit-sealed"
