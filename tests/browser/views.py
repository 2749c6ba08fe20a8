"""Public views of draws that never were, as large and as odd as a page or a sheet may meet them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

DIGITS = "20731940586129753048"
LONG = "对成品油零售经营企业、单用途商业预付卡发卡企业和报废机动车回收企业的联合行政检查"
WITNESSES = ("王公证", "李监督", "赵代表", "孙群众", "周记者", "吴律师", "郑会计")
RATE = {"rule": "ratio", "ratio": [1, 20], "base": "directory"}


def digest(*of: object) -> str:
    """32 bytes in hex that differ with what they are made of."""
    return hashlib.sha256(repr(of).encode()).hexdigest()


def drawn_view(
    *, cells: int = 4, tasks: int = 1, witnesses: int = 2, drawn: bool = True, who: int = 0
) -> Mapping[str, Any]:
    """A draw of a million objects; `drawn`: sealed, else only frozen; `who`: another one, another outcome."""
    listed = [_task(number) for number in range(tasks)]
    params = {
        "rule_set": "quanzhou-economy.2016",
        "rule_set_digest": digest("rules"),
        "tasks": listed,
    }
    tickets = [_ticket(cell, rank, who) for cell in range(1, cells + 1) for rank in range(1, 7)] if drawn else []
    at = [f"2026-03-01T0{hour}:12:33+00:00" for hour in range(5)]
    return {
        "draw": "019c8d11-0000-7000-8000-0000ffffffff",
        "tasks": [task["id"] for task in listed],
        "sequence": 17,
        "state": "sealed" if drawn else "frozen",
        "attempt": 2,
        "voids": [{"attempt": 1, "reason": "system-fault", "at": at[0], "record": digest("void")}],
        "hash_alg": "sha256",
        "level": "L2",
        "frame_root": digest("root"),
        "frame_rows": 1_029_577,
        "fingerprint": digest("C"),
        "escrow": None,
        "contributions": _contributions(witnesses, at[2] if drawn else None),
        "seed": digest("E", who) if drawn else None,
        "result_root": digest("RR", who) if drawn else None,
        "frozen_at": at[1],
        "drawn_at": at[3] if drawn else None,
        "sealed_at": at[4] if drawn else None,
        "params": json.dumps(params, ensure_ascii=False),
        "cells": [_cell(number, tasks, drawn, who) for number in range(1, cells + 1)],
        "tickets": tickets,
        "match": _match(len(tickets), who) if drawn else None,
        "changes": [],
        "verified": [{"version": "1", "good": True, "at": at[4]}] if drawn else [],
        "of_authority": {"draws": 17, "void": 1, "changes": {}},
    }


def _task(number: int) -> dict[str, Any]:
    return {
        "id": digest(number)[:8],
        "number": f"商抽查〔2026〕{number + 1}号",
        "item": {"id": "item", "name": LONG},
        "mode": ("untargeted", "targeted", "cross-department")[number % 3],
        "window": ["2026-03-02", "2026-05-30"],
        "rows": 1_029_577,
        "excluded": {"CAP": 31, "UP": 4, "CLOSED": 55, "SCOPE": 0, "OPEN": 2},
        "eligible": 1_029_485,
        "size": RATE if number != 1 else {"rule": "count", "count": 40},
        "strata": {"by": "area", "rule": "proportional" if number else "whole", "list": _strata()},
        "sample": {"wanted": 51_479, "size": 51_479 - number},
        "batches": {"count": 2, "windows": [["2026-03-02", "2026-03-30"], ["2026-04-01", "2026-05-30"]]},
        "focused": number == 2,
    }


def _strata() -> list[dict[str, Any]]:
    return [
        {"stratum": n, "name": name, "eligible": 90, "size": 5} for n, name in enumerate(("环翠区", "经开区", "高新区"))
    ]


def _cell(number: int, tasks: int, drawn: bool, who: int) -> dict[str, Any]:
    return {
        "cell": number,
        "task": (number - 1) % tasks,
        "stratum": 0,
        "weight": number,
        "size": 257_000 // number,
        "probability": [50_000 * number, 1_029_577],
        "quota": 6 if drawn else None,
        "threshold": _ticket(number, 6, who)["ticket"] if drawn else None,
    }


def _ticket(cell: int, rank: int, who: int) -> dict[str, Any]:
    value = f"{rank:02x}{digest(cell, rank, who)[2:]}"
    return {
        "cell": cell,
        "rank": rank,
        "ticket": value,
        "place": digest("place", cell, rank, who),
        "batch": 1 + rank % 2,
    }


def _contributions(witnesses: int, at: str | None) -> list[dict[str, Any]]:
    def of(kind: str, name: str, value: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
        return {"kind": kind, "name": name, "witnesses": list(seen), "value": value if at else None, "revealed_at": at}

    return [
        of("OPER", "经办人", digest("oper")),
        of("DICE", "现场掷骰", DIGITS.encode().hex(), WITNESSES[:witnesses]),
        of("LINK", "纪检监察组", digest("link")),
    ]


def _match(objects: int, who: int) -> dict[str, Any]:
    how = {"lot": 2 * objects - 2, "continuity": 2, "designated": 0}
    return {"root": digest("match", who), "objects": objects, "places": 2 * objects, "load_cap": 9, "how": how}
