"""A proof that was spent at one process is spent at every process of the same database."""

from datetime import timedelta

from inspection.kernel.errors import Refused
from mobile_contract.client.dpop import proof
from sync.devices import store_proofs
from sync.devices.nonces import NONCE_LIFE, write_nonce
from sync.devices.proofs import Call, ProofDesk, forget_proofs
from sync.tables import SpentProof
from tests.conftest import NOW
from tests.sync.devices.test_dpop import CALL, KEY, SECRET, URL


async def judged(desk: ProofDesk, text: str, call: Call = CALL) -> str:
    try:
        return await desk.prove(text, call, NOW)
    except Refused as refused:
        return refused.code.value


def made(jti: str) -> str:
    nonce = write_nonce(NOW, SECRET)
    return proof(KEY, method="POST", url=URL, token="t0ken", jti=jti, iat=0, nonce=nonce)


async def test_a_proof_is_good_at_one_of_two_processes(db) -> None:
    one, other = ProofDesk(SECRET), ProofDesk(SECRET)
    assert await judged(one, made("a")) == KEY.kid
    assert await judged(one, made("a")) == "proof-required"
    assert await judged(other, made("b")) == KEY.kid
    # SQLite has one process: there its memory is all there is to know.
    assert await judged(other, made("a")) == ("proof-required" if db.engine_type == "postgres" else KEY.kid)


async def test_what_is_spent_is_forgotten_once_no_clock_takes_its_nonce(db) -> None:
    given = round(NOW.timestamp() * 1000)
    assert [await store_proofs.spend("a", given), await store_proofs.spend("a", given)] == [True, False]
    await forget_proofs(NOW + 2 * NONCE_LIFE)
    assert await SpentProof.count() == 1
    await forget_proofs(NOW + 2 * NONCE_LIFE + timedelta(seconds=1))
    assert await SpentProof.count() == 0
