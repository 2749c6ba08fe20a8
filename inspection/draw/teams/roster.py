"""Who could be matched, frozen and committed like the objects: inspectors and declared relations (draw.md
§4.11).

Two more trees over salted leaves; their roots are parameters of the draw, so the fingerprint covers them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inspection.draw.lot import merkle
from inspection.draw.lot.digest import Hash, plain_text
from inspection.draw.lot.frame import leaf, salt


@dataclass(frozen=True, slots=True)
class RosterRow:
    """An inspector as of the freeze.

    `certified`: holds a certificate that is valid on every day of the visit window.
    """

    inspector: str
    unit: str
    certified: bool
    qualifications: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"I:{self.inspector}"

    def line(self) -> bytes:
        """Five fields, tab-separated; qualifications and expertise sorted and joined by commas."""
        lists = "\t".join(",".join(sorted(words)) for words in (self.qualifications, self.expertise))
        return f"{self.name}\t{self.unit}\t{int(self.certified)}\t{lists}".encode()


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
class Roster:
    """Both lists, each strictly ascending by its rows' bytes."""

    rows: tuple[RosterRow, ...] = field(repr=False)
    relations: tuple[Relation, ...] = field(repr=False)

    def may_inspect(self, required: Iterable[str]) -> tuple[RosterRow, ...]:
        """Those with a valid certificate and every required qualification."""
        needed = set(required)
        return tuple(row for row in self.rows if row.certified and needed <= set(row.qualifications))


def build_roster(rows: Iterable[RosterRow], relations: Iterable[Relation]) -> Roster:
    """Sort both lists; the order in which they come does not matter.

    Raises:
        ValueError: for an inspector or a relation that stands twice, or a text that does not fit a row.
    """
    people = tuple(sorted(rows, key=RosterRow.line))
    ties = tuple(sorted(relations, key=Relation.line))
    if len({row.inspector for row in people}) != len(people) or len({tie.name for tie in ties}) != len(ties):
        raise ValueError("an inspector or a relation is listed twice")
    for row in people:
        if not plain_text(row.name) or (row.unit and not plain_text(row.unit)):
            raise ValueError("an inspector's row is not plain text")
        if not all(plain_text(word) and "," not in word for word in (*row.qualifications, *row.expertise)):
            raise ValueError("a qualification is not plain text without a comma")
    for tie in ties:
        if not plain_text(tie.name) or not plain_text(tie.reason):
            raise ValueError("a relation's row is not plain text")
    return Roster(people, ties)


def listing_root(h: Hash, secret: bytes, listed: Sequence[RosterRow | Relation]) -> bytes:
    """RFC 6962 root over the salted rows."""
    return merkle.root(h, [leaf(h, salt(h, secret, row.name), row.line()) for row in listed])


def listing(listed: Sequence[RosterRow | Relation]) -> bytes:
    """The rows as text, each with its line break; what the supervisor's bundle and the store hold."""
    return b"".join(row.line() + b"\n" for row in listed)


def read_roster(people: bytes, ties: bytes) -> Roster:
    """The lists that `listing` wrote."""
    rows, relations = [], []
    for line in people.decode().split("\n")[:-1]:
        name, unit, certified, *lists = line.split("\t")
        held, expert = (tuple(told.split(",")) if told else () for told in lists)
        rows.append(RosterRow(name.removeprefix("I:"), unit, certified == "1", held, expert))
    for line in ties.decode().split("\n")[:-1]:
        name, oid, reason = line.split("\t")
        relations.append(Relation(name.removeprefix("I:"), oid, reason))
    return Roster(tuple(rows), tuple(relations))
