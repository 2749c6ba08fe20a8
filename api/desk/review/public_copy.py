"""The public copy before it goes out, exactly as its page will show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.language import Language
from api.public.shown import ShownPenalty, ShownResult, shown, shown_penalty
from inspection.kernel.catalogue import text
from inspection.publicity.kinds import DocumentKind, kind_of
from inspection.publicity.preview import Preview
from inspection.publicity.published import PublishedResult


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A preview as the public page shows it: a result or a penalty; neither where a fact that is always told is
    missing.
    """

    preview: Preview
    result: ShownResult | None
    penalty: ShownPenalty | None


def public_copy(preview: Preview, on: date, lang: Language) -> PublicCopy:
    """What would go out on the day `on`; its number and digest come only then."""
    if preview.document is None:
        return PublicCopy(preview, None, None)
    told = _as_published(preview.document, on, lang)
    if told.of is DocumentKind.PENALTY:
        return PublicCopy(preview, None, shown_penalty(told))
    return PublicCopy(preview, shown(told, lang), None)


def _as_published(document: Mapping[str, Any], on: date, lang: Language) -> PublishedResult:
    kind = kind_of(document)
    result = kind is DocumentKind.RESULT
    day = document["insDate"] if result else document["decisionDate"]
    codes = document["details"][0]["raninsCheckResCode"] if result else ""
    return PublishedResult(
        kind=kind,
        of=kind,
        gone=False,
        number=text("desk_review.number_later", lang),
        version=1,
        late=False,
        digest="",
        document=b"",
        said=document,
        published_on=on,
        completed_on=date.fromisoformat(day),
        result_codes=tuple(filter(None, codes.split(","))),
    )
