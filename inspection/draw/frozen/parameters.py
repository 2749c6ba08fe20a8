"""What the fingerprint binds besides the frame (draw.md §4.2, `params`; docs/sr-draw-1.md, Parameters)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inspection.draw.lot.digest import Hash
from inspection.draw.lot.entropy import Contributor
from inspection.draw.lot.frame import Exclusion, Frame, Tally, stratum_key
from inspection.draw.lot.strata import Sample, sample
from inspection.draw.teams.roster import Past, Relation, Roster, RosterRow, listing_root
from inspection.draw.terms import (
    ALGORITHM,
    TaskTerms,
    Terms,
    Window,
    fraction_told,
    match_told,
    size_told,
    substitution_told,
    window_told,
)
from inspection.kernel.canonical import JSON, canonical_json

FEW = 20
"""So few eligible objects behind a condition, or more than half of them drawn, and it is no random draw (§4.13)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which task is drawn for: ids and texts as they stood at the freeze. `condition`: canonical JSON of the filter,
    `{}` or empty for none; `strata`: the names of its strata, ascending.
    """

    task: str
    task_number: str
    item: str
    item_name: str
    mode: str
    window: Window
    condition: str
    strata: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which attempt of whom, under which rules. `sequence` numbers an authority's fingerprints without a gap."""

    authority: str
    rule_set: str
    rule_set_digest: str
    sequence: int
    attempt: int
    previous_void: bytes | None
    snapshot_at: datetime


@dataclass(frozen=True, slots=True)
class Escrow:
    """The supervisor's key under which K was laid down (its fingerprint), and the digest of the ciphertext."""

    key: str
    digest: bytes


def samples(frame: Frame, terms: Terms, subjects: Sequence[Subject]) -> tuple[Sample, ...]:
    """How many of each task and stratum are drawn.

    Raises:
        ValueError: when the floors of a task ask for more than its whole sample.
    """
    told = zip(frame.tallies, terms.tasks, subjects, strict=True)
    return tuple(sample(tally, one.size, one.strata, subject.strata) for tally, one, subject in told)


def sizes(samples_: Sequence[Sample]) -> dict[int, int]:
    """The sample size of every stratum, by its key."""
    return {
        stratum_key(task, stratum.stratum): stratum.size for task, one in enumerate(samples_) for stratum in one.strata
    }


def focused(tally: Tally, drawn: int, condition: str) -> bool:
    """Whether a condition leaves so few that drawing among them is no chance any more (重点检查; draw.md §4.13)."""
    return condition not in {"", "{}"} and (tally.eligible < FEW or 2 * drawn > tally.eligible)


def parameters(
    h: Hash,
    secret: bytes,
    *,
    occasion: Occasion,
    subjects: Sequence[Subject],
    terms: Terms,
    frame: Frame,
    roster: Roster,
    contributors: Sequence[Contributor],
    escrow: Escrow | None = None,
) -> bytes:
    """The exact canonical bytes that go under the fingerprint.

    Raises:
        ValueError: as `samples`.
    """
    drawn = samples(frame, terms, subjects)
    told = zip(subjects, terms.tasks, frame.tallies, drawn, strict=True)
    return canonical_json(
        {
            "algorithm": ALGORITHM,
            "hash_alg": terms.hash_alg,
            **_occasion(occasion),
            "tasks": [_task(*one) for one in told],
            "weights": dict(terms.weights),
            "frame": {"rows": frame.size},
            "cells": _cells(frame),
            "entropy": {"abort": "void", "contributors": [c.told() for c in contributors]},
            "escrow": {"key": escrow.key, "digest": escrow.digest.hex()} if escrow else None,
            "roster": _listed(h, secret, roster.rows),
            "relations": _listed(h, secret, roster.relations),
            "history": _listed(h, secret, roster.history),
            "match": match_told(terms.match),
            "substitution": substitution_told(terms.substitution),
        }
    )


def _occasion(occasion: Occasion) -> dict[str, JSON]:
    return {
        "authority": occasion.authority,
        "sequence": occasion.sequence,
        "attempt": occasion.attempt,
        "previous_void": occasion.previous_void.hex() if occasion.previous_void else None,
        "snapshot_at": occasion.snapshot_at.isoformat(),
        "rule_set": occasion.rule_set,
        "rule_set_digest": occasion.rule_set_digest,
    }


def _task(subject: Subject, terms: TaskTerms, tally: Tally, drawn: Sample) -> JSON:
    return {
        "id": subject.task,
        "number": subject.task_number,
        "item": {"id": subject.item, "name": subject.item_name},
        "mode": subject.mode,
        "window": window_told(subject.window),
        "condition": subject.condition,
        "visit_cap": terms.visit_cap,
        "rows": tally.rows,
        "excluded": _excluded(tally),
        "eligible": tally.eligible,
        "size": size_told(terms.size),
        "strata": _strata(terms, drawn),
        "sample": {"wanted": drawn.wanted, "size": drawn.size},
        "batches": {
            "count": terms.batches,
            "windows": [window_told(w) for w in terms.windows or (subject.window,) * terms.batches],
        },
        "focused": focused(tally, drawn.size, subject.condition),
    }


def _excluded(tally: Tally) -> dict[str, JSON]:
    return {code.value: count for code, count in tally.excluded.items() if code is not Exclusion.NONE}


def _strata(terms: TaskTerms, drawn: Sample) -> JSON:
    rule = terms.strata
    return {
        "by": rule.by.value if rule.by else None,
        "rule": rule.rule.value,
        "list": [
            {
                "stratum": one.stratum,
                "name": one.name,
                "rows": one.rows,
                "eligible": one.eligible,
                "ratio": fraction_told(one.ratio) if one.ratio is not None else None,
                "floor": one.floor,
                "size": one.size,
            }
            for one in drawn.strata
        ],
    }


def _cells(frame: Frame) -> list[JSON]:
    return [
        {"cell": c.number, "task": c.task, "stratum": c.stratum, "weight": c.weight, "size": c.size}
        for c in frame.cells
    ]


def _listed(h: Hash, secret: bytes, rows: Sequence[RosterRow | Relation | Past]) -> JSON:
    return {"root": listing_root(h, secret, rows).hex(), "rows": len(rows)}
