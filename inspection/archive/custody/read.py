"""Reading the chain of custody of a visit: line by line in sentences, re-hashed, with its signed head."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.archive.custody.acts import Act
from inspection.archive.custody.head import signed_head
from inspection.archive.custody.note import stream
from inspection.archive.custody.telling import Names, Noting, names_in, sentence
from inspection.archive.sources import CustodySource
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.journal import JournalEntry, read, verify
from inspection.visits.reading import joined_visits
from mobile_contract.signed import SignedText


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One act. `at`: when it was noted; `by`: the name of the account, device or job that noted it, as the journal kept
    it; `told` and `by_told`: in words, by language.
    """

    n: int
    at: datetime
    act: Act
    by: str
    source: str
    digest: str | None
    facts: Mapping[str, Any]
    hash: str
    told: Mapping[str, str]
    by_told: Mapping[str, str]


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


async def read_custody(visit_id: UUID, *, custody: CustodySource, after: int = 0, limit: int = 200) -> Chain:
    """The chain as it stands; bring it up to date before (`note_custody`). Every line is hashed anew.

    Its lines keep ids alone; their sentences name people and tablets as they are called now.

    Raises:
        NotFound: `visits.no_visit`.
    """
    (visit, *_) = await joined_visits(visit_id)
    report = await verify(stream(visit))
    newest = await read(stream(visit), after=report.length - 1, limit=1) if report.length else []
    lines = await read(stream(visit), after=after, limit=limit)
    names = await names_in(lines, custody)
    return Chain(
        visit=visit,
        length=report.length,
        broken_at=report.broken_at,
        head=signed_head(newest[0], custody.sign) if newest and report.ok else None,
        lines=tuple(_line(line, names) for line in lines),
    )


def _line(line: JournalEntry, names: Names) -> ChainLine:
    payload = dict(line.payload)
    act, source, digest = Act(str(payload.pop("act"))), str(payload.pop("source")), payload.pop("digest", None)
    file = str(digest) if digest is not None else None
    noting = Noting(line.actor_id, line.actor_name, line.at, names)
    return ChainLine(
        n=line.seq,
        at=line.at,
        act=act,
        by=line.actor_name,
        source=source,
        digest=file,
        facts=payload,
        hash=line.hash.hex(),
        told={lang: sentence(act, file, payload, noting, lang) for lang in LANGUAGES},
        by_told={lang: names.who(line.actor_id, lang, line.actor_name) for lang in LANGUAGES},
    )
