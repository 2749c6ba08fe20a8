"""What replaces what: `over` names the author's own earlier statements (sync.md P4). Arrival orders nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inspection.visits.record.intake import Bare
from inspection.visits.record.model import Noted
from mobile_contract.decisions import DecisionType
from mobile_contract.entries import EntryType

STATEMENTS = frozenset(
    {
        EntryType.ANSWER_SET,
        EntryType.ANSWER_WITHDRAW,
        EntryType.REFUSAL,
        EntryType.SIGNATURE,
        EntryType.CONCUR,
        EntryType.DISPUTE,
    }
)
"""What an inspector may take back or correct, each by any of these: a late signature replaces the refusal."""

VOUCHES = frozenset({EntryType.ATTEST, EntryType.SUBMIT, EntryType.WITHDRAW})
ADMISSIONS = frozenset({DecisionType.ADMIT, DecisionType.EXCLUDE})
RESOLUTIONS = frozenset({DecisionType.RESOLVE})


@dataclass(frozen=True, slots=True)
class Supersession:
    """`by`: replaced hash → the hashes that replace it. `flags`: `over` that has no effect, and why."""

    by: Mapping[str, tuple[str, ...]]
    flags: tuple[Noted, ...]

    def replaced(self, hash_: str) -> bool:
        return hash_ in self.by


def supersede(
    said: Mapping[str, Bare],
    family: frozenset[EntryType] | frozenset[DecisionType],
    may_replace: Callable[[Bare], bool],
    *,
    same_author: bool = True,
) -> Supersession:
    """Who replaces whom among the entries of one family; `may_replace` says whose `over` has any effect.

    A replaced entry still replaces what it named: a chain of corrections has one survivor, and withdrawing a withdrawal
    brings nothing back. An unknown hash in `over` waits for its entry; a foreign one has no effect and is flagged.
    """
    edges: dict[str, set[str]] = {}
    flags: set[tuple[str, str]] = set()
    for one in said.values():
        if one.kind not in family or not may_replace(one):
            continue
        for target in one.header.over:
            why = _no_effect(one, said.get(target), family, same_author)
            if why is not None:
                flags.add((one.hash, why))
            elif target in said and said[target].kind in family:
                edges.setdefault(one.hash, set()).add(target)
    edges, cyclic = _without_cycles(edges)
    flags.update((hash_, "over-cycle") for hash_ in cyclic)
    return Supersession(
        {target: tuple(sorted(sources)) for target, sources in sorted(_reversed(edges).items())},
        tuple(Noted(hash_, why) for hash_, why in sorted(flags)),
    )


def _no_effect(one: Bare, target: Bare | None, family: frozenset[str], same_author: bool) -> str | None:
    if target is None:
        return None
    if target.hash == one.hash:
        return "over-cycle"
    if not same_author:  # decisions name the statements they considered, of whatever kind and author
        return None
    if target.kind not in family:
        return "over-other-kind"
    return "over-foreign" if target.ins != one.ins else None


def _without_cycles(edges: dict[str, set[str]]) -> tuple[dict[str, set[str]], frozenset[str]]:
    """Drop the edges inside cycles, which only a hash collision can make. Linear in the number of edges."""
    left = _peel(edges)
    left &= _peel(_reversed(edges))
    if not left:
        return edges, frozenset()
    return {
        source: {t for t in targets if not (source in left and t in left)} for source, targets in edges.items()
    }, left


def _peel(edges: dict[str, set[str]]) -> frozenset[str]:
    """The nodes that remain when nodes without a successor are removed again and again."""
    waiting = {source: len(targets) for source, targets in edges.items()}
    backwards = _reversed(edges)
    free = [node for node in backwards if not waiting.get(node)]
    while free:
        for source in backwards.get(free.pop(), ()):
            waiting[source] -= 1
            if waiting[source] == 0:
                free.append(source)
    return frozenset(source for source, count in waiting.items() if count)


def _reversed(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    backwards: dict[str, set[str]] = defaultdict(set)
    for source, targets in edges.items():
        for target in targets:
            backwards[target].add(source)
    return backwards
