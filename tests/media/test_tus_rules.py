"""The pure half of the protocol: any header text gives a value or a refusal, never anything else."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.kernel.errors import Conflict, DomainError, Invalid
from media import tus
from media.limits import Limits

DIGEST = "0a" * 32
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,10}", fullmatch=True)


@given(st.dictionaries(KEYS, st.binary(max_size=50), max_size=6), st.sampled_from([",", ", ", " ,"]))
def test_metadata_reads_back_what_was_written(values: dict[str, bytes], comma: str) -> None:
    raw = comma.join(f"{key} {base64.b64encode(value).decode()}" for key, value in values.items())
    assert tus.read_metadata(raw) == values


@given(st.text(max_size=200) | st.text(alphabet="abc ,=YWJ\t", max_size=60))
def test_any_metadata_is_read_or_refused(raw: str) -> None:
    try:
        found = tus.read_metadata(raw)
    except Invalid:
        return
    assert all(key.isascii() and key.isprintable() and " " not in key and "," not in key for key in found)


@given(
    st.dictionaries(
        st.sampled_from(["upload-length", "upload-defer-length", "upload-metadata", "upload-offset", "content-type"]),
        st.text(max_size=80) | st.integers().map(str),
    )
)
def test_any_headers_are_a_creation_or_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Invalid):  # none of these texts holds a digest
        tus.read_creation(headers, Limits())
    with contextlib.suppress(Invalid):
        assert tus.read_offset(headers) >= 0


def test_a_creation_is_read_with_its_type_and_its_metadata_verbatim() -> None:
    raw = f"sha256 {base64.b64encode(DIGEST.encode()).decode()},filetype {base64.b64encode(b'image/webp').decode()}, x"
    told = tus.read_creation({"upload-length": "12", "upload-metadata": raw}, Limits())
    assert told == tus.Creation(12, DIGEST, "image/webp", raw)


@given(
    st.integers(0, 10**6),
    st.none() | st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)
def test_a_piece_continues_only_where_the_upload_stands_and_within_its_length(
    offset: int, announced: int | None, received: int, more: int
) -> None:
    expected = contextlib.nullcontext()
    if offset != received:
        expected = pytest.raises(Conflict)
    elif announced is not None and announced > more:
        expected = pytest.raises(Invalid)
    with expected as caught:
        tus.check_continues(offset, announced, received=received, length=received + more)
    if offset != received:
        assert caught.value.facts == {"offset": received}


@pytest.mark.parametrize(
    ("named", "meant"),
    [("PATCH", "PATCH"), (" patch ", "PATCH"), ("HEAD", "HEAD"), ("DELETE", "DELETE"), ("GET", None), ("", None)],
)
def test_three_methods_may_be_named_in_a_post(named: str, meant: str | None) -> None:
    assert tus.effective_method({"x-http-method-override": named}) == meant
    assert tus.effective_method({}) is None


def test_no_extension_is_announced_that_is_not_spoken() -> None:
    assert " " not in tus.EXTENSIONS
    assert set(tus.EXTENSIONS.split(",")) == {
        "creation",
        "creation-with-upload",
        "creation-defer-length",
        "checksum",
        "expiration",
        "termination",
    }


def test_a_browser_may_read_every_header_that_an_answer_carries() -> None:
    assert {"Location", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Tus-Resumable"} <= set(
        tus.EXPOSED_HEADERS
    )


@given(st.text(max_size=20))
def test_only_the_exact_version_passes(version: str) -> None:
    if version == "1.0.0":
        tus.check_version({"tus-resumable": version})
    else:
        with pytest.raises(DomainError):
            tus.check_version({"tus-resumable": version})


def test_every_text_of_the_room_is_in_both_languages() -> None:
    keys = [set(catalogue("media", language)) for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 10
