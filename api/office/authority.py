"""The authority itself: how a party reaches it, as its papers print it."""

from typing import Annotated

from litestar import Router, get, put
from litestar.params import JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.permits import Action
from inspection.authority import store
from inspection.authority.contact import AuthorityContact, contact_of, set_contact
from inspection.kernel.errors import NotFound
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode


class KeepContact(Wire):
    """All of it at once; what is empty is not printed. `supervision_phone`: where a party complains."""

    address: Annotated[str, Field(max_length=300)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    contact_person: Annotated[str, Field(max_length=120)] = ""
    supervision_phone: Annotated[str, Field(max_length=60)] = ""


@get("/authority/contact", opt={"action": Action.SESSION_READ})
async def read_contact(request: AnyRequest) -> AuthorityContact:
    """How a party reaches this authority."""
    row = await store.authority(authority_of(request))
    if row is None:
        raise NotFound(ProblemCode.NOT_FOUND, "authority.unknown", authority=str(authority_of(request)))
    return contact_of(row)


@put("/authority/contact", opt={"action": Action.AUTHORITY_KEEP})
async def keep_contact(request: AnyRequest, data: JSONBody[KeepContact]) -> AuthorityContact:
    """Set what notices, results and receipts print of this authority from now on."""
    contact = AuthorityContact(**data.model_dump())
    return await set_contact(command(request), authority=authority_of(request), contact=contact)


router = Router("/office", route_handlers=[read_contact, keep_contact], tags=["office: authority"])
