from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store
from inspection.registry.inspectors.entry import ENTITLING, Changed
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.keep_changes import keep_changes
from inspection.registry.inspectors.person import clean_note, held_person
from inspection.registry.inspectors.rows import MOST_OBJECTS
from inspection.registry.inspectors.terms import ChangeKind
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def adjust_inspector(
    cmd: Command, inspector: UUID, *, active: bool, maximum_load: int | None, reason: str
) -> InspectorFacts:
    """Say whether a person is in post, and how many objects they may be given in a period at most (None: any number).

    Leaving counts at once; coming back is reviewed where the rule-set says so.

    Raises:
        NotFound: `registry.inspector_unknown`.
        Invalid: `registry.reason_missing`, `registry.note_too_long`, `registry.load_shape`.
    """
    why = clean_note(reason, required=True)
    if maximum_load is not None and not 0 <= maximum_load <= MOST_OBJECTS:
        raise Invalid(ProblemCode.INVALID, "registry.load_shape", most=MOST_OBJECTS)
    async with unit_of_work():
        before = await held_person(cmd, inspector)
        differing: dict[str, JSON] = {}
        if before.active is not active:
            differing["active"] = [before.active, active]
        if before.maximum_load != maximum_load:
            differing["maximum_load"] = [before.maximum_load, maximum_load]
        if differing:
            await store.adjust(inspector, active=active, maximum_load=maximum_load, reason=why)
            entitles = bool(ENTITLING & differing.keys()) and active
            change = Changed(ChangeKind.CHANGED, differing | {"reason": why}, entitles)
            rules = await rules_today(cmd, before.authority)
            batch = await keep_changes(cmd, before.authority, rules, [(inspector, change)])
            event = cmd.event(
                EventKind.INSPECTOR_ADJUSTED,
                f"registry:{before.authority}",
                inspector=str(inspector),
                changed=sorted(differing),
                batch=str(batch),
            )
            await append(event)
        return (await store.inspectors([inspector]))[inspector]
