"""Checks of the story around the record: journal chains, the draw's opening, the published documents."""

import hashlib
from collections import defaultdict

from inspection.archive.container import Container
from inspection.archive.reading import (
    DRAWS,
    JOURNAL,
    PUBLICATIONS,
    Object,
    number_of,
    object_of,
    objects_of,
    parse_object,
    read_lines,
    read_object,
    text_of,
    unhex,
)
from inspection.archive.sentences import Check, check
from inspection.draw.verify import verify_one

GENESIS = bytes(32)
FIXED = ("fingerprint", "frame_root", "seed", "result_root")
PUBLISHED = frozenset({"publication.published", "publication.corrected", "publication.withdrawn"})


def read_journal(container: Container) -> dict[str, list[tuple[bytes, bytes, bytes, Object]]]:
    """Stream → its lines in the order of the file, each (prev, hash, hashed text, what the text says)."""
    streams: dict[str, list[tuple[bytes, bytes, bytes, Object]]] = defaultdict(list)
    for _, raw in read_lines(container, JOURNAL):
        line = parse_object(raw, JOURNAL)
        text = text_of(line, "text").encode()
        said = parse_object(text, JOURNAL)
        streams[text_of(said, "stream")].append(
            (unhex(text_of(line, "prev")), unhex(text_of(line, "hash")), text, said)
        )
    return streams


def check_journal(container: Container, manifest: Object) -> Check:
    """`hash = SHA-256(0x40 ‖ prev ‖ SHA-256(text))` from 32 zero bytes on; ends as the manifest states."""
    streams, count = read_journal(container), 0
    heads = {text_of(told, "stream"): told for told in objects_of(manifest, "journal")}
    for stream in sorted({*streams, *heads}):
        prev, told = GENESIS, heads.get(stream)
        for seq, (before, hash_, text, said) in enumerate(streams.get(stream, []), start=1):
            made = hashlib.sha256(b"\x40" + prev + hashlib.sha256(text).digest()).digest()
            if before != prev or hash_ != made or said.get("seq") != seq:
                return check("journal", False, "journal.broken", stream=stream, seq=seq)
            prev, count = made, count + 1
        if told is None or text_of(told, "head") != prev.hex() or number_of(told, "lines") != len(streams[stream]):
            return check("journal", False, "journal.short", stream=stream)
    return check("journal", True, "journal.ok", count=count)


def check_draw(container: Container, manifest: Object) -> Check:
    """Each lot that led here, opened: the object, its ticket and threshold, and what the journal says of the draw."""
    draws = objects_of(read_object(container, DRAWS), "draws")
    if not draws:
        return check("draw", True, "draw.none")
    code, sealed = text_of(object_of(manifest, "object"), "code"), _sealed_draws(container)
    for draw in draws:
        if draw.get("opening") is None:
            if manifest.get("kind") == "evidence":
                return check("draw", True, "draw.early")
            return check("draw", bool(manifest.get("withheld")), "draw.closed")
        opening = object_of(draw, "opening")
        for finding in verify_one(opening):
            if not finding.ok:
                return check("draw", False, "draw.bad", detail_zh=finding.zh, detail_en=finding.en)
        if text_of(opening, "row").split("\t")[0] != code:
            return check("draw", False, "draw.object", detail=code)
        recorded = sealed.get(text_of(object_of(draw, "public"), "draw"), {})
        if any(opening.get(name) != recorded.get(name) for name in FIXED):
            return check("draw", False, "draw.unrecorded")
    return check("draw", True, "draw.ok")


def check_publications(container: Container) -> Check:
    """The journal names the SHA-256 of every version that went out; each is here, and nothing else is."""
    wanted = {
        f"{text_of(said, 'number')}.v{number_of(said, 'version')}": text_of(said, "sha256")
        for said in _payloads(container)
    }
    found = {
        path.removeprefix(f"{PUBLICATIONS}/").removesuffix(".json"): container.sha256(path)
        for path in container.paths
        if path.startswith(f"{PUBLICATIONS}/")
    }
    for name in sorted({*wanted, *found}):
        if name not in found:
            return check("publications", False, "publications.missing", detail=name)
        if found[name] != wanted.get(name):
            return check("publications", False, "publications.altered", detail=name)
    return check("publications", True, "publications.ok", count=len(found))


def _payloads(container: Container) -> list[Object]:
    told = [said for lines in read_journal(container).values() for *_, said in lines]
    found = [said.get("payload") for said in told if said.get("kind") in PUBLISHED]
    return [payload for payload in found if isinstance(payload, dict)]


def _sealed_draws(container: Container) -> dict[str, Object]:
    """Draw id → what its journal says was sealed."""
    return {
        stream.removeprefix("draw:"): object_of(said, "payload")
        for stream, lines in read_journal(container).items()
        for *_, said in lines
        if said.get("kind") == "draw.sealed"
    }
