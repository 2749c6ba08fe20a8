"""What is asked of the register of inspectors: who may be sent, which items lack people, whose certificates run out."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.policy.model import RuleSet
from inspection.registry.inspectors import store, store_changes
from inspection.registry.inspectors.dispatch import ANYTHING, Hindrance, Need, dispatch_rule, hindrances
from inspection.registry.inspectors.facts import BatchFacts, InspectorFacts
from inspection.registry.inspectors.standing import (
    EndingCertificate,
    ItemCover,
    Standing,
    ending_certificates,
    item_cover,
    standing_of,
    without_certificate,
)
from inspection.registry.inspectors.terms import BatchState, InspectorRole
from inspection.registry.items import store as items_store
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode


async def one_inspector(authority: UUID, inspector: UUID) -> InspectorFacts:
    """One person of an authority's register.

    Raises:
        NotFound: `registry.inspector_unknown`.
    """
    found = (await store.inspectors([inspector])).get(inspector)
    if found is None or found.authority != authority:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "registry.inspector_unknown", inspector=str(inspector))
    return found


async def inspector_by_number(authority: UUID, staff_no: str) -> InspectorFacts:
    """One person by staff number.

    Raises:
        NotFound: `registry.inspector_unknown`.
    """
    found = await store.inspector_numbered(authority, staff_no)
    if found is None:
        raise NotFound(ProblemCode.INSPECTOR_UNKNOWN, "registry.inspector_unknown", inspector=staff_no)
    return found


async def hindrances_of(
    people: Collection[UUID],
    window: tuple[date, date],
    rules: RuleSet,
    *,
    need: Need = ANYTHING,
    loads: Mapping[UUID, int] | None = None,
) -> dict[UUID, tuple[Hindrance, ...]]:
    """By person, what speaks against sending them on these days; only those against whom something does.

    Asked at the draw, again when a visit is unsealed, and when somebody takes another's place. `loads`: how many
    objects each has been given in the period.
    """
    rule, given = dispatch_rule(rules), loads or {}
    found = {
        one.id: hindrances(one, window, need, rule, given.get(one.id, 0))
        for one in (await store.inspectors(people)).values()
    }
    return {person: against for person, against in found.items() if against}


async def standing(cmd: Command, authority: UUID, window: tuple[date, date] | None = None) -> tuple[Standing, ...]:
    """Everybody of the register, and what speaks against sending them on these days (today).

    Raises:
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    return standing_of(await store.inspectors_of(authority), window or _today(cmd), dispatch_rule(rules), rules)


async def coverage(
    cmd: Command, authority: UUID, window: tuple[date, date] | None = None, team: int | None = None
) -> tuple[ItemCover, ...]:
    """Of every item of the published list, who could be sent on these days (today); `short` marks those for which
    fewer than a team (by the rule-set, unless `team` is given) hold the qualification and may go, and `judgement` says
    whether that breaks the rule-set.

    Raises:
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    people, items = await store.inspectors_of(authority), await items_store.published_items(authority)
    article = rules.registers.article if rules.registers.every_item_has_inspectors else None
    wanted = team or rules.team.minimum_size
    return item_cover(items, people, window or _today(cmd), dispatch_rule(rules), wanted, article)


async def ending(cmd: Command, authority: UUID, within: int = 90) -> tuple[EndingCertificate, ...]:
    """Certificates that end at most `within` days from today, or have ended and were not renewed."""
    return ending_certificates(await store.inspectors_of(authority), local_day(cmd.now), within)


async def uncertified(cmd: Command, authority: UUID) -> tuple[InspectorFacts, ...]:
    """Active inspectors who hold no certificate that is valid today."""
    return without_certificate(await store.inspectors_of(authority), local_day(cmd.now))


async def assistants(authority: UUID) -> tuple[InspectorFacts, ...]:
    """Experts and assistants in post: they may be attached to a task, never counted or drawn (安岳 一(四))."""
    people = await store.inspectors_of(authority)
    return tuple(one for one in people if one.active and one.role is not InspectorRole.INSPECTOR)


async def change_batches(
    authority: UUID, states: Collection[BatchState] | None = None, limit: int = 50
) -> list[BatchFacts]:
    """Changes of the register as they were made, the newest first."""
    return await store_changes.batches(authority, states, limit)


async def history(authority: UUID, inspector: UUID) -> list[BatchFacts]:
    """What was changed of one person, by whom and when, oldest first.

    Raises:
        NotFound: `registry.inspector_unknown`.
    """
    await one_inspector(authority, inspector)
    return await store_changes.changes_of(inspector)


def _today(cmd: Command) -> tuple[date, date]:
    today = local_day(cmd.now)
    return today, today
