"""What the caller says of a file besides the file, and the token that ties an import to its preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.kernel.errors import NotFound
from inspection.kernel.journal.store import head
from inspection.registry.intake import store
from inspection.registry.intake.columns import Column, check_given
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Wanted:
    """`headers`: which header means which field; `origin`: whose files these are, under which name such a mapping is
    kept and found again; `token`: the one of the preview after which the file is applied, when the caller insists.
    """

    headers: Mapping[str, str] | None = None
    origin: str | None = None
    token: str | None = None


PLAIN = Wanted()


async def headers_of(authority: UUID, what: str, columns: Sequence[Column], wanted: Wanted) -> Mapping[str, str] | None:
    """The mapping that is given, or the one kept for the origin.

    Raises:
        NotFound: `registry.mapping_unknown`: an origin without any mapping.
        Invalid: `registry.mapping_field_unknown`, `registry.mapping_too_long`.
    """
    if wanted.headers or wanted.origin is None:
        check_given(wanted.headers or {}, columns)
        return wanted.headers
    kept = await store.mapping(authority, what, wanted.origin)
    if kept is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.mapping_unknown", source=wanted.origin)
    check_given(kept, columns)
    return kept


async def preview_token(authority: UUID, what: str, file_digest: str, headers: Mapping[str, str] | None) -> str:
    """What an import after a preview may insist on: these bytes, taken as this kind of file and read by this mapping,
    into the register as it stood.

    The register's state is the head of its journal: whatever is written to the register moves it.
    """
    seq, tip = await head(f"registry:{authority}")
    return digest_of([what, file_digest, sorted((headers or {}).items()), seq, tip.hex()])[:32]
