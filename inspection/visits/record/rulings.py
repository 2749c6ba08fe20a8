"""A resolution is an entry (sync.md §2.11): when it takes effect, when a late statement re-opens it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspection.visits.record.intake import Said
from inspection.visits.record.supersession import Supersession
from mobile_contract.decisions import Resolve

SIGNATURE_TOPIC = "signature"
"""What a `resolve` names as its item when it decides between a signature and a refusal to sign."""


class RulingState(StrEnum):
    NONE = "none"
    DECIDED = "decided"
    REOPENED = "reopened"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the leaders decided on one topic. `value` is None for `both-stand` and `re-inspect`.

    `unseen`: what re-opened it, statements and disputes that no living resolution had considered.
    """

    state: RulingState
    how: str | None = None
    value: str | None = None
    by: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What there is to decide: surviving statements (hash → value), live disputes, what may be ruled."""

    heads: Mapping[str, str]
    disputes: frozenset[str]
    all_values: Mapping[str, str]
    allows: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Resolves:
    """The counted resolutions that speak of one topic; `every` one of the visit, and who replaced whom among them."""

    mine: tuple[Said, ...]
    order: Supersession
    every: Mapping[str, Said]

    def about(self, mine: Iterable[Said]) -> "Resolves":
        return Resolves(tuple(mine), self.order, self.every)


def rule_on(topic: Topic, resolves: Resolves) -> Ruling:
    """The effective ruling.

    Effective iff every surviving statement is named in `over` or agrees with the ruled value, and every live dispute
    is named. An unseen differing statement re-opens (I19). A resolution inherits what the ones it names considered.
    """
    live = [one for one in resolves.mine if not resolves.order.replaced(one.hash) and _is_possible(one, topic)]
    if not live or not (topic.heads or topic.disputes):
        return Ruling(RulingState.NONE)
    effective = [said for said in live if _is_effective(said, topic, resolves.every)]
    if not effective:
        unseen = set[str]().union(*(_unseen(said, topic, resolves.every) for said in live))
        return Ruling(RulingState.REOPENED, by=tuple(sorted(one.hash for one in live)), unseen=tuple(sorted(unseen)))
    outcomes = {_outcome(said.read_as(Resolve), topic) for said in effective}
    by = tuple(sorted(said.hash for said in effective))
    if len(outcomes) > 1:
        return Ruling(RulingState.CONTRADICTORY, by=by)
    how, value = outcomes.pop()
    return Ruling(RulingState.DECIDED, how, value, by)


def considered(said: Said, every: Mapping[str, Said]) -> frozenset[str]:
    """All hashes a resolution names, directly or through the resolutions it names."""
    found: set[str] = set()
    waiting = [said]
    while waiting:
        for target in waiting.pop().header.over:
            if target not in found:
                found.add(target)
                named = every.get(target)
                if named is not None and named.kind == said.kind:
                    waiting.append(named)
    return frozenset(found)


def _is_effective(said: Said, topic: Topic, every: Mapping[str, Said]) -> bool:
    return not _unseen(said, topic, every)


def _is_possible(said: Said, topic: Topic) -> bool:
    """Whether what was ruled is an answer at all; otherwise nothing was ruled."""
    how, value = _outcome(said.read_as(Resolve), topic)
    return how != "value" or (value is not None and topic.allows(value))


def _unseen(said: Said, topic: Topic, every: Mapping[str, Said]) -> frozenset[str]:
    """The surviving statements and disputes that a resolution neither names nor agrees with."""
    how, value = _outcome(said.read_as(Resolve), topic)
    differing = {hash_ for hash_, own in topic.heads.items() if how != "value" or own != value}
    return frozenset({*differing, *topic.disputes} - considered(said, every))


def _outcome(body: Resolve, topic: Topic) -> tuple[str, str | None]:
    if body.how == "choose":
        return "value", topic.all_values.get(body.choose or "")
    return body.how, body.value
