"""`inspection.registry.find`, `inspection.authority.store`, and the journal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from inspection.authority.store import AuthorityRow
from inspection.kernel.journal.chain import GENESIS
from inspection.kernel.journal.kinds import JournalEntry
from inspection.registry.inspectors.facts import CertificateFacts, InspectorFacts
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.objects.facts import ObjectFacts
from mobile_contract.envelope import ChecklistRef
from tests.simulator.memory import Tables


def objects(t: Tables, ids: Any) -> dict[UUID, ObjectFacts]:
    return {one: t.objects[one] for one in ids if one in t.objects}


def inspectors(t: Tables, ids: Any) -> dict[UUID, InspectorFacts]:
    return {one: t.inspectors[one] for one in ids if one in t.inspectors}


def named_people(t: Tables, ids: Any) -> dict[UUID, tuple[str, str | None]]:
    return {one: (t.inspectors[one].name, t.inspectors[one].unit) for one in ids if one in t.inspectors}


def certificates(t: Tables, ids: Any) -> dict[UUID, tuple[CertificateFacts, ...]]:
    return {one: t.inspectors[one].certificates for one in ids if one in t.inspectors}


def checklists(t: Tables, ids: Any) -> dict[UUID, ChecklistFacts]:
    return {one: t.checklists[one] for one in ids if one in t.checklists}


def checklist_refs(t: Tables, ids: Any) -> dict[UUID, ChecklistRef]:
    return {one: (facts.code, facts.version, facts.digest) for one, facts in checklists(t, ids).items()}


def checklist_version(t: Tables, authority: UUID, code: str, version: int) -> ChecklistFacts | None:
    found = (one for one in t.checklists.values() if (one.code, one.version) == (code, version))
    return next(found, None)


def authority(t: Tables, authority_id: UUID) -> AuthorityRow | None:
    return t.authorities.get(authority_id)


# -- the journal --------------------


def lock_head(t: Tables, stream: str) -> tuple[int, bytes]:
    lines = t.journal.get(stream, ())
    return (lines[-1].seq, lines[-1].hash) if lines else (0, GENESIS)


def insert_lines(t: Tables, entries: Any) -> None:
    for entry in entries:
        t.journal[entry.stream] = (*t.journal.get(entry.stream, ()), entry)


def move_head(t: Tables, *_: Any) -> None:
    return


def lines_of_kind(t: Tables, stream: str, kind: str) -> list[JournalEntry]:
    return [line for line in t.journal.get(stream, ()) if line.kind.value == kind]


def enqueue(t: Tables, *_: Any) -> None:
    """Background work is a step of the trace, not a row."""


# -- tokens open a channel that the simulated network does not have --------------------


def add_token(t: Tables, *_: Any, **__: Any) -> None:
    return


def drop_expired_tokens(t: Tables, *_: Any) -> None:
    return
