"""From what is known of an outcome to what the public reads: the words for codes, then the allow-list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspection.kernel.catalogue import DEFAULT_LANGUAGE, text
from inspection.policy.load import rule_set_named
from inspection.publicity.redaction import PublicFacts, redact
from inspection.visits.review.codes import classes_of, national
from inspection.visits.review.outcomes import OutcomeCode

SEPARATOR = "；"


def public_facts(known: Mapping[str, Any]) -> PublicFacts:
    """The published facts, in Chinese; codes stand beside their words.

    Raises:
        ValueError: a listed fact is missing or not plain text, or a code has no words.
    """
    try:
        codes = [OutcomeCode(code) for code in known["codes"]]
        words = {
            "result_text": _joined(national(codes)),
            "result_detail": _joined(codes),
            "result_class": class_text(codes, str(known["rule_set"])),
            "draw_type": draw_type(known["draw_mode"]),
        }
    except KeyError as error:
        raise ValueError(f"no words for {error}") from error
    return redact({**known, "result_code": ",".join(codes), **words})


def result_text(codes: Sequence[str], lang: str = DEFAULT_LANGUAGE) -> str:
    """检查结果 as people read it: the national value, and in brackets what we say more exactly beneath it."""
    return SEPARATOR.join(result_lines(codes, lang))


def result_lines(codes: Sequence[str], lang: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """The same, one line a national value, in the order of the codes."""
    held = [OutcomeCode(code) for code in codes]
    lines = []
    for value in national(held):
        said, exact = _told(value, lang), [one for one in held if one is not value and national([one]) == (value,)]
        more = text("publicity.result_between", lang).join(_told(one, lang) for one in exact)
        lines.append(text("publicity.result_exactly", lang, result=said, detail=more) if more else said)
    return tuple(lines)


def national_lines(codes: Sequence[str], lang: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """The national values alone, an administrative code as itself."""
    return tuple(_told(value, lang) for value in national(map(OutcomeCode, codes)))


def class_text(codes: Sequence[str], rule_set: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """The class in which the rule-set that judged it counts the result (兴隆台 六(五)); empty where it has none."""
    found = classes_of(map(OutcomeCode, codes), rule_set_named(rule_set).results)
    return SEPARATOR.join(one.text.zh if lang == DEFAULT_LANGUAGE else one.text.en for one in found)


def _joined(codes: Iterable[OutcomeCode]) -> str:
    return SEPARATOR.join(_told(code, DEFAULT_LANGUAGE) for code in codes)


def _told(code: OutcomeCode, lang: str) -> str:
    return text(f"publicity.result_{code}", lang)


def code_words(code: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """The words of one code."""
    return _told(OutcomeCode(code), lang)


def draw_type(mode: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """抽查类型: 不定向, 定向 or 跨部门."""
    return text(f"publicity.draw_{mode}", lang)
