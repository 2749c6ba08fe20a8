"""Checking the proofs that come with requests (docs/sync.md, Transport): the one place that knows nonce and key."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from inspection.kernel.database import speaks_postgres
from inspection.kernel.errors import Refused
from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url
from mobile_contract.problems import ProblemCode
from sync.devices import store_proofs
from sync.devices.dpop import BadProofError, Proof, names_target, read_proof, verify_proof
from sync.devices.nonces import NONCE_SECRET, SeenProofs, ended_before, proof_name, read_nonce, write_nonce


@dataclass(frozen=True, slots=True)
class Call:
    """The request a proof must be for. `hosts`: how this server may be addressed, `host[:port]` each.

    `prefix`: what a proxy takes off the path. `token`: what the request shows; None where it needs none.
    """

    method: str
    path: str
    hosts: frozenset[str]
    token: str | None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Proven:
    """A good proof: the thumbprint of its key, by which name it is remembered, and when its nonce was given (ms)."""

    kid: str
    name: bytes
    given: int


@dataclass(frozen=True, slots=True)
class ProofDesk:
    """What one process needs to judge proofs. Its memory of seen ones is bounded, and this process's own; on
    PostgreSQL, where there may be other processes, the database remembers besides.
    """

    secret: bytes = field(repr=False)
    seen: SeenProofs = field(default_factory=SeenProofs, repr=False)

    def nonce(self, now: datetime) -> str:
        """A fresh nonce."""
        return write_nonce(now, self.secret)

    async def prove(self, text: str | None, call: Call, now: datetime) -> str:
        """The thumbprint of the key that is proven to be in the caller's hands for this very request, and never again.

        Raises:
            Refused: as `check`; `proof-required` too for one that was spent at another process.
        """
        proven = self.check(text, call, now)
        if speaks_postgres() and not await store_proofs.spend(b64url(proven.name), proven.given):
            raise _again()
        return proven.kid

    def check(self, text: str | None, call: Call, now: datetime) -> Proven:
        """What a proof shows, by what this process knows.

        Some hundred microseconds, most of them the signature: less than the way to another thread and back costs
        under load, so it stays on the loop (docs/decisions/0025).

        Raises:
            Refused: `proof-invalid`: no such proof can ever be good; `proof-required`: none, or its nonce is missing,
                old or spent: once more with a fresh nonce.
        """
        if text is None:
            raise _again()
        try:
            proof = read_proof(text)
            _match(proof, call)
            given = read_nonce(proof.nonce, now, self.secret) if proof.nonce else None
            if given is None:
                raise _again()
            verify_proof(proof)
        except BadProofError as error:
            raise Refused(ProblemCode.PROOF_INVALID, "sync.proof_invalid") from error
        name = proof_name(f"{proof.kid} {proof.nonce} {proof.jti}")
        if not self.seen.first(given, name, now):
            raise _again()
        return Proven(proof.kid, name, given)


def desk_for(keys: ServerKeys) -> ProofDesk:
    """The desk of a server that has these keys."""
    return ProofDesk(keys.secret(NONCE_SECRET))


async def forget_proofs(now: datetime) -> None:
    """Forget the proofs whose nonces hold no more."""
    await store_proofs.drop_spent(ended_before(now))


def _match(proof: Proof, call: Call) -> None:
    if proof.htm != call.method:
        raise BadProofError("htm")
    if not names_target(proof.htu, path=call.path, hosts=call.hosts, prefix=call.prefix):
        raise BadProofError("htu")
    if proof.ath != (_token_hash(call.token) if call.token is not None else None):
        raise BadProofError("ath")


def _token_hash(token: str) -> str:
    return b64url(hashlib.sha256(token.encode()).digest())


def _again() -> Refused:
    return Refused(ProblemCode.PROOF_REQUIRED, "sync.proof_required")
