"""What each kind of receiver is sent: nothing but what is published."""

import csv
import hashlib
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.publicity.channels.rules import OF_RESULTS, ChannelKind
from inspection.publicity.channels.shapes import CREDIT_COLUMNS, genuine, parcel, signed
from inspection.publicity.redaction import PublicFacts, document

NAME = "=某某“石油”有限公司,第一\u202e加油站\n😀"
SECRET, SITE = b"s" * 32, "https://example.test"


def facts(name: str = NAME) -> PublicFacts:
    return PublicFacts(
        object_name=name,
        object_code="91371000000000001X",
        item_code="CY-01",
        item_name="对成品油零售经营企业的行政检查",
        result_code="no_problem",
        result_text="未发现问题",
        result_detail="未发现问题",
        result_class="",
        inspecting_body="某市商务局",
        completed_on=date(2026, 3, 2),
        plan_number="P-1",
        plan_name="年度计划",
        task_number="T-1",
        task_name="抽查",
        draw_type="不定向",
        draw_id="d",
        rule_set="r",
        rule_set_digest="",
    )


def made(kind: ChannelKind, version: int = 1, name: str = NAME) -> tuple[bytes, bytes, str]:
    """The document, the parcel's body and its key."""
    told = document(
        facts(name), number="sw-2026-000001", version=version, replaces=None, published_on=date(2026, 3, 30)
    )
    one = parcel(kind, told, digest=hashlib.sha256(told).hexdigest(), site=SITE)
    return told, one.body, one.key


def test_a_webhook_gets_the_very_bytes_and_their_digest() -> None:
    told, body, key = made(ChannelKind.WEBHOOK, 2)
    said = json.loads(body)
    assert (said["event"], key) == ("corrected", "sw-2026-000001.2")
    assert said["document"].encode() == told
    assert said["sha256"] == hashlib.sha256(said["document"].encode()).hexdigest()
    assert said["address"] == f"{SITE}/results/sw-2026-000001"


def test_the_publicity_system_gets_its_own_fields_and_no_other() -> None:
    _, body, _ = made(ChannelKind.GSXT)
    said = json.loads(body)
    assert set(said) == {
        *("entName", "uniscId", "insAuth", "insDate", "details"),
        *("raninsPlanId", "raninsPlaneName", "raninsTaskId", "raninsTaskName", "raninsTypeName"),
    }
    assert [set(row) for row in said["details"]] == [{"seqno", "raninsItemName", "raninsCheckResName"}]


def test_the_credit_platform_gets_a_table_that_no_spreadsheet_takes_for_a_formula() -> None:
    _, body, _ = made(ChannelKind.CREDIT)
    head, row = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert head == [title for title, _ in CREDIT_COLUMNS]
    assert row[0].startswith("'=")
    assert row[1:] == [
        *("91371000000000001X", "某市商务局", "2026-03-02", "对成品油零售经营企业的行政检查", "未发现问题", "T-1"),
        *("sw-2026-000001", "1"),
    ]


@given(st.text(min_size=1, max_size=60), st.sampled_from(sorted(OF_RESULTS)))
def test_every_name_comes_through_whole(name: str, kind: ChannelKind) -> None:
    told, body, _ = made(kind, name=name)
    name = json.loads(told)["entName"]
    if kind is ChannelKind.CREDIT:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert rows[1][0].removeprefix("'") == name.removeprefix("'")
    else:
        assert name in json.loads(body).get("entName", json.loads(body).get("title", name))


def test_a_website_gets_text_that_it_can_put_into_a_page_of_its_own() -> None:
    _, body, _ = made(ChannelKind.WEBSITE)
    said = json.loads(body)
    assert said["lines"] == ["对成品油零售经营企业的行政检查：未发现问题"]
    assert said["title"].endswith("抽查检查结果公示")


def test_a_receiver_knows_what_is_genuine() -> None:
    header = signed(SECRET, b"body", 1_772_000_000)
    assert genuine(SECRET, b"body", header, now=1_772_000_100)
    assert not genuine(SECRET, b"Body", header, now=1_772_000_100)
    assert not genuine(b"t" * 32, b"body", header, now=1_772_000_100)
    assert not genuine(SECRET, b"body", header, now=1_772_000_301)
    assert not genuine(SECRET, b"body", header.replace("t=1772000000", "t=1772000001"), now=1_772_000_100)


@pytest.mark.parametrize("header", ["", "v1=", "t=,v1=", "t=x,v1=y", "t=١,v1=a", "t=1" * 500, "=,=,="])
def test_a_header_that_says_nothing_is_not_genuine(header: str) -> None:
    assert not genuine(SECRET, b"body", header, now=1)
