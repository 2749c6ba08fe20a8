"""Who counts: authority is an annotation on the set of entries, never a reason to drop one (sync.md §2.10, I24)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from inspection.visits.record.intake import Intake, Said
from inspection.visits.record.supersession import ADMISSIONS, Supersession, supersede
from mobile_contract.decisions import DECISION_OF, Admission, DecisionType

NOT_IN_TEAM = "not-in-team"
NOT_A_DECIDER = "not-a-decider"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers `first` … `last` of one incarnation of a device log (ids as text)."""

    dev: str
    ep: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ReturnedField:
    """A check point that the leader sent back for correction, and the entries he had seen by then."""

    checklist: str
    item: str
    seen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authority:
    """The facts about people and devices that the fold needs; all ids as lower-case text.

    `team`: the inspectors of the visit now. `former`: those who left it, with the word for what they state
    (`recused`, `stale-assignment`). `deciders`: who may resolve, admit and exclude on a tablet of his own.
    `office`: the logs (device ids) whose entries the server itself signed after it had checked who may decide.
    `uncounted`: entry hash → reasons found when it was admitted (`not-bound`, `device-revoked`).
    `quorum`: inspectors who must vouch for the record; `refusal_vouchers`: the same for a refusal; `witness`: the
    rule-set's word on witnesses of a refusal (`required`, `when_necessary`, `never`). `returned`: the check points sent
    back; `gaps`: numbers of the devices' logs that are proven to exist and are not in the store.
    """

    team: frozenset[str]
    deciders: frozenset[str] = frozenset()
    former: Mapping[str, str] = field(default_factory=dict)
    uncounted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    quorum: int = 2
    refusal_vouchers: int = 2
    witness: str = "when_necessary"
    office: frozenset[str] = frozenset()
    returned: tuple[ReturnedField, ...] = ()
    gaps: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """For each entry whether it counts, and if not: why, or by which decision."""

    reasons: Mapping[str, tuple[str, ...]]
    excluded_by: Mapping[str, tuple[str, ...]]
    admitted_by: Mapping[str, tuple[str, ...]]

    def counts(self, hash_: str) -> bool:
        return hash_ not in self.reasons and hash_ not in self.excluded_by

    def without(self, hashes: Iterable[str], why: str) -> "Standing":
        """The same, and these entries do not count either."""
        further = {hash_: tuple(sorted({*self.reasons.get(hash_, ()), why})) for hash_ in sorted(hashes)}
        return replace(self, reasons={**self.reasons, **further}) if further else self


def weigh(intake: Intake, authority: Authority) -> tuple[Standing, Supersession]:
    """Apply authority, then the deciders' admissions and exclusions. An exclusion outweighs an admission."""
    base = {said.hash: why for said in intake.said.values() if (why := _objections(said, authority))}
    decisions = [said for said in intake.said.values() if said.kind in ADMISSIONS and said.hash not in base]
    order = supersede(intake.said, ADMISSIONS, lambda said: said.hash not in base, same_author=False)
    admitted, excluded = _targets(decisions, order, intake)
    reasons = {hash_: why for hash_, why in base.items() if hash_ not in admitted and hash_ not in excluded}
    return Standing(reasons, excluded, admitted), order


def _objections(said: Said, authority: Authority) -> tuple[str, ...]:
    why = set(authority.uncounted.get(said.hash, ()))
    if said.kind in DECISION_OF:
        if said.ins not in authority.deciders and str(said.header.dev) not in authority.office:
            why.add(NOT_A_DECIDER)
    elif said.ins not in authority.team:
        why.add(authority.former.get(said.ins, NOT_IN_TEAM))
    return tuple(sorted(why))


def _targets(
    decisions: list[Said], order: Supersession, intake: Intake
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    admitted: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    for said in decisions:
        if order.replaced(said.hash):
            continue
        into = admitted if said.kind == DecisionType.ADMIT else excluded
        for target in sorted(set(said.read_as(Admission).targets)):
            # Decisions are answered by decisions that name them in `over`, not by exclusion.
            if target in intake.said and intake.said[target].kind not in DECISION_OF:
                into.setdefault(target, []).append(said.hash)
    kept = {target: tuple(sorted(by)) for target, by in admitted.items() if target not in excluded}
    return kept, {target: tuple(sorted(by)) for target, by in excluded.items()}
