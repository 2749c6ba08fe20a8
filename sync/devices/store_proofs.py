"""Queries of the proofs that came."""

from inspection.kernel.ask import ask


async def spend(name: str, given: int) -> bool:
    """Note a proof; whether it came for the first time."""
    spent = "INSERT INTO spent_proof (name, given) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING RETURNING name"
    return bool(await ask(spent, name, given))


async def drop_spent(before: int) -> None:
    """Forget the proofs whose nonces were given before that instant (ms since 1970)."""
    await ask("DELETE FROM spent_proof WHERE given < {}", before)
