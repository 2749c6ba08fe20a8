"""What the office decides of a record: signed entries, each made on exactly what was on the screen (`If-Match`)."""

from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath, HeaderParameter, JSONBody
from pydantic import Field

from api.commands import AnyRequest, command
from api.office.etags import named_state
from api.office.visits import ChoiceMade
from api.permits import Action
from api.process import process_of
from inspection.visits.review.approve import Choice
from mobile_contract.base import EntryHash, Position, ShortText, Wire
from mobile_contract.decisions import DecisionType
from mobile_contract.envelope import ChecklistRef
from sync.office.amend import AmendedNow, amend
from sync.office.decide import Decided, decide

OK: Final = 200
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
Because = Annotated[str, Field(min_length=1, max_length=10_000)]
Hashes = Annotated[tuple[EntryHash, ...], Field(max_length=64)]
Targets = Annotated[tuple[EntryHash, ...], Field(min_length=1, max_length=200)]


class Ruling(Wire):
    """Decides a check point, or between a signature and a refusal (item `signature`). `over`: every head of the
    conflict as it was on the screen, which is what the record lists.
    """

    type: Literal["resolve"]
    item: Annotated[str, Field(min_length=1, max_length=100)]
    how: Literal["value", "choose", "both-stand", "re-inspect"]
    value: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    choose: EntryHash | None = None
    reason: Because
    over: Hashes = ()


class Weighing(Wire):
    """Whether entries count that do not count by themselves, or do not count although they would. `over`: earlier
    decisions that this one replaces.
    """

    type: Literal["admit", "exclude"]
    targets: Targets
    reason: Because
    over: Hashes = ()


class Loss(Wire):
    """Certifies that the numbers `first` … `last` of a device's log are lost for good."""

    type: Literal["log.gap"]
    dev: UUID
    ep: Position
    first: Position
    last: Position
    reason: Because
    over: Hashes = ()


class Pin(Wire):
    """Binds the visit to a newer version of a checklist that asks more, by code, version and digest."""

    type: Literal["ck.pin"]
    ck: ChecklistRef
    over: Hashes = ()


Decision: TypeAlias = Annotated[Ruling | Weighing | Loss | Pin, Field(discriminator="type")]


class Decide(Wire):
    """What is decided."""

    decision: Decision


class Link(Wire):
    """Two visits of one object are one, or are not any more."""

    type: Literal["visit.link", "visit.unlink"]
    a: UUID
    b: UUID
    reason: Because


class Erasure(Wire):
    """The entries whose bodies go, and on what ground in law."""

    targets: Targets
    ground: Because


class Amendment(Wire):
    """What is wrong with what is out under a number. `choice`: the outcome that is to take its place."""

    publication: ShortText
    reason: Because
    choice: ChoiceMade | None = None


@post("/visits/{visit_id:uuid}/decisions", opt={"action": Action.VISIT_DECIDE}, status_code=OK)
async def rule(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Decide], if_match: IfMatch = None
) -> Decided:
    """Resolve a conflict, admit or exclude entries, certify a stretch of a log as lost, ask more check points."""
    return await decided(request, visit_id, data.decision, if_match)


@post("/visits/{visit_id:uuid}/links", opt={"action": Action.VISIT_LINK}, status_code=OK)
async def link(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Link], if_match: IfMatch = None
) -> Decided:
    """Join two visits of one object, or take them apart again; entries keep the visit they were signed for."""
    return await decided(request, visit_id, data, if_match)


@post("/visits/{visit_id:uuid}/erasures", opt={"action": Action.ENTRY_ERASE}, status_code=OK)
async def erase(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Erasure], if_match: IfMatch = None
) -> Decided:
    """Let the bodies of entries go by law; header, hash, signature and place of each stay."""
    return await decide(
        command(request),
        visit_id=visit_id,
        type=DecisionType.ERASE_BODY,
        body=data.model_dump(mode="json"),
        seen=named_state(if_match),
        keys=process_of(request).keys,
    )


@post("/visits/{visit_id:uuid}/amendments", opt={"action": Action.VISIT_AMEND}, status_code=OK)
async def change_published(
    request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[Amendment], if_match: IfMatch = None
) -> AmendedNow:
    """Amend a published result openly; the published bytes stay. A corrected outcome is published by somebody else."""
    chosen = data.choice
    return await amend(
        command(request),
        visit_id=visit_id,
        publication=data.publication,
        reason=data.reason,
        choice=Choice(chosen.task, chosen.codes, chosen.reason, chosen.follow_up) if chosen else None,
        seen=named_state(if_match),
        keys=process_of(request).keys,
    )


async def decided(
    request: AnyRequest, visit_id: UUID, decision: Ruling | Weighing | Loss | Pin | Link, if_match: str | None
) -> Decided:
    """The decision, written on the state that `if_match` names.

    Raises:
        Invalid: `sync.if_match_missing`; and as `decide`.
    """
    members: dict[str, Any] = decision.model_dump(mode="json", exclude_none=True)
    type_, over = members.pop("type"), members.pop("over", [])
    return await decide(
        command(request),
        visit_id=visit_id,
        type=DecisionType(type_),
        body=members,
        over=over,
        seen=named_state(if_match),
        keys=process_of(request).keys,
    )


router = Router("/office", route_handlers=[rule, link, erase, change_published], tags=["office: decisions"])
