"""One trace on one server: the safety phase with faults, then the liveness phase on a healed network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import httpx
from pydantic import ValidationError

from inspection.kernel.canonical import sha256_hex
from inspection.kernel.entropy import SeededEntropy
from mobile_contract.client import ProblemError, Session
from mobile_contract.client.device import UntrustedAnswerError
from mobile_contract.client.key import server_signed
from mobile_contract.push import PushAnswer, Receipt, Verdict
from mobile_contract.signed import Purpose
from sync.devices.enrol import enrol_device
from sync.devices.invite import invite_device
from sync.histories import current_history
from sync.opaque import CURSOR_SECRET, Cursor, read_cursor
from sync.push.unpack import unpack
from tests.simulator.acts import perform
from tests.simulator.founding import NOW, Founding, founding_of
from tests.simulator.mishaps import Mishap
from tests.simulator.network import Fault, Network, fault_of
from tests.simulator.server import Server
from tests.simulator.tablet import KilledError, LyingClock, Tablet
from tests.simulator.trace import Act, Step, Trace
from tests.simulator.upkeep import grow, is_gone, is_told_to, obeying
from tests.simulator.verdict import Violation

ROUNDS: Final = 4
"""Round trips of a healed network after which nothing may be left to do."""
OPENING: Final = {"/v1/devices/self", "/v1/devices/token"}
"""How a channel is opened is not what is tried here (tests/api/device)."""
FACTS: Final = ("known", "revoked", "bound", "ordered", "decided", "erased", "before_approval")
_OLD: Final = timedelta(minutes=4)
REFUSALS: Final = (httpx.HTTPError, ProblemError, ValidationError, UntrustedAnswerError, KilledError)
"""What a tablet lives with."""


@dataclass(slots=True)
class Report:
    """What happened, in numbers."""

    entries: int = 0
    requests: int = 0
    dropped: int = 0
    lost: int = 0
    duplicated: int = 0
    delayed: int = 0
    stale: int = 0
    truncated: int = 0
    cut: int = 0
    crashes: int = 0
    full: int = 0
    kills: int = 0
    wipes: int = 0
    decisions: int = 0
    erasures: int = 0
    tree_heads: int = 0
    tablet_restores: int = 0
    server_restores: int = 0
    forks: int = 0

    def add(self, other: Report) -> None:
        """Count another one in."""
        for name in Report.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Late:
    due: int
    sent: timedelta
    tablet: Tablet
    request: httpx.Request


@dataclass(slots=True, repr=False)
class World:
    """Everything there is while a trace runs."""

    trace: Trace
    server: Server
    elapsed: timedelta = timedelta(0)
    skew: timedelta = timedelta(0)
    report: Report = field(default_factory=Report)
    tablets: list[Tablet] = field(default_factory=list)
    backup: Any = None
    bound: dict[UUID, set[UUID]] = field(default_factory=dict)
    revoked: set[UUID] = field(default_factory=set)
    known: set[UUID] = field(default_factory=set)
    """Visits that the office has made."""
    acks: dict[str, tuple[UUID | None, int | None]] = field(default_factory=dict)
    """Since the last restore: what receipts told of entries."""
    ordered: set[UUID] = field(default_factory=set)
    """Devices that were told to erase themselves."""
    decided: set[str] = field(default_factory=set)
    """Hashes of the office's decisions."""
    erased: set[str] = field(default_factory=set)
    """Hashes of the entries whose bodies the office had erased."""
    tree_heads: dict[int, str] = field(default_factory=dict)
    """Since the last restore: by size, the root that receipts told."""
    refused: set[str] = field(default_factory=set)
    """Since the last restore: SHA-256 (hex) of the lines that were refused."""
    before_revocation: dict[UUID, frozenset[str]] = field(default_factory=dict)
    """By revoked device, what was in the store when it was."""
    before_approval: dict[UUID, frozenset[str]] = field(default_factory=dict)
    """By approved visit, what was in the store when it was."""
    founding: Founding = field(init=False)
    _arrived: int = 0
    _snapshots: int = 0
    _stored: int = 0
    _step: Step | None = None
    _late: list[_Late] = field(default_factory=list)
    _answers: dict[tuple[int, str], list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.founding = founding_of(self.trace)

    # -- time, commands, networks --------------------------------------------------------------------------------

    @property
    def now(self) -> Any:
        """What the server's clock shows: it jumps, as clocks do."""
        # No two requests at one instant: what they queue has an order by itself.
        return NOW + self.elapsed + self.skew + timedelta(microseconds=self._arrived)

    def command(self, *what: object) -> Any:
        """A command of the office in this step."""
        return self.server.command(self.now, self.trace.seed, self._step.number if self._step else -1, *what)

    @asynccontextmanager
    async def session(self, tablet: Tablet) -> AsyncIterator[Session]:
        """The tablet's connection for one step."""
        async with self.server.client(Network(self, tablet)) as http:
            session = Session(tablet.device, http)
            await self.server.prime(session)
            yield session

    def fault(self, path: str, time: int) -> Fault | None:
        """What happens to the `time`-th request for a path in this step; None when the network is healed."""
        if self._step is None or path in OPENING:
            return None
        return fault_of(self._step.random(path, time), self.trace.rates)

    def come_later(self, tablet: Tablet, request: httpx.Request, steps: int) -> None:
        """Let a request arrive when nobody waits for it any more."""
        number = self._step.number if self._step else 0
        self._late.append(_Late(number + steps, self.elapsed, tablet, request))

    def earlier_answers(self, tablet: Tablet, path: str) -> list[bytes]:
        """All but the newest of what the server answered this tablet there."""
        return self._answers[tablet.number, path][:-1]

    async def reach(self, tablet: Tablet, request: httpx.Request, mishap: Mishap | None) -> httpx.Response:
        """The request has arrived."""
        self.report.requests += 1
        self._arrived += request.url.path not in OPENING
        try:
            answer = await self.server.answer(tablet.id, request, self.now, mishap)
        except GeneratorExit:  # whoever asked is no more: nothing may be awaited, and nothing is to be told
            raise
        except BaseException:
            self.report.crashes += 1
            await self.server.restart()
            raise
        self.report.full += mishap is not None and mishap.full
        if answer.is_success:
            self._answers[tablet.number, request.url.path].append(answer.content)
            if request.url.path == "/v1/sync/push":
                await self._check_receipt(request, answer.content)
        return answer

    async def _check_receipt(self, request: httpx.Request, content: bytes) -> None:
        """I4 and I5, at the moment of the ack: afterwards a re-offer would heal what a false one broke."""
        answer = PushAnswer.model_validate_json(content)
        signed = answer.receipt
        sent = dict(unpack(request.content, request.headers.get("content-encoding")).numbered)
        for told in answer.verdicts:
            if told.verdict is Verdict.REFUSED:
                self.refused.add(sha256_hex(sent[told.line]))
        if not server_signed((self.server.keys.public_jwk,), Purpose.RECEIPT, signed):
            raise Violation("I4: a receipt that the server did not sign")
        receipt = Receipt.model_validate_json(signed.p)
        entries = receipt.entries
        if receipt.sth is not None and self.tree_heads.setdefault(*receipt.sth) != receipt.sth[1]:
            raise Violation(f"I23: two heads of {receipt.sth[0]} leaves")
        self.report.tree_heads += receipt.sth is not None
        told = frozenset(entry.hash for entry in entries)
        false = told - await self.server.committed(told)
        if false:
            raise Violation(f"I4: acknowledged but not committed: {sorted(false)}")
        for entry in entries:
            place = (entry.visit, entry.vseq)
            before = self.acks.get(entry.hash)
            if before is not None and before[1] is not None and before != place:
                raise Violation(f"I5: {entry.hash} moved from {before} to {place}")
            if before is not None and entry.verdict is not Verdict.DUPLICATE:
                raise Violation(f"I5: {entry.hash} was told as {entry.verdict} twice")
            self.acks[entry.hash] = place

    # -- going back ------------------------------------------------------------------------------------------------

    def reads(self, tablet: Tablet) -> bool:
        """Whether a tablet is told what happens."""
        return not tablet.wiped and tablet.id not in self.revoked | self.ordered

    def facts(self) -> dict[str, Any]:
        """What the store makes true, as it is now."""
        return {name: deepcopy(getattr(self, name)) for name in FACTS}

    def go_back(self, facts: dict[str, Any]) -> None:
        """The store is what it was: so is what it makes true, and no promise made since binds it."""
        for name, value in facts.items():
            setattr(self, name, deepcopy(value))
        self.acks.clear()
        self.refused.clear()
        self.tree_heads.clear()

    # -- the two phases --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Both phases. The invariants are `invariants.check`'s affair."""
        await self.found()
        for step in self.trace.steps:
            await self.take(step)
        await self.heal()

    async def found(self) -> None:
        """Rows and tablets."""
        await self.server.found(self.founding)
        await current_history(self.command("history"))
        self.known = {visit.id for visit in self.founding.visits}
        for number, kind in enumerate(self.trace.clocks):
            inspector = self.founding.inspectors[number % len(self.founding.inspectors)].id
            clock = LyingClock(kind, lambda: int(self.elapsed / timedelta(milliseconds=1)))
            tablet = Tablet(number, inspector, clock, SeededEntropy(f"tablet {self.trace.seed} {number}"))
            cmd = self.command("enrol", number)
            code = await invite_device(cmd, inspector_id=inspector, authority_id=self.founding.authority.id)
            request = tablet.device.enrol_request(code.code, f"tablet {number}")
            tablet.device.enrolled(await enrol_device(cmd, request=request, keys=self.server.keys))
            tablet.id = tablet.device.id
            self.bound[tablet.id] = {inspector}
            tablet.backup = tablet.store.content()
            self.tablets.append(tablet)
        self.backup = (await self.server.back_up(), self.facts())

    async def take(self, step: Step) -> None:
        """One step, and what arrives late in it."""
        self._step = step
        self.elapsed += timedelta(seconds=step.random("time").randint(1, 20))
        await self._late_arrivals()
        tablet = self.tablets[step.tablet]
        before = self._place(tablet)
        await perform(self, tablet, step)
        self._check_place(step, tablet, before)

    def _place(self, tablet: Tablet) -> Cursor | None:
        text = tablet.device.cursor
        return read_cursor(text, self.server.keys.secret(CURSOR_SECRET), tablet.id) if text else None

    def _check_place(self, step: Step, tablet: Tablet, before: Cursor | None) -> None:
        """I14. A snapshot, which may be an older one, and a tablet put back begin somewhere else."""
        after = self._place(tablet)
        if (
            before is None
            or tablet.wiped
            or step.act is Act.RESTORE_TABLET
            or self._snapshots != self._counted("/v1/sync/snapshot")
        ):
            self._snapshots = self._counted("/v1/sync/snapshot")
            return
        same = after is not None and after.history == before.history
        if after is None or (same and after.seq < before.seq):
            raise Violation(f"I14: tablet {tablet.number} went back from {before} to {after}")

    def snapshots_taken(self) -> int:
        """How many snapshots the server gave."""
        return self._counted("/v1/sync/snapshot")

    def _counted(self, path: str) -> int:
        return sum(len(answers) for (_, asked), answers in self._answers.items() if asked == path)

    async def heal(self) -> None:
        """The network is whole: every tablet compares its logs once, then sends and follows, a few times."""
        self._step = None
        await self._late_arrivals()
        for number in range(ROUNDS):
            moved = [await self._heal_one(tablet, compares=number == 0) for tablet in self.tablets]
            if not any(moved):
                break
        await grow(self)
        self.report.entries = len((await self.server.look()).entries)

    async def _heal_one(self, tablet: Tablet, *, compares: bool) -> bool:
        """Whether there was something to do."""
        self.elapsed += timedelta(seconds=5)
        before = (tablet.device.cursor, self._stored)
        if is_gone(tablet):
            return False
        async with self.session(tablet) as session:
            if tablet.wiped:
                await obeying(self, tablet, session)
                return False
            for verb in (*((session.compare_logs,) if compares else ()), session.push, session.pull):
                # A revoked tablet may not read; what it holds must go up all the same.
                try:
                    self._stored += await verb()
                except ProblemError as problem:
                    if is_told_to(problem):
                        await obeying(self, tablet, session)
                except ValidationError as error:
                    raise Violation(f"I12: tablet {tablet.number} cannot read the answer: {error}") from error
        return (tablet.device.cursor, self._stored) != before

    async def _late_arrivals(self) -> None:
        number = self._step.number if self._step else 1 << 30
        due, self._late = (
            [one for one in self._late if one.due <= number],
            [one for one in self._late if one.due > number],
        )
        for one in due:
            # A proof is good for five minutes.
            if self.elapsed - one.sent < _OLD:
                await self.reach(one.tablet, one.request, None)
