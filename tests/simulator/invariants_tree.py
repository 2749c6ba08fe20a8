"""I23: what the transparency log has promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile_contract.base import b64url
from mobile_contract.merkle import leaf_hash, root_of
from sync.log import store, store_tree
from tests.simulator.server import Picture
from tests.simulator.verdict import demand

if TYPE_CHECKING:
    from tests.simulator.world import World


async def check_tree(world: World, picture: Picture) -> None:
    """Every entry has one leaf; every head that was told since the store went back is a beginning of the tree."""
    inputs = await store_tree.leaves(0, await store_tree.size())
    named = [b64url(one) for one in inputs]
    demand(len(set(named)) == len(named), "I23", "two leaves of one entry")
    differ = set(named) ^ picture.entries.keys()
    demand(not differ, "I23", "leaves and entries differ", sorted(differ))
    newest = await store.newest_head()
    heads = dict(world.tree_heads)
    if newest is not None:
        demand(
            heads.setdefault(newest.size, b64url(newest.root)) == b64url(newest.root), "I23", "two heads of one size"
        )
    leaves = [leaf_hash(one) for one in inputs]
    for size, root in heads.items():
        demand(size <= len(leaves), "I23", "a head of more leaves than there are", size, len(leaves))
        demand(b64url(root_of(leaves[:size])) == root, "I23", "a head that the tree does not lead to", size)
