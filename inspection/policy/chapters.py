"""A rule-set as a person reads it: clause by clause, every value in words with the article that it stands in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from inspection.policy.model import RuleSet
from inspection.policy.stated import HEAD, NOTE, Stated, differences, values
from inspection.policy.words import field_name, part_name, said


@dataclass(frozen=True, slots=True)
class Provision:
    """One value. `place`: its keys in the file, which is also its anchor on a page; `article`: where the document says
    so, None before the first clause; `note`: what had to be decided ourselves, where this value has a note of its own.
    """

    place: str
    name: str
    words: str
    article: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """One clause. `part`: its name in the file, which is also its anchor; `note`: what the document leaves open and
    how it is read."""

    part: str
    name: str
    article: str
    note: str | None
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """A value in which two rule-sets differ, in words; None on the side that does not have it."""

    place: str
    chapter: str
    name: str
    one: Provision | None
    other: Provision | None


def chapters(rules: RuleSet, lang: str) -> tuple[Chapter, ...]:
    """The clauses in the order of the file."""
    stated = [one for one in values(rules) if one.part != HEAD]
    return tuple(
        _chapter(rules, part, list(of_part), lang) for part, of_part in groupby(stated, key=lambda one: one.part)
    )


def differing(one: RuleSet, other: RuleSet, lang: str) -> tuple[Differing, ...]:
    """Where two rule-sets differ, in the order of the file; what stands before the first clause is left out."""
    return tuple(
        Differing(
            found.stated.place,
            part_name(found.stated.part, lang),
            field_name(found.stated, lang),
            _provision(found.one, lang) if found.one else None,
            _provision(found.other, lang) if found.other else None,
        )
        for found in differences(one, other)
        if found.stated.part != HEAD
    )


def _chapter(rules: RuleSet, part: str, stated: Sequence[Stated], lang: str) -> Chapter:
    clause = getattr(rules, part)
    told = tuple(_provision(one, lang) for one in stated if one.name != NOTE)
    return Chapter(part, part_name(part, lang), clause.article, clause.note, told)


def _provision(stated: Stated, lang: str) -> Provision:
    note = getattr(stated.value, "note", None)
    return Provision(
        stated.place, field_name(stated, lang), said(stated.value, stated.name, lang), stated.article, note
    )
