"""The office reads refused lines, has them read again, and sets them aside."""

import httpx

from inspection.kernel.command import Role
from mobile_contract.client import Session
from tests.support.tablets import auth_of

MARKUP = b"<script>alert(1)</script>\x00\xff"


async def test_a_refused_line_is_shown_as_text_and_never_as_markup(
    client: httpx.AsyncClient, session: Session, signed_in
) -> None:
    await client.post(
        "/v1/sync/push",
        content=MARKUP,
        headers={"Content-Type": "application/x-ndjson"},
        auth=auth_of(session),
    )
    answer = await client.get("/office/letters", headers=await signed_in(Role.SECTION_HEAD))
    assert answer.headers["content-type"].startswith("application/json")
    (letter,) = answer.json()
    assert letter["beginning"] == "<script>alert(1)</script>\u2400\ufffd"
    assert (letter["reason"], letter["size"], letter["cut"], letter["outcome"]) == ("malformed", 27, False, None)


async def test_an_administrator_sets_a_line_aside_once_and_reads_the_rest_again(
    client: httpx.AsyncClient, session: Session, signed_in
) -> None:
    body = b"{one\n{two\n"
    ndjson = {"Content-Type": "application/x-ndjson"}
    await client.post("/v1/sync/push", content=body, headers=ndjson, auth=auth_of(session))
    admin = await signed_in(Role.ADMIN)
    first, second = (await client.get("/office/letters", headers=admin)).json()
    path, note = f"/office/letters/{first['id']}/settlement", {"note": "试验数据"}
    head = await signed_in(Role.SECTION_HEAD)
    assert (await client.post(path, json=note, headers=head)).status_code == 403
    assert (await client.post(path, json=note, headers=admin)).status_code == 204
    again = await client.post(path, json=note, headers=admin)
    assert (again.status_code, again.json()["code"]) == (409, "letter-settled")
    unknown = f"/office/letters/{session.device.id}/settlement"
    assert (await client.post(unknown, json=note, headers=admin)).json()["code"] == "letter-unknown"
    page = (await client.get("/office/letters", params={"open": "true"}, headers=admin)).json()
    assert [letter["id"] for letter in page] == [second["id"]]
    told = await client.post("/office/letters/rereading", headers=admin)
    assert told.json() == {"admitted": 0, "refused": 1, "cut": 0}
    whole = (await client.get("/office/letters", params={"limit": "1"}, headers=admin)).json()
    assert whole[0]["outcome"]["note"] == "试验数据"
