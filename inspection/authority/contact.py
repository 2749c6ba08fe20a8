"""How a party reaches an authority: printed on its papers (告知书的联系方式、监督电话)."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Final
from uuid import UUID

from inspection.authority import store
from inspection.authority.store import AuthorityRow
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

LONGEST: Final = {"address": 300, "phone": 60, "contact_person": 120, "supervision_phone": 60}
"""Characters, as the columns have them."""


@dataclass(frozen=True, slots=True)
class AuthorityContact:
    """Address, phone and person to ask; `supervision_phone`: where to complain about an inspection. Empty: not told."""

    address: str = ""
    phone: str = ""
    contact_person: str = ""
    supervision_phone: str = ""


def contact_of(row: AuthorityRow) -> AuthorityContact:
    """How to reach this authority."""
    return AuthorityContact(**{one.name: getattr(row, one.name) or "" for one in fields(AuthorityContact)})


async def set_contact(cmd: Command, *, authority: UUID, contact: AuthorityContact) -> AuthorityContact:
    """Set how to reach the authority, all of it at once. Setting what is set already changes nothing.

    Raises:
        NotFound: `authority.unknown`.
        Invalid: `authority.contact_long`: a line is longer than there is room for on a paper.
    """
    kept = AuthorityContact(**{name: _one_line(said) for name, said in asdict(contact).items()})
    for name, most in LONGEST.items():
        if len(getattr(kept, name)) > most:
            raise Invalid(ProblemCode.INVALID, "authority.contact_long", field=name, most=most)
    async with unit_of_work():
        row = await store.authority(authority)
        if row is None:
            raise NotFound(ProblemCode.NOT_FOUND, "authority.unknown", authority=str(authority))
        before = contact_of(row)
        if before == kept:
            return kept
        told: dict[str, JSON] = asdict(kept)
        await store.set_contact(authority, {name: said or None for name, said in asdict(kept).items()})
        replaced: dict[str, JSON] = asdict(before)
        stream = f"authority:{authority}"
        await append(cmd.event(EventKind.AUTHORITY_CONTACT_SET, stream, contact=told, replaces=replaced))
    return kept


def _one_line(said: str) -> str:
    return re.sub(r"\s+", " ", said).strip()
