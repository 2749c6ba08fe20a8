"""监督方随机链: a chain of hashes that a supervisor gives out backwards, one link for each draw or change
(draw.md §4.3, §4.12).

s(k+1) = SHA-256(0x36 ‖ s(k)). The last link, the head, is registered in advance; whoever sees a link cannot
compute the ones before it. Always SHA-256, whatever hash a draw uses: one chain serves all draws of a year.
"""

import hashlib

LINK_BYTES = 32
# How far a link may lie behind what a draw was frozen on: others took links in between, the journal says which.
MOST_STEPS = 1000
MOST_LINKS = 100_000


def next_of(link: bytes) -> bytes:
    """The link that was given out before this one, or registered: anybody can compute it, nobody goes back."""
    return hashlib.sha256(b"\x36" + link).digest()


def steps_to(link: bytes, anchor: bytes, most: int = MOST_STEPS) -> int | None:
    """How many steps lead from `link` to `anchor`, at least one; `None` when `most` steps do not."""
    for step in range(1, most + 1):
        link = next_of(link)
        if link == anchor:
            return step
    return None


def chain_of(start: bytes, length: int) -> list[bytes]:
    """All links of a chain from its secret start: the last one is the head to register, they are given out from the
    end but one back to the start.

    Raises:
        ValueError: a start that is not 32 bytes, or a length outside 2 … 100,000.
    """
    if len(start) != LINK_BYTES or not 1 < length <= MOST_LINKS:
        raise ValueError("a chain starts with 32 bytes and has 2 to 100,000 links")
    links = [start]
    while len(links) < length:
        links.append(next_of(links[-1]))
    return links
