"""The secret values that belong to one row, and its leaf (docs/sr-draw-1.md, tags 10, 12, 13, 00)."""

from collections.abc import Mapping, Sequence

from inspection.draw.lot.digest import Hash
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode

SECRET_BYTES = 32
SALT_BYTES = 16


class GoneKey(bytes):
    """What stands for K once it was erased: the salts of inspectors and of drawn and waiting objects, for the changes
    that may still come. It is empty as a key, and putting it into a hash is refused instead of giving a wrong one.
    """

    salts: Mapping[str, bytes]
    blinds: Sequence[bytes]

    def of(self, name: str) -> bytes:
        """The salt that belongs to a name.

        Raises:
            Conflict: `draw.key_gone`: only K could tell.
        """
        if name not in self.salts:
            raise _gone()
        return self.salts[name]

    def blind(self, number: int) -> bytes:
        """What blinds the texts of change `number` (tag 39).

        Raises:
            Conflict: `draw.key_gone`: there are more changes than were provided for.
        """
        if not 1 <= number <= len(self.blinds):
            raise _gone()
        return self.blinds[number - 1]

    def __radd__(self, other: object) -> bytes:
        raise _gone()


def gone_key(salts: Mapping[str, bytes], blinds: Sequence[bytes]) -> GoneKey:
    """A key that was erased, with what it left behind."""
    made = GoneKey()
    made.salts, made.blinds = salts, blinds
    return made


def _gone() -> Conflict:
    return Conflict(ProblemCode.DRAW_WRONG_STEP, "draw.key_gone")


def salt(h: Hash, secret: bytes, name: str) -> bytes:
    """r: the 16 secret bytes that belong to one object (or `I:` inspector, `R:` relation, `H:` history); salt of its
    leaf, key of its ticket.
    """
    if isinstance(secret, GoneKey):
        return secret.of(name)
    return h(b"\x10" + secret + name.encode())[:SALT_BYTES]


def attribute_salt(h: Hash, secret: bytes, oid: str) -> bytes:
    """r': salt of the attributes, which open separately from the row."""
    return h(b"\x13" + secret + oid.encode())[:SALT_BYTES]


def leaf(h: Hash, salt_: bytes, line: bytes) -> bytes:
    """The committed leaf of one row."""
    return h(b"\x00" + salt_ + line)
