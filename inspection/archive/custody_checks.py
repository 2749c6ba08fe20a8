"""Checks of the chain of custody and of the list of evidence, with the standard library alone.

The chain is held against the entries and the journal that lie beside it: every act must be one that its source tells
of. The list is made anew from the same entries, journal and chain, and compared.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection.archive import signatures
from inspection.archive.container import Container
from inspection.archive.custody import evidence
from inspection.archive.custody.acts import (
    SELF_MADE,
    STAMP,
    EntryFact,
    JournalFact,
    acts_of_entry,
    acts_of_line,
    acts_of_stamp,
)
from inspection.archive.entry_checks import Line, read_keys
from inspection.archive.reading import (
    CUSTODY,
    CUSTODY_HEAD,
    ENTRIES,
    EVIDENCE_LIST,
    EVIDENCE_SIGNATURE,
    LOG_PROOFS,
    Malformed,
    Object,
    number_of,
    object_of,
    objects_of,
    parse_object,
    read_lines,
    read_object,
    text_of,
    texts_of,
    unhex,
)
from inspection.archive.sentences import Check, check
from inspection.archive.story_checks import read_journal

GENESIS = bytes(32)
CUSTODY_DOMAIN = b"insp/custody/v1\x00"
EVIDENCE_DOMAIN = b"insp/evidence/v1\x00"
STREAM = "custody:"
NOTED = "custody.noted"


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A line of a chain: the visit, its number, and the act."""

    visit: str
    n: int
    act: Object


def check_custody(container: Container, lines: Sequence[Line], manifest: Object) -> Check:
    """Every chain is whole from its first line to its signed head, and every act is one that its source tells of."""
    try:
        heads = _read_chains(container, _visits(manifest))
    except _Broken as broken:
        return check("custody", False, "custody.broken", visit=broken.visit, n=broken.n)
    if finding := _signed_heads(container, heads):
        return finding
    told = _sources(container, lines)
    acts = [line for chain in heads.values() for line in chain.lines]
    for line in acts:
        act, source = text_of(line.act, "act"), text_of(line.act, "source")
        if act not in SELF_MADE and not _tells(told, line.act):
            known = source in told
            return check("custody", False, "custody.other" if known else "custody.unfounded", n=line.n, act=act)
    how = "custody.ok" if signatures.available() else "custody.unsigned"
    return check("custody", True, how, count=len(acts), chains=len(heads))


@dataclass(frozen=True, slots=True)
class _Chain:
    lines: list[ChainLine]
    hash: bytes


class _Broken(ValueError):
    def __init__(self, visit: str, n: int) -> None:
        super().__init__(visit)
        self.visit, self.n = visit, n


def _visits(manifest: Object) -> set[str]:
    return {text_of(manifest, "visit"), *texts_of(manifest, "joined")}


def _read_chains(container: Container, visits: set[str]) -> dict[str, _Chain]:
    found: dict[str, _Chain] = {}
    for _, raw in read_lines(container, CUSTODY):
        line = parse_object(raw, CUSTODY)
        text = text_of(line, "text").encode()
        said = parse_object(text, CUSTODY)
        visit = text_of(said, "stream").removeprefix(STREAM)
        before = found.setdefault(visit, _Chain([], GENESIS))
        n = len(before.lines) + 1
        made = hashlib.sha256(b"\x40" + before.hash + hashlib.sha256(text).digest()).digest()
        whole = unhex(text_of(line, "prev")) == before.hash and unhex(text_of(line, "hash")) == made
        if not whole or said.get("seq") != n or said.get("kind") != NOTED or visit not in visits:
            raise _Broken(visit, n)
        before.lines.append(ChainLine(visit, n, object_of(said, "payload")))
        found[visit] = _Chain(before.lines, made)
    return found


def _signed_heads(container: Container, chains: Mapping[str, _Chain]) -> Check | None:
    """A finding unless there is one signed head for each chain, over its last line."""
    keys, seen = read_keys(container), set[str]()
    for signed in objects_of(read_object(container, CUSTODY_HEAD), "heads"):
        told = parse_object(text_of(signed, "p"), CUSTODY_HEAD)
        visit = text_of(told, "visit")
        chain = chains.get(visit)
        if (
            chain is None
            or visit in seen
            or (number_of(told, "n"), text_of(told, "hash"))
            != (
                len(chain.lines),
                chain.hash.hex(),
            )
        ):
            return check("custody", False, "custody.head", visit=visit)
        if signatures.available() and not signatures.server_text(keys, CUSTODY_DOMAIN, signed):
            return check("custody", False, "custody.signature", visit=visit)
        seen.add(visit)
    if missing := sorted(chains.keys() - seen):
        return check("custody", False, "custody.head", visit=missing[0])
    return None


