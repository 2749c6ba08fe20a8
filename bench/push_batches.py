"""Tablets, visits and ready-made signed batches for `bench.push`. Made before anything is measured."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from inspection.kernel.clock import SystemClock
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.ids import uuid7s
from inspection.kernel.keys import ServerKeys
from inspection.registry.inspectors.tables import Certificate
from mobile_contract.base import b64url
from mobile_contract.client.key import DeviceKey
from mobile_contract.envelope import body_digest, entry_hash, signed_bytes
from tests.inspection.publicity.world import insert
from tests.sync.world import CK, World, build_world

_CLOCK = SystemClock()
_NOISE = SystemEntropy()


@dataclass(frozen=True, slots=True)
class Asked:
    """The checklist of a visit, and its check points."""

    ck: tuple[str, int, str]
    points: tuple[str, ...]


ONE_POINT = Asked(CK, ("pc.01",))


@dataclass(slots=True)
class Tablet:
    """An enrolled tablet: what it signs with, what opens its channel, and the end of its log. `asked`: by visit, where
    it is another checklist than the world's own.
    """

    id: UUID
    inspector: UUID
    key: DeviceKey
    token: str
    visits: tuple[UUID, ...]
    seq: int = 0
    prev: str | None = None
    asked: Mapping[UUID, Asked] = field(default_factory=dict)

    def batch(self, count: int, visits: int) -> bytes:
        """The next `count` answers of its log as NDJSON, in equal runs over `visits` visits."""
        return b"".join(self.answer(self.visits[place * visits // count]) for place in range(count))

    def answer(self, visit: UUID) -> bytes:
        """The next entry of its log: a statement on one point of the visit's checklist."""
        asked = self.asked.get(visit, ONE_POINT)
        return self.line(visit, "answer.set", _body(self.seq, asked.points[self.seq % len(asked.points)]))

    def line(self, visit: UUID, kind: str, body: bytes) -> bytes:
        """The next entry of its log: one signed line."""
        self.seq += 1
        header = {
            "v": 1,
            "id": str(uuid7s(_CLOCK.now(), _NOISE, 1)[0]),
            "dev": str(self.id),
            "ep": 1,
            "seq": self.seq,
            "ins": str(self.inspector),
            "visit": str(visit),
            "type": kind,
            "ck": list(self.asked.get(visit, ONE_POINT).ck),
            "wall": 1_790_000_000_000 + self.seq,
            "mono": self.seq,
            "boot": "7f3a",
            "body": b64url(body_digest(body)),
            "blen": len(body),
        }
        if self.prev is not None:
            header["prev"] = self.prev
        p = compact(header)
        self.prev = b64url(entry_hash(p))
        line = {"p": p.decode(), "b": body.decode(), "k": self.key.kid, "a": "ES256"}
        return compact({**line, "s": b64url(self.key.sign(signed_bytes(p)))}) + b"\n"


def _body(number: int, point: str) -> bytes:
    salt = b64url(number.to_bytes(16, "big"))
    comment = "疏散通道畅通，应急照明完好，已核对现场台账。"
    return compact({"salt": salt, "item": point, "value": "yes", "comment": comment, "basis": "seen"})


def compact(value: object) -> bytes:
    """JSON as tablets write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def tablets(count: int, keys: ServerKeys, each: int = 5) -> list[Tablet]:
    """`count` tablets in pairs: both of a pair are in the team of `each` visits of their own. Call with a database."""
    made: list[Tablet] = []
    for pair in range(count // 2):
        world = await build_world(f"bench{pair}")
        world.keys, world.now = keys, _CLOCK.now()
        visits = (world.visit, *[await world.add_visit() for _ in range(each - 1)])
        made += [await _tablet(world, which, visits) for which in (0, 1)]
    return made


async def _tablet(world: World, which: int, visits: Sequence[UUID]) -> Tablet:
    device = await world.tablet(which)
    days = {"valid_from": date(2020, 1, 1), "valid_until": date(2099, 12, 31)}
    await insert(Certificate, inspector=device.inspector, number=str(device.inspector)[-12:], **days)
    return Tablet(device.id, device.inspector, device.key, device.token, tuple(visits))
