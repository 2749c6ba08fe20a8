"""Parts that several papers share."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from inspection.documents.blocks import Block, Cell, Code, Grid, Heading, Mark, Numbered, Paper, Para, Seal, Signing
from inspection.documents.views import Contact, Ground, ItemLine, Link, Officer, Opinion, Party, Signed
from inspection.documents.words import Words

FOUR = (3, 5, 3, 5)
"""Label, value, label, value."""


def paper(
    words: Words, authority: str, number: str, at: datetime, blocks: Iterable[Block | None], foot: str = ""
) -> Paper:
    """A paper of these blocks; None among them is left out."""
    kept = tuple(block for block in blocks if block is not None)
    told = words.shared("number", number=number) if number else ""
    return Paper(words("title"), authority, told, words.lang, at, foot, kept)


def field(label: str, value: str, span: int = 1) -> tuple[Cell, Cell]:
    """A label and what it says."""
    return Cell(label, label=True), Cell(value, span)


def party_rows(words: Words, party: Party) -> list[tuple[Cell, ...]]:
    """Who is inspected, in rows of `FOUR` columns."""
    say = words.shared
    return [
        (*field(say("party"), party.name), *field(say("code"), party.code)),
        field(say("address"), words.none(party.address), 3),
        (
            *field(say("representative"), words.none(_reached(party.representative, party.representative_phone))),
            *field(say("liaison"), words.none(_reached(party.contact, party.contact_phone))),
        ),
    ]


def ground_rows(words: Words, ground: Ground) -> list[tuple[Cell, ...]]:
    """Where the visit comes from, in rows of `FOUR` columns."""
    say = words.shared
    return [
        (*field(say("task"), ground.task_name), *field(say("task_number"), ground.task_number)),
        (*field(say("kind"), ground.kind), *field(say("source"), ground.source)),
    ]


def officer_grid(words: Words, officers: Sequence[Officer]) -> Grid:
    """Who inspects, with the certificates they must show."""
    say = words.shared
    head = tuple(Cell(say(key), label=True) for key in ("officer", "unit", "certificate"))
    rows = [
        (
            Cell(say("leads", name=one.name) if one.leader else one.name),
            Cell(words.none(one.unit)),
            Cell(words.none(one.certificate)),
        )
        for one in officers
    ]
    return Grid((3, 5, 6), (head, *rows), head=1)


def item_lines(words: Words, items: Iterable[ItemLine]) -> Numbered:
    """What is checked: code, name and content of each item."""
    return Numbered(
        tuple(
            words.shared("item_with_content", code=one.code, name=one.name, content=one.content)
            if one.content
            else words.shared("item", code=one.code, name=one.name)
            for one in items
        )
    )


def bases(items: Iterable[ItemLine]) -> tuple[str, ...]:
    """The laws that the items rest on, each once."""
    return tuple(dict.fromkeys(basis for item in items for basis in item.basis))


def listed(words: Words, title: str, lines: Sequence[str]) -> tuple[Block, ...]:
    """A part with counted lines, or the word that there are none."""
    return (Heading(title), Numbered(tuple(lines)) if lines else Para(words.shared("none")))


def signing(words: Words, label: str, opinion: str, signed: Sequence[Signed], rooms: int = 1) -> Signing:
    """A place to sign with the signatures there are, else with room for `rooms` of them."""
    marks = tuple(Mark(one.name, one.drawing, words.day(one.on) if one.on else "") for one in signed)
    return Signing(label, opinion, marks or (Mark(),) * rooms, words.shared("sign_or_seal"))


def opinion(words: Words, label: str, given: Opinion | None) -> Signing:
    """A place for somebody's opinion: as it was given, or empty."""
    if given is None:
        return Signing(label, "", (Mark(),), words.shared("sign_here"))
    mark = Mark(given.by, None, words.day(given.on) if given.on else "")
    return Signing(label, given.text, (mark,), words.shared("signed_by"))


def contact_lines(words: Words, contact: Contact) -> Para | None:
    """Whom to ask and where to complain, or nothing when nobody is named."""
    told = [contact.unit, contact.person, contact.phone, contact.address]
    said = words.shared("between").join(part for part in told if part)
    lines = [words.shared("contact", contact=said)] if said else []
    if contact.supervision:
        lines.append(words.shared("supervision", phone=contact.supervision))
    return Para("\n".join(lines), plain=True) if lines else None


def code_of(words: Words, link: Link | None, key: str) -> Code | None:
    """The QR code of a page for the party, with the code to type instead."""
    return Code(link.drawing, words(key, address=link.address, code=link.code)) if link is not None else None


def sealed(words: Words, authority: str, day: str) -> Seal:
    """The issuer with room for the seal."""
    return Seal(authority, words.shared("seal"), day)


def _reached(name: str, phone: str) -> str:
    return " ".join(part for part in (name, phone) if part)
