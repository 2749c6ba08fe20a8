"""What a draw is about and by which numbers: everything the fingerprint binds besides the frame (draw.md §4.2,
`params`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.entropy import Contributor
from inspection.draw.lot.frame import Frame
from inspection.draw.lot.quota import sample_size
from inspection.draw.teams.roster import Roster, listing_root
from inspection.draw.teams.staffing import MatchRules
from inspection.kernel.canonical import JSON, canonical_json

ALGORITHM = "SR-DRAW/1"


@dataclass(frozen=True, slots=True)
class Subject:
    """Which task is drawn for: ids and texts as they stood at the freeze."""

    authority: str
    task: str
    task_number: str
    item: str
    item_name: str
    rule_set: str
    rule_set_digest: str
    window: tuple[date, date]
    condition: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of the draw.

    `weights`: whole number by credit grade (empty: all objects alike); `visit_cap`: visits a year after which an
    object is not drawn, `None` for no cap.
    """

    ratio: Fraction
    match: MatchRules
    weights: Mapping[str, int] = field(default_factory=dict)
    visit_cap: int | None = None
    hash_alg: str = "sha256"

    def weight(self, grade: str | None) -> int:
        """The weight of a credit grade; grades that are not listed, and objects without one, weigh 1."""
        return self.weights.get(grade or "", 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """How many: `wanted` by the ratio of the directory, `size` what the eligible rows can give."""

    wanted: int
    size: int


def sample_of(frame: Frame, ratio: Fraction) -> Sample:
    """n = ⌈ratio · directory⌉ (威海 第六条), at most all eligible rows: exclusions win, the shortfall is reported."""
    wanted = sample_size(ratio, frame.directory)
    return Sample(wanted, min(wanted, frame.eligible))


def parameters(
    h: Hash,
    secret: bytes,
    *,
    subject: Subject,
    terms: Terms,
    frame: Frame,
    roster: Roster,
    contributors: Sequence[Contributor],
    snapshot_at: datetime,
    attempt: int,
    previous_void: bytes | None,
) -> bytes:
    """The exact canonical bytes that go under the fingerprint."""
    sample = sample_of(frame, terms.ratio)
    return canonical_json(
        {
            "algorithm": ALGORITHM,
            "hash_alg": terms.hash_alg,
            "authority": subject.authority,
            "task": {"id": subject.task, "number": subject.task_number},
            "item": {"id": subject.item, "name": subject.item_name},
            "rule_set": subject.rule_set,
            "rule_set_digest": subject.rule_set_digest,
            "window": [day.isoformat() for day in subject.window],
            "condition": subject.condition,
            "snapshot_at": snapshot_at.isoformat(),
            "ratio": [terms.ratio.numerator, terms.ratio.denominator],
            "base": {"rule": "directory", "rows": frame.directory},
            "sample": {"wanted": sample.wanted, "size": sample.size, "strata": [[0, sample.size]]},
            "frame": {"rows": frame.size, "excluded": {code.value: n for code, n in frame.excluded.items()}},
            "visit_cap": terms.visit_cap,
            "weights": dict(terms.weights),
            "cells": _cells(frame),
            "entropy": {"abort": "void", "contributors": [c.told() for c in contributors]},
            "roster": {"root": listing_root(h, secret, roster.rows).hex(), "rows": len(roster.rows)},
            "relations": {"root": listing_root(h, secret, roster.relations).hex(), "rows": len(roster.relations)},
            "match": _match(terms.match),
            "attempt": attempt,
            "previous_void": previous_void.hex() if previous_void else None,
        }
    )


def _cells(frame: Frame) -> list[JSON]:
    ordered = sorted(frame.cells, key=lambda cell: cell.number)
    return [{"cell": c.number, "stratum": c.stratum, "weight": c.weight, "size": c.size} for c in ordered]


def _match(rules: MatchRules) -> JSON:
    return {
        "mode": "scattered",
        "slots": rules.slots,
        "required": sorted(rules.required),
        "experts": rules.experts,
        "expertise": rules.expertise,
        "delta": rules.delta,
        "max_load": rules.max_load,
    }


def terms_text(terms: Terms) -> str:
    """The terms as they are stored while the draw is a draft."""
    return canonical_json(
        {
            "ratio": [terms.ratio.numerator, terms.ratio.denominator],
            "match": _match(terms.match),
            "weights": dict(terms.weights),
            "visit_cap": terms.visit_cap,
            "hash_alg": terms.hash_alg,
        }
    ).decode()


def read_terms(text: str) -> Terms:
    """The terms that `terms_text` stored."""
    told = json.loads(text)
    match = {key: value for key, value in told["match"].items() if key != "mode"}
    return Terms(
        Fraction(*told["ratio"]),
        MatchRules(**match | {"required": tuple(match["required"])}),
        told["weights"],
        told["visit_cap"],
        told["hash_alg"],
    )
