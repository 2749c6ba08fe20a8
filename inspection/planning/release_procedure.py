from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.canonical import JSON, digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.planning import store_procedures
from inspection.planning.facts import ProcedureFacts
from inspection.registry.find import items
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

BODY_MOST = 50_000


async def release_procedure(cmd: Command, *, authority: UUID, item_code: str, body: str) -> ProcedureFacts:
    """Release a version of an item's operable procedure (监管方案, 兴隆台 六): methods, steps, standards.

    A text that says what the newest version says already makes no new one. Tasks keep the version they started with.

    Raises:
        NotFound: `planning.item_unknown`; the authority is unknown or has no rule-set today.
        Invalid: `planning.procedure_empty`, `planning.procedure_too_long`.
    """
    # A form sends other line ends than a file: that alone is no other text.
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid(ProblemCode.INVALID, "planning.procedure_empty", item=item_code)
    if len(body) > BODY_MOST:
        raise Invalid(ProblemCode.INVALID, "planning.procedure_too_long", item=item_code, most=BODY_MOST)
    rules = await rules_today(cmd, authority)
    if item_code not in {item.code for item in await items(authority)}:
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "planning.item_unknown", item=item_code)
    async with unit_of_work():
        # The counter's row lock lets two releases follow one another; the number itself is not used.
        await authorities.next_number(f"{authority}:procedure:{item_code}")
        known, digest = await store_procedures.newest(authority, item_code), digest_of(body)
        if known is not None and known.digest == digest:
            return known
        version = known.version + 1 if known else 1
        fresh = ProcedureFacts(cmd.new_id(), authority, item_code, version, body, digest, cmd.now, cmd.actor.id)
        await store_procedures.add(fresh)
        told: dict[str, JSON] = {"item": item_code, "version": version, "digest": digest}
        stream = f"procedure:{fresh.id}"
        await append(cmd.under(rules.name).event(EventKind.PROCEDURE_RELEASED, stream, lane=None, **told))
    return fresh
