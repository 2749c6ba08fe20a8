"""第三方结论: what a qualified body tested, audited, advised or held is attached to an item of a visit.

安岳 二(三) and 威海 第十九条 let such bodies help. They never inspect: since 国办发〔2024〕54号 a third party's word is
a paper among others, weighed by the reviewer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.visits import store as visits
from inspection.visits.follow_up import store_conclusions
from inspection.visits.follow_up.rows import ConclusionKind, ConclusionRow
from inspection.visits.follow_up.words import MAX_FORM, MAX_NAME, MAX_NUMBER, MAX_WORDS, checked
from inspection.visits.reading import joined_visits, known_visit, locked_visit
from inspection.visits.rows import OutcomeRow, VisitRow
from inspection.visits.rules import may_review
from mobile_contract.problems import ProblemCode

MAX_QUALIFICATION = 400


@dataclass(frozen=True, slots=True)
class Concluded:
    """What a third party says of one item. `digest`: SHA-256 (hex) of its paper, kept already; `name`: its file's."""

    item: UUID
    kind: ConclusionKind
    institution: str
    qualification: str
    number: str
    issued_on: date
    said: str
    digest: str
    name: str


async def attach_conclusion(cmd: Command, *, visit_id: UUID, form: str, concluded: Concluded) -> ConclusionRow:
    """Attach a conclusion to an item of a visit. `form`: a name that the client gives it, so that sending it again is
    no second one.

    Raises:
        NotFound: `visits.no_visit`, also for one that nobody may know of yet.
        Refused: `visits.not_reviewer`; `visits.no_third_parties`: the rule-set does not let their conclusions in.
        Invalid: `visits.follow_up_words`; `visits.conclusion_item`: the visit does not serve it;
            `visits.conclusion_day`: issued after today; `visits.conclusion_own`: an inspector of the team.
    """
    return await in_unit(_attach, cmd, visit_id, checked("form", form, MAX_FORM), _checked(concluded))


async def conclusion_with(visit_id: UUID, form: str) -> ConclusionRow | None:
    """What was attached with this form already."""
    return await store_conclusions.conclusion_of_form(visit_id, form)


def _checked(said: Concluded) -> Concluded:
    return replace(
        said,
        institution=checked("institution", said.institution, MAX_NAME),
        qualification=checked("qualification", said.qualification, MAX_QUALIFICATION),
        number=checked("number", said.number, MAX_NUMBER),
        said=checked("said", said.said, MAX_WORDS),
        name=checked("name", said.name, MAX_NAME),
    )


async def may_attach(cmd: Command, visit_id: UUID) -> None:
    """Let pass who may attach a conclusion to this visit, before anything of it is read.

    Raises:
        NotFound, Refused: as `attach_conclusion`.
    """
    _check(cmd, await known_visit(visit_id))


def _check(cmd: Command, visit: VisitRow) -> None:
    if visit.unsealed_at is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit.id))
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit.id))
    method = rule_set_named(visit.rule_set).method
    if not method.third_party_conclusions:
        raise Refused(ProblemCode.REFUSED, "visits.no_third_parties", article=method.third_party_article)


async def _attach(cmd: Command, visit_id: UUID, form: str, said: Concluded) -> ConclusionRow:
    visit = await locked_visit(cmd, visit_id)
    _check(cmd, visit)
    if (known := await store_conclusions.conclusion_of_form(visit_id, form)) is not None:
        return known
    if said.issued_on > local_day(cmd.now):
        raise Invalid(ProblemCode.INVALID, "visits.conclusion_day", day=said.issued_on.isoformat())
    joined = await joined_visits(visit_id)
    if said.item not in {task.item for task in await visits.served_tasks(joined)}:
        raise Invalid(ProblemCode.INVALID, "visits.conclusion_item", item=str(said.item))
    team = {member.inspector for one in joined for member in await visits.members(one)}
    if said.institution in {name for name, _ in (await registry.named_people(team)).values()}:
        raise Invalid(ProblemCode.INVALID, "visits.conclusion_own", name=said.institution)
    row = _row(cmd, visit, form, said)
    await store_conclusions.add_conclusion(row)
    await append(
        cmd.under(visit.rule_set).event(
            EventKind.CONCLUSION_ATTACHED,
            f"visit:{visit_id}",
            conclusion=str(row.id),
            item=str(row.item),
            kind=row.kind.value,
            institution=row.institution,
            number=row.number,
            file=row.digest,
        )
    )
    return row


