"""What was found, in words: per item, per check point, and the evidence. Pure."""

import json
from collections.abc import Iterable

from inspection.documents.known_record import KnownRecord
from inspection.documents.views import Answer, Finding
from inspection.documents.words import Words
from inspection.publicity.wording import class_text, result_text
from inspection.visits.record import VisitRecord
from inspection.visits.record.evidence import is_recording
from inspection.visits.record.model import ItemRecord, StatementState
from inspection.visits.record.scheme import Point
from inspection.visits.rows import OutcomeRow
from mobile_contract.checklist import Answer as Choice
from mobile_contract.checklist import Text


def findings(told: KnownRecord, words: Words) -> tuple[Finding, ...]:
    """Per task what was found; before the outcomes are formed that is still open."""
    found = []
    for task in told.visit.tasks:
        outcome, item = told.outcomes.get(task.id), told.visit.items[task.item]
        if outcome is None:
            found.append(Finding(item.name, "", "", words.shared("open")))
            continue
        found.append(
            Finding(
                item=item.name,
                problems=outcome.problems or "\n".join(_problems(told, outcome)),
                handling=words.shared("between").join(_handling(outcome, words)),
                result=_result(told, outcome, words),
            )
        )
    return tuple(found)


def follow_up(told: KnownRecord, words: Words) -> tuple[str, ...]:
    """What is done about it, each measure once."""
    codes = dict.fromkeys(code for outcome in told.outcomes.values() for code in outcome.follow_up)
    return tuple(words.shared(f"follow_{code}") for code in codes)


def answers(told: KnownRecord, words: Words) -> tuple[Answer, ...]:
    """Every check point in the order of the checklists, with its answer or why it has none."""
    points = {point.key: point for point in told.folded.setting.scheme.points}
    return tuple(_answer(item, points.get((item.code, item.checklists)), words) for item in told.record.items)


def evidence(record: VisitRecord, words: Words) -> tuple[str, ...]:
    """How many photos, documents and recordings count."""
    kinds: dict[str, set[str]] = {}
    for one in record.media:
        if one.counted and one.kind in {"photo", "document"}:
            kind = "recording" if one.mime and is_recording(one.mime) else one.kind
            kinds.setdefault(kind, set()).add(one.digest)
    return tuple(words(f"evidence_{kind}", count=len(digests)) for kind, digests in sorted(kinds.items()))


def _answer(item: ItemRecord, point: Point | None, words: Words) -> Answer:
    said = dict.fromkeys(one.comment for one in item.statements if one.comment and one.state is StatementState.CURRENT)
    remark = "；".join(one for one in said if one)
    if point is None:
        return Answer("", item.code, _value(item, "", words), remark)
    unit = (point.item.number.unit or "") if point.item.number is not None else ""
    group = _said(point.item.group, words) if point.item.group is not None else ""
    return Answer(group, _said(point.item.text, words), _value(item, unit, words), remark)


def _value(item: ItemRecord, unit: str, words: Words) -> str:
    if item.value is None:
        return words(f"class_{item.cls.value.replace('-', '_')}")
    if item.value in set(Choice):
        return words(f"answer_{item.value}")
    return f"{item.value} {unit}".strip()


def _said(text: Text, words: Words) -> str:
    return text.en if words.lang == "en" and text.en else text.zh


def _handling(outcome: OutcomeRow, words: Words) -> Iterable[str]:
    """What was done in the reviewer's words, then the measures."""
    if outcome.handling:
        yield outcome.handling.rstrip("。；")
    for code in outcome.follow_up:
        yield words.shared(f"follow_{code}")


def _result(told: KnownRecord, outcome: OutcomeRow, words: Words) -> str:
    said = result_text(outcome.codes, words.lang)
    named = class_text(outcome.codes, told.visit.rules.name, words.lang)
    return words.shared("result_class", result=said, named=named) if named and named != said else said


def _problems(told: KnownRecord, outcome: OutcomeRow) -> Iterable[str]:
    texts = {point.code: point.item.text.zh for point in told.folded.setting.scheme.points}
    for one in json.loads(outcome.findings):
        # Two inspectors who say the same are printed once.
        comments = "；".join(dict.fromkeys(comment.rstrip("。") for comment in one["comments"]))
        yield f"{texts.get(one['item'], one['item'])}：{comments}" if comments else texts.get(one["item"], one["item"])
