"""Published documents as the pages and the lists show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from api.language import DEFAULT, Language
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import text
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.penalties.rules import yuan
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
    language, and `tone` colours them; `pictures`: SHA-256 (hex), width and height of each; `left_out`: by the names of
    the document. `result_detail` and `result_class` are empty in documents of before they were.
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
    left_out: frozenset[str]
    partial_ground: str
    pictures: tuple[tuple[str, int, int], ...]
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
    part = said.get("partial", {})
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
        left_out=frozenset(part.get("leftOut", ())),
        partial_ground=text(f"publicity.ground_{part['ground']}", lang) if part else "",
        pictures=tuple((one["sha256"], one["width"], one["height"]) for one in said.get("pictures", ())),
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


@dataclass(frozen=True, slots=True)
class ShownPenalty:
    """One penalty on a page, in the words of its document; `amount`: the fine in yuan, empty without one."""

    number: str
    version: int
    late: bool
    digest: str
    object_name: str
    object_code: str
    decision_number: str
    decided_on: date
    violation: str
    basis: str
    content: str
    amount: str
    deciding_body: str
    published_on: date


@dataclass(frozen=True, slots=True)
class ShownWithdrawal:
    """What is left of something that was taken back; `ground` in the reader's language."""

    number: str
    version: int
    digest: str
    of: str
    published_on: date
    ground: str


def shown_penalty(found: PublishedResult) -> ShownPenalty:
    """The penalty as a page shows it."""
    said = found.said
    return ShownPenalty(
        number=found.number,
        version=found.version,
        late=found.late,
        digest=found.digest,
        object_name=said["entName"],
        object_code=said["uniscId"],
        decision_number=said["decisionNumber"],
        decided_on=found.completed_on,
        violation=said["violation"],
        basis=said["basis"],
        content=said["content"],
        amount=yuan(said["amountFen"]),
        deciding_body=said["decidingBody"],
        published_on=found.published_on,
    )


def shown_withdrawal(found: PublishedResult, lang: Language) -> ShownWithdrawal:
    """The page in the place of what was taken back."""
    ground = text(f"publicity.withdrawn_{found.ground}", lang)
    return ShownWithdrawal(found.number, found.version, found.digest, found.of.value, found.published_on, ground)


def address(found: PublishedResult) -> str:
    """Where machines find it, without the ending."""
    room = "penalties" if found.of is DocumentKind.PENALTY else "results"
    return f"/public/{room}/{found.number}"


def listed(result: PublishedResult) -> JSON:
    """The result in a JSON list: what its document says, where the exact bytes are, and their SHA-256."""
    return {
        "number": result.number,
        "version": result.version,
        "late": result.late,
        "sha256": result.digest,
        "href": f"{address(result)}.json",
        "document": dict(result.said),
    }


def history(versions: Sequence[PublishedResult]) -> JSON:
    """Every version under one number, the first one first: its day, its result, its exact bytes and their SHA-256.

    Of one that was taken back nothing but its day and its SHA-256: nobody reads it any more.
    """
    return {
        "number": versions[0].number,
        "versions": [
            {
                "version": one.version,
                "kind": one.kind.value,
                "published_on": one.published_on.isoformat(),
                "result": [] if one.gone else list(one.result_codes),
                "sha256": one.digest,
                "replaces": one.said["replaces"],
                "href": None if one.gone else f"{address(one)}/versions/{one.version}.json",
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
