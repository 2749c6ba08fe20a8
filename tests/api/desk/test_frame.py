"""What all pages of the desk share: who is let in, forms that are ours, and what a refused form keeps."""

import hashlib
from importlib.resources import files

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk.answers import local_address
from api.desk.forms import Form, nested
from inspection.kernel.command import Role
from tests.api.conftest import PASSWORD, Office
from tests.api.desk.conftest import SitDown, well_made

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""SHA-256 of the file as it was released (`api/pages/static/htmx-ORIGIN.md`)."""


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page."""
    found = [one for one in well_made(answer).all("input") if one.get("type") == "hidden"]
    return {str(one["name"]): str(one["value"]) for one in found}


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD, asked: str = "") -> httpx.Response:
    page = await client.get(f"/desk/sign-in{asked}")
    return await client.post("/desk/sign-in", data={**hidden(page), "username": "first.planner", "password": password})


async def test_whoever_is_not_signed_in_is_asked_to_and_goes_on_where_he_wanted(
    client: httpx.AsyncClient, office: Office
) -> None:
    answer = await client.get("/desk/sign-out")
    assert answer.status_code == 405
    answer = await client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    answer = await sign_in(client, asked="?next=/desk/plans%3Fyear%3D2026")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/plans?year=2026")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "Planner" in (await client.get("/desk?lang=en")).text


async def test_a_wrong_password_says_so_and_keeps_the_name(client: httpx.AsyncClient, office: Office) -> None:
    answer = await sign_in(client, "something else entirely")
    assert answer.status_code == 401
    assert 'value="first.planner"' in answer.text
    assert "something else" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, office: Office) -> None:
    await sign_in(client)
    kept = dict(client.cookies)
    answer = await client.post("/desk/sign-out", data=hidden(await client.get("/desk")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    client.cookies.update(kept)
    assert (await client.get("/desk")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
async def test_a_form_of_another_site_is_refused(sit_down: SitDown, headers: dict[str, str]) -> None:
    seat = await sit_down(Role.PLANNER)
    answer = await seat.send("/desk/sign-out", headers=headers)
    assert answer.status_code == 403
    assert (await seat.ask("/desk")).status_code == 200


async def test_a_form_without_the_token_of_its_session_is_refused(sit_down: SitDown) -> None:
    seat, other = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    foreign = hidden(await other.ask("/desk"))
    for form in ({}, {"form_token": "x"}, foreign):
        assert (await seat.http.post("/desk/sign-out", data=form)).status_code == 403
    assert (await seat.ask("/desk")).status_code == 200


async def test_a_page_loads_nothing_foreign_and_runs_nothing_inline(sit_down: SitDown) -> None:
    policy = (await (await sit_down(Role.ADMIN)).ask("/desk")).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


async def test_the_menu_shows_a_role_what_it_may_open(sit_down: SitDown) -> None:
    inspector, supervisor = [
        {str(one["href"]) for one in (await (await sit_down(role)).read("/desk")).all("a")}
        for role in (Role.INSPECTOR, Role.SUPERVISOR)
    ]
    assert "/desk/journal" in supervisor - inspector


async def test_the_desk_remembers_its_language(sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    assert "Sign out" in (await seat.ask("/desk?lang=en")).text
    assert "Sign out" in (await seat.ask("/desk")).text
    assert "退出" in (await seat.ask("/desk?lang=zh")).text


@pytest.mark.parametrize(
    "told",
    [None, "", "https://elsewhere.example", "//elsewhere.example", "/desk\\..", "/desk/\n", "/e/x", "/desk/\\evil"],
)
def test_signing_in_leads_to_the_desk_only(told: str | None) -> None:
    assert local_address(told) == "/desk"


@given(st.dictionaries(st.text("ab.[]019", max_size=8), st.lists(st.text(max_size=3), max_size=3), max_size=8))
def test_whatever_fields_a_form_has_they_become_one_object(texts: dict[str, list[str]]) -> None:
    assert isinstance(nested(Form(texts)), dict)


@given(st.lists(st.text("xyz", min_size=1, max_size=4), max_size=12))
def test_rows_of_a_grid_keep_their_order(names: list[str]) -> None:
    rows = nested(Form({f"rows.{number}.name": [name] for number, name in enumerate(names)})).get("rows", [])
    assert rows == [{"name": name} for name in names]


def test_what_was_left_blank_was_not_said() -> None:
    assert nested(Form({"a": ["  "], "b[]": ["", "1", "2"], "c.d": ["x"]})) == {"b": ["1", "2"], "c": {"d": "x"}}


def test_the_library_is_the_one_that_was_released() -> None:
    assert hashlib.sha256(files("api.pages").joinpath("static", "htmx.min.js").read_bytes()).hexdigest() == HTMX


async def test_an_address_that_leads_nowhere_is_a_page_of_the_desk(sit_down: SitDown) -> None:
    answer = await (await sit_down(Role.PLANNER)).ask("/desk/no/such/page")
    assert answer.status_code == 404
    assert any(one.get("href") == "/desk/plans" for one in well_made(answer).all("a"))
