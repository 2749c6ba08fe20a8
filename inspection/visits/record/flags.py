"""Entries that were folded, or deliberately not counted, and that a leader should look at."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from inspection.visits.record.answers import invalid_because
from inspection.visits.record.intake import Intake
from inspection.visits.record.model import Noted
from inspection.visits.record.scheme import Scheme
from inspection.visits.record.standing import Standing


def flags_of(intake: Intake, scheme: Scheme, standing: Standing, over: Iterable[Noted]) -> tuple[Noted, ...]:
    """Every flag, sorted: why something does not count, reused ids, forked logs, superseded checklists, idle `over`."""
    found = {(noted.hash, noted.why) for noted in over}
    found |= {(hash_, why) for hash_, reasons in standing.reasons.items() for why in reasons}
    found |= {(hash_, "excluded") for hash_ in standing.excluded_by}
    found |= {(hash_, "admitted") for hash_ in standing.admitted_by}
    found |= {(hash_, "id-reuse") for hash_ in _sharing((place.id, place.hash) for place in intake.places)}
    forks = (((place.dev, place.ep, place.seq), place.hash) for place in intake.places)
    found |= {(hash_, "log-fork") for hash_ in _sharing(forks)}
    for said in intake.said.values():
        ck = said.header.ck
        if ck is not None and ck[0] in scheme.pinned and not scheme.is_pinned(ck):
            found.add((said.hash, "superseded-checklist"))
        why = invalid_because(said, scheme)
        if why is not None:
            found.add((said.hash, why))
    return tuple(Noted(hash_, why) for hash_, why in sorted(found))


def _sharing(named: Iterable[tuple[Hashable, str]]) -> set[str]:
    """The hashes of different entries that claim one name."""
    groups: dict[Hashable, set[str]] = defaultdict(set)
    for name, hash_ in named:
        groups[name].add(hash_)
    return {hash_ for hashes in groups.values() if len(hashes) > 1 for hash_ in hashes}
