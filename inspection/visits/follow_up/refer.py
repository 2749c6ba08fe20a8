"""移送: what a visit found goes to somebody who decides on it (安岳 二(四), 金凤 第六条, 威海 第二十七条)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.store import next_number
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up import store, store_conclusions
from inspection.visits.follow_up.rows import HandedOver, ReferralRow, ReferralState
from inspection.visits.follow_up.rules import may_be_referred
from inspection.visits.follow_up.words import MAX_FORM, MAX_NAME, MAX_WORDS, checked
from inspection.visits.reading import fold_visit, joined_visits
from inspection.visits.review.legal import ask_legal_review, locked_outcome, standing_outcome
from inspection.visits.rows import VisitRow
from mobile_contract.problems import ProblemCode

LETTERS = "YS"
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be referred where. `handed`: the files that go along, which the visit must know; `region`: of a
    referral to another region.
    """

    kind: ReferralKind
    addressee: str
    ground: str
    region: str = ""
    handed: tuple[HandedOver, ...] = ()


async def refer(
    cmd: Command, *, outcome_id: UUID, seen: str, form: str, wanted: Wanted, also: frozenset[str] = frozenset()
) -> ReferralRow:
    """Refer what an outcome says. `seen`: the digest of the outcome on the screen; `form`: a name that the client gives
    it, so that sending it again is no second one; `also`: digests (hex) that belong to the visit besides those of its
    record and of its conclusions.

    Raises:
        NotFound: `visits.no_outcome`.
        StaleScreen: `visits.outcome_stale`, with the outcome that stands now.
        Refused: `visits.referral_kind`: the rule-set does not let this authority refer there.
        Conflict: `visits.nothing_to_refer`; `visits.referred_already`: the same receiver has not answered yet.
        Invalid: `visits.follow_up_words`, `visits.referral_region`, `visits.referral_file` for a file that is not the
            visit's.
    """
    return await in_unit(_refer, cmd, outcome_id, seen, checked("form", form, MAX_FORM), _checked(wanted), also)


def _checked(wanted: Wanted) -> Wanted:
    elsewhere = wanted.kind is ReferralKind.OTHER_REGION
    region = checked("region", wanted.region, 100, needed=False)
    if elsewhere != bool(region):
        raise Invalid(ProblemCode.INVALID, "visits.referral_region", kind=wanted.kind.value)
    if len(wanted.handed) > MOST_FILES:
        raise Invalid(ProblemCode.INVALID, "visits.follow_up_words", field="handed", limit=MOST_FILES)
    once = {one.digest: replace(one, name=checked("name", one.name, MAX_NAME)) for one in reversed(wanted.handed)}
    return replace(
        wanted,
        addressee=checked("addressee", wanted.addressee, MAX_NAME),
        ground=checked("ground", wanted.ground, MAX_WORDS),
        region=region,
        handed=tuple(reversed(once.values())),
    )


async def _refer(
    cmd: Command, outcome_id: UUID, seen: str, form: str, wanted: Wanted, also: frozenset[str]
) -> ReferralRow:
    visit, outcome = await locked_outcome(cmd, outcome_id)
    if (known := await store.referral_of_form(visit.id, form)) is not None:
        return known
    await standing_outcome(visit, outcome, seen)
    rules = rule_set_named(visit.rule_set)
    if wanted.kind not in rules.referral.kinds:
        raise Refused(
            ProblemCode.REFUSED, "visits.referral_kind", kind=wanted.kind.value, article=rules.referral.article
        )
    if not may_be_referred(outcome):
        raise Conflict(ProblemCode.CONFLICT, "visits.nothing_to_refer", outcome=str(outcome_id))
    await _check_new(visit.id, outcome_id, wanted)
    await _check_files(visit, wanted.handed, also)
    row = ReferralRow(
        id=cmd.new_id(),
        authority=visit.authority,
        visit=visit.id,
        outcome=outcome_id,
        form=form,
        kind=wanted.kind,
        number=await _number(cmd, visit),
        addressee=wanted.addressee,
        region=wanted.region,
        ground=wanted.ground,
        handed=wanted.handed,
        made_at=cmd.now,
        made_by=cmd.actor.id,
        made_by_name=cmd.actor.name,
    )
    await store.add_referral(row)
    await _tell(cmd.under(visit.rule_set), row)
    await ask_legal_review(cmd, visit=visit, outcome=outcome, referral=wanted.kind)
    return row


async def _tell(cmd: Command, row: ReferralRow) -> None:
    await append(
        cmd.event(
            EventKind.REFERRAL_MADE,
            f"visit:{row.visit}",
            referral=str(row.id),
            number=row.number,
            outcome=str(row.outcome),
            kind=row.kind.value,
            addressee=row.addressee,
            region=row.region,
            handed=[one.digest for one in row.handed],
        )
    )


async def _check_new(visit: UUID, outcome: UUID, wanted: Wanted) -> None:
    for one in await store.referrals_of([visit]):
        same = (one.outcome, one.kind, one.addressee) == (outcome, wanted.kind, wanted.addressee)
        if same and one.state in {ReferralState.SENT, ReferralState.ACCEPTED}:
            raise Conflict(ProblemCode.CONFLICT, "visits.referred_already", number=one.number)


async def _check_files(visit: VisitRow, handed: Iterable[HandedOver], also: frozenset[str]) -> None:
    wanted = {one.digest for one in handed} - also
    if not wanted:
        return
    joined = await joined_visits(visit.id)
    wanted -= {one.digest for one in await store_conclusions.conclusions_of(joined)}
    wanted -= {one.digest for one in (await fold_visit(visit)).record.media}
    if wanted:
        raise Invalid(ProblemCode.INVALID, "visits.referral_file", digests=sorted(wanted))


async def _number(cmd: Command, visit: VisitRow) -> str:
    """The next number of the authority's referrals of the year: dense, and taken under the lock of its row."""
    authority = await authorities.authority(visit.authority)
    if authority is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit.id))
    year = local_day(cmd.now).year
    serial = await next_number(f"{visit.authority}:referral:{year}")
    return f"{authority.code}-{LETTERS}-{year}-{serial}"