def _sources(container: Container, lines: Sequence[Line]) -> dict[str, list[Object] | None]:
    """Source → the acts that it tells of; None for an entry whose body was erased, which tells nothing any more."""
    found: dict[str, list[Object] | None] = {}
    for entry in entry_facts(lines):
        found[entry.hash] = None if entry.body is None else [one.payload() for one in acts_of_entry(entry)]
    for line in journal_facts(container):
        found[line.hash] = [one.payload() for one in acts_of_line(line)]
    for stamp in objects_of(read_object(container, LOG_PROOFS), "stamps"):
        day, at = text_of(stamp, "day"), text_of(stamp, "at")
        made = acts_of_stamp(day, at, number_of(stamp, "size"), number_of(stamp, "covers"))
        found[f"{STAMP}{day}"] = [made.payload()]
    return found


def _tells(told: Mapping[str, list[Object] | None], act: Object) -> bool:
    if (source := text_of(act, "source")) not in told:
        return False
    acts = told[source]
    if acts is None:
        return True
    # More entries may have come below a stamped head since it was noted.
    loose = {"covers"} if source.startswith(STAMP) else set[str]()
    wanted = _without(act, loose)
    return any(_without(one, loose) == wanted for one in acts)


def _without(act: Object, names: set[str]) -> Object:
    return {name: value for name, value in act.items() if name not in names}


def check_evidence(container: Container, lines: Sequence[Line], manifest: Object) -> Check:
    """The signed list agrees with the entries, the journal, the chain and every file in the bundle."""
    listed = read_object(container, EVIDENCE_LIST)
    if not _signed_list(container, manifest):
        return check("evidence", False, "evidence.signature")
    made = _made_again(container, lines, manifest)
    files = {text_of(file, "sha256"): file for file in objects_of(listed, "files")}
    if len(files) != len(objects_of(listed, "files")) or files.keys() != {one["sha256"] for one in made["files"]}:
        return check("evidence", False, "evidence.files")
    for one in made["files"]:
        told = files[one["sha256"]]
        if part := next((name for name in ("claims", "journal", "custody") if told.get(name) != one[name]), None):
            return check("evidence", False, f"evidence.{part}", detail=one["sha256"])
    for name in ("signatures", "refusals", "logs", "chains"):
        if listed.get(name) != made[name]:
            return check("evidence", False, f"evidence.{name}")
    return _check_bytes(container, files)


def _signed_list(container: Container, manifest: Object) -> bool:
    signed = read_object(container, EVIDENCE_SIGNATURE)
    told = parse_object(text_of(signed, "p"), EVIDENCE_SIGNATURE)
    same = text_of(told, "sha256") == container.sha256(EVIDENCE_LIST) and told.get("visit") == manifest.get("visit")
    if not same or not signatures.available():
        return same
    return signatures.server_text(read_keys(container), EVIDENCE_DOMAIN, signed)


def _made_again(container: Container, lines: Sequence[Line], manifest: Object) -> Object:
    chains = _read_chains(container, _visits(manifest))
    chain = [(line.visit, line.n, line.act) for one in chains.values() for line in one.lines]
    deeds = [line for line in journal_facts(container) if str(line.said["stream"]).startswith(evidence.FILE_STREAMS)]
    return evidence.manifest({}, list(entry_facts(lines)), deeds, chain, {})


def _check_bytes(container: Container, files: Mapping[str, Object]) -> Check:
    """Each file that is said to be here: its path, bytes, SHA-256, and SM3 where one is given."""
    weighed, missing = 0, 0
    for digest, file in sorted(files.items()):
        if file.get("state") != "here":
            missing += 1
            continue
        path = text_of(file, "path")
        if path not in container.paths or container.sha256(path) != digest:
            return check("evidence", False, "evidence.bytes", detail=digest)
        if container.size(path) != number_of(file, "bytes"):
            return check("evidence", False, "evidence.bytes", detail=digest)
        if file.get("sm3") is not None and "sm3" in hashlib.algorithms_available:
            if container.sm3(path) != text_of(file, "sm3"):
                return check("evidence", False, "evidence.sm3", detail=digest)
            weighed += 1
    how = "evidence.ok" if signatures.available() else "evidence.unsigned"
    return check("evidence", True, how, count=len(files), missing=missing, sm3=weighed)


def entry_facts(lines: Iterable[Line]) -> Iterable[EntryFact]:
    """The entries as rule and list read them."""
    for line in lines:
        yield EntryFact(line.hash, line.header, None if line.body is None else parse_object(line.body, ENTRIES))


def journal_facts(container: Container) -> list[JournalFact]:
    """The lines of the journal as rule and list read them."""
    found: list[JournalFact] = []
    for told in read_journal(container).values():
        for _, hash_, _, said in told:
            if not all(isinstance(said.get(name), kind) for name, kind in _LINE.items()):
                raise Malformed("journal")
            found.append(JournalFact(hash_.hex(), said))
    return found


_LINE: Mapping[str, Any] = {"stream": str, "seq": int, "kind": str, "at": str, "payload": dict}
