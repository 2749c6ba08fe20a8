"""The transparency log, open to anybody: who holds a head or a receipt checks it without asking who he is."""

from datetime import date
from typing import Annotated, Final

from litestar import Response, Router, get
from litestar.params import FromPath, QueryParameter

from api.permits import Action
from mobile_contract.base import SAFE_INTEGER
from mobile_contract.log import ConsistencyAnswer, HeadAnswer, InclusionAnswer, StampAnswer
from sync.log.proofs import prove_consistency, prove_inclusion, read_head, read_stamp

FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Of what is told about a tree of a given size: it never changes."""

Size = Annotated[int, QueryParameter(ge=0, le=SAFE_INTEGER, description="number of leaves")]
HeadSize = Annotated[
    int | None, QueryParameter(ge=1, le=SAFE_INTEGER, description="number of leaves; of the newest head when not given")
]


@get("/sth", opt={"action": Action.LOG_READ})
async def newest() -> HeadAnswer:
    """The newest signed tree head. It changes at most once a minute."""
    return await read_head()


@get("/inclusion/{entry:str}", opt={"action": Action.LOG_READ})
async def inclusion(entry: FromPath[str], size: HeadSize = None) -> Response[InclusionAnswer]:
    """The proof that an entry, named by its hash, is in the tree."""
    proof = await prove_inclusion(entry, size)
    return Response(proof, headers=FOR_EVER if size is not None else {})


@get("/consistency", opt={"action": Action.LOG_READ})
async def consistency(first: Size, second: Size) -> Response[ConsistencyAnswer]:
    """The proof that the tree of `second` leaves begins with the tree of `first` leaves."""
    return Response(await prove_consistency(first, second), headers=FOR_EVER)


@get("/stamps/{day:date}", opt={"action": Action.LOG_READ})
async def stamp(day: FromPath[date]) -> Response[StampAnswer]:
    """The time stamp (RFC 3161) of the tree head with which a local day ended."""
    return Response(await read_stamp(day), headers=FOR_EVER)


router = Router("/v1/log", route_handlers=[newest, inclusion, consistency, stamp], tags=["device: log"])
