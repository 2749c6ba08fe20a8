"""An entry of the office itself: written into the authority's own log and signed by the server's key (sync.md §2.2)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, Refused
from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url
from mobile_contract.decisions import DECISION_OF, DecisionType
from mobile_contract.entries import EntryBody
from mobile_contract.envelope import (
    ENVELOPE_VERSION,
    SERVER_ALGORITHM,
    EntryHeader,
    EntryLine,
    MalformedEntryError,
    ParsedEntry,
    body_digest,
    parse_entry,
    signed_bytes,
)
from mobile_contract.problems import ProblemCode
from sync import store as histories
from sync.histories import current_history
from sync.office import store
from sync.office.store import OfficeHead

BOOT: Final = "server"
_SALT: Final = 16


def decision_body(cmd: Command, type_: DecisionType, members: Mapping[str, Any]) -> tuple[str, EntryBody]:
    """The exact text of a decision's body, salted, and what it says.

    Raises:
        Invalid: `sync.decision_invalid`, with the member that is wrong.
    """
    text = json.dumps({"salt": b64url(cmd.random(_SALT)), **members}, ensure_ascii=False, separators=(",", ":"))
    try:
        return text, DECISION_OF[type_].model_validate_json(text)
    except (ValidationError, ValueError) as error:
        where = _where(error) if isinstance(error, ValidationError) else "text"
        raise Invalid(ProblemCode.INVALID, "sync.decision_invalid", type=type_.value, what=where) from error


async def sign_entry(
    cmd: Command, *, authority: UUID, visit: UUID, type_: DecisionType, body: str, over: Sequence[str], keys: ServerKeys
) -> ParsedEntry:
    """Write the next entry of the authority's log. Call inside a unit of work: the log is locked until it commits.

    `ins` is the person whose account this is. The log's incarnation is the number of the history that the store lives
    in: a restored store that has forgotten its newest decisions never takes their numbers again.

    Raises:
        Refused: `sync.no_person`: nobody with a number of his own acts.
        Invalid: `sync.decision_invalid`: more was named than a header holds.
    """
    head = await _head(cmd, authority)
    b = body.encode()
    try:
        header = EntryHeader(
            v=ENVELOPE_VERSION,
            id=cmd.new_id(),
            dev=authority,
            ep=head.epoch,
            seq=head.seq + 1,
            prev=head.hash,
            ins=_person(cmd),
            visit=visit,
            type=type_.value,
            over=tuple(over),
            wall=int(cmd.now.timestamp() * 1000),
            mono=0,
            boot=BOOT,
            body=b64url(body_digest(b)),
            blen=len(b),
        )
        p = header.model_dump_json(exclude_defaults=True)
        signature = b64url(keys.sign(signed_bytes(p.encode())))
        entry = parse_entry(EntryLine(p=p, b=body, k=keys.kid, a=SERVER_ALGORITHM, s=signature))
    except (ValidationError, MalformedEntryError) as error:
        where = _where(error) if isinstance(error, ValidationError) else str(error)
        raise Invalid(ProblemCode.INVALID, "sync.decision_invalid", type=type_.value, what=where) from error
    await store.move_office_log(authority, OfficeHead(head.epoch, header.seq, entry.text_hash))
    return entry


async def _head(cmd: Command, authority: UUID) -> OfficeHead:
    await current_history(cmd)
    newest = await histories.newest_history()
    number = newest[1] if newest else 1
    head = await store.lock_office_log(authority)
    return head if head.epoch >= number else OfficeHead(number, 0, None)


def _person(cmd: Command) -> UUID:
    try:
        return UUID(cmd.actor.id)
    except ValueError as error:
        raise Refused(ProblemCode.FORBIDDEN, "sync.no_person", who=cmd.actor.name) from error


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ".".join(str(part) for part in first["loc"]) or first["type"]
