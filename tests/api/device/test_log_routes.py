"""The transparency log over HTTP: open to anybody, and what never changes may be kept for ever."""

import base64
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar import Litestar

from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.timestamping import stamp_request
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.base import b64url, unb64url
from mobile_contract.keys import KeysAnswer
from mobile_contract.log import ConsistencyAnswer, HeadAnswer, InclusionAnswer, LogHead, StampAnswer
from mobile_contract.merkle import consistency_holds, inclusion_holds, leaf_hash
from mobile_contract.signed import Purpose
from sync.log import store
from sync.log.heads import EVERY, sign_head
from sync.log.queue import queue
from sync.log.sequence import sequence
from sync.log.store import StampRow
from sync.tables import LogTile
from tests.conftest import NOW, MakeCommand
from tests.sync.authority import make_authority

ENTRIES = [b64url(SeededEntropy("routes").bytes(32)) for _ in range(1)] + [
    b64url(SeededEntropy(f"routes {number}").bytes(32)) for number in range(8)
]


@pytest.fixture
async def sizes(app: Litestar, make_cmd: MakeCommand) -> list[int]:
    """Two signed heads: of four entries and of nine."""
    told = []
    for number, part in enumerate((ENTRIES[:4], ENTRIES[4:])):
        cmd = make_cmd(now=NOW + number * EVERY)
        await in_unit(queue, part, cmd.now, cmd.new_id())
        await sequence(cmd)
        head = await sign_head(cmd, keys=app.state.process.keys)
        assert head is not None
        told.append(head.size)
    return told


async def head_of(client: httpx.AsyncClient) -> LogHead:
    answer = HeadAnswer.model_validate_json((await client.get("/v1/log/sth")).content)
    keys = KeysAnswer.model_validate_json((await client.get("/v1/keys")).content)
    assert answer.signed is not None
    key = next(key for key in keys.keys if key.kid == answer.signed.k)
    public = Ed25519PublicKey.from_public_bytes(unb64url(key.x))
    public.verify(unb64url(answer.signed.s), Purpose.TREE_HEAD.message(answer.signed.p))
    return LogHead.model_validate_json(answer.signed.p)


async def test_an_empty_log_has_no_head(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/log/sth")).json() == {"signed": None}


async def test_whoever_holds_an_entry_can_prove_it_is_in_the_log(client: httpx.AsyncClient, sizes: list[int]) -> None:
    head = await head_of(client)
    assert head.size == sizes[-1] == 9
    answer = await client.get(f"/v1/log/inclusion/{ENTRIES[5]}")
    proof = InclusionAnswer.model_validate_json(answer.content)
    path = [unb64url(node) for node in proof.path]
    assert inclusion_holds(leaf_hash(unb64url(ENTRIES[5])), proof.place, proof.size, path, unb64url(head.root))
    assert answer.headers["cache-control"] == "no-store"
    sized = await client.get(f"/v1/log/inclusion/{ENTRIES[5]}", params={"size": "9"})
    assert sized.content == answer.content
    assert "immutable" in sized.headers["cache-control"]


async def test_two_heads_are_provably_one_log(client: httpx.AsyncClient, sizes: list[int]) -> None:
    heads = [await store.head_of(size) for size in sizes]
    answer = await client.get("/v1/log/consistency", params={"first": sizes[0], "second": sizes[1]})
    proof = ConsistencyAnswer.model_validate_json(answer.content)
    older, newer = (head.root for head in heads if head)
    assert consistency_holds(4, 9, [unb64url(node) for node in proof.path], older, newer)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        (f"inclusion/{b64url(bytes(32))}", 404, "entry-unknown"),
        ("inclusion/no-hash-at-all", 404, "entry-unknown"),
        (f"inclusion/{ENTRIES[8]}?size=4", 404, "tree-size-unknown"),
        (f"inclusion/{ENTRIES[0]}?size=10", 404, "tree-size-unknown"),
        (f"inclusion/{ENTRIES[0]}?size=0", 422, "invalid"),
        ("consistency?first=4&second=10", 404, "tree-size-unknown"),
        ("consistency?first=5&second=4", 404, "tree-size-unknown"),
        ("consistency?first=-1&second=4", 422, "invalid"),
        ("consistency?first=4", 422, "invalid"),
        ("stamps/2026-03-02", 404, "not-found"),
    ],
)
async def test_what_there_is_not_is_told_as_a_problem(
    client: httpx.AsyncClient, sizes: list[int], path: str, status: int, slug: str
) -> None:
    answer = await client.get(f"/v1/log/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, slug), answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [f"inclusion/{ENTRIES[5]}", "consistency?first=4&second=9"])
async def test_a_torn_log_gives_no_proof_and_says_what_is_to_be_done(
    client: httpx.AsyncClient, sizes: list[int], path: str
) -> None:
    for tear in ("UPDATE log_tile SET hashes = {}", "DELETE FROM log_tile WHERE hashes = {}"):
        await in_unit(LogTile.raw, tear, b"short")
        answer = await client.get(f"/v1/log/{path}", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (503, "busy"), answer.text
        assert "fieldcheck log verify" in answer.json()["detail"]
        assert answer.headers["retry-after"] == "600"
        assert answer.headers["cache-control"] == "no-store"


async def test_a_days_stamp_is_read_with_the_head_it_is_of(
    client: httpx.AsyncClient, sizes: list[int], make_cmd: MakeCommand, tmp_path: Path
) -> None:
    head = await store.head_of(sizes[-1])
    assert head is not None
    authority = make_authority(tmp_path / "tsa")
    response = authority.answer(stamp_request(head.text).as_bytes())
    day = date(2026, 3, 2)
    cmd = make_cmd(now=NOW + timedelta(days=1))
    await in_unit(store.add_stamp, cmd.new_id(), StampRow(day, head.size, "http://tsa", response, cmd.now))
    answer = await client.get(f"/v1/log/stamps/{day}")
    told = StampAnswer.model_validate_json(answer.content)
    assert "immutable" in answer.headers["cache-control"]
    assert authority.says_openssl(told.head.p, base64.b64decode(told.response))
