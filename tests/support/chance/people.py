"""Statistics of who is sent: equals alike, pairs alike, and how one door tells about another (draw.md §5, T11, T13,
T14, T16).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from tests.support.chance.counts import alike
from tests.support.chance.verdict import Finding


@dataclass(frozen=True, slots=True)
class Sent:
    """Many matches. `there`: (ceremonies, doors, people), doors in lot order; `object_at`: (ceremonies, doors), the
    object's place in the list; `classes`: people of the same eligibility.
    """

    there: NDArray[np.bool_]
    object_at: NDArray[np.int64]
    classes: tuple[tuple[int, ...], ...]

    @property
    def loads(self) -> NDArray[np.int64]:
        """(ceremonies, people): how many doors each was sent to."""
        return self.there.sum(axis=1)


def by_load(sent: Sent, name: str = "T11") -> list[Finding]:
    """T11: people of one class are sent equally often."""
    loads = sent.loads
    return [alike(f"{name} class {number}", loads[:, members]) for number, members in enumerate(sent.classes)]


def by_object(sent: Sent, name: str = "T11") -> list[Finding]:
    """T11: and to every object equally often. The least and the greatest p over the objects, for as many of them."""
    found = []
    for number, members in enumerate(sent.classes):
        ps = [
            alike("", there[:, members]).p
            for place in np.unique(sent.object_at)
            if (there := sent.there[sent.object_at == place])[:, members].any(axis=1).sum() >= 5 * len(members)
        ]
        least, most = min(ps), max(ps)
        found += [
            Finding(f"{name} class {number}, {len(ps)} objects", "least p", least, min(0.5, len(ps) * least)),
            Finding(f"{name} class {number}, {len(ps)} objects", "most p", most, max(0.5, 1 - len(ps) * (1 - most))),
        ]
    return found


def pair_shares(sent: Sent) -> NDArray[np.float64]:
    """T13: the share of each pair of people among all teams of two, (people·(people−1)/2,)."""
    upper = np.triu_indices(sent.there.shape[2], 1)
    return _together(sent).sum(axis=0)[upper] / (sent.there.shape[0] * sent.there.shape[1])


def team_pairs(sent: Sent, name: str = "T13") -> Finding:
    """T13: among people who may all go everywhere every pair is as likely as any other.

    Doors of one ceremony depend on each other through the loads; but people are exchangeable, so the genuine pairs
    (everything beyond single people's totals) share one variance, which is measured within the ceremonies. df n(n−3)/2.
    """
    left = _beyond_single(_together(sent))
    n, upper = left.shape[1], np.triu_indices(left.shape[1], 1)
    df = n * (n - 3) // 2
    unit = (left[:, upper[0], upper[1]] ** 2).sum() / df
    if not unit:  # no chance at all, where there should be some
        return Finding(name, "χ²", 0.0, 1.0)
    value = float((left.sum(axis=0)[upper] ** 2).sum() / unit)
    return Finding(name, f"χ² ({df} df)", value, float(chi2.sf(value, df)))


def _together(sent: Sent) -> NDArray[np.float64]:
    there = sent.there.astype(np.float32)
    return (there.transpose(0, 2, 1) @ there).astype(np.float64)


def _beyond_single(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each ceremony's table of pairs without mean and single people's parts."""
    n = counts.shape[1]
    counts = counts * ~np.eye(n, dtype=bool)
    own = counts.sum(axis=2)
    mean = own.sum(axis=1)[:, None, None] / (n * (n - 1))
    single = (own - own.mean(axis=1, keepdims=True)) / (n - 2)
    return counts - mean - single[:, :, None] - single[:, None, :]


@dataclass(frozen=True, slots=True)
class Dependence:
    """T14: the correlation of "is sent here" with "is sent there", for one person and for two different ones. `z`: how
    many standard errors the former lies from nought.
    """

    same: float
    different: float
    z: float


def dependence(sent: Sent) -> Dependence:
    """T14, over all pairs of doors. Loads are balanced, so who has been sent once is a little less likely to be sent
    again: this is reported, full independence is not claimed.
    """
    there = sent.there.astype(np.float64)
    runs, doors, people = there.shape
    chance = there.mean()
    spread = chance * (1 - chance)
    off = there - chance
    every = off.sum(axis=(1, 2)) ** 2 - (off.sum(axis=2) ** 2).sum(axis=1)
    own = ((off.sum(axis=1) ** 2).sum(axis=1) - (off**2).sum(axis=(1, 2))) / (doors * (doors - 1) * people * spread)
    same = float(own.mean())
    different = float((every / (doors * (doors - 1) * spread)).mean() - same * people) / (people * (people - 1))
    return Dependence(same, different, same / float(own.std(ddof=1) / np.sqrt(runs)))


def widest(loads: NDArray[np.int64], members: Sequence[int]) -> int:
    """T16: the widest gap between two loads of these people in any ceremony."""
    own = loads[:, list(members)]
    return int((own.max(axis=1) - own.min(axis=1)).max())
