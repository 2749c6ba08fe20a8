"""Base64url has one spelling for every value; whatever is not it is refused."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from mobile_contract.base import EntryHash, Salt, SignatureText, Wire, b64url, unb64url

LETTERS = st.text("ABYZabyz019-_+/= \n.é\x00\ud800", max_size=12)


class Said(Wire):
    words: tuple[str, ...] = ()
    table: dict[str, str] = Field(default_factory=dict)


@given(st.binary(max_size=80))
def test_bytes_read_back_as_they_were_and_are_spelt_as_the_rfc_does(data: bytes) -> None:
    assert unb64url(b64url(data)) == data
    assert b64url(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")


@settings(max_examples=200)
@given(LETTERS)
def test_only_the_one_spelling_of_some_bytes_is_read(text: str) -> None:
    try:
        data = unb64url(text)
    except ValueError:
        return
    assert base64.urlsafe_b64encode(data).decode().rstrip("=") == text


@pytest.mark.parametrize(
    "text", ["A", "AA==", "AB", "A+AA", "A/AA", "AA\n", " AAAA", "AA=A", "é", "\ud800", "A===", "="]
)
def test_padding_foreign_letters_and_stray_bits_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        unb64url(text)


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "\ud800", "汉\udfff", "汉\x00"])
def test_text_that_one_engine_cannot_store_is_refused_wherever_it_stands(bad: str) -> None:
    for value in ({"words": ("plain", bad)}, {"table": {bad: "x"}}, {"table": {"x": bad}}):
        with pytest.raises(ValueError, match=r"U\+0000"):
            Said(**value)
    assert Said(words=("plain", "汉字", "👩‍🏭")).words[1] == "汉字"


@pytest.mark.parametrize(("kind", "size"), [(EntryHash, 32), (SignatureText, 64), (Salt, 16)])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_the_published_pattern_reads_what_the_reader_reads_and_no_more(kind, size: int, data: st.DataObject) -> None:
    text = b64url(data.draw(st.binary(min_size=size, max_size=size)))
    at = data.draw(st.integers(0, len(text)))
    bent = text[:at] + data.draw(LETTERS) + text[at + data.draw(st.integers(0, 2)) :]
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    for one in (text, bent, text[:-1] + data.draw(st.sampled_from("ABQgwEIk_-"))):
        try:
            expected = len(unb64url(one)) == size
        except ValueError:
            expected = False
        try:
            read = adapter.validate_python(one, strict=True) == one
        except ValidationError:
            read = False
        assert read == expected, one
