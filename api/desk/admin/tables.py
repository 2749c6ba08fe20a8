"""Raw tables, read only: by primary key, a window at a time, without what an administrator may not read."""

from functools import cache
from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from api.commands import AnyRequest, authority_of, bearer_of
from api.desk.admin.table_rights import TableRight, table_rights
from api.desk.answers import desk_page
from api.permits import PERMITS, Action
from inspection.kernel.browse import LONGEST, Owner, Window, key_of, readable_columns, window
from inspection.kernel.command import Role
from inspection.kernel.errors import NotFound
from inspection.kernel.standing import estimated_rows
from mobile_contract.problems import ProblemCode

PATH: Final = "/desk/admin/tables"
SHOWN: Final = 100
Key = Annotated[str, QueryParameter(name="from", max_length=200)]
After = Annotated[str, QueryParameter(name="after", max_length=200)]
rights = cache(table_rights)


@get(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def read_tables(request: AnyRequest) -> Response[bytes]:
    """The tables, with about how many rows each has."""
    known = rights()
    rows = await estimated_rows([one.table for one in known.values()])
    mine = [one for one in known.values() if _may_read(request, one)]
    others = [one for one in known.values() if not _may_read(request, one)]
    return desk_page(request, "desk_admin/tables.html", mine=mine, others=others, rows=rows, readers=_readers)


@get("/desk/admin/tables/{name:str}", opt={"action": Action.AUTHORITY_KEEP})
async def read_table(request: AnyRequest, name: FromPath[str], first: Key = "", after: After = "") -> Response[bytes]:
    """The rows of one table from a key on; none of a table whose content is not for an administrator."""
    right = rights().get(name)
    if right is None:
        raise NotFound(ProblemCode.NOT_FOUND, "desk_admin.no_table", name=name[:80])
    columns = readable_columns(right.table, right.masked)
    found = await _window(request, right, columns, first, after) if _may_read(request, right) else None
    key = right.table._meta.primary_key._meta.name
    facts: dict[str, Any] = {"right": right, "columns": columns, "found": found, "key": key, "shown_cell": shown_cell}
    facts |= {"first": first, "after": after, "readers": _readers}
    return desk_page(request, "desk_admin/table.html", **facts)


async def _window(request: AnyRequest, right: TableRight, columns: tuple[str, ...], first: str, after: str) -> Window:
    owner = Owner(right.path, authority_of(request)) if right.path else None
    keys = {"first": key_of(right.table, first), "after": key_of(right.table, after)}
    return await window(right.table, columns, owner, **keys, limit=SHOWN)


def shown_cell(value: Any) -> str:
    """A value as a cell shows it: long texts are cut, and nothing is not the same as an empty text."""
    if value is None:
        return "NULL"
    text = str(value)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text


def _may_read(request: AnyRequest, right: TableRight) -> bool:
    return right.read_by(bearer_of(request).actor.role)


def _readers(right: TableRight) -> tuple[Role, ...]:
    return tuple(role for role in Role if right.action is not None and role in PERMITS[right.action])


HANDLERS = [read_tables, read_table]
