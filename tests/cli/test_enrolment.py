"""How an inspector gets a tablet at a shell: a code as text and as a picture, told once."""

import re
import sqlite3

import click
import httpx
import pytest

from api.cli import enrolment
from mobile_contract.enrol import read_enrolment_uri
from tests.cli.shell import Shell


def test_an_inspector_is_given_a_code_as_text_and_as_a_picture(office: Shell) -> None:
    told = office.json("enrolment-code", "S001")
    assert (told["staff_no"], told["expires_at"]) == ("S001", "2026-03-02T01:10:00+00:00")
    assert read_enrolment_uri(told["uri"]) == ("http://127.0.0.1:8000", told["code"])
    shown = office.run("enrolment-code", "S001", "--as", "head").stdout
    sentence, *picture = shown.splitlines()
    assert re.fullmatch(r"S001 .+: [A-Z2-7]{16} \(good until 09:10, once\)", sentence)
    assert len(picture) > 10
    assert any("▄" in line or "█" in line for line in picture)
    with sqlite3.connect(office.data_dir / "fieldcheck.sqlite3") as raw:
        assert raw.execute("SELECT count(*) FROM enrolment_code").fetchone() == (2,)
    raw.close()


def test_whoever_may_not_invite_and_whoever_is_not_there_is_told_so(office: Shell) -> None:
    assert "role does not permit" in office.refused("enrolment-code", "S001", "--as", "planner")
    assert "nobody" in office.refused("enrolment-code", "nobody")


PEOPLE = [{"id": "019cac0f-2680-7e3b-bb08-41f2e6a8506f", "staff_no": "S001", "name": "张三"}]
MADE = {"code": "A" * 16, "expires_at": "2026-03-02T01:10:00Z", "uri": "fieldcheck://enrol?server=x&code=y"}


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A server that answers: what it was asked, in order. Who asks types a password."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path} {request.headers.get('authorization', '')}".strip())
        if request.url.path == "/office/sessions" and b"right" not in request.content:
            return httpx.Response(401, json={"detail": "no such pair"})
        told = {"/office/sessions": {"token": "t"}, "/office/registry/inspectors": PEOPLE}
        return httpx.Response(200, json=told.get(request.url.path, MADE))

    client = httpx.Client

    def mocked(**how: object) -> httpx.Client:
        return client(**{**how, "transport": httpx.MockTransport(answer)})

    monkeypatch.setattr(enrolment.httpx, "Client", mocked)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "right")
    return asked


def test_a_running_server_is_asked_for_the_code_as_the_account_would(office: Shell, running: list[str]) -> None:
    told = office.json("enrolment-code", "S001", "--at", "http://fieldcheck.example/", "--as", "head")
    assert (told["code"], told["name"]) == ("A" * 16, "张三")
    assert running == [
        "POST /office/sessions",
        "GET /office/registry/inspectors Bearer t",
        "POST /office/enrolment-codes Bearer t",
    ]
    assert "S009" in office.refused("enrolment-code", "S009", "--at", "http://fieldcheck.example")


def test_what_the_server_refuses_or_leaves_unanswered_is_told_in_a_sentence(
    office: Shell, running: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "wrong")
    assert office.refused("enrolment-code", "S001", "--at", "http://fieldcheck.example").endswith("no such pair")
    monkeypatch.undo()
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "right")
    assert "http://127.0.0.1:1" in office.refused("enrolment-code", "S001", "--at", "http://127.0.0.1:1")
