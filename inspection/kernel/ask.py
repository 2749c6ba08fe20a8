"""Statements that are asked again and again, as text that goes to the database as it stands.

A query put together of Piccolo's objects costs a hundred times what SQLite needs to answer it (0.4 ms against 5 µs),
and `Table.raw`, which takes its template apart each time, still ten times. A push asks some thirty statements and a
pull ten: those are asked here. Everything else is asked as Piccolo has it.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from piccolo.querystring import QueryString

from inspection.kernel.database import current_engine


async def ask(sql: str, *args: Any) -> list[dict[str, Any]]:
    """The rows of a statement, as `Table.raw` gives them: `{}` stands for each of `args`, a value or a condition
    (`one_of`). Inside a unit of work it is part of it.
    """
    engine = current_engine()
    if any(type(arg) is QueryString for arg in args):
        sql, args = _inlined(sql, args)
    return await engine.ask(_marked(sql, engine.engine_type), args)


def as_instant(value: datetime | str) -> datetime:
    """An instant out of an expression or an aggregate: SQLite knows no type of those and gives the text it keeps."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def as_day(value: date | str) -> date:
    """The same of a day."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _inlined(sql: str, args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The conditions among `args` put into the text, their values in their places."""
    first, *rest = sql.split("{}")
    text, values = [first], list[Any]()
    for arg, piece in zip(args, rest, strict=True):
        if type(arg) is QueryString:
            inner, told = _inlined(arg.template, tuple(arg.args))
            text.append(inner)
            values += told
        else:
            text.append("{}")
            values.append(arg)
        text.append(piece)
    return "".join(text), tuple(values)


@lru_cache(maxsize=1024)
def _marked(sql: str, engine_type: str) -> str:
    """The text with the engine's own marks for values."""
    if engine_type == "sqlite":
        return sql.replace("{}", "?")
    first, *rest = sql.split("{}")
    return first + "".join(f"${number}{piece}" for number, piece in enumerate(rest, start=1))
