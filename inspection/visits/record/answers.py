"""The statements on each check point: which survive, were replaced, do not count (sync.md §2.11, step 3)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from inspection.visits.record.intake import Bare, Intake, Said
from inspection.visits.record.model import Statement, StatementState
from inspection.visits.record.scheme import Point, Scheme
from inspection.visits.record.standing import Standing
from inspection.visits.record.supersession import Supersession
from mobile_contract.entries import AnswerSet, AnswerWithdraw, EntryType, Stance

PointKey = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PointStatements:
    """Everything said about one check point. `heads`: surviving counted statements, hash → value."""

    statements: tuple[Statement, ...]
    heads: Mapping[str, str]
    withdrawals: tuple[str, ...]


def invalid_because(said: Bare, scheme: Scheme) -> str | None:
    """Why an answer cannot count whoever gave it: `unknown-item` or `invalid-value`."""
    if said.kind != EntryType.ANSWER_SET or not isinstance(said, Said):
        return None
    answer = said.read_as(AnswerSet)
    point = scheme.place(said.header.ck, answer.item)
    if point is None:
        return "unknown-item"
    return None if scheme.allows(said.header.ck, point, answer.value) else "invalid-value"


def gather(
    intake: Intake, scheme: Scheme, standing: Standing, order: Supersession
) -> tuple[dict[PointKey, PointStatements], tuple[Statement, ...]]:
    """Statements by check point, and those that belong to none of the visit's check points."""
    placed: dict[PointKey, list[Statement]] = defaultdict(list)
    unplaced: list[Statement] = []
    withdrawals: dict[PointKey, list[str]] = defaultdict(list)
    for said in intake.said.values():
        if said.kind == EntryType.ANSWER_SET:
            point = scheme.place(said.header.ck, said.read_as(AnswerSet).item)
            statement = _statement(said, scheme, standing, order)
            (placed[point.key] if point else unplaced).append(statement)
        elif said.kind == EntryType.ANSWER_WITHDRAW and standing.counts(said.hash):
            point = scheme.place(said.header.ck, said.read_as(AnswerWithdraw).item)
            if point:
                withdrawals[point.key].append(said.hash)
    keys = {point.key for point in scheme.points}
    return {key: _point(placed[key], withdrawals[key]) for key in keys}, tuple(unplaced)


def live_stances(
    intake: Intake, standing: Standing, order: Supersession, kind: EntryType
) -> dict[str, tuple[Said, ...]]:
    """Target hash → the counted `concur` or `dispute` entries of somebody else than its author."""
    stances: dict[str, list[Said]] = defaultdict(list)
    for said in intake.said.values():
        if said.kind != kind or not standing.counts(said.hash) or order.replaced(said.hash):
            continue
        for target in set(said.read_as(Stance).targets):
            if target in intake.said and intake.said[target].ins != said.ins:
                stances[target].append(said)
    return {target: tuple(found) for target, found in stances.items()}


def state_of(
    said: Said, standing: Standing, order: Supersession
) -> tuple[StatementState, tuple[str, ...], tuple[str, ...]]:
    """(state, deciding hashes, reasons) of a statement before any resolution."""
    if said.hash in standing.excluded_by:
        return StatementState.EXCLUDED, standing.excluded_by[said.hash], ()
    if order.replaced(said.hash):
        return StatementState.SUPERSEDED, order.by[said.hash], standing.reasons.get(said.hash, ())
    if said.hash in standing.reasons:
        return StatementState.UNCOUNTED, (), standing.reasons[said.hash]
    return StatementState.CURRENT, (), ()


def point_of_item(scheme: Scheme, said: Said, item: str | None) -> Point | None:
    """The check point that a note, photo or refusal names, if it names one."""
    return scheme.place(said.header.ck, item) if item is not None else None


def _statement(said: Said, scheme: Scheme, standing: Standing, order: Supersession) -> Statement:
    answer = said.read_as(AnswerSet)
    state, by, reasons = state_of(said, standing, order)
    invalid = invalid_because(said, scheme)
    if invalid is not None and state is StatementState.CURRENT:
        state, reasons = StatementState.INVALID, (invalid,)
    return Statement(
        hash=said.hash,
        inspector=said.ins,
        value=answer.value,
        comment=answer.comment,
        basis=answer.basis.value,
        media=answer.media,
        state=state,
        by=by,
        reasons=reasons,
    )


def _point(statements: list[Statement], withdrawals: list[str]) -> PointStatements:
    heads = {one.hash: one.value for one in statements if one.state is StatementState.CURRENT}
    return PointStatements(tuple(statements), heads, tuple(withdrawals))
