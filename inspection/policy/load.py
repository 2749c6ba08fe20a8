"""Rule-sets as they are read: from the package and from a local folder, each checked by itself and with the others."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from inspection.kernel.canonical import canonical_json, sha256_hex
from inspection.kernel.errors import Invalid, NotFound
from inspection.policy.flaws import Flaw, flaws_of, told
from inspection.policy.model import RuleSet
from mobile_contract.problems import ProblemCode

Lines = Mapping[str, tuple[RuleSet, ...]]
"""Rule-sets by code, oldest first."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rule-set and the file it was read from. `local`: not one of the package's."""

    rules: RuleSet
    file: str
    local: bool


def parse_rule_set(text: str, file: str = "-") -> RuleSet:
    """The rule-set a TOML text states; `file` is only named in the refusal.

    Raises:
        Invalid: `policy.unreadable` for broken TOML, an unknown key, a missing article, a value out of range; with
            the facts `file`, `problems` (place and reason of each, by language) and `places`.
    """
    flaws = find_flaws(text)
    if isinstance(flaws, RuleSet):
        return flaws
    raise Invalid(
        ProblemCode.INVALID,
        "policy.unreadable",
        file=file,
        problems=told(flaws),
        places=[flaw.place for flaw in flaws],
    )


def find_flaws(text: str) -> RuleSet | list[Flaw]:
    """The rule-set, or everything that is wrong with the text."""
    try:
        return RuleSet.model_validate(tomllib.loads(text))
    except ValidationError as error:
        return flaws_of(error)
    except (ValueError, RecursionError) as error:  # the reader lets some through as they are: 5,000 digits, 1,000 "["
        return [Flaw("TOML", "toml", {"told": str(error)})]


def canonical(rules: RuleSet) -> bytes:
    """The rule-set's canonical JSON: what the file states, in one spelling, without what it leaves out.

    What a file leaves out is left out here too, so that the product may learn a new, optional value without changing
    the digest of a rule-set that does not speak of it.
    """
    return canonical_json(rules.model_dump(mode="json", exclude_unset=True))


def digest(rules: RuleSet) -> str:
    """SHA-256 (hex) of the canonical JSON: layout and comments of the file do not matter, every value does."""
    return sha256_hex(canonical(rules))


def spans_in_order(rule_sets: Iterable[RuleSet], files: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Lines:
    """The rule-sets by code, oldest first, each code's spans following one another without overlap or gap.

    `files`: names of rule-sets → the files they stand in, to be told in a refusal.

    Raises:
        Invalid: `policy.overlap` where a day would be judged by two rule-sets, `policy.gap` where by none,
            `policy.twice` where two rule-sets bear one name.
    """
    by_code: dict[str, list[RuleSet]] = defaultdict(list)
    for rules in rule_sets:
        by_code[rules.code].append(rules)
    for line in by_code.values():
        line.sort(key=lambda rules: rules.effective_from)
        names = [rules.name for rules in line]
        for name in names:
            if names.count(name) > 1:
                raise Invalid(ProblemCode.INVALID, "policy.twice", rule_set=name, files=list(files.get(name, ())))
        for older, newer in pairwise(line):
            _check_seam(older, newer, [*files.get(older.name, ()), *files.get(newer.name, ())])
    return MappingProxyType({code: tuple(line) for code, line in by_code.items()})


def _check_seam(older: RuleSet, newer: RuleSet, files: list[str]) -> None:
    eve = newer.effective_from - timedelta(days=1)
    ended = older.effective_until
    if ended is None and newer.supersedes == older.name:
        ended = eve
    if newer.effective_from == older.effective_from or ended is None or ended > eve:
        raise Invalid(ProblemCode.INVALID, "policy.overlap", older=older.name, newer=newer.name, files=files)
    if ended < eve:
        raise Invalid(
            ProblemCode.INVALID,
            "policy.gap",
            older=older.name,
            newer=newer.name,
            first=(ended + timedelta(days=1)).isoformat(),
            last=eve.isoformat(),
            files=files,
        )


def read_folder(folder: Traversable | Path, *, local: bool) -> list[Source]:
    """Every `*.toml` of a folder, by file name.

    Raises:
        Invalid: `policy.folder_missing`, `policy.unreadable`.
    """
    if not folder.is_dir():
        raise Invalid(ProblemCode.INVALID, "policy.folder_missing", folder=str(folder))
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return [Source(parse_rule_set(read_text(one), one.name), one.name, local) for one in files]


def read_text(file: Traversable | Path) -> str:
    """The text of a file.

    Raises:
        Invalid: `policy.no_text`: there is none, or it is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(ProblemCode.INVALID, "policy.no_text", file=str(file), told=str(error)) from None


def joined(sources: Iterable[Source]) -> Lines:
    """The rule-sets of several files, checked against each other.

    Raises:
        Invalid: as `spans_in_order`.
    """
    held = list(sources)
    files: dict[str, list[str]] = defaultdict(list)
    for source in held:
        files[source.rules.name].append(source.file)
    return spans_in_order([source.rules for source in held], files)


@cache
def shipped_sources() -> tuple[Source, ...]:
    """The package's own files."""
    return tuple(read_folder(resources.files("inspection.policy").joinpath("rulesets"), local=False))


class _Library:
    """What this process judges by: read once when it starts, then never again."""

    def __init__(self) -> None:
        self.sources: tuple[Source, ...] | None = None
        self.lines: Lines = MappingProxyType({})

    def read(self, folder: Path | None) -> None:
        sources = (*shipped_sources(), *(read_folder(folder, local=True) if folder else ()))
        self.lines = joined(sources)
        self.sources = sources


_LIBRARY = _Library()


def use_local(folder: Path | None) -> None:
    """Let this process know the rule-sets of a local folder beside the shipped ones; None: the shipped ones alone.

    Raises:
        Invalid: a file cannot be read, or two rule-sets overlap or leave days without a rule. What was known stays.
    """
    _LIBRARY.read(folder)


def known_sources() -> tuple[Source, ...]:
    """Every rule-set this process knows, with its file."""
    if _LIBRARY.sources is None:
        _LIBRARY.read(None)
    return _LIBRARY.sources or ()


def known() -> Lines:
    """Every rule-set this process knows, shipped and local, by code, oldest first."""
    known_sources()
    return _LIBRARY.lines


def rule_set(code: str, on: date) -> RuleSet:
    """The rule-set of `code` in force on the day `on`.

    Raises:
        NotFound: `policy.no_rule_set` when the code is unknown or no version covers that day.
    """
    # Newest first: one that supersedes another ends it without a change of its file.
    for rules in reversed(known().get(code, ())):
        if rules.covers(on):
            return rules
    raise NotFound(ProblemCode.RULE_SET_UNKNOWN, "policy.no_rule_set", rule_set=code, on=on.isoformat())


def rule_set_named(name: str) -> RuleSet:
    """The rule-set a record names (`code.version`): it is judged by that one for ever.

    Raises:
        NotFound: `policy.no_such_version`.
    """
    for line in known().values():
        for rules in line:
            if rules.name == name:
                return rules
    raise NotFound(ProblemCode.RULE_SET_UNKNOWN, "policy.no_such_version", rule_set=name)
