"""Reading the chain of custody of a visit: line by line in sentences, re-hashed, with its signed head."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.archive.custody.acts import Act
from inspection.archive.custody.head import signed_head
from inspection.archive.custody.note import stream
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.journal import JournalEntry, read, verify
from inspection.visits.reading import joined_visits
from mobile_contract.signed import Purpose, SignedText

_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One act. `at`: when it was noted; `by`: the account, device or job that noted it; `told`: by language."""

    n: int
    at: datetime
    act: Act
    by: str
    source: str
    digest: str | None
    facts: Mapping[str, Any]
    hash: str
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chain:
    """A page of a chain. `broken_at`: the first line that does not fit its hash, None when all do.

    `visit`: the canonical one of those that are one; `length`: lines in all; `head`: signed, None while it is empty.
    """

    visit: UUID
    length: int
    broken_at: int | None
    head: SignedText | None
    lines: tuple[ChainLine, ...]


async def read_custody(
    visit_id: UUID, *, sign: Callable[[Purpose, str], SignedText], after: int = 0, limit: int = 200
) -> Chain:
    """The chain as it stands; bring it up to date before (`note_custody`). Every line is hashed anew.

    Raises:
        NotFound: `visits.no_visit`.
    """
    (visit, *_) = await joined_visits(visit_id)
    report = await verify(stream(visit))
    newest = await read(stream(visit), after=report.length - 1, limit=1) if report.length else []
    return Chain(
        visit=visit,
        length=report.length,
        broken_at=report.broken_at,
        head=signed_head(newest[0], sign) if newest and report.ok else None,
        lines=tuple(_line(line) for line in await read(stream(visit), after=after, limit=limit)),
    )


def _line(line: JournalEntry) -> ChainLine:
    payload = dict(line.payload)
    act, source, digest = Act(str(payload.pop("act"))), str(payload.pop("source")), payload.pop("digest", None)
    file = str(digest) if digest is not None else None
    return ChainLine(
        n=line.seq,
        at=line.at,
        act=act,
        by=line.actor_name,
        source=source,
        digest=file,
        facts=payload,
        hash=line.hash.hex(),
        told={lang: sentence(act, file, payload, line.actor_name, lang) for lang in LANGUAGES},
    )


def sentence(act: Act, digest: str | None, facts: Mapping[str, JSON], actor: str, lang: str) -> str:
    """What a line says to people. Files are named by the first characters of their SHA-256."""
    by = facts.get("by")
    who = by.get("id") if isinstance(by, Mapping) else None
    told = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    about = {"file": digest[:_SHORT] if digest else "–", "who": who or actor, "actor": actor}
    at = facts.get("at") or facts.get("at_claimed") or "–"
    of_record = "_record" if digest is None and act in _ABOUT_BOTH else ""
    return text(f"archive.act.{act.value}{of_record}", lang, **{**told, **about, "when": at})


_ABOUT_BOTH: Final = frozenset({Act.RECEIVED, Act.LOST})
"""Acts that can be about a file or about the record."""