def _row(cmd: Command, visit: VisitRow, form: str, said: Concluded) -> ConclusionRow:
    return ConclusionRow(
        id=cmd.new_id(),
        authority=visit.authority,
        visit=visit.id,
        item=said.item,
        form=form,
        kind=said.kind,
        institution=said.institution,
        qualification=said.qualification,
        number=said.number,
        issued_on=said.issued_on,
        said=said.said,
        digest=said.digest,
        name=said.name,
        entered_at=cmd.now,
        entered_by=cmd.actor.id,
        entered_by_name=cmd.actor.name,
    )


async def withdraw_conclusion(cmd: Command, *, conclusion_id: UUID, reason: str) -> ConclusionRow:
    """A conclusion was entered wrongly: it stays readable and is no basis any more. Again: the same answer.

    Raises:
        NotFound: `visits.no_conclusion`.
        Refused: `visits.not_reviewer`.
        Conflict: `visits.conclusion_used`: an outcome rests on it; that one is corrected openly.
        Invalid: `visits.follow_up_words`.
    """
    return await in_unit(_withdraw, cmd, conclusion_id, checked("reason", reason, MAX_WORDS))


async def _withdraw(cmd: Command, conclusion_id: UUID, reason: str) -> ConclusionRow:
    found = await store_conclusions.conclusion(conclusion_id)
    if found is None or (cmd.authority is not None and found.authority != cmd.authority):
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_conclusion", conclusion=str(conclusion_id))
    visit = await locked_visit(cmd, found.visit)
    if not may_review(cmd.actor, visit.leader):
        raise Refused(ProblemCode.FORBIDDEN, "visits.not_reviewer", visit=str(visit.id))
    row = await store_conclusions.conclusion(conclusion_id)
    assert row is not None  # noqa: S101  conclusions are never removed
    if row.withdrawn is not None:
        return row
    if row.basis_of:
        raise Conflict(ProblemCode.CONFLICT, "visits.conclusion_used", number=row.number)
    await store_conclusions.withdraw(conclusion_id, reason, cmd.now, cmd.actor.id)
    told = cmd.under(visit.rule_set).event(
        EventKind.CONCLUSION_WITHDRAWN, f"visit:{row.visit}", conclusion=str(row.id), reason=reason
    )
    await append(told)
    return replace(row, withdrawn=reason)


async def rest_on(cmd: Command, joined: Sequence[UUID], bases: Mapping[UUID, tuple[OutcomeRow, ...]]) -> None:
    """Note on which conclusions (by id) outcomes rest that were just formed; call it in the unit that forms them.

    Raises:
        Invalid: `visits.basis_unknown`: not one of these visits, of another item, or withdrawn.
    """
    if not bases:
        return
    known = {one.id: one for one in await store_conclusions.conclusions_of(joined) if one.withdrawn is None}
    pairs = [(outcome, key) for key, outcomes in bases.items() for outcome in outcomes]
    for outcome, key in pairs:
        if key not in known or known[key].item != outcome.item:
            raise Invalid(ProblemCode.INVALID, "visits.basis_unknown", conclusion=str(key))
    ids = cmd.new_ids(len(pairs))
    await store_conclusions.add_bases([(row, outcome.id, key) for row, (outcome, key) in zip(ids, pairs, strict=True)])
