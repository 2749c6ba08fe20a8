"""What anybody may read. It comes out of the published bytes alone: what they do not say cannot be told."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.errors import Invalid, NotFound
from inspection.publicity import store_documents
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.search import EVERY_RESULT, search_published
from inspection.publicity.store_documents import DocumentRow
from inspection.publicity.store_search import Wanted
from mobile_contract.problems import ProblemCode

MAX_PAGE = 100
MAX_QUERY = 100
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """One version of a published result or penalty, or its withdrawal. `document` holds the exact bytes, `digest` their
    SHA-256 (hex), `said` what they say.

    `of`: what it is or was, a result or a penalty; `completed_on`: the day of the inspection or of the decision, of a
    withdrawal its own; `gone`: it was taken back later, so nobody reads it any more.
    """

    kind: DocumentKind
    of: DocumentKind
    gone: bool
    number: str
    version: int
    late: bool
    digest: str
    document: bytes
    said: Mapping[str, Any]
    published_on: date
    completed_on: date
    result_codes: tuple[str, ...]

    @property
    def corrected(self) -> bool:
        return self.version > 1

    @property
    def ground(self) -> str:
        """Why it was taken back; empty where it was not."""
        return str(self.said.get("withdrawn", {}).get("ground", ""))

    @property
    def withdrawn(self) -> bool:
        """Whether it says no more than that something was taken back."""
        return self.kind is DocumentKind.WITHDRAWAL


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """Results, newest first; `after` leads to the next page, None on the last."""

    results: tuple[PublishedResult, ...]
    after: str | None


async def published_page(
    *, query: str = "", after: str | None = None, limit: int = 20, wanted: Wanted = EVERY_RESULT
) -> PublishedPage:
    """Published results or penalties, those whose object's name or code contains `query`.

    Raises:
        Invalid: `query` is longer than `MAX_QUERY` characters, or `after` is not a place this function gave out.
    """
    fragment = " ".join(storable(query).split())
    if len(fragment) > MAX_QUERY:
        raise Invalid(ProblemCode.INVALID, "publicity.query_too_long", limit=MAX_QUERY)
    at, before = _place(after) if after else (None, None)
    size = max(1, min(limit, MAX_PAGE))
    ids = await search_published(fragment, at, before, size + 1, wanted)
    found = await store_documents.newest_documents(ids[:size])
    rows = [found[publication] for publication in ids[:size]]
    more = _told(rows[-1]) if len(ids) > size else None
    return PublishedPage(tuple(result_of(row) for row in rows), more)


async def withdrawn_page(*, after: str | None = None, limit: int = 20) -> PublishedPage:
    """What was taken back and is not out again, the newest first: whoever has copied the register removes it there.

    Raises:
        Invalid: as `published_page`.
    """
    at, before = _place(after) if after else (None, None)
    size = max(1, min(limit, MAX_PAGE))
    rows = await store_documents.withdrawn_before(at, before, size + 1)
    more = _place_of(rows[size - 1].at, rows[size - 1].id) if len(rows) > size else None
    return PublishedPage(tuple(result_of(row) for row in rows[:size]), more)


async def published(number: str, of: DocumentKind = DocumentKind.RESULT) -> PublishedResult:
    """The version in force of what is published under a number: a result, or a penalty.

    Raises:
        NotFound: nothing is; whether something will be is not told.
    """
    return (await published_versions(number, of))[-1]


async def published_versions(number: str, of: DocumentKind = DocumentKind.RESULT) -> tuple[PublishedResult, ...]:
    """All versions that were ever published under a number, the first one first: what was corrected stays readable,
    what was taken back does not.

    Raises:
        NotFound: as `published`.
    """
    rows = await store_documents.documents(number=number) if _NUMBER.fullmatch(number) else []
    rows = [row for row in rows if (row.penalty is not None) is (of is DocumentKind.PENALTY)]
    if not rows:
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    taken_back = max((row.version for row in rows if row.kind is DocumentKind.WITHDRAWAL), default=0)
    return tuple(result_of(row, gone=row.version < taken_back) for row in rows)


async def readable_version(number: str, version: str, of: DocumentKind = DocumentKind.RESULT) -> PublishedResult:
    """One version that was published under a number.

    Raises:
        NotFound: `publicity.no_publication`; `publicity.withdrawn_gone` (410): it was taken back.
    """
    versions = await published_versions(number, of)
    found = next((one for one in versions if str(one.version) == version), None)
    if found is None:
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    if found.gone:
        raise gone(next(one for one in versions if one.withdrawn and one.version > found.version))
    return found


async def published_picture(number: str, digest: str) -> PublishedResult:
    """The version in force, if it lists this picture (SHA-256, hex).

    Raises:
        NotFound: `publicity.no_publication`, `publicity.picture_unknown`; `publicity.withdrawn_gone` (410).
    """
    found = await published(number)
    if found.withdrawn:
        raise gone(found)
    if digest not in {one["sha256"] for one in found.said.get("pictures", ())}:
        raise NotFound(ProblemCode.MEDIA_UNKNOWN, "publicity.picture_unknown")
    return found


def gone(withdrawal: PublishedResult) -> NotFound:
    """That what is asked for was taken back: when, and on what ground (410)."""
    return NotFound(
        ProblemCode.PUBLICATION_WITHDRAWN,
        "publicity.withdrawn_gone",
        number=withdrawal.number,
        on=withdrawal.published_on.isoformat(),
        ground=withdrawal.ground,
    )


def result_of(row: DocumentRow, *, gone: bool = False) -> PublishedResult:
    """A version as the public reads it."""
    said = json.loads(row.document)
    day, codes = said["publishedOn"], ""
    if row.kind is DocumentKind.RESULT:
        day, codes = said["insDate"], said["details"][0]["raninsCheckResCode"]
    if row.kind is DocumentKind.PENALTY:
        day = said["decisionDate"]
    return PublishedResult(
        kind=row.kind,
        of=DocumentKind.RESULT if row.penalty is None else DocumentKind.PENALTY,
        gone=gone,
        number=row.number,
        version=row.version,
        late=row.late,
        digest=row.digest,
        document=row.document,
        said=said,
        published_on=date.fromisoformat(said["publishedOn"]),
        completed_on=date.fromisoformat(day),
        result_codes=tuple(filter(None, codes.split(","))),
    )


def storable(text: str) -> str:
    """Without what a database refuses (U+0000, lone surrogates) and other control characters."""
    return "".join(char for char in text if char.isprintable() or char == "\u3000").encode(errors="ignore").decode()


def _told(row: DocumentRow) -> str:
    return _place_of(row.published_at, row.publication)


def _place_of(at: datetime, row: UUID) -> str:
    place = f"{at.isoformat()}/{row}"
    return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()


def _place(after: str) -> tuple[datetime, UUID]:
    try:
        place = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
        at, _, publication = place.partition("/")
        instant = datetime.fromisoformat(at)
        # In UTC at once: an instant at the end of time has none, and no database could compare it.
        found = instant.astimezone(UTC), UUID(publication)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise Invalid(ProblemCode.CURSOR_INVALID, "publicity.no_such_place") from error
    if instant.tzinfo is None:
        raise Invalid(ProblemCode.CURSOR_INVALID, "publicity.no_such_place")
    return found
