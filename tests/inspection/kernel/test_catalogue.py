"""Texts for people, with facts put in."""

import pytest

from inspection.kernel.catalogue import text


@pytest.mark.parametrize(("lang", "said"), [("zh_CN", "gzip、identity"), ("en", "gzip, identity")])
def test_a_list_is_told_as_a_person_writes_it(lang: str, said: str):
    told = text("sync.encoding_unsupported", lang, supported=["gzip", "identity"])
    assert said in told
    assert "[" not in told


def test_a_fact_may_be_called_key() -> None:
    assert text("visits.no_visit", "en", key="k", visit="v") == text("visits.no_visit", "en", visit="v")
