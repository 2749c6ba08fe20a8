"""All queries of the frozen frame's chunks. Secret like the key: they leave for the verbs of this room only."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from inspection.draw.lot.chunks import FrameChunk
from inspection.draw.tables import DrawChunk
from inspection.kernel.errors import NotFound
from inspection.kernel.sql import bulk_insert
from mobile_contract.problems import ProblemCode

# About 5 MB a page.
PAGE = 16


async def add_chunks(draw: UUID, rows: Sequence[tuple[UUID, FrameChunk]]) -> None:
    """Store some chunks of a frame, once."""
    await bulk_insert(
        DrawChunk,
        [
            {
                "id": row_id,
                "draw": draw,
                "number": chunk.number,
                "rows": chunk.rows,
                "first_oid": chunk.first_oid,
                "root": chunk.root,
                "data": chunk.data,
            }
            for row_id, chunk in rows
        ],
    )


async def chunks(draw: UUID) -> AsyncIterator[FrameChunk]:
    """The chunks of a frozen frame in their order, page by page."""
    after = -1
    while True:
        rows = (
            await DrawChunk.select()
            .where(DrawChunk.draw == draw, DrawChunk.number > after)
            .order_by(DrawChunk.number)
            .limit(PAGE)
        )
        for row in rows:
            yield _chunk(row)
        if len(rows) < PAGE:
            return
        after = rows[-1]["number"]


async def chunk(draw: UUID, number: int) -> FrameChunk:
    """One chunk.

    Raises:
        NotFound: the draw has no such chunk.
    """
    row = await DrawChunk.select().where(DrawChunk.draw == draw, DrawChunk.number == number).first()
    if row is None:
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw))
    return _chunk(row)


async def chunk_of(draw: UUID, oid: str) -> FrameChunk | None:
    """The chunk in which an object stands, if it stands in the frame at all: the last that begins at or before it.

    Compared here, by the bytes of the code: a database may sort texts otherwise.
    """
    rows = await DrawChunk.select("number", "first_oid").where(DrawChunk.draw == draw).order_by(DrawChunk.number)
    before = [row["number"] for row in rows if row["first_oid"].encode() <= oid.encode()]
    return await chunk(draw, before[-1]) if before else None


async def chunk_roots(draw: UUID) -> list[bytes]:
    """The roots of all chunks, in their order."""
    rows = await DrawChunk.select(DrawChunk.root).where(DrawChunk.draw == draw).order_by(DrawChunk.number)
    return [bytes(row["root"]) for row in rows]


def _chunk(row: dict[str, Any]) -> FrameChunk:
    return FrameChunk(row["number"], row["rows"], row["first_oid"], bytes(row["root"]), bytes(row["data"]))
