"""What keeps a command from its work, said in a sentence: a refusal of a rule, or a database or disk out of reach."""

import sqlite3
from typing import Any, Final

import asyncpg
import click

from api.output import Exit, Output
from inspection.kernel.errors import DomainError, Refused
from mobile_contract.problems import ProblemCode

# Anything else that a database raises is our own mistake, and wants its whole stack.
_AWAY: Final = (
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.TooManyConnectionsError,
)
_PRIMARY_CODE: Final = 0xFF
_UNUSABLE_FILE: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


class PlainSpoken(click.Group):
    """A group of commands that tells why a command was refused, and ends with the exit code that says so."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            refusal = error
        except Exception as error:
            if not _from_outside(error):
                raise
            refusal = Refused(ProblemCode.BUSY, "cli.out_of_reach", reason=str(error) or type(error).__name__)
        output: Output = ctx.obj["output"]
        output.problem(refusal)
        return ctx.exit(Exit.REFUSED)


def _from_outside(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _UNUSABLE_FILE
    # click turns a closed pipe into a quiet end by itself.
    return isinstance(error, (OSError, *_AWAY)) and not isinstance(error, BrokenPipeError)
