"""Whatever is sent, unpacking stays within its bounds and loses no whole line."""

import base64
import gzip
import hashlib
import random
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from mobile_contract.push import MAX_LINES, MAX_PACKED_BYTES, MAX_UNPACKED_BYTES
from sync.push.unpack import check_content_digest, unpack

lines = st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=12)


def numbered(plain: bytes) -> list[tuple[int, bytes]]:
    return [(number, line) for number, line in enumerate(plain.split(b"\n")) if line.strip()]


def code_of(packed: bytes) -> ProblemCode | None:
    try:
        unpack(packed, "gzip")
    except Invalid as error:
        return error.code
    return None


@given(lines, st.booleans(), st.booleans())
def test_every_line_arrives_under_its_number_packed_or_not(content, ends_with_break, packed):
    plain = b"\n".join(content) + (b"\n" if ends_with_break else b"")
    found = unpack(gzip.compress(plain), "gzip") if packed else unpack(plain, None)
    assert list(found.numbered) == numbered(plain)
    assert not found.truncated


@settings(max_examples=150)
@given(lines, st.data())
def test_a_stream_that_breaks_off_gives_its_whole_lines(content, data):
    plain = b"".join(line + b"\n" for line in content)
    packed = gzip.compress(plain, compresslevel=data.draw(st.integers(0, 9)))
    cut = data.draw(st.integers(1, len(packed) - 1))
    found = unpack(packed[:cut], "gzip")
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


@settings(max_examples=150)
@given(st.binary(max_size=100))
def test_any_bytes_called_gzip_are_lines_or_a_refusal(packed):
    assert code_of(packed) in {None, ProblemCode.MALFORMED, ProblemCode.TOO_LARGE}


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_flipped_bit_never_breaks_the_reader(plain, data):
    packed = bytearray(gzip.compress(plain + b"\n"))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert code_of(bytes(packed)) in {None, ProblemCode.MALFORMED}


def test_a_bomb_is_stopped_at_the_limit_with_little_memory():
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(200)) + squeeze.flush()
    assert len(bomb) < MAX_PACKED_BYTES
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        unpack(bomb, "gzip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code is ProblemCode.TOO_LARGE
    assert peak < 3 * MAX_UNPACKED_BYTES


def test_a_bomb_of_many_members_is_stopped_too():
    member = gzip.compress(bytes(1 << 20))
    with pytest.raises(Invalid) as refused:
        unpack(member * 20, "gzip")
    assert refused.value.code is ProblemCode.TOO_LARGE


def test_a_stream_of_countless_empty_members_is_refused():
    empty = gzip.compress(b"")
    assert code_of(gzip.compress(b"a\n") + empty * 99) is None
    assert code_of(gzip.compress(b"a\n") + empty * 100) is ProblemCode.TOO_LARGE


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


def test_gzip_members_follow_each_other_and_padding_is_no_member():
    packed = gzip.compress(b"a\nb") + gzip.compress(b"c\n") + bytes(8)
    assert unpack(packed, "gzip").numbered == ((0, b"a"), (1, b"bc"))


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate"])
def test_a_coding_we_do_not_speak_is_named(coding):
    with pytest.raises(Invalid) as refused:
        unpack(b"", coding)
    assert refused.value.code is ProblemCode.ENCODING_UNSUPPORTED
    assert refused.value.code.status == 415


@pytest.mark.parametrize("coding", [None, "", "identity", "GZIP ", "x-gzip"])
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
