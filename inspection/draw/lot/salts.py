"""The secret values that belong to one row, and its leaf (docs/draw-format.md, tags 10, 12, 13, 00)."""

from inspection.draw.lot.digest import Hash

SECRET_BYTES = 32
SALT_BYTES = 16


def salt(h: Hash, secret: bytes, name: str) -> bytes:
    """r: the 16 secret bytes that belong to one object (or `I:` inspector, `R:` relation, `H:` history); salt of its
    leaf, key of its ticket.
    """
    return h(b"\x10" + secret + name.encode())[:SALT_BYTES]


def attribute_salt(h: Hash, secret: bytes, oid: str) -> bytes:
    """r': salt of the attributes, which open separately from the row."""
    return h(b"\x13" + secret + oid.encode())[:SALT_BYTES]


def leaf(h: Hash, salt_: bytes, line: bytes) -> bytes:
    """The committed leaf of one row."""
    return h(b"\x00" + salt_ + line)
