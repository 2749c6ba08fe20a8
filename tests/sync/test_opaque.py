"""Opaque values are this server's own, whole, and of one kind."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.base import b64url, unb64url
from sync.opaque import Anchored, Cursor, ForeignCursorError, read_anchor, read_cursor, write_anchor, write_cursor

SECRET = b"s" * 32
DEVICE, OTHER = UUID(int=5), UUID(int=6)
cursors = st.builds(
    Cursor,
    history=st.uuids(),
    feed=st.uuids(),
    seq=st.integers(0, 2**48 - 1),
    newest=st.integers(0, 2**63 - 1),
    after=st.just("") | st.uuids().map(lambda visit: f"visit:{visit}"),
)


@given(cursors, st.sampled_from(["pull", "page"]))
def test_a_cursor_is_read_back_as_it_was_written(cursor, kind):
    text = write_cursor(cursor, SECRET, kind)
    assert read_cursor(text, SECRET, cursor.feed, kind) == cursor
    assert len(text) <= 200


@given(cursors, st.data())
def test_a_cursor_with_one_changed_bit_is_foreign(cursor, data):
    raw = bytearray(unb64url(write_cursor(cursor, SECRET)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ForeignCursorError):
        read_cursor(b64url(bytes(raw)), SECRET, cursor.feed)


@given(cursors)
def test_a_cursor_of_another_server_another_feed_or_another_kind_is_foreign(cursor):
    text = write_cursor(cursor, SECRET)
    for secret, feed, kind in (
        (b"t" * 32, cursor.feed, "pull"),
        (SECRET, UUID(int=cursor.feed.int ^ 1), "pull"),
        (SECRET, cursor.feed, "page"),
    ):
        with pytest.raises(ForeignCursorError):
            read_cursor(text, secret, feed, kind)


@given(st.text(max_size=100))
def test_any_text_is_a_foreign_cursor_and_no_anchor(text):
    with pytest.raises(ForeignCursorError):
        read_cursor(text, SECRET, DEVICE)
    assert read_anchor(text, SECRET, DEVICE) is None


instants = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NOON = datetime(2026, 3, 2, tzinfo=UTC)


@given(instants, st.integers(0, 2**48 - 1))
def test_an_anchor_proves_its_instant_to_the_millisecond_and_how_far_the_feed_was_confirmed(now, feed):
    told = read_anchor(write_anchor(now, SECRET, device=DEVICE, feed=feed), SECRET, DEVICE)
    assert told is not None
    assert timedelta(0) <= now - told.time < timedelta(milliseconds=1)
    assert told.feed == feed


def test_an_anchor_is_twenty_two_bytes():
    assert len(unb64url(write_anchor(NOON, SECRET, device=DEVICE, feed=7))) == 22


def test_an_anchor_of_another_server_proves_nothing():
    assert read_anchor(write_anchor(NOON, SECRET), b"t" * 32, DEVICE) is None


def test_an_anchor_made_for_one_device_proves_nothing_in_the_log_of_another():
    assert read_anchor(write_anchor(NOON, SECRET, device=DEVICE, feed=7), SECRET, OTHER) is None


def test_an_anchor_made_for_nobody_proves_the_time_in_every_log_and_never_a_feed():
    assert read_anchor(write_anchor(NOON, SECRET), SECRET, OTHER) == Anchored(NOON, 0)
    assert read_anchor(write_anchor(NOON, SECRET, feed=7), SECRET, OTHER) is None


@given(instants, st.integers(0, 2**48 - 1), st.data())
def test_an_anchor_with_one_changed_bit_proves_nothing(now, feed, data):
    raw = bytearray(unb64url(write_anchor(now, SECRET, device=DEVICE, feed=feed)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert read_anchor(b64url(bytes(raw)), SECRET, DEVICE) is None


def test_cursors_of_two_feeds_differ():
    feeds = (UUID(int=1), UUID(int=2))
    first, second = (write_cursor(Cursor(UUID(int=9), feed, 7), SECRET) for feed in feeds)
    assert first != second
