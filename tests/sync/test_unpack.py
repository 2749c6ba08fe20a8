"""Whatever is sent, unpacking stays within its bounds and loses no whole line."""

import base64
import gzip
import hashlib
import random
import tracemalloc
import zlib

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES
from sync.push.unpack import check_content_digest, unpack

PACK = {"gzip": gzip.compress, "zstd": zstd.compress}
either = pytest.mark.parametrize("coding", PACK)
lines = st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=12)


def numbered(plain: bytes) -> list[tuple[int, bytes]]:
    return [(number, line) for number, line in enumerate(plain.split(b"\n")) if line.strip()]


def code_of(packed: bytes, coding: str = "gzip") -> ProblemCode | None:
    try:
        unpack(packed, coding)
    except Invalid as error:
        return error.code
    return None


@given(lines, st.booleans(), st.sampled_from([None, *PACK]))
def test_every_line_arrives_under_its_number_packed_or_not(content, ends_with_break, coding):
    plain = b"\n".join(content) + (b"\n" if ends_with_break else b"")
    found = unpack(PACK[coding](plain), coding) if coding else unpack(plain, None)
    assert list(found.numbered) == numbered(plain)
    assert not found.truncated


@either
@settings(max_examples=150)
@given(lines, st.data())
def test_a_stream_that_breaks_off_gives_its_whole_lines(coding, content, data):
    plain = b"".join(line + b"\n" for line in content)
    packed = PACK[coding](plain, data.draw(st.integers(1, 9)))
    cut = data.draw(st.integers(1, len(packed) - 1))
    found = unpack(packed[:cut], coding)
    assert found.truncated
    whole = numbered(plain)
    assert list(found.numbered) == whole[: len(found.numbered)]


def test_a_broken_stream_keeps_every_line_that_was_complete():
    chaos = random.Random(1)
    content = [base64.b64encode(chaos.randbytes(300)) for _ in range(200)]
    plain = b"".join(line + b"\n" for line in content)
    packed = gzip.compress(plain)
    half = unpack(packed[: len(packed) // 2], "gzip")
    assert half.truncated
    assert len(half.numbered) > 80
    assert [line for _, line in half.numbered] == content[: len(half.numbered)]


@either
@settings(max_examples=150)
@given(st.binary(max_size=100))
def test_any_bytes_called_packed_are_lines_or_a_refusal(coding, packed):
    assert code_of(packed, coding) in {None, ProblemCode.MALFORMED, ProblemCode.TOO_LARGE}


@either
@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_flipped_bit_never_breaks_the_reader(coding, plain, data):
    packed = bytearray(PACK[coding](plain + b"\n"))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert code_of(bytes(packed), coding) in {None, ProblemCode.MALFORMED}


def bomb(coding: str) -> bytes:
    """200 MiB of zeros in less than a packed body may have."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31) if coding == "gzip" else zstd.ZstdCompressor()
    return b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(200)) + squeeze.flush()


@either
def test_a_bomb_is_stopped_at_the_limit_with_little_memory(coding):
    packed = bomb(coding)
    assert len(packed) < MAX_PACKED_BYTES
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        unpack(packed, coding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code is ProblemCode.TOO_LARGE
    assert peak < 20 << 20


@either
def test_a_bomb_of_many_members_is_stopped_too(coding):
    member = PACK[coding](bytes(1 << 20))
    with pytest.raises(Invalid) as refused:
        unpack(member * 20, coding)
    assert refused.value.code is ProblemCode.TOO_LARGE


@either
def test_a_stream_of_countless_empty_members_is_refused(coding):
    empty = PACK[coding](b"")
    assert code_of(PACK[coding](b"a\n") + empty * 99, coding) is None
    assert code_of(PACK[coding](b"a\n") + empty * 100, coding) is ProblemCode.TOO_LARGE


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused_before_it_gets_one():
    wide = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    squeeze = zstd.ZstdCompressor(options=wide)
    assert code_of(squeeze.compress(b"a\n") + squeeze.flush(), "zstd") is ProblemCode.MALFORMED


def test_a_skippable_zstd_frame_is_no_line():
    skipped = (0x184D2A50).to_bytes(4, "little") + (3).to_bytes(4, "little") + b"abc"
    assert unpack(skipped + zstd.compress(b"x\n"), "zstd").numbered == ((0, b"x"),)


@pytest.mark.parametrize("filler", [b"\n", b" \n", b"\r\n"])
def test_blank_lines_are_no_lines(filler):
    assert unpack(filler * 10_000, None).numbered == ()


def test_the_limits_are_reached_but_not_passed():
    assert len(unpack(b"x\n" * MAX_LINES, None).numbered) == MAX_LINES
    assert unpack(b"x" * MAX_PACKED_BYTES, None).numbered
    for body in (b"x\n" * (MAX_LINES + 1), b"x" * (MAX_PACKED_BYTES + 1)):
        with pytest.raises(Invalid) as refused:
            unpack(body, None)
        assert refused.value.code is ProblemCode.TOO_LARGE


@either
def test_members_follow_each_other_and_padding_is_no_member(coding):
    packed = PACK[coding](b"a\nb") + PACK[coding](b"c\n") + bytes(8)
    assert unpack(packed, coding).numbered == ((0, b"a"), (1, b"bc"))


@pytest.mark.parametrize("coding", ["br", "zstd, gzip", "gzip, gzip", "deflate"])
def test_a_coding_we_do_not_speak_is_named(coding):
    with pytest.raises(Invalid) as refused:
        unpack(b"", coding)
    assert refused.value.code is ProblemCode.ENCODING_UNSUPPORTED
    assert refused.value.code.status == 415


@pytest.mark.parametrize("coding", [None, "", "identity", "GZIP ", "x-gzip", "zstd"])
def test_an_empty_body_is_an_empty_push(coding):
    assert unpack(b"", coding).numbered == ()


@given(st.binary(max_size=60))
def test_a_content_digest_that_fits_passes_and_another_does_not(body):
    def header(of: bytes) -> str:
        return f"sha-256=:{base64.b64encode(hashlib.sha256(of).digest()).decode()}:"

    check_content_digest(body, header(body))
    check_content_digest(body, "sha-512=:AAAA:, " + header(body))
    check_content_digest(body, None)
    check_content_digest(body, "md5=:AAAA:")
    for wrong in (header(body + b"x"), "sha-256=:AAA:", "sha-256=::"):
        with pytest.raises(Invalid) as refused:
            check_content_digest(body, wrong)
        assert refused.value.code is ProblemCode.DIGEST_MISMATCH
