"""Which language an answer is in: Chinese unless the caller prefers English (RFC 9110 §12.5.4)."""

from typing import Final, Literal

Language = Literal["zh_CN", "en"]
DEFAULT: Final[Language] = "zh_CN"
TAGS: Final[dict[Language, str]] = {"zh_CN": "zh-CN", "en": "en"}


def preferred(accept_language: str | None) -> Language:
    """The better liked of Chinese and English; Chinese when the header is absent, broken or undecided."""
    weights: dict[str, float] = {}
    for part in (accept_language or "").split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        weights[primary] = max(weights.get(primary, 0.0), _weight(parameter))
    english, chinese = weights.get("en", 0.0), weights.get("zh", weights.get("*", 0.0))
    return "en" if english > chinese else DEFAULT


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
