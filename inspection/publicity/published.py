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
from inspection.publicity.search import search_published
from inspection.publicity.store_documents import DocumentRow
from mobile_contract.problems import ProblemCode

MAX_PAGE = 100
MAX_QUERY = 100
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """One published result. `document` holds the exact bytes, `digest` their SHA-256 (hex), `said` what they say."""

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


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """Results, newest first; `after` leads to the next page, None on the last."""

    results: tuple[PublishedResult, ...]
    after: str | None


async def published_page(*, query: str = "", after: str | None = None, limit: int = 20) -> PublishedPage:
    """Published results, those whose object's name or code contains `query`.

    Raises:
        Invalid: `query` is longer than `MAX_QUERY` characters, or `after` is not a place this function gave out.
    """
    fragment = " ".join(_storable(query).split())
    if len(fragment) > MAX_QUERY:
        raise Invalid(ProblemCode.INVALID, "publicity.query_too_long", limit=MAX_QUERY)
    at, before = _place(after) if after else (None, None)
    size = max(1, min(limit, MAX_PAGE))
    ids = await search_published(fragment, at, before, size + 1)
    found = await store_documents.newest_documents(ids[:size])
    rows = [found[publication] for publication in ids[:size]]
    more = _told(rows[-1]) if len(ids) > size else None
    return PublishedPage(tuple(result_of(row) for row in rows), more)


async def published(number: str) -> PublishedResult:
    """The version in force of what is published under a number.

    Raises:
        NotFound: nothing is; whether something will be is not told.
    """
    return (await published_versions(number))[-1]


async def published_versions(number: str) -> tuple[PublishedResult, ...]:
    """All versions that were ever published under a number, the first one first: what was corrected stays readable.

    Raises:
        NotFound: as `published`.
    """
    rows = await store_documents.documents(number=number) if _NUMBER.fullmatch(number) else []
    if not rows:
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    return tuple(result_of(row) for row in rows)


def result_of(row: DocumentRow) -> PublishedResult:
    """A version as the public reads it."""
    said = json.loads(row.document)
    return PublishedResult(
        number=row.number,
        version=row.version,
        late=row.late,
        digest=row.digest,
        document=row.document,
        said=said,
        published_on=date.fromisoformat(said["publishedOn"]),
        completed_on=date.fromisoformat(said["insDate"]),
        result_codes=tuple(said["details"][0]["raninsCheckResCode"].split(",")),
    )


def _storable(text: str) -> str:
    """Without what a database refuses (U+0000, lone surrogates) and other control characters."""
    return "".join(char for char in text if char.isprintable() or char == "\u3000").encode(errors="ignore").decode()


def _told(row: DocumentRow) -> str:
    place = f"{row.published_at.isoformat()}/{row.publication}"
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
