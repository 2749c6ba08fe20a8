"""The register of inspectors over HTTP: who may be sent, what is entered by hand, who may see whose interests."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.registry.objects.synthetic import synthetic_code
from tests.api.conftest import Office
from tests.inspection.registry.inspectors.people import SIX, WANG, file_of

SignedIn = Callable[[Role], Awaitable[dict[str, str]]]
LI = ("李二", "科员", "投资科", "鲁K0002", "药品执法", "汽车", "某省司法厅", "2025-01-01", "2026-04-10")
HOME = "/office/registry"
ABSENCE = {"kind": "training", "first_day": "2026-03-09", "last_day": "2026-03-13"}
CERTIFICATE = {"issuer": "某厅", "number": "鲁K9001", "valid_from": "2026-01-01", "valid_until": "2030-12-31"}
RELATION = {"object_code": synthetic_code(3), "kind": "kinship"}
STATUS = {"status": "suspended", "since": "2026-03-20", "reason": "调查"}
ADJUSTMENT = {"active": False, "reason": "调离"}


class Desk:
    """Calls routes under `/office/registry` in one role."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def get(self, path: str, code: int = 200, **params: Any) -> Any:
        answer = await self._client.get(f"{HOME}{path}", params=params, headers=self._headers)
        assert answer.status_code == code, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text

    async def post(self, path: str, body: Any = None, code: int = 201, lang: str = "zh") -> Any:
        headers = self._headers | {"Accept-Language": lang}
        answer = await self._client.post(f"{HOME}{path}", json=body, headers=headers)
        assert answer.status_code == code, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
async def clerk(client: httpx.AsyncClient, signed_in: SignedIn) -> Desk:
    """The planner, in an office with two inspectors."""
    headers = await signed_in(Role.PLANNER)
    answer = await client.post(
        f"{HOME}/imports/inspectors?name=x.csv",
        content=file_of(SIX, WANG, LI),
        headers=headers | {"Content-Type": "text/csv"},
    )
    assert answer.json()["counts"]["added"] == 2, answer.text
    return Desk(client, headers)


async def test_the_register_says_who_may_be_sent_on_which_days_and_why_not(clerk: Desk) -> None:
    now = await clerk.get("/inspectors")
    assert [(one["name"], one["dispatchable"]) for one in now] == [("王一", True), ("李二", True)]
    then = await clerk.get("/inspectors", first_day="2026-04-01", last_day="2026-04-30")
    assert [one["dispatchable"] for one in then] == [True, False]
    assert then[1]["hindrances"] == [{"key": "registry.bar_expired", "text": "执法证 鲁K0002 于 2026-04-10 到期。"}]
    problem = await clerk.get("/inspectors", 422, first_day="2026-04-30", last_day="2026-04-01")
    assert problem["type"] == "/problems/invalid"
    await clerk.get("/inspectors", 422, first_day="tomorrow")


async def test_absence_certificate_status_and_standing_are_entered_and_show(clerk: Desk) -> None:
    one = (await clerk.get("/inspectors"))[0]
    path = f"/inspectors/{one['id']}"
    away = await clerk.post(f"{path}/absences", ABSENCE)
    barred = await clerk.get(path, first_day="2026-03-13")
    assert [found["key"] for found in barred["person"]["hindrances"]] == ["registry.bar_absent"]
    await clerk.post(f"/inspector-absences/{away['id']}/withdrawal", code=204)
    assert (await clerk.get(path, first_day="2026-03-13"))["person"]["dispatchable"]
    held = one["certificates"][0]["id"]
    stopped = await clerk.post(f"/inspector-certificates/{held}/status", STATUS, 200)
    assert (stopped["status"], stopped["status_reason"]) == ("suspended", "调查")
    assert (await clerk.get("/inspectors"))[0]["certificates"][0]["status_reason"] is None
    assert not (await clerk.get(path, first_day="2026-03-20"))["person"]["dispatchable"]
    renewed = await clerk.post(f"{path}/certificates", CERTIFICATE)
    assert [one["number"] for one in renewed["certificates"]] == ["鲁K9001", "鲁K0001"]
    assert (await clerk.get(path, first_day="2026-03-20"))["person"]["dispatchable"]
    left = await clerk.post(f"{path}/adjustment", ADJUSTMENT, 200)
    assert [found["key"] for found in left["hindrances"]] == ["registry.bar_inactive"]
    told = [change["kind"] for batch in await clerk.get(f"{path}/history") for change in batch["changes"]]
    assert sorted(told) == [
        "absence_entered",
        "absence_withdrawn",
        "added",
        "certificate_changed",
        "certificate_entered",
        "certificate_entered",
        "changed",
    ]


