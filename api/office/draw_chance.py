"""Where the chance of a draw comes from, and what the supervisor keeps: contributions, chains, keys, K itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from api.commands import AnyRequest, authority_of, command
from api.office.draw_bodies import Commitment, Contribution, KeyReturned, LinkAsked, NewChain, NewKey, ObjectAsked
from api.office.draws import my_draw, told
from api.permits import Action
from api.zipped import zipped
from inspection.draw.contribute import commit_contribution, contribute
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.give_link import ask_link
from inspection.draw.supervision.key_custody import return_key, reveal_frame
from inspection.draw.supervision.register_chain import register_chain, retire_chain
from inspection.draw.supervision.register_key import register_key, retire_key
from inspection.draw.supervision.store_supervisors import ChainRow, KeyRow
from inspection.draw.told.prove_object import object_code
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode

View = Mapping[str, Any]
OK: Final = 200


@dataclass(frozen=True, slots=True)
class ChainView:
    """A supervisor's chain: what was registered, what came out last, and how many links did. Hex."""

    id: UUID
    name: str
    head: str
    latest: str
    used: int
    registered_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyView:
    """A supervisor's public key (hex) and its fingerprint: SHA-256 of the point."""

    id: UUID
    public_key: str
    fingerprint: str
    registered_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeView:
    """What a firm types in to see its own ticket."""

    code: str


@post("/draws/{draw_id:uuid}/commitments", opt={"action": Action.DRAW_COMMIT}, status_code=OK)
async def commit(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Commitment]) -> View:
    """Bind a supervisor's value before the freeze."""
    await my_draw(request, draw_id)
    bound = bytes.fromhex(data.commitment)
    return told(await commit_contribution(command(request), draw_id=draw_id, name=data.name, commitment=bound))


@post("/draws/{draw_id:uuid}/link-request", opt={"action": Action.DRAW_ASK_LINK}, status_code=OK)
async def ask_for_link(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[LinkAsked]) -> View:
    """Ask the holder of a chain for the link of this fingerprint; the request is journalled."""
    await my_draw(request, draw_id)
    return told(await ask_link(command(request), draw_id=draw_id, name=data.name))


@post("/draws/{draw_id:uuid}/contributions", opt={"action": Action.DRAW_CONTRIBUTE}, status_code=OK)
async def reveal(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[Contribution]) -> View:
    """Reveal a contribution; dice are typed twice, by two persons, a link comes from its holder."""
    await my_draw(request, draw_id)
    value = data.dice.encode() if data.dice is not None else bytes.fromhex(data.value or "")
    nonce = bytes.fromhex(data.nonce or "")
    return told(await contribute(command(request), draw_id=draw_id, name=data.name, value=value, nonce=nonce))


@post("/draws/{draw_id:uuid}/key-return", opt={"action": Action.DRAW_RETURN_KEY}, status_code=OK)
async def give_key_back(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[KeyReturned]) -> View:
    """The supervisor brings the key of a closed draw back, checked against the root that was published."""
    await my_draw(request, draw_id)
    return told(await return_key(command(request), draw_id=draw_id, key=bytes.fromhex(data.key)))


@post("/draws/{draw_id:uuid}/object-codes", opt={"action": Action.DRAW_OBJECT_CODE}, status_code=OK)
async def print_code(request: AnyRequest, draw_id: FromPath[UUID], data: JSONBody[ObjectAsked]) -> CodeView:
    """The code for a firm that wants to see its own ticket, once the draw is closed; asking is journalled."""
    await my_draw(request, draw_id)
    return CodeView(await object_code(command(request), draw_id=draw_id, oid=data.oid))


@post(
    "/draws/{draw_id:uuid}/frame",
    opt={"action": Action.DRAW_REVEAL, "uncompressed": True, "answers": ("application/zip",)},
    status_code=OK,
)
async def reveal_all(request: AnyRequest, draw_id: FromPath[UUID]) -> Response[bytes]:
    """Key and frame of a closed draw in which all objects had the same weight, for publication beside the bundle."""
    await my_draw(request, draw_id)
    return await zipped(await reveal_frame(command(request), draw_id=draw_id), f"draw-{draw_id}-frame.zip")


@get("/supervision/chains", opt={"action": Action.SUPERVISION_READ})
async def read_chains(request: AnyRequest) -> Sequence[ChainView]:
    """The chains of the authority's supervisors, retired ones included."""
    return [_chain(row) for row in await store_supervisors.chains(authority_of(request))]


@post("/supervision/chains", opt={"action": Action.SUPERVISION_KEEP})
async def add_chain(request: AnyRequest, data: JSONBody[NewChain]) -> ChainView:
    """Register the head of a chain; the caller becomes its holder."""
    head = bytes.fromhex(data.head)
    return _chain(await register_chain(command(request), authority=authority_of(request), name=data.name, head=head))


@post("/supervision/chains/{chain_id:uuid}/retirement", opt={"action": Action.SUPERVISION_KEEP}, status_code=OK)
async def end_chain(request: AnyRequest, chain_id: FromPath[UUID]) -> ChainView:
    """Take a chain out of use."""
    if (await store_supervisors.chain(chain_id)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.chain_unknown", chain=str(chain_id))
    return _chain(await retire_chain(command(request), chain_id=chain_id))


@get("/supervision/keys", opt={"action": Action.SUPERVISION_READ})
async def read_keys(request: AnyRequest) -> Sequence[KeyView]:
    """The public keys of the authority's supervisors, retired ones included; draws use the newest in use."""
    return [_key(row) for row in await store_supervisors.keys(authority_of(request))]


@post("/supervision/keys", opt={"action": Action.SUPERVISION_KEEP})
async def add_key(request: AnyRequest, data: JSONBody[NewKey]) -> KeyView:
    """Register a public key; the private one stays on the supervisor's machine."""
    public_key = bytes.fromhex(data.public_key)
    return _key(await register_key(command(request), authority=authority_of(request), public_key=public_key))


@post("/supervision/keys/{key_id:uuid}/retirement", opt={"action": Action.SUPERVISION_KEEP}, status_code=OK)
async def end_key(request: AnyRequest, key_id: FromPath[UUID]) -> KeyView:
    """Take a key out of use; what is escrowed under it stays so."""
    if (await store_supervisors.key(key_id)).authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "draw.key_unknown", key_id=str(key_id))
    return _key(await retire_key(command(request), key_id=key_id))


def _chain(row: ChainRow) -> ChainView:
    return ChainView(row.id, row.name, row.head.hex(), row.latest.hex(), row.used, row.registered_at, row.retired_at)


def _key(row: KeyRow) -> KeyView:
    return KeyView(row.id, row.public_key.hex(), row.fingerprint, row.registered_at, row.retired_at)


router = Router(
    "/office",
    route_handlers=[
        commit,
        ask_for_link,
        reveal,
        give_key_back,
        print_code,
        reveal_all,
        read_chains,
        add_chain,
        end_chain,
        read_keys,
        add_key,
        end_key,
    ],
    tags=["office: draws"],
)
