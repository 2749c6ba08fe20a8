"""The rows of list, plan, tasks and draws that results of invented years hang on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from inspection.draw.terms import Terms, terms_text
from inspection.kernel.canonical import canonical_json
from inspection.policy.terms import DrawMode

RULES = "weihai-jingkai-commerce.2019"
DRAWS_A_YEAR = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task with its draw."""

    task: UUID
    draw: UUID
    item: UUID
    item_code: str
    number: str


def item_row(authority: UUID, item: UUID, code: str, at: datetime) -> dict[str, Any]:
    """An item of the list."""
    return {
        "id": item,
        "authority": authority,
        "code": code,
        "name": f"对{code}的行政检查",
        "basis": "合成依据",
        "subject": "合成市市场监督管理局",
        "object_kinds": '["enterprise","individual"]',
        "object_text": "经营主体",
        "content": "合成内容",
        "methods": '["on_site"]',
        "method_text": "实地检查",
        "ratio_text": "5%",
        "ratio_num": 1,
        "ratio_den": 20,
        "frequency_text": "每年2次",
        "frequency_per_year": 2,
        "item_class": "key" if code.endswith(("1", "5")) else "general",
        "channel": "[]",
        "joint_eligible": True,
        "version": 1,
        "digest": "d" * 64,
        "published_at": at,
        "effective_from": at.date(),
    }


def plan_row(authority: UUID, plan: UUID, year: int, at: datetime) -> dict[str, Any]:
    """The plan of a year, in force."""
    return {
        "id": plan,
        "authority": authority,
        "year": year,
        "version": 1,
        "name": f"{year}年度抽查工作计划",
        "state": "approved",
        "rule_set": RULES,
        "due_on": date(year, 1, 31),
        "drafted_by": "x",
        "drafted_at": at,
        "approved_by": "y",
        "approved_at": at,
    }


def line_row(line: UUID, plan: UUID, item: UUID, year: int, base: int) -> dict[str, Any]:
    """What the plan says of an item."""
    return {
        "id": line,
        "plan": plan,
        "item": item,
        "object_text": "经营主体",
        "content": "合成内容",
        "methods": '["on_site"]',
        "ratio_num": 1,
        "ratio_den": 20,
        "frequency": DRAWS_A_YEAR,
        "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31),
        "note": "",
        "quantity": max(1, base // 20),
        "base": base,
    }


def task_row(authority: UUID, one: Drawn, line: UUID, unit: UUID, place: int, at: datetime) -> dict[str, Any]:
    """A task, drawn."""
    return {
        "id": one.task,
        "authority": authority,
        "unit": unit,
        "plan_line": line,
        "item": one.item,
        "number": one.number,
        "name": f"{one.number}抽查",
        "kind": "random",
        "draw_mode": DrawMode.CROSS_DEPARTMENT.value if place % 8 == 0 else DrawMode.UNTARGETED.value,
        "match_kind": "automatic",
        "match_mode": "scattered",
        "filter": "{}",
        "ratio_num": 1,
        "ratio_den": 20,
        "team_size": 2,
        "scheme": "",
        "starts_on": at.date(),
        "ends_on": at.date() + timedelta(days=170),
        "state": "drawn",
        "rule_set": RULES,
        "preset_by": "x",
        "preset_at": at,
        "drawn_at": at,
    }


def draw_row(authority: UUID, one: Drawn, sequence: int, at: datetime, base: int) -> dict[str, Any]:
    """Its draw, closed, with a match of two places a door."""
    return {
        "id": one.draw,
        "authority": authority,
        "task": one.task,
        "sequence": sequence,
        "attempt": 1,
        "state": "closed",
        "hash_alg": "sha256",
        "rule_set": RULES,
        "terms": terms_text(Terms()),
        "operator": "x",
        "planned_at": at,
        "frozen_at": at,
        "frame_rows": base,
        "level": "L1",
        "match_objects": max(1, base // 20),
        "match_places": 2 * max(1, base // 20),
        "match_how": canonical_json({"lot": 2 * max(1, base // 20) - 1, "designated": 1}).decode(),
    }


def cell_rows(new_id: Callable[[], UUID], one: Drawn, serial: int, base: int) -> Iterator[dict[str, Any]]:
    """Two cells: one in twenty-two, and twice as probable."""
    for weight, part in ((1, 92), (2, 8)):
        size = max(1, base * part // 100)
        whole, rest = divmod(size * weight, 22)
        quota = whole + (Random(serial * 10 + weight).random() < rest / 22)
        yield {
            "id": new_id(),
            "draw": one.draw,
            "number": weight,
            "task": 0,
            "stratum": weight,
            "weight": weight,
            "size": size,
            "lambda_num": weight,
            "lambda_den": 22,
            "quota": quota,
        }
