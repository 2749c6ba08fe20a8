"""From what is known of an outcome to what the public reads: the words for codes, then the allow-list."""

from collections.abc import Mapping, Sequence
from typing import Any

from inspection.kernel.catalogue import DEFAULT_LANGUAGE, text
from inspection.publicity.redaction import PublicFacts, redact

SEPARATOR = "；"


def public_facts(known: Mapping[str, Any]) -> PublicFacts:
    """The published facts, in Chinese; codes stand beside their words.

    Raises:
        ValueError: a listed fact is missing or not plain text, or a code has no words.
    """
    codes = list(known["codes"])
    try:
        words = {"result_text": result_text(codes), "draw_type": draw_type(known["draw_mode"])}
    except KeyError as error:
        raise ValueError(f"no words for {error}") from error
    return redact({**known, "result_code": ",".join(codes), **words})


def result_text(codes: Sequence[str], lang: str = DEFAULT_LANGUAGE) -> str:
    """检查结果 as it is printed: one wording a code."""
    return SEPARATOR.join(text(f"publicity.result_{code}", lang) for code in codes)


def draw_type(mode: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """抽查类型: 不定向, 定向 or 跨部门."""
    return text(f"publicity.draw_{mode}", lang)
