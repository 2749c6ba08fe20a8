"""The fold: a set of immutable entries → the record (sync.md §2.11). Deterministic, order-free, total.

Every choice uses set membership and hashes only: no order of arrival, no clock, no float. Lists are sorted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.visits.record.answers import gather, invalid_because, live_stances
from inspection.visits.record.attest import Vouching, logs_of, proofs, vouch
from inspection.visits.record.decisions import decisions_of
from inspection.visits.record.evidence import media_of, noted_points, notes_of, pictured_points, servings_of, stays_of
from inspection.visits.record.explain import Around
from inspection.visits.record.flags import flags_of
from inspection.visits.record.frozen import SIGNED_PART, frozen_corrections, shown_with, signed_parts
from inspection.visits.record.intake import Bare, Intake, Said, distinct, take_in
from inspection.visits.record.items import classify, conflict_of, resolves_by_point
from inspection.visits.record.losses import certified_losses, erased_of, gaps_of
from inspection.visits.record.model import FOLD_VERSION, ItemRecord, Noted, Statement, VisitRecord
from inspection.visits.record.papers import Papers, refusals_of, signatures_of, unwitnessed, weigh_papers
from inspection.visits.record.quorum import quorum_of, status_of
from inspection.visits.record.rulings import Resolves
from inspection.visits.record.scheme import Scheme
from inspection.visits.record.standing import Authority, Standing, Stretch, weigh
from inspection.visits.record.supersession import RESOLUTIONS, STATEMENTS, VOUCHES, Supersession, supersede
from mobile_contract.decisions import DecisionType
from mobile_contract.entries import EntryType
from mobile_contract.envelope import ParsedEntry

BREAKS_THE_FOLD = "breaks-the-fold"
Entries = Sequence[tuple[str, ParsedEntry]]


def fold(
    visit: UUID,
    entries: Iterable[ParsedEntry],
    authority: Authority,
    scheme: Scheme,
    complete: frozenset[str] = frozenset(),
    joined: frozenset[UUID] = frozenset(),
) -> VisitRecord:
    """The record of `visit`.

    `joined`: visits that are one with it; their entries belong to it. `complete`: digests (hex) of media whose bytes
    are all here; they decide `missing_media` and nothing else.

    Never raises: an entry that would break the fold is isolated by its hash, and the rest is folded.
    """
    visits = joined | {visit}
    kept = distinct(entries)
    broken: list[Noted] = []
    while True:
        try:
            intake = take_in(visits, kept, scheme, authority.office)
            return _fold(intake, tuple(broken), visit, authority, scheme, complete)
        except Exception:
            if not kept:
                raise

        def folds(some: Entries) -> bool:
            return _folds(visits, some, authority, scheme)

        culprit = _culprit(kept, folds)
        broken.append(Noted(kept[culprit][0], BREAKS_THE_FOLD))
        kept = [*kept[:culprit], *kept[culprit + 1 :]]


def _culprit(entries: Entries, folds: Callable[[Entries], bool]) -> int:
    """The index of an entry by which the sorted entries begin to break the fold: log₂(n) folds."""
    good, bad = 0, len(entries)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if folds(entries[:middle]) else (good, middle)
    return bad - 1


def _folds(visits: frozenset[UUID], entries: Entries, authority: Authority, scheme: Scheme) -> bool:
    try:
        _fold(take_in(visits, entries, scheme, authority.office), (), min(visits), authority, scheme, frozenset())
    except Exception:  # noqa: BLE001  whatever it is, this entry must not hide the others
        return False
    return True


def _fold(
    intake: Intake,
    broken: tuple[Noted, ...],
    visit: UUID,
    authority: Authority,
    scheme: Scheme,
    complete: frozenset[str],
) -> VisitRecord:
    ground = _ground(intake, authority, scheme)
    papers = _papers(ground)
    items, unplaced = _items(ground, papers)
    standing, vouching = ground.standing, ground.vouching
    quorum = quorum_of(intake, standing, items, papers, vouching, authority.quorum)
    conflicts = [*(conflict_of(item) for item in items), papers.conflict]
    media = media_of(intake, standing)
    wanted = {one.digest for one in media if one.counted}
    return VisitRecord(
        fold=FOLD_VERSION,
        visit=str(visit),
        status=status_of(intake, quorum, vouching),
        items=items,
        unplaced=unplaced,
        conflicts=tuple(conflict for conflict in conflicts if conflict is not None),
        signatures=papers.signatures,
        refusals=papers.refusals,
        stays=stays_of(intake, standing),
        media=media,
        notes=notes_of(intake, standing),
        attestations=vouching.attestations,
        quorum=quorum,
        decisions=decisions_of(intake, standing, ground.admissions, items, papers),
        held=intake.held,
        isolated=tuple(sorted((*intake.isolated, *broken), key=lambda noted: noted.hash)),
        flags=flags_of(intake, scheme, standing, (*ground.idle_over(), *unwitnessed(papers.refusals))),
        erased=erased_of(intake),
        gaps=gaps_of({*authority.gaps, *vouching.lacking}, ground.losses),
        entries=tuple(place.hash for place in intake.places),
        missing_media=tuple(sorted(wanted - complete)),
        servings=servings_of(intake, standing),
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the parts of the record are built on: who counts, what replaces what, who vouches for what."""

    intake: Intake
    authority: Authority
    scheme: Scheme
    standing: Standing
    admissions: Supersession
    statements: Supersession
    vouches: Supersession
    vouching: Vouching
    resolves: Resolves
    losses: Mapping[str, Stretch]
    proven_papers: frozenset[str]

    def stances(self, kind: EntryType) -> dict[str, tuple[Said, ...]]:
        return live_stances(self.intake, self.standing, self.statements, kind)

    def idle_over(self) -> tuple[Noted, ...]:
        orders = (self.admissions, self.statements, self.vouches, self.resolves.order)
        return tuple(noted for order in orders for noted in order.flags)


