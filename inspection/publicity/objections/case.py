"""An objection with everything that is looked at to decide it, under one digest: what a screen shows."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.canonical import digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Refused, StaleScreen
from inspection.publicity import store_documents
from inspection.publicity.objections import store
from inspection.publicity.objections.impartial import part_in, who_may
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.rows import Against, ObjectionRow, ObjectionState
from inspection.publicity.store_documents import DocumentRow
from inspection.visits.reading import Folded, fold_visit, known_visit
from inspection.visits.review import store as reviews
from inspection.visits.rows import OutcomeRow
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Case:
    """`against`, `standing` (the outcome that stands now) and `out` (the version in force) are None where it is not
    against a result, or where the result is not public.
    """

    row: ObjectionRow
    folded: Folded
    against: Against | None
    standing: OutcomeRow | None
    out: DocumentRow | None

    @property
    def seen(self) -> str:
        """The digest (hex) that a decision on it names: it changes with the objection, the record and the result."""
        row = self.row
        return digest_of(
            {
                "objection": str(row.id),
                "state": row.state.value,
                "reviewer": row.reviewer,
                "record": self.folded.digest,
                "outcome": str(self.standing.id) if self.standing else None,
                "version": self.out.version if self.out else None,
            }
        )


async def case_of(row: ObjectionRow) -> Case:
    """The objection as it stands."""
    folded = await fold_visit(await known_visit(row.visit))
    if row.publication is None:
        return Case(row, folded, None, None, None)
    against = (await store.against([row.publication]))[row.publication]
    newest = await store_documents.newest_outcome(against.outcome)
    (standing,) = [one for one in await reviews.outcomes(against.visit) if one.id == newest]
    versions = await store_documents.documents(publication=row.publication)
    return Case(row, folded, against, standing, versions[-1] if versions else None)


async def seen_case(cmd: Command, row: ObjectionRow, seen: str, states: frozenset[ObjectionState]) -> Case:
    """The case, if this actor may review it, it is in one of these states, and it is still the one that was seen.

    Raises:
        StaleScreen: `publicity.objection_stale`, with the digest as it is now.
        Conflict: `publicity.objection_step`.
        Refused: `publicity.had_a_part_<part>`, with the part and those who may review instead.
    """
    case = await case_of(row)
    if case.seen != seen:
        raise StaleScreen(
            ProblemCode.STALE_SCREEN, "publicity.objection_stale", number=row.number, seen=seen, now=case.seen
        )
    if row.state not in states:
        raise wrong_step(row)
    await _check_impartial(cmd, case)
    return case


async def locked_objection(cmd: Command, objection_id: UUID) -> ObjectionRow:
    """The objection, if it is of the actor's authority, kept from others until commit; NotFound otherwise."""
    await store.lock(objection_id)
    return await known_objection(objection_id, authority=cmd.authority)


def wrong_step(row: ObjectionRow) -> Conflict:
    """That the objection does not stand where this is done."""
    return Conflict(
        ProblemCode.OBJECTION_WRONG_STEP, "publicity.objection_step", number=row.number, state=row.state.value
    )


async def _check_impartial(cmd: Command, case: Case) -> None:
    joined = case.folded.setting.joined
    part = await part_in(cmd.actor, joined)
    if part is not None:
        others = "、".join(await who_may(case.row.authority, joined)) or "—"
        key = f"publicity.had_a_part_{part.value}"
        raise Refused(ProblemCode.SAME_PERSON, key, number=case.row.number, part=part.value, others=others)
