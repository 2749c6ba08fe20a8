"""How often one may ask: token buckets, by token and by address.

What protects a secret (signing in, codes of doors and of enrolment) is counted for all processes together: on
PostgreSQL in the database, on SQLite in the memory of the one process that there is. The other budgets keep one caller
from crowding out the rest of a process; they are counted by each process in its memory, and N of them grant N times as
much (docs/decisions/0067). The lock-out of an account after wrong passwords does not live here.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil
from typing import Final, Protocol

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from inspection.authority.attempts.rates import take_token
from inspection.kernel.clock import Clock
from inspection.kernel.database import speaks_postgres
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Counted, count
from mobile_contract.problems import ProblemCode

MAX_KEYS: Final = 50_000


class RateClass(StrEnum):
    """Which budget a route draws on; a route names it in `opt={"rate": …}`, GENERAL otherwise."""

    GENERAL = "general"
    SIGN_IN = "sign_in"
    ENROL = "enrol"
    RENEW = "renew"
    BULK = "bulk"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` requests at once, refilled evenly at `per_minute`."""

    burst: int
    per_minute: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The rates of one class: for one caller (token, or address without one) and for one address altogether."""

    caller: Rate
    address: Rate


# A whole office, and a fleet of tablets, may sit behind one address: its budget is wide where a token is asked for.
BUDGETS: Final = {
    RateClass.GENERAL: Budget(caller=Rate(120, 240), address=Rate(1200, 3000)),
    RateClass.BULK: Budget(caller=Rate(300, 600), address=Rate(3000, 6000)),
    RateClass.SIGN_IN: Budget(caller=Rate(10, 10), address=Rate(10, 10)),
    # Codes of doors are tried and forms sent by people; several parties may sit behind one address.
    RateClass.DOOR: Budget(caller=Rate(20, 20), address=Rate(20, 20)),
    RateClass.ENROL: Budget(caller=Rate(20, 20), address=Rate(20, 20)),
    # The whole fleet asks at eight in the morning, and none of it has a token yet.
    RateClass.RENEW: Budget(caller=Rate(1200, 3000), address=Rate(1200, 3000)),
}

SHARED: Final = frozenset({RateClass.SIGN_IN, RateClass.DOOR, RateClass.ENROL})
"""What protects a secret."""


class Throttle:
    """Token buckets, the least recently used forgotten first. Exact for a clock that does not run backwards."""

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._refused: OrderedDict[str, datetime] = OrderedDict()
        self._max_keys = max_keys

    def take(self, key: str, rate: Rate, now: datetime) -> int:
        """Take one token; 0 if there was one, else the whole seconds (≥ 1) until there is."""
        tokens, since = self._buckets.pop(key, (float(rate.burst), now))
        elapsed = max(0.0, (now - since).total_seconds())
        tokens = min(float(rate.burst), tokens + elapsed * rate.per_minute / 60)
        granted = tokens >= 1
        self._buckets[key] = (tokens - 1 if granted else tokens, max(now, since))
        while len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return 0 if granted else max(1, ceil((1 - tokens) * 60 / rate.per_minute))

    async def take_shared(self, key: str, rate: Rate, now: datetime) -> int:
        """`take`, counted for all processes together. Whoever was refused is not asked for again in the database until
        there can be a token: a flood costs it a statement a token.
        """
        if not speaks_postgres():
            return self.take(key, rate, now)
        until = self._refused.get(key)
        if until is not None and now < until <= now + timedelta(minutes=2):
            return max(1, ceil((until - now).total_seconds()))
        wait = await take_token(key, burst=rate.burst, per_minute=rate.per_minute, now=now)
        self._refused.pop(key, None)
        if wait:
            self._refused[key] = now + timedelta(seconds=wait)
            while len(self._refused) > self._max_keys:
                self._refused.popitem(last=False)
        return wait


class Limited(Protocol):
    """What the limit needs of the process it counts in."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def throttle(self) -> Throttle: ...


class ThrottleMiddleware(ASGIMiddleware):
    """Answers 429 with Retry-After when a caller or an address has used up its budget."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        process: Limited = scope["app"].state.process
        if process.settings.rate_limit:
            await _take(scope, process, RateClass(scope["route_handler"].opt.get("rate", RateClass.GENERAL)))
        await next_app(scope, receive, send)


async def _take(scope: Scope, process: Limited, rate_class: RateClass) -> None:
    budget, address = BUDGETS[rate_class], client_address(scope, process.settings.trusted_proxies)
    asked = [(f"{rate_class}:address:{address}", budget.address)]
    if token := _token_digest(scope):
        asked.append((f"{rate_class}:token:{token}", budget.caller))
    elif budget.caller != budget.address:
        asked.append((f"{rate_class}:nobody:{address}", budget.caller))
    if wait := max([await _wait(process, rate_class, key, rate) for key, rate in asked]):
        raise _beyond(rate_class, wait)


async def _wait(process: Limited, rate_class: RateClass, key: str, rate: Rate) -> int:
    throttle, now = process.throttle, process.clock.now()
    return await throttle.take_shared(key, rate, now) if rate_class in SHARED else throttle.take(key, rate, now)


def take_for(scope: Scope, caller: str, rate: Rate | None = None) -> None:
    """Count the request once more, for a caller that is proven now; by the route's own rate unless another is given.

    Raises:
        Refused: `too-many-requests`.
    """
    process: Limited = scope["litestar_app"].state.process
    if not process.settings.rate_limit:
        return
    rate_class = RateClass(scope["route_handler"].opt.get("rate", RateClass.GENERAL))
    wait = process.throttle.take(f"{rate_class}:{caller}", rate or BUDGETS[rate_class].caller, process.clock.now())
    if wait:
        raise _beyond(rate_class, wait)


def _beyond(rate_class: RateClass, wait: int) -> Refused:
    count(Counted.RATE_REFUSAL, rate_class.value)
    return Refused(ProblemCode.TOO_MANY_REQUESTS, "api.too_many_requests", retry_after=wait)


def client_address(scope: Scope, trusted_proxies: int) -> str:
    """The caller's address: the peer's, or what the outermost of our own proxies saw.

    Only as many entries of X-Forwarded-For are believed, from the right, as there are proxies of ours; the rest is
    what the caller likes to say.
    """
    client = scope.get("client")
    peer = client[0] if client else "unknown"
    if not trusted_proxies:
        return peer
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    told = [part.strip() for part in b",".join(values).decode("latin-1").split(",") if part.strip()]
    return told[-trusted_proxies] if len(told) >= trusted_proxies else peer


def _token_digest(scope: Scope) -> str | None:
    # The token itself is kept nowhere. A whole office sits at the desk behind one address: there the cookie tells who.
    shown = b"cookie" if scope["route_handler"].opt.get("desk") else b"authorization"
    for name, value in scope["headers"]:
        if name == shown:
            return sha256(value).hexdigest()
    return None
