"""What a token of another system lets in: one table, scope × action. The role of its account is asked besides.

Nothing in it decides, approves, draws, signs or administers, and nothing opens evidence, drawn objects before their
visit, signatures or remarks without a name.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from api.permits import Action
from inspection.authority.systems.rules import TokenScope
from inspection.kernel.errors import Refused
from mobile_contract.problems import ProblemCode

_READING: Final = frozenset({"GET", "HEAD"})
READS: Final[Mapping[TokenScope, frozenset[Action]]] = MappingProxyType(
    {
        TokenScope.REGISTRY: frozenset({Action.REGISTRY_READ, Action.REGISTRY_EXPORT}),
        TokenScope.PLANS: frozenset({Action.PLAN_READ, Action.TASK_READ}),
        TokenScope.RESULTS: frozenset({Action.FOLLOW_UP_READ, Action.PENALTY_READ, Action.DELIVERY_READ}),
        TokenScope.FIGURES: frozenset({Action.STATISTICS_READ, Action.REPORT_READ, Action.DUE_READ}),
        TokenScope.IMPORTS: frozenset({Action.REGISTRY_READ}),
    }
)
"""What each may read, by GET alone."""
WRITES: Final[Mapping[TokenScope, frozenset[Action]]] = MappingProxyType(
    {TokenScope.IMPORTS: frozenset({Action.REGISTRY_IMPORT, Action.HIGHER_PLANS_IMPORT})}
)
"""What each may send besides."""


def lets_in(scopes: Collection[TokenScope], action: Action, method: str) -> bool:
    """Whether a token with these scopes may ask for this, whatever its account may."""
    if action is Action.SESSION_READ:
        return method in _READING
    if method in _READING and any(action in READS[one] for one in scopes):
        return True
    return any(action in WRITES.get(one, ()) for one in scopes)


def demand_scope(scopes: Collection[TokenScope], action: Action, method: str) -> None:
    """Let a token do this.

    Raises:
        Refused: `api.forbidden_token`: it was not given for this.
    """
    if not lets_in(scopes, action, method):
        raise Refused(ProblemCode.FORBIDDEN, "api.forbidden_token", action=action.value)
