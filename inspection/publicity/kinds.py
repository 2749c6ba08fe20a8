"""What a version of a publication is, and the page that takes the place of one that was taken back. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from inspection.kernel.canonical import canonical_json
from inspection.kernel.catalogue import text

LAYOUT: Final = "fieldcheck.withdrawal/1"


class DocumentKind(StrEnum):
    """What the public reads."""

    RESULT = "result"  # 检查结果
    PENALTY = "penalty"  # 行政处罚
    WITHDRAWAL = "withdrawal"  # 撤回: that there was something, and no content


class WithdrawalGround(StrEnum):
    """Why something that was public is no longer so; each has words in the catalogue under `publicity.withdrawn_…`."""

    WRONG = "wrong"  # 公示内容有误
    UNLAWFUL = "unlawful"  # 依法不应公开
    OBJECTION = "objection"  # 异议成立
    ANNULLED = "annulled"  # 行政处罚决定已被撤销


def kind_of(said: Mapping[str, Any]) -> DocumentKind:
    """What a document is, by its own layout."""
    name = str(said["layout"]).removeprefix("fieldcheck.").partition("/")[0]
    return DocumentKind.RESULT if name == "publication" else DocumentKind(name)


def withdrawal_document(
    *, number: str, version: int, replaces: str, of: DocumentKind, on: date, ground: WithdrawalGround
) -> bytes:
    """What is left to read under a number: that it was taken back, on which day and on what ground; nothing and nobody
    of what it said. `replaces`: SHA-256 (hex) of the version that it takes the place of.
    """
    return canonical_json(
        {
            "layout": LAYOUT,
            "number": number,
            "version": version,
            "replaces": replaces,
            "publishedOn": on.isoformat(),
            "withdrawn": {"of": of.value, "ground": ground.value, "text": text(f"publicity.withdrawn_{ground}")},
        }
    )
