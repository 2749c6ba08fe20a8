"""Column mappings (字段对应): which header of a source's files means which field, kept for next month's file."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.registry.intake import store
from inspection.registry.intake.columns import Column, check_given, header_twice
from inspection.registry.intake.facts import MappingFacts
from mobile_contract.problems import ProblemCode

LONGEST_SOURCE = 120


def parse_pairs(pairs: Iterable[str]) -> dict[str, str]:
    """`信用代码=code` and the like → header → field.

    Raises:
        Invalid: `registry.mapping_shape`, `registry.mapping_header_twice`.
    """
    headers: dict[str, str] = {}
    for pair in pairs:
        title, sign, field = pair.rpartition("=")
        if not sign or not title.strip() or not field.strip():
            raise Invalid(ProblemCode.INVALID, "registry.mapping_shape", value=pair[:100])
        if headers.setdefault(title.strip(), field.strip()) != field.strip():
            raise header_twice(title.strip())
    return headers


async def save_mapping(
    cmd: Command,
    *,
    authority: UUID,
    what: str,
    columns: Sequence[Column],
    source: str,
    headers: Mapping[str, str],
) -> None:
    """Keep a mapping under its source's name, in the place of the former one.

    Raises:
        Invalid: `registry.mapping_field_unknown`, `registry.mapping_too_long`, `registry.mapping_source`.
    """
    check_given(headers, columns)
    await in_unit(keep_mapping, cmd, authority, what, source, headers)


async def keep_mapping(cmd: Command, authority: UUID, what: str, source: str, headers: Mapping[str, str]) -> None:
    """Write a mapping that has been checked, inside a unit of work; nothing when it is kept so already."""
    if not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise Invalid(ProblemCode.INVALID, "registry.mapping_source", limit=LONGEST_SOURCE)
    if await store.mapping(authority, what, source) == dict(headers):
        return
    await store.keep_mapping(cmd.new_id(), authority, what, source, headers, cmd.now, cmd.actor.name)
    stream = f"registry:{authority}"
    await append(cmd.event(EventKind.MAPPING_SAVED, stream, what=what, source=source, headers=dict(headers)))


async def mappings(authority: UUID) -> list[MappingFacts]:
    """All that are kept, by kind of file and source."""
    return await store.mappings(authority)
