"""Who could be matched, frozen and committed like the objects: inspectors, declared relations, last teams (draw.md
§4.11; docs/sr-draw-1.md, Lists of people).

Three more trees over salted leaves; their roots are parameters of the draw, so the fingerprint covers them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash, plain_text
from inspection.draw.lot.frame import leaf, salt


@dataclass(frozen=True, slots=True)
class RosterRow:
    """An inspector as of the freeze.

    `certified`: holds a certificate that is valid on every day of the visit window. `areas`: where the inspector works,
    empty for everywhere; `leader`: may lead a team; `candidate`: listed by hand for this draw (手动匹配).
    """

    inspector: str
    unit: str
    certified: bool
    qualifications: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    leader: bool = False
    candidate: bool = False

    @property
    def name(self) -> str:
        return f"I:{self.inspector}"

    def line(self) -> bytes:
        """Eight fields, tab-separated; the lists sorted and joined by commas."""
        lists = "\t".join(",".join(sorted(words)) for words in (self.qualifications, self.expertise, self.areas))
        flags = f"{int(self.leader)}\t{int(self.candidate)}"
        return f"{self.name}\t{self.unit}\t{int(self.certified)}\t{lists}\t{flags}".encode()


@dataclass(frozen=True, slots=True)
class Relation:
    """A declared interest of an inspector in an object (回避情形): the two are never matched."""

    inspector: str = field(repr=False)
    oid: str = field(repr=False)
    reason: str

    @property
    def name(self) -> str:
        return f"R:{self.inspector}:{self.oid}"

    def line(self) -> bytes:
        """Three fields, tab-separated."""
        return f"I:{self.inspector}\t{self.oid}\t{self.reason}".encode()


@dataclass(frozen=True, slots=True)
class Past:
    """The last team of an object, and for how many periods in a row it has had it."""

    oid: str = field(repr=False)
    team: tuple[str, ...] = field(repr=False)
    periods: int

    @property
    def name(self) -> str:
        return f"H:{self.oid}"

    def line(self) -> bytes:
        """Three fields, tab-separated; the team sorted and joined by commas."""
        return f"{self.oid}\t{','.join(f'I:{one}' for one in sorted(self.team))}\t{self.periods}".encode()


@dataclass(frozen=True, slots=True)
class Roster:
    """The lists, each strictly ascending by its rows' bytes."""

    rows: tuple[RosterRow, ...] = field(repr=False)
    relations: tuple[Relation, ...] = field(repr=False)
    history: tuple[Past, ...] = field(default=(), repr=False)


def build_roster(rows: Iterable[RosterRow], relations: Iterable[Relation] = (), history: Iterable[Past] = ()) -> Roster:
    """Sort the lists; the order in which they come does not matter.

    Raises:
        ValueError: for an inspector, a relation or an object's last team that stands twice, or a text that does not
            fit a row.
    """
    people = tuple(sorted(rows, key=RosterRow.line))
    ties = tuple(sorted(relations, key=Relation.line))
    teams = tuple(sorted(history, key=Past.line))
    if any(len({row.name for row in listed}) != len(listed) for listed in (people, ties, teams)):
        raise ValueError("an inspector, a relation or a last team is listed twice")
    _check_people(people)
    if not all(plain_text(tie.name) and plain_text(tie.reason) for tie in ties):
        raise ValueError("a relation's row is not plain text")
    for past in teams:
        if not plain_text(past.oid) or not all(map(_word, past.team)) or len(set(past.team)) != len(past.team):
            raise ValueError("a last team's row is not plain text, or names somebody twice")
    return Roster(people, ties, teams)


def _check_people(people: Sequence[RosterRow]) -> None:
    for row in people:
        if not _word(row.name) or (row.unit and not plain_text(row.unit)):
            raise ValueError("an inspector's row is not plain text")
        if not all(map(_word, (*row.qualifications, *row.expertise, *row.areas))):
            raise ValueError("a qualification or an area is not plain text without a comma")


def _word(text: str) -> bool:
    return plain_text(text) and "," not in text


def listing_root(h: Hash, secret: bytes, listed: Sequence[RosterRow | Relation | Past]) -> bytes:
    """RFC 6962 root over the salted rows."""
    return merkle.root(h, [leaf(h, salt(h, secret, row.name), row.line()) for row in listed])


def listing(listed: Sequence[RosterRow | Relation | Past]) -> bytes:
    """The rows as text, each with its line break; what the supervisor's bundle and the store hold."""
    return b"".join(row.line() + b"\n" for row in listed)


def read_roster(people: bytes, ties: bytes, history: bytes = b"") -> Roster:
    """The lists that `listing` wrote."""
    rows = []
    for name, unit, certified, *lists, leader, candidate in _fields(people):
        held, expert, areas = (tuple(told.split(",")) if told else () for told in lists)
        flags = leader == "1", candidate == "1"
        rows.append(RosterRow(name.removeprefix("I:"), unit, certified == "1", held, expert, areas, *flags))
    relations = [Relation(name.removeprefix("I:"), oid, reason) for name, oid, reason in _fields(ties)]
    teams = [
        Past(oid, tuple(one.removeprefix("I:") for one in team.split(",")) if team else (), int(periods))
        for oid, team, periods in _fields(history)
    ]
    return Roster(tuple(rows), tuple(relations), tuple(teams))


def _fields(told: bytes) -> list[list[str]]:
    return [line.split("\t") for line in told.decode().split("\n")[:-1]]
