"""Where every verb about one person begins: whose register it is, who acts, and that nobody else writes meanwhile."""

from datetime import date
from uuid import UUID

from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Invalid, NotFound, Refused
from inspection.registry.inspectors import store
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.intake.run import one_at_a_time
from mobile_contract.problems import ProblemCode

LONGEST_NOTE = 500
SELF_ONLY = frozenset({Role.INSPECTOR, Role.LEADER})


async def held_person(cmd: Command, inspector: UUID, unknown: NotFound | None = None) -> InspectorFacts:
    """The person, for change: others who write to the register wait. Inside a unit of work.

    `unknown`: what is raised of somebody whom the caller did not name himself: nobody is told an id out of another
    register by naming something of that person's.

    Raises:
        NotFound: `unknown`, or `registry.inspector_unknown`: nobody of that id in the caller's register.
    """
    if cmd.authority is not None:
        await one_at_a_time(cmd.authority)
    found = (await store.inspectors([inspector])).get(inspector)
    if found is None or found.authority != cmd.authority:
        raise unknown or NotFound(ProblemCode.INSPECTOR_UNKNOWN, "registry.inspector_unknown", inspector=str(inspector))
    return found


def is_self(cmd: Command, inspector: UUID) -> bool:
    """Whether the person acts for themselves: an inspector's account bears the inspector's id.

    Raises:
        Refused: `registry.own_relation_only`: an inspector speaks of somebody else.
    """
    self = cmd.actor.id == str(inspector)
    if cmd.actor.role in SELF_ONLY and not self:
        raise Refused(ProblemCode.FORBIDDEN, "registry.own_relation_only")
    return self


def clean_note(note: str | None, *, required: bool = False) -> str | None:
    """The note without blanks around it.

    Raises:
        Invalid: `registry.note_too_long`, `registry.reason_missing`.
    """
    text = (note or "").strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid(ProblemCode.INVALID, "registry.note_too_long", limit=LONGEST_NOTE)
    if required and not text:
        raise Invalid(ProblemCode.INVALID, "registry.reason_missing")
    return text or None


def in_order(first: date | None, last: date | None) -> None:
    """Refuse days that run backwards.

    Raises:
        Invalid: `registry.days_reversed`.
    """
    if first is not None and last is not None and last < first:
        raise Invalid(ProblemCode.INVALID, "registry.days_reversed", first=first.isoformat(), last=last.isoformat())
