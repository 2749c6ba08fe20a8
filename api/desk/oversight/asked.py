"""What an address of these pages asks for: a value that makes no sense is none."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from api.commands import AnyRequest

Value = TypeVar("Value", bound=StrEnum)


def chosen_of(kind: type[Value], told: str | None) -> Value | None:
    """One of a closed list; None for anything else."""
    return kind(told) if told in {one.value for one in kind} else None


def id_of(told: str | None) -> UUID | None:
    """An id; None for anything else."""
    try:
        return UUID(told) if told else None
    except ValueError:
        return None


def day_of(told: str | None) -> date | None:
    """A day as fields of days send it (YYYY-MM-DD); None for anything else."""
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        return None


def query_of(request: AnyRequest, *names: str) -> Mapping[str, str]:
    """These parameters as far as they say something."""
    return {name: told for name in names if (told := (request.query_params.get(name) or "").strip()[:200])}
