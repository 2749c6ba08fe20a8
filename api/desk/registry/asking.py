"""What the pages of the registers are asked for: filters as addresses carry them, and pages of lists in memory."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, TypeVar

from api.commands import AnyRequest

PAGE: Final = 50
E = TypeVar("E", bound=Enum)
T = TypeVar("T")


def asked_of(request: AnyRequest, *names: str) -> dict[str, str]:
    """The filters of an address, without the blanks around them; empty where nothing was said."""
    return {name: (request.query_params.get(name) or "").strip() for name in names}


def picked(kind: type[E], told: str) -> E | None:
    """The member of a closed list that a filter names; None for nothing, and for what it does not hold."""
    return next((one for one in kind if one.value == told), None)


def stated(asked: dict[str, str]) -> dict[str, str]:
    """The filters that say something: for the address of the next page."""
    return {name: told for name, told in asked.items() if told}


def page_of(rows: Sequence[T], key: Callable[[T], str], after: str, most: int = PAGE) -> tuple[Sequence[T], str | None]:
    """(the page behind `after`, the key that the next one begins after) of a list that is in memory, by its key."""
    behind = [row for row in rows if key(row) > after]
    shown = behind[:most]
    return shown, key(shown[-1]) if len(behind) > most else None
