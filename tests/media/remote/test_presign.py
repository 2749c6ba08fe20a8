"""Signed addresses: AWS's published example, AWS's own client, and a server that takes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.clock import SystemClock
from media.presign import Signer, presigned
from media.remote import Remote
from tests.media.remote.stores import put_behind, settings_for
from tests.media.requests import sha256

DATA = bytes(range(256)) * 40
CLOCK = SystemClock()  # the servers look at their own
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ANSWER = {"Content-Type": "video/mp4", "Content-Disposition": 'attachment; filename="a b.mp4"'}


def test_the_example_that_aws_publishes_comes_out_to_the_last_digit() -> None:
    """ "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", the example of a GET."""
    signer = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
    address = presigned(
        "https://examplebucket.s3.amazonaws.com/test.txt",
        signer,
        now=datetime(2013, 5, 24, tzinfo=UTC),
        seconds=86400,
    )
    assert address == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@given(st.dictionaries(st.sampled_from(["response-content-type", "response-content-disposition"]), TEXT))
def test_whatever_the_answer_is_to_say_is_part_of_the_address_and_nothing_else_becomes_so(told: dict[str, str]) -> None:
    address = presigned(
        "http://store/b/k", Signer("id", "secret", "r"), now=datetime(2026, 1, 1, tzinfo=UTC), seconds=1, answer=told
    )
    assert address.isascii()
    found = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert {name: value for name, (value,) in found.items() if name.startswith("response-")} == told
    assert len(found) == 6 + len(told)


@pytest.fixture
def checking(s3rver_address: str) -> Remote:
    return Remote(settings_for(s3rver_address, "evidence", prefix="presigned"))


def address_of(remote: Remote, now: datetime) -> str:
    put_behind(remote, sha256(DATA), DATA)
    return remote.address(sha256(DATA), now=now, answer=ANSWER)


def test_a_server_takes_the_address_whole_and_in_parts(checking: Remote) -> None:
    address = address_of(checking, CLOCK.now())
    answer = httpx.get(address)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-disposition"] == 'attachment; filename="a b.mp4"'
    part = httpx.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, DATA[5:10])


@given(
    st.text(min_size=1, max_size=20),
    st.dictionaries(st.sampled_from(["response-content-type", "response-content-disposition"]), TEXT),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001  botocore's own way
    st.integers(1, 604_800),
)
def test_amazons_own_client_signs_the_same(path: str, told: dict[str, str], now: datetime, seconds: int) -> None:
    """Neither moto nor s3rver checks a signature of version 4; what signs them for AWS itself does."""
    bare = f"https://evidence.store.cn:9000/{quote(path)}"
    ours = presigned(bare, Signer("id", "secret", "cn-1"), now=now.replace(tzinfo=UTC), seconds=seconds, answer=told)
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in told.items())
    request = AWSRequest("GET", f"{bare}?{asked}" if asked else bare)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: now)
        S3SigV4QueryAuth(Credentials("id", "secret"), "s3", "cn-1", expires=seconds).add_auth(request)
    assert parse_qs(urlsplit(ours).query)["X-Amz-Signature"] == parse_qs(urlsplit(request.url).query)["X-Amz-Signature"]


def test_a_key_that_the_store_does_not_know_is_refused(s3rver_address: str, checking: Remote) -> None:
    settings = replace(checking.settings, key_id="STRANGER")
    put_behind(checking, sha256(DATA), DATA)
    address = Remote(settings).address(sha256(DATA), now=CLOCK.now(), answer={})
    assert httpx.get(address).status_code == 403


def test_an_address_is_worth_nothing_after_ten_minutes(checking: Remote) -> None:
    late = CLOCK.now() - timedelta(minutes=11)
    assert httpx.get(address_of(checking, late)).status_code == 403


def test_the_bucket_stands_in_the_path_or_in_the_hosts_name() -> None:
    def address(**more: object) -> str:
        settings = settings_for("https://oss.example.cn", "evidence", **more)
        return Remote(settings).address("ab" * 32, now=datetime(2026, 1, 1, tzinfo=UTC), answer={})

    path = f"p/blobs/ab/ab/{'ab' * 32}?"
    assert address().startswith(f"https://oss.example.cn/evidence/{path}")
    assert address(virtual_host=True).startswith(f"https://evidence.oss.example.cn/{path}")
    assert address(prefix="").startswith("https://oss.example.cn/evidence/blobs/")
