"""`/desk/draws/supervision`: the supervisors' chains and public keys. What is secret stays on their own machines."""

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.office.draw_bodies import NewChain, NewKey
from api.permits import Action
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.register_chain import register_chain, retire_chain
from inspection.draw.supervision.register_key import register_key, retire_key
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode

PLACE: Final = "/desk/draws/supervision"


@get(PLACE, opt={"action": Action.SUPERVISION_READ})
async def read_supervision(request: AnyRequest) -> Response[bytes]:
    """Chains and keys of the authority, retired ones included."""
    return await _page(request)


@post(f"{PLACE}/chains", opt={"action": Action.SUPERVISION_KEEP})
async def add_chain(request: AnyRequest) -> Response[bytes]:
    """Register the head of a chain; whoever does becomes its holder."""

    async def do(form: Form) -> str:
        told = filled(form, NewChain)
        own, head = authority_of(request), bytes.fromhex(told.head)
        await register_chain(command(request), authority=own, name=told.name, head=head)
        return see(PLACE, "desk_draw.done_chain")

    return await acted(request, do, lambda: _page(request))


@post(f"{PLACE}/chains/{{chain_id:uuid}}/retirement", opt={"action": Action.SUPERVISION_KEEP})
async def end_chain(request: AnyRequest, chain_id: FromPath[UUID]) -> Response[bytes]:
    """Take a chain out of use."""
    if (await store_supervisors.chain(chain_id)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.chain_unknown", chain=str(chain_id))

    async def do(_: Form) -> str:
        await retire_chain(command(request), chain_id=chain_id)
        return see(PLACE, "desk_draw.done_chain_retired")

    return await acted(request, do, lambda: _page(request))


@post(f"{PLACE}/keys", opt={"action": Action.SUPERVISION_KEEP})
async def add_key(request: AnyRequest) -> Response[bytes]:
    """Register a public key; the private one stays on the supervisor's machine."""

    async def do(form: Form) -> str:
        public_key = bytes.fromhex(filled(form, NewKey).public_key)
        await register_key(command(request), authority=authority_of(request), public_key=public_key)
        return see(PLACE, "desk_draw.done_key")

    return await acted(request, do, lambda: _page(request))


@post(f"{PLACE}/keys/{{key_id:uuid}}/retirement", opt={"action": Action.SUPERVISION_KEEP})
async def end_key(request: AnyRequest, key_id: FromPath[UUID]) -> Response[bytes]:
    """Take a key out of use; what is escrowed under it stays so."""
    if (await store_supervisors.key(key_id)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.key_unknown", key_id=str(key_id))

    async def do(_: Form) -> str:
        await retire_key(command(request), key_id=key_id)
        return see(PLACE, "desk_draw.done_key_retired")

    return await acted(request, do, lambda: _page(request))


async def _page(request: AnyRequest) -> Response[bytes]:
    own = authority_of(request)
    chains, keys = await store_supervisors.chains(own), await store_supervisors.keys(own)
    return desk_page(request, "desk_draw/supervision.html", chains=chains, keys=keys)


HANDLERS = (read_supervision, add_chain, end_chain, add_key, end_key)