def _ground(intake: Intake, authority: Authority, scheme: Scheme) -> _Ground:
    said, logs = intake.replacing, logs_of(intake.places)
    first, admissions = weigh(intake, authority)
    proven = proofs(intake, logs, first)
    shown = shown_with(intake, proven, logs, first)
    signed = signed_parts(intake, shown, first)
    standing = first.without(frozen_corrections(intake, signed, authority.returned, scheme, first), SIGNED_PART)
    losses = certified_losses(intake, standing)

    def counts(one: Bare) -> bool:
        return standing.counts(one.hash)

    vouches = supersede(said, VOUCHES, counts)
    resolves = {one.hash: one for one in intake.said.values() if one.kind == DecisionType.RESOLVE and counts(one)}
    resolutions = supersede(said, RESOLUTIONS, counts, same_author=False)
    return _Ground(
        intake,
        authority,
        scheme,
        standing,
        admissions,
        supersede(said, STATEMENTS, lambda one: counts(one) and invalid_because(one, scheme) is None),
        vouches,
        vouch(proven, logs, standing, vouches, losses),
        Resolves(tuple(resolves.values()), resolutions, resolves),
        losses,
        frozenset(hash_ for hash_, one in shown.items() if one.proven),
    )


def _papers(ground: _Ground) -> Papers:
    intake, standing, statements, vouching = ground.intake, ground.standing, ground.statements, ground.vouching
    concurs = ground.stances(EntryType.CONCUR)
    return weigh_papers(
        signatures_of(intake, standing, statements, ground.proven_papers),
        refusals_of(intake, standing, statements, vouching, concurs, ground.authority),
        intake,
        ground.scheme,
        ground.resolves,
    )


def _items(ground: _Ground, papers: Papers) -> tuple[tuple[ItemRecord, ...], tuple[Statement, ...]]:
    intake, standing, scheme = ground.intake, ground.standing, ground.scheme
    told, unplaced = gather(intake, scheme, standing, ground.statements)
    around = Around(
        concurs=ground.stances(EntryType.CONCUR),
        disputes=ground.stances(EntryType.DISPUTE),
        vouched_by=ground.vouching.vouched_by,
        refused=papers.refused_points,
        pictured=pictured_points(intake, standing, scheme),
        noted=noted_points(intake, standing, scheme),
    )
    topics = {one.hash: key for key, point in told.items() for one in point.statements}
    by_point = resolves_by_point(ground.resolves.mine, told, topics)
    items = tuple(
        classify(point, told[point.key], around, ground.resolves.about(by_point.get(point.key, ())))
        for point in scheme.points
    )
    return items, unplaced
