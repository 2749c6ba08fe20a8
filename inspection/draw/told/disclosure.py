"""The draw in JSON: the public view, the opened object, and the files that the stand-alone verifier reads (draw.md
§4.15).
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from inspection.draw.ceremony import (
    CellRecord,
    Ceremony,
    ContributionRecord,
    MatchRecord,
    ObjectProof,
    TicketRecord,
    VoidRecord,
)
from inspection.draw.terms import ALGORITHM
from inspection.kernel.canonical import JSON, canonical_json
from inspection.kernel.journal import JournalEntry


def public_view(ceremony: Ceremony) -> dict[str, JSON]:
    """What anybody may see at any time. `params` stand here as the text that was hashed."""
    return {
        **_head(ceremony),
        "params": ceremony.params.decode() if ceremony.params else None,
        "cells": [_cell(cell) for cell in ceremony.cells],
        "tickets": [_ticket(ticket) for ticket in ceremony.tickets],
        "match": _match(ceremony.match),
    }


def opened(proof: ObjectProof) -> dict[str, JSON]:
    """The opening of one object, complete in itself: all that V-one needs."""
    return {
        "algorithm": ALGORITHM,
        "hash_alg": proof.hash_alg,
        "params": proof.params.decode(),
        "frame_root": proof.frame_root.hex(),
        "frame_rows": proof.frame_rows,
        "fingerprint": proof.fingerprint.hex(),
        "seed": proof.seed.hex(),
        "row": proof.row.decode(),
        "salt": proof.salt.hex(),
        "index": proof.index,
        "siblings": [sibling.hex() for sibling in proof.siblings],
        "cell": proof.cell,
        "rank": proof.rank,
        "ticket": proof.ticket.hex(),
        "threshold": _hex(proof.threshold),
        "probability": _fraction(proof.probability),
        "result_root": _hex(proof.result_root),
        "result_rows": proof.result_rows,
        "result_place": proof.result_place,
        "result_siblings": [s.hex() for s in proof.result_siblings] if proof.result_siblings is not None else None,
    }


def public_files(
    ceremony: Ceremony, openings: Sequence[ObjectProof], events: Sequence[JournalEntry]
) -> dict[str, bytes]:
    """The public bundle: file name → bytes."""
    return {
        "params.json": ceremony.params or b"",
        "ceremony.json": canonical_json(_head(ceremony)),
        "cells.json": canonical_json([_cell(cell) for cell in ceremony.cells]),
        "drawn.json": canonical_json([_ticket(ticket) for ticket in ceremony.tickets]),
        "match.json": canonical_json(_match(ceremony.match)),
        "openings.json": canonical_json([opened(proof) for proof in openings]),
        "events.jsonl": b"".join(
            canonical_json({"text": entry.text.decode(), "hash": entry.hash.hex()}) + b"\n" for entry in events
        ),
    }


def secret_files(
    secret: bytes,
    manifest: bytes,
    lists: tuple[bytes, bytes, bytes],
    teams: Sequence[tuple[bytes, Sequence[tuple[str, str]]]],
) -> dict[str, bytes]:
    """What the supervisor's bundle holds besides: the key (unless it was erased and the supervisor has it), the frame,
    the lists (people, relations, last teams), and by ticket the team: (inspector, how) by slot.
    """
    people, relations, history = lists
    return {
        **({"secret.json": canonical_json({"key": secret.hex()})} if secret else {}),
        "manifest.tsv": manifest,
        "roster.tsv": people,
        "relations.tsv": relations,
        "history.tsv": history,
        "assignments.json": canonical_json(
            [
                {"ticket": ticket.hex(), "team": [person for person, _ in team], "how": [how for _, how in team]}
                for ticket, team in teams
            ]
        ),
    }


def _head(ceremony: Ceremony) -> dict[str, JSON]:
    return {
        "algorithm": ALGORITHM,
        "draw": str(ceremony.draw),
        "tasks": [str(task) for task in ceremony.tasks or (ceremony.task,)],
        "sequence": ceremony.sequence,
        "state": ceremony.state.value,
        "attempt": ceremony.attempt,
        "voids": [_void(void) for void in ceremony.voids],
        "hash_alg": ceremony.hash_alg,
        "level": ceremony.level.value,
        "frame_root": _hex(ceremony.frame_root),
        "frame_rows": ceremony.frame_rows,
        "fingerprint": _hex(ceremony.fingerprint),
        "escrow": _hex(ceremony.escrow),
        "contributions": [_contribution(c) for c in ceremony.contributions],
        "seed": _hex(ceremony.seed),
        "result_root": _hex(ceremony.result_root),
        "frozen_at": _instant(ceremony.frozen_at),
        "drawn_at": _instant(ceremony.drawn_at),
        "sealed_at": _instant(ceremony.sealed_at),
    }


def _contribution(contribution: ContributionRecord) -> JSON:
    return {
        "kind": contribution.kind.value,
        "name": contribution.name,
        "commitment": _hex(contribution.commitment),
        "witnesses": list(contribution.witnesses),
        "anchor": _hex(contribution.anchor),
        "beacon": contribution.beacon.told() if contribution.beacon else None,
        "value": _hex(contribution.value),
        "nonce": _hex(contribution.nonce),
        "revealed_at": _instant(contribution.revealed_at),
    }


def _cell(cell: CellRecord) -> JSON:
    return {
        "cell": cell.number,
        "task": cell.task,
        "stratum": cell.stratum,
        "weight": cell.weight,
        "size": cell.size,
        "probability": _fraction(cell.probability),
        "quota": cell.quota,
        "threshold": _hex(cell.threshold),
    }


def _ticket(ticket: TicketRecord) -> JSON:
    return {
        "cell": ticket.cell,
        "rank": ticket.rank,
        "ticket": ticket.value.hex(),
        "place": ticket.place.hex(),
        "batch": ticket.batch,
    }


def _match(match: MatchRecord | None) -> dict[str, JSON] | None:
    if match is None:
        return None
    return {
        "root": match.root.hex(),
        "objects": match.objects,
        "places": match.places,
        "load_cap": match.load_cap,
        "how": {"lot": 0, "continuity": 0, "designated": 0, **match.how},
    }


def _void(void: VoidRecord) -> JSON:
    return {
        "attempt": void.attempt,
        "reason": void.reason.value,
        "at": void.at.isoformat(),
        "record": void.record.hex(),
    }


def _hex(data: bytes | None) -> str | None:
    return data.hex() if data is not None else None


def _fraction(value: Fraction | None) -> JSON:
    return [value.numerator, value.denominator] if value is not None else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
