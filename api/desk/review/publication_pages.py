"""一公开 at the desk: what is due, kept back, out or taken back; the public copy of a visit and of one publication."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from api.commands import AnyRequest, authority_of, bearer_of, command
from api.desk.answers import desk_page, lang_of
from api.desk.review.heads import chosen, named_head
from api.desk.review.public_copy import public_copy
from api.permits import Action, may
from inspection.kernel.calendar.rules import local_day
from inspection.publicity import store, store_decisions, store_documents
from inspection.publicity.approve_publication import penalty_preview, previews
from inspection.publicity.due_list import due_items, due_withdrawals
from inspection.publicity.listing import Shelf, known_publication, listed_publications
from inspection.publicity.partial import KEYS, MASKABLE
from inspection.publicity.penalties.read import known_penalty
from inspection.publicity.release import Ground
from inspection.publicity.store_listing import OutRow
from inspection.publicity.withdraw import ASKABLE, known_withdrawals
from inspection.visits.reading import fold_visit, known_visit
from media.blobs import claimed_digests
from media.public_copy import public_copies_of


async def publications_page(request: AnyRequest, shelf: Shelf = Shelf.WAITING, after: str = "") -> Response[bytes]:
    """One shelf, and what is to be taken back."""
    authority, today = authority_of(request), local_day(command(request).now)
    page = await listed_publications(authority, shelf, today, after=after or None)
    facts: dict[str, Any] = {"page": page, "shelf": shelf, "after": after, "today": today, "shelves": tuple(Shelf)}
    asked = await due_withdrawals(authority, today)
    return desk_page(request, "desk_review/publications.html", asked=asked, **facts)


@get("/desk/publications", opt={"action": Action.VISIT_READ})
async def read_publications(
    request: AnyRequest, shelf: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[bytes]:
    """What is to be published, kept back, out, or was taken back."""
    return await publications_page(request, chosen(Shelf, shelf) or Shelf.WAITING, after)


async def visit_publication_page(request: AnyRequest, visit_id: UUID) -> Response[bytes]:
    """What of a visit waits, what is out; and to whom may approve, the public copy."""
    head = await named_head(request, visit_id)
    today = local_day(command(request).now)
    facts: dict[str, Any] = {"copies": (), "seen": "", "pictures_of": {}}
    rows = [row for row in await store.waiting(visit=head.id) if row.outcome is not None]
    if may(bearer_of(request).actor.role, Action.PUBLICATION_APPROVE):
        shown, seen = await previews(command(request), visit_id=head.id)
        copies = [public_copy(one, today, lang_of(request)) for one in shown]
        facts = {"copies": copies, "seen": seen, "pictures_of": await _pictures(one.publication for one in shown)}
    out = await store_documents.documents(visit=head.id, penalties=True)
    return desk_page(
        request, "desk_review/visit_publication.html", head=head, due=await due_items(rows, today), out=out, **facts
    )


@get("/desk/visits/{visit_id:uuid}/publication", opt={"action": Action.VISIT_READ})
async def read_visit_publication(request: AnyRequest, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The publication of one visit."""
    return await visit_publication_page(request, visit_id)


async def publication_page(request: AnyRequest, publication_id: UUID) -> Response[bytes]:
    """One publication: what goes out of it, what was decided about it, and every version that went out."""
    row = await known_publication(publication_id, authority=authority_of(request))
    today = local_day(command(request).now)
    waiting = await due_items(await store.waiting(publication=row.id), today)
    facts: dict[str, Any] = {
        "row": row,
        "due": waiting[0] if waiting else None,
        "versions": await store_documents.documents(publication=row.id),
        "part": await store_decisions.part_of(row.id),
        "withdrawals": await known_withdrawals(row.id, authority=authority_of(request)),
        "penalty": await known_penalty(row.penalty) if row.penalty else None,
        **await _copy(request, row, waiting=bool(waiting)),
        **await _choosable(request, row),
    }
    lists = {"grounds": tuple(Ground), "withdrawal_grounds": sorted(ASKABLE), "keys": sorted(KEYS)}
    return desk_page(request, "desk_review/publication.html", maskable=sorted(MASKABLE), lists=lists, **facts)


async def _copy(request: AnyRequest, row: OutRow, *, waiting: bool) -> dict[str, Any]:
    if not waiting or not may(bearer_of(request).actor.role, Action.PUBLICATION_APPROVE):
        return {"copy": None, "seen": "", "pictures_of": {}}
    cmd = command(request)
    if row.penalty is not None:
        shown, seen = await penalty_preview(cmd, penalty_id=row.penalty)
    else:
        shown, seen = await previews(cmd, visit_id=_visit(row))
    (own,) = [one for one in shown if one.publication == row.id]
    copy = public_copy(own, local_day(cmd.now), lang_of(request))
    return {"copy": copy, "seen": seen, "pictures_of": await _pictures([row.id])}


async def _choosable(request: AnyRequest, row: OutRow) -> dict[str, Any]:
    """The public copies of pictures of the record, and which of them go out."""
    role = bearer_of(request).actor.role
    if row.visit is None or row.penalty is not None or not may(role, Action.MEDIA_READ):
        return {"public_copies": (), "chosen": frozenset()}
    visit = await known_visit(row.visit)
    named = {one.digest for one in (await fold_visit(visit)).record.media}
    own = await public_copies_of(visit.authority, await claimed_digests(visit.authority, named))
    copies = [(original, copy) for original, made in own.items() for copy in made]
    chosen_ = frozenset(one.digest for one in await store_decisions.pictures_of(row.id))
    return {"public_copies": copies, "chosen": chosen_}


async def _pictures(publications: Any) -> dict[UUID, dict[str, str]]:
    """By publication, the original of each public copy that goes out with it."""
    return {
        one: {picture.digest: picture.original for picture in await store_decisions.pictures_of(one)}
        for one in publications
    }


def _visit(row: OutRow) -> UUID:
    if row.visit is None:
        raise LookupError(row.id)
    return row.visit


@get("/desk/publications/{publication_id:uuid}", opt={"action": Action.VISIT_READ})
async def read_publication(request: AnyRequest, publication_id: FromPath[UUID]) -> Response[bytes]:
    """One publication."""
    return await publication_page(request, publication_id)


HANDLERS: Final = (read_publications, read_visit_publication, read_publication)
