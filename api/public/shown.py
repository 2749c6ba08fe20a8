"""Published documents as the pages and the lists show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from api.language import DEFAULT, Language
from inspection.kernel.canonical import JSON
from inspection.publicity.published import PublishedResult
from inspection.publicity.wording import SEPARATOR, national_lines
from inspection.visits.review.codes import CodeClass, of_class
from inspection.visits.review.outcomes import OutcomeCode

Tone = Literal["good", "warn", "bad"]

_GOOD: Final = of_class(CodeClass.NO_PROBLEM)
_BAD: Final = frozenset({OutcomeCode.REFUSED_SERIOUSLY, OutcomeCode.FALSE_DISCLOSURE})


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One result on a page. Texts are those of the published document; only `result_marks` are in the reader's
    language, and `tone` colours them. `result_detail` and `result_class` are empty in documents of before they were.
    """

    number: str
    version: int
    late: bool
    digest: str
    object_name: str
    object_code: str
    item_code: str
    item_name: str
    result_texts: tuple[str, ...]
    result_marks: tuple[str, ...]
    result_detail: str
    result_class: str
    inspecting_body: str
    plan_number: str
    plan_name: str
    task_number: str
    task_name: str
    draw_type: str
    draw_id: str
    completed_on: date
    published_on: date
    tone: Tone


def shown(result: PublishedResult, lang: Language) -> ShownResult:
    """The result as a page in this language shows it."""
    said, detail = result.said, result.said["details"][0]
    texts = tuple(detail["raninsCheckResName"].split(SEPARATOR))
    return ShownResult(
        number=result.number,
        version=result.version,
        late=result.late,
        digest=result.digest,
        object_name=said["entName"],
        object_code=said["uniscId"],
        item_code=detail["raninsItemCode"],
        item_name=detail["raninsItemName"],
        result_texts=texts,
        result_marks=texts if lang == DEFAULT else national_lines(result.result_codes, lang),
        result_detail=detail.get("raninsCheckResDetail", ""),
        result_class=detail.get("resultClass", ""),
        inspecting_body=said["insAuth"],
        plan_number=said["raninsPlanId"],
        plan_name=said["raninsPlaneName"],
        task_number=said["raninsTaskId"],
        task_name=said["raninsTaskName"],
        draw_type=said["raninsTypeName"],
        draw_id=said["drawId"],
        completed_on=result.completed_on,
        published_on=result.published_on,
        tone=tone(result.result_codes),
    )


def listed(result: PublishedResult) -> JSON:
    """The result in a JSON list: what its document says, where the exact bytes are, and their SHA-256."""
    return {
        "number": result.number,
        "version": result.version,
        "late": result.late,
        "sha256": result.digest,
        "href": f"/public/results/{result.number}.json",
        "document": dict(result.said),
    }


def history(versions: Sequence[PublishedResult]) -> JSON:
    """Every version under one number, the first one first: its day, its result, its exact bytes and their SHA-256."""
    return {
        "number": versions[0].number,
        "versions": [
            {
                "version": one.version,
                "published_on": one.published_on.isoformat(),
                "result": list(one.result_codes),
                "sha256": one.digest,
                "replaces": one.said["replaces"],
                "href": f"/public/results/{one.number}/versions/{one.version}.json",
            }
            for one in versions
        ],
    }


def tone(codes: Iterable[str]) -> Tone:
    """The colour of a result: that of its worst code; a code of later years is neither good nor bad."""
    found = set(codes)
    if found & _BAD:
        return "bad"
    return "good" if found <= _GOOD else "warn"
