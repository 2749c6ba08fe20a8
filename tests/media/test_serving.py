"""Ranges, validators and the headers that keep a hostile file harmless (RFC 9110 §13, §14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.serving import Stored, answer, shown_type, stored
from media.sniff import MEDIA_TYPES

DIGEST = "ab" * 32
ETAG = f'"{DIGEST}"'
FILE = Stored(DIGEST, 100, "image/jpeg")


def test_a_whole_file_is_a_download_that_nobody_sniffs_and_nothing_runs_in() -> None:
    told = answer(FILE, {})
    assert (told.status, told.start, told.stop) == (200, 0, 100)
    assert told.headers["Content-Length"] == "100"
    assert told.headers["Content-Disposition"] == f'attachment; filename="{DIGEST}.jpg"'
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert told.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert told.headers["ETag"] == ETAG
    assert told.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-1"}, {"range": "bytes=900-"}, {"if-none-match": ETAG}])
def test_every_answer_carries_the_guards(headers: dict[str, str]) -> None:
    told = answer(FILE, headers).headers
    assert told["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in told["Content-Security-Policy"]


def test_our_own_small_copies_may_be_shown_in_place() -> None:
    told = answer(Stored(DIGEST, 5, "image/jpeg", inline=True), {})
    assert told.headers["Content-Disposition"].startswith("inline;")


@pytest.mark.parametrize(
    ("range_", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 100),
        ("bytes=10-19", 10, 20),
        ("bytes=90-500", 90, 100),
        ("bytes=99-", 99, 100),
        ("bytes=-1", 99, 100),
        ("bytes=-500", 0, 100),
        ("BYTES=1-2", 1, 3),
    ],
)
def test_one_range_is_answered_with_206(range_: str, start: int, stop: int) -> None:
    told = answer(FILE, {"range": range_})
    assert (told.status, told.start, told.stop) == (206, start, stop)
    assert told.headers["Content-Range"] == f"bytes {start}-{stop - 1}/100"
    assert told.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("range_", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end_is_416_and_tells_the_length(range_: str) -> None:
    told = answer(FILE, {"range": range_})
    assert (told.status, told.start, told.stop) == (416, 0, 0)
    assert told.headers["Content-Range"] == "bytes */100"


def test_every_range_of_an_empty_file_is_416() -> None:
    empty = Stored(DIGEST, 0, "image/jpeg")
    assert answer(empty, {"range": "bytes=0-"}).status == 416
    assert answer(empty, {"range": "bytes=-5"}).status == 416
    assert answer(empty, {}).status == 200


@pytest.mark.parametrize(
    "range_", ["", "bytes=", "bytes=a-b", "bytes=5-3", "items=0-1", "bytes=0-1,5-6", "bytes=-", "0-1"]
)
def test_what_is_no_single_range_is_ignored(range_: str) -> None:
    assert answer(FILE, {"range": range_}).status == 200


@pytest.mark.parametrize(
    ("validator", "status"),
    [(ETAG, 206), ('"other"', 200), (f"W/{ETAG}", 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200), ("", 200)],
)
def test_a_part_is_sent_only_of_the_same_file(validator: str, status: int) -> None:
    assert answer(FILE, {"range": "bytes=0-1", "if-range": validator}).status == status


@pytest.mark.parametrize("tags", [ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*"])
def test_a_file_the_client_has_is_not_sent_again(tags: str) -> None:
    told = answer(FILE, {"if-none-match": tags, "range": "bytes=0-1"})
    assert (told.status, told.stop) == (304, 0)
    assert told.headers["ETag"] == ETAG


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,25}-[0-9]{0,25}", fullmatch=True), st.integers(0, 10**12))
def test_no_range_header_reads_outside_of_the_file(range_: str, length: int) -> None:
    told = answer(Stored(DIGEST, length, "image/png"), {"range": range_})
    assert told.status in {200, 206, 416}
    assert 0 <= told.start <= told.stop <= length
    assert told.headers["Content-Length"] == str(told.stop - told.start)


@pytest.mark.parametrize(
    ("mime", "probe", "shown"),
    [
        ("text/html", {"format": "JPEG"}, "image/jpeg"),
        ("image/png", {"format": "MPO"}, "image/jpeg"),
        ("image/png", {"format": ""}, "application/octet-stream"),
        ("image/svg+xml", {"format": ""}, "application/octet-stream"),
        ("video/mp4", {"format": "MP4"}, "video/mp4"),
        ("text/html", {"format": "M4A"}, "audio/mp4"),
        ("video/mp4", {"format": "ZIP"}, "application/zip"),
        ("video/mp4", {"format": "no such format"}, "application/octet-stream"),
        ("application/pdf", {"format": ""}, "application/octet-stream"),
        ("video/mp4", None, "application/octet-stream"),
        ("image/png", None, "application/octet-stream"),
        ("text/html", None, "application/octet-stream"),
        ("application/pdf", None, "application/pdf"),
    ],
)
def test_a_file_is_called_what_it_was_found_to_be(mime: str, probe: dict[str, str] | None, shown: str) -> None:
    assert shown_type(mime, probe) == shown


@given(st.text(max_size=20), st.none() | st.sampled_from(["", "no such format", *MEDIA_TYPES]))
def test_only_recordings_that_were_found_to_be_such_are_played_in_place(mime: str, kind: str | None) -> None:
    file = stored(DIGEST, 5, mime, None if kind is None else {"format": kind})
    told = answer(file, {}).headers
    played = MEDIA_TYPES.get(kind or "", "")
    assert file.inline == (played in {"video/mp4", "video/webm"} or played.startswith("audio/"))
    assert told["Content-Disposition"].startswith("inline;" if file.inline else "attachment;")
    assert told["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert told["Content-Type"] in {"application/octet-stream", "application/pdf", *MEDIA_TYPES.values()}
