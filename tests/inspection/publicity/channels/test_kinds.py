"""What receivers are sent of penalties and of what was taken back; and which receivers an item names. Pure."""

import csv
import hashlib
import io
import json
from datetime import date

import pytest

from inspection.publicity.channels.per_item import goes_to
from inspection.publicity.channels.rules import OF_RESULTS, ChannelKind
from inspection.publicity.channels.shapes import CREDIT_PENALTY_COLUMNS, CREDIT_WITHDRAWAL_COLUMNS, parcel
from inspection.publicity.kinds import DocumentKind, WithdrawalGround, withdrawal_document
from inspection.publicity.penalties.rules import PenaltyFacts, penalty_document

SITE, DAY = "https://example.test", date(2026, 3, 9)
FACTS = PenaltyFacts(
    object_name="=某某石油有限公司",
    object_code="91371000000000001X",
    decision_number="商罚〔2026〕3号",
    decided_on=date(2026, 3, 4),
    violation="未建立台账",
    basis="办法第二十条",
    content="罚款",
    amount_fen=500_005,
    deciding_body="某市商务局",
    rule_set="r",
    rule_set_digest="d",
)
PENALTY = penalty_document(FACTS, number="sw-2026-CF000001", version=1, replaces=None, published_on=DAY)


def sent(kind: ChannelKind, document: bytes) -> tuple[bytes, str]:
    made = parcel(kind, document, digest=hashlib.sha256(document).hexdigest(), site=SITE)
    return made.body, made.key


def taken_back(of: DocumentKind) -> bytes:
    ground = WithdrawalGround.ANNULLED
    number = "sw-2026-CF000001"
    return withdrawal_document(number=number, version=2, replaces="ab" * 32, of=of, on=DAY, ground=ground)


def test_a_webhook_learns_what_happened_and_to_what() -> None:
    body, key = sent(ChannelKind.WEBHOOK, PENALTY)
    said = json.loads(body)
    assert (said["event"], said["kind"], key) == ("published", "penalty", "sw-2026-CF000001.1")
    assert said["address"] == f"{SITE}/penalties/sw-2026-CF000001"
    assert said["document"].encode() == PENALTY
    gone = json.loads(sent(ChannelKind.WEBHOOK, taken_back(DocumentKind.PENALTY))[0])
    assert (gone["event"], gone["address"]) == ("withdrawn", f"{SITE}/penalties/sw-2026-CF000001")


def test_the_publicity_system_gets_a_penalty_by_its_own_names() -> None:
    said = json.loads(sent(ChannelKind.GSXT, PENALTY)[0])
    assert (said["penDecNo"], said["penDecIssDate"], said["penAuth_CN"]) == (
        *("商罚〔2026〕3号", "2026-03-04", "某市商务局"),
    )


def test_a_credit_platform_gets_a_row_and_an_exact_amount() -> None:
    (row,) = csv.DictReader(io.StringIO(sent(ChannelKind.CREDIT, PENALTY)[0].decode("utf-8-sig"), newline=""))
    assert tuple(row) == tuple(title for title, _ in CREDIT_PENALTY_COLUMNS)
    assert (row["罚款金额（元）"], row["行政相对人名称"]) == ("5000.05", "'=某某石油有限公司")


def test_a_website_gets_an_article() -> None:
    said = json.loads(sent(ChannelKind.WEBSITE, PENALTY)[0])
    assert (said["title"], said["lines"][-1]) == ("=某某石油有限公司行政处罚信息公示", "罚款：5000.05元")


@pytest.mark.parametrize("of", [DocumentKind.RESULT, DocumentKind.PENALTY])
@pytest.mark.parametrize("kind", sorted(OF_RESULTS))
def test_what_was_taken_back_is_told_to_every_receiver_without_its_content(kind: ChannelKind, of: DocumentKind) -> None:
    body, key = sent(kind, taken_back(of))
    text = body.decode("utf-8-sig")
    assert key == "sw-2026-CF000001.2"
    assert "sw-2026-CF000001" in text
    assert "行政处罚决定已被撤销" in text
    assert not [told for told in ("石油", "台账", "91371000") if told in text]
    if kind is ChannelKind.CREDIT:
        assert text.splitlines()[0] == ",".join(title for title, _ in CREDIT_WITHDRAWAL_COLUMNS)


@pytest.mark.parametrize(
    ("kind", "code", "told", "goes"),
    [
        (ChannelKind.GSXT, "gsxt", "国家企业信用信息公示系统（宁夏）", True),
        (ChannelKind.WEBSITE, "site", "国家企业信用信息公示系统（宁夏）", False),
        (ChannelKind.WEBSITE, "site", "区政府门户网站", True),
        (ChannelKind.CREDIT, "credit", "市公共信用信息平台", True),
        (ChannelKind.CREDIT, "credit", "国家企业信用信息公示系统", False),
        (ChannelKind.WEBHOOK, "province-x", "Province-X 平台", True),
        (ChannelKind.WEBHOOK, "province-x", "网站", False),
        (ChannelKind.WEBSITE, "site", " ", True),
        (ChannelKind.WEBSITE, "site", None, True),
    ],
)
def test_where_the_list_names_the_channel_a_result_goes_there_and_nowhere_else(
    kind: ChannelKind, code: str, told: str | None, goes: bool
) -> None:
    assert goes_to(kind, code, told, per_item=True) is goes
    assert goes_to(kind, code, told, per_item=False)
