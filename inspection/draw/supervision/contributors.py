"""Who brings the chance of a draw: named when it is planned, fixed when it is frozen, never changed afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from inspection.draw import store_secrets
from inspection.draw.lot import entropy
from inspection.draw.lot.digest import Hash
from inspection.draw.lot.entropy import NONCE_BYTES, ContributionKind, Contributor, check_contributors
from inspection.draw.store_secrets import ContributionRow, beacon_text
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.beacon import first_round, offered
from inspection.draw.supervision.register_chain import chain_named
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from mobile_contract.problems import ProblemCode

VALUE_BYTES = 32
# A supervisor may commit until the freeze; chain and round are only then fixed.
LATER = frozenset({"draw.commitment_missing"})


async def contributor_rows(
    cmd: Command, h: Hash, authority: UUID, contributors: Sequence[Contributor]
) -> list[ContributionRow]:
    """The contributions to be stored with a new draw, the operator's own first: made and committed here.

    Raises:
        Invalid: contributors that cannot be used; `draw.link_without_chain`: no chain in use has the name;
            `draw.beacon_not_offered`: this installation has no beacon.
    """
    if any(c.kind is ContributionKind.OPER for c in contributors):
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.contributor_operator")
    rows = [_own(cmd, h), *[await _row(cmd, authority, contributor) for contributor in contributors]]
    wrong = check_contributors([row.contributor for row in rows])
    if wrong is not None and wrong not in LATER:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, wrong)
    return rows


async def fixed_contributors(cmd: Command, draw_id: UUID) -> list[Contributor]:
    """The contributors as the fingerprint binds them: a chain by the link it showed last, a beacon by its round.

    Raises:
        Conflict: somebody who must commit before the freeze has not, or a chain was retired since.
    """
    rows = [await _fixed(cmd, row) for row in await store_secrets.contributions(draw_id)]
    contributors = [row.contributor for row in rows]
    if wrong := check_contributors(contributors):
        raise Conflict(ProblemCode.DRAW_CONTRIBUTION_MISSING, wrong)
    return contributors


async def _fixed(cmd: Command, row: ContributionRow) -> ContributionRow:
    if row.kind is ContributionKind.BEACON and row.beacon is not None:
        beacon = replace(row.beacon, round=first_round(row.beacon, cmd.now))
        await store_secrets.change_contribution(row.id, {"beacon": beacon_text(beacon)})
        return replace(row, beacon=beacon)
    if row.kind is ContributionKind.LINK and row.chain is not None:
        chain = await store_supervisors.chain(row.chain, lock=True)
        if chain.retired_at is not None:
            raise Conflict(ProblemCode.DRAW_CONTRIBUTION_MISSING, "draw.chain_retired", name=chain.name)
        await store_secrets.change_contribution(row.id, {"anchor": chain.latest})
        return replace(row, anchor=chain.latest)
    return row


def _own(cmd: Command, h: Hash) -> ContributionRow:
    """The operator's contribution: made here, so that nobody can choose it, and committed at once."""
    own = Contributor(ContributionKind.OPER, cmd.actor.name)
    value, nonce = cmd.random(VALUE_BYTES), cmd.random(NONCE_BYTES)
    commitment = entropy.commitment(h, own.label, value, nonce)
    return replace(_blank(cmd, own), commitment=commitment, value=value, nonce=nonce)


async def _row(cmd: Command, authority: UUID, contributor: Contributor) -> ContributionRow:
    row = replace(_blank(cmd, contributor), commitment=_commitment(contributor))
    if contributor.kind is ContributionKind.BEACON:
        return replace(row, beacon=offered())
    if contributor.kind is ContributionKind.LINK:
        chain = await chain_named(authority, contributor.name)
        if chain is None:
            raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.link_without_chain")
        return replace(row, chain=chain.id, anchor=chain.latest)
    return row


def _blank(cmd: Command, contributor: Contributor) -> ContributionRow:
    return ContributionRow(
        id=cmd.new_id(),
        kind=contributor.kind,
        name=contributor.name,
        witnesses=contributor.witnesses,
        commitment=None,
        typed_by=None,
        revealed_at=None,
        value=None,
        nonce=None,
    )


def _commitment(contributor: Contributor) -> bytes | None:
    try:
        return bytes.fromhex(contributor.commitment) if contributor.commitment is not None else None
    except ValueError:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.commitment_malformed") from None