async def test_interests_are_seen_by_those_who_keep_the_register_and_by_no_colleague(
    clerk: Desk, client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    one, other = await clerk.get("/inspectors")
    tie = await clerk.post(f"/inspectors/{one['id']}/relations", RELATION)
    assert [found["object_code"] for found in (await clerk.get(f"/inspectors/{one['id']}"))["relations"]] == [
        synthetic_code(3)
    ]
    colleague = Desk(client, await signed_in(Role.INSPECTOR))
    assert synthetic_code(3) not in repr(await colleague.get("/inspectors"))
    await colleague.get(f"/inspectors/{one['id']}", 403)
    await colleague.get("/inspectors.csv", 403)
    problem = await colleague.post(f"/inspectors/{other['id']}/relations", RELATION, 403)
    assert "本人" in problem["detail"]
    await clerk.post(f"/inspector-relations/{tie['id']}/end", {"last_day": "2026-03-05"}, 204)
    await clerk.post(f"/inspector-relations/{tie['id']}/end", {"last_day": "2026-03-05"}, 404)


async def test_changes_are_listed_and_reviewed_by_the_legal_section_alone(
    clerk: Desk, client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    (batch,) = await clerk.get("/inspector-changes")
    assert (batch["state"], len(batch["changes"])) == ("noted", 4)
    assert await clerk.get("/inspector-changes", state="pending") == []
    await clerk.post(f"/inspector-changes/{batch['id']}/review", {"confirm": True}, 403)
    legal = Desk(client, await signed_in(Role.LEGAL))
    problem = await legal.post(f"/inspector-changes/{batch['id']}/review", {"confirm": True}, 409)
    assert problem["type"] == "/problems/conflict"


async def test_lists_of_items_without_people_and_of_certificates_that_end(clerk: Desk) -> None:
    assert await clerk.get("/inspector-coverage") == []
    watch = await clerk.get("/inspector-certificates/watch")
    assert [(one["name"], one["days"], one["step"]) for one in watch["ending"]] == [("李二", 39, 60)]
    assert watch["without"] == []
    assert (await clerk.get("/inspectors.csv")).startswith("\ufeff姓名,")


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("absences", ABSENCE, {"kind": "illness"}),
        ("absences", ABSENCE, {"first_day": "2026-02-30"}),
        ("absences", ABSENCE, {"last_day": "2026-03-08"}),
        ("absences", ABSENCE, {"note": "长" * 501}),
        ("absences", ABSENCE, {"inspector": "x"}),
        ("relations", RELATION, {"object_code": ""}),
        ("relations", RELATION, {"object_code": "隔壁"}),
        ("relations", RELATION, {"kind": "friendship"}),
        ("relations", RELATION, {"kind": "former_employment"}),
        ("relations", RELATION, {"since": "2026-03-09", "until": "2026-03-08"}),
        ("relations", RELATION, {"note": "a\x00b"}),
        ("certificates", CERTIFICATE, {"issuer": ""}),
        ("certificates", CERTIFICATE, {"number": "K1"}),
        ("certificates", CERTIFICATE, {"number": "no such!"}),
        ("certificates", CERTIFICATE, {"valid_until": "2025-12-31"}),
        ("certificates", CERTIFICATE, {"valid_from": None}),
        ("certificates", CERTIFICATE, {"scope": [""]}),
        ("certificates", CERTIFICATE, {"areas": "东区"}),
        ("status", STATUS, {"status": "lost"}),
        ("status", STATUS, {"since": None}),
        ("status", STATUS, {"reason": ""}),
        ("status", STATUS, {"reason": "   "}),
        ("adjustment", ADJUSTMENT, {"active": "no"}),
        ("adjustment", ADJUSTMENT, {"maximum_load": -1}),
        ("adjustment", ADJUSTMENT, {"maximum_load": 1001}),
        ("adjustment", ADJUSTMENT, {"reason": ""}),
    ],
)
async def test_each_field_refuses_what_it_cannot_be_and_nothing_is_changed(
    clerk: Desk, path: str, body: dict[str, Any], wrong: dict[str, Any]
) -> None:
    one = (await clerk.get("/inspectors"))[0]
    held = one["certificates"][0]["id"]
    target = f"/inspector-certificates/{held}/status" if path == "status" else f"/inspectors/{one['id']}/{path}"
    said = {lang: (await clerk.post(target, body | wrong, 422, lang))["detail"] for lang in ("zh", "en")}
    assert len(set(said.values())) == 2
    assert (await clerk.get("/inspectors"))[0] == one
    detail = await clerk.get(f"/inspectors/{one['id']}")
    assert (detail["absences"], detail["relations"]) == ([], [])


async def test_a_file_of_inspectors_is_looked_at_before_it_goes_in(
    clerk: Desk, client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    headers = await signed_in(Role.PLANNER) | {"Content-Type": "text/csv"}
    body = file_of(SIX, ("王一", "副科长", *WANG[2:]), ("", *LI[1:]))
    before = await clerk.get("/inspectors")
    looked = await client.post(f"{HOME}/previews/inspectors?name=x.csv", content=body, headers=headers)
    told = looked.json()
    assert [(one["key"], one["fields"]) for one in told["changes"]] == [("鲁K0001", {"position": ["科员", "副科长"]})]
    assert (told["counts"]["changed"], told["counts"]["rejected"]) == (1, 1)
    assert await clerk.get("/inspectors") == before
    given = {"name": "x.csv", "token": told["token"]}
    for code in (201, 412):
        answer = await client.post(f"{HOME}/imports/inspectors", params=given, content=body, headers=headers)
        assert answer.status_code == code, answer.text
    assert (await clerk.get("/inspectors"))[0]["position"] == "副科长"


async def test_people_of_another_register_do_not_exist(
    clerk: Desk,
    client: httpx.AsyncClient,
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[[Any], Awaitable[str]],
) -> None:
    one = (await clerk.get("/inspectors"))[0]
    second = await found_office("second")
    stranger = Desk(client, {"Authorization": f"Bearer {await token_for(second.accounts[Role.PLANNER])}"})
    assert await stranger.get("/inspectors") == []
    held = one["certificates"][0]["id"]
    for person in (one["id"], UUID(int=7)):
        await stranger.get(f"/inspectors/{person}", 404)
        await stranger.get(f"/inspectors/{person}/history", 404)
        for path, body in (
            (f"/inspectors/{person}/absences", ABSENCE),
            (f"/inspectors/{person}/relations", RELATION),
            (f"/inspectors/{person}/certificates", CERTIFICATE),
            (f"/inspectors/{person}/adjustment", ADJUSTMENT),
            (f"/inspector-certificates/{held}/status", STATUS),
        ):
            await stranger.post(path, body, 404)
