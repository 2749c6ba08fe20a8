"""一单公布: making items public, and taking them out of the list again."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.items import store
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import changes
from inspection.registry.items.publishing import findings
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

LONGEST_REASON = 2000
TOLD = 20  # findings told in the sentence; the facts hold all


async def publish_items(
    cmd: Command, *, authority: UUID, codes: Collection[str] | None = None, effective_from: date | None = None
) -> tuple[ItemFacts, ...]:
    """Make the newest version of every item public (威海 第七条), or of the named ones; returns what became public.

    `effective_from`: the day from which they stand in the list, today when it is not given. Only published items may be
    planned: an item that is not published may not be carried out (国办发〔2024〕54号). All or nothing.

    Raises:
        NotFound: `registry.item_unknown` for a code without an item; the authority is unknown or has no rule-set.
        Invalid: `registry.effective_past`.
        Refused: `registry.items_unpublishable`: what the rule-set wants stated is missing, or the cap rule is broken;
            the fact `findings` holds every finding in both languages.
    """
    rules = await rules_today(cmd, authority)
    begins = effective_from or local_day(cmd.now)
    _not_past(cmd, begins)
    async with unit_of_work():
        await authorities.next_number(f"{authority}:registry", 0)  # the lock that imports take, too
        newest = {code: item for code, (item, _) in (await store.item_versions(authority)).items()}
        _all_known(codes, newest)
        waiting = [one for one in newest.values() if one.published_at is None and (codes is None or one.code in codes)]
        found = findings(waiting, rules)
        if found:
            reasons = {lang: " ".join(one.text(lang) for one in found[:TOLD]) for lang in LANGUAGES}
            raise Refused(
                ProblemCode.REFUSED,
                "registry.items_unpublishable",
                items=len({one.item for one in found}),
                count=len(found),
                reasons=reasons,
                findings=[one.as_json() for one in found],
            )
        if not waiting:
            return ()
        before = {one.code: one for one in await store.published_items(authority)}
        await store.mark_published([one.id for one in waiting], cmd.now, cmd.actor.name, begins)
        told: dict[str, JSON] = {
            one.code: [change.field for change in changes(before[one.code], one)] if one.code in before else []
            for one in waiting
        }
        await append(
            cmd.under(rules.name).event(
                EventKind.ITEMS_PUBLISHED,
                f"registry:{authority}",
                versions={one.code: one.version for one in waiting},
                effective_from=begins.isoformat(),
                changed=told,
            )
        )
    fresh = await store.items([one.id for one in waiting])
    return tuple(fresh[one.id] for one in waiting)


async def withdraw_item(cmd: Command, *, authority: UUID, code: str, reason: str, on: date | None = None) -> ItemFacts:
    """Take an item out of the published list (废止) from a day on, today when none is given. It stays in the history.

    It stands in the list again when a later version of it is published.

    Raises:
        NotFound: `registry.item_unknown`.
        Conflict: `registry.item_not_public`: it was never published, or is withdrawn already.
        Invalid: `registry.withdrawal_reason` (empty, or over 2,000 characters), `registry.effective_past`.
    """
    day = on or local_day(cmd.now)
    _not_past(cmd, day)
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise Invalid(ProblemCode.INVALID, "registry.withdrawal_reason", limit=LONGEST_REASON, length=len(why))
    async with unit_of_work():
        await authorities.next_number(f"{authority}:registry", 0)
        versions = await store.versions(authority, code)
        _all_known([code], {one.code: one for one in versions})
        public = [one for one in versions if one.published_at is not None]
        if not public or public[-1].withdrawn_on is not None:
            raise Conflict(ProblemCode.CONFLICT, "registry.item_not_public", item=code)
        await store.mark_withdrawn(public[-1].id, day, cmd.now, cmd.actor.name, why)
        await append(
            cmd.event(
                EventKind.ITEM_WITHDRAWN,
                f"registry:{authority}",
                item=code,
                version=public[-1].version,
                on=day.isoformat(),
                reason=why,
            )
        )
    return (await store.items([public[-1].id]))[public[-1].id]


def _not_past(cmd: Command, day: date) -> None:
    """A list that people could read yesterday is not changed today."""
    today = local_day(cmd.now)
    if day < today:
        raise Invalid(ProblemCode.INVALID, "registry.effective_past", day=day.isoformat(), today=today.isoformat())


def _all_known(codes: Collection[str] | None, known: Collection[str]) -> None:
    unknown = sorted(set(codes or ()) - set(known))
    if unknown:
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "registry.item_unknown", item="、".join(unknown))
