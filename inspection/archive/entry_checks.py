"""Checks of what the tablets signed: entries, device logs, signatures, receipts, original media."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from inspection.archive import signatures
from inspection.archive.container import Container
from inspection.archive.custody.acts import digests_in
from inspection.archive.reading import (
    ENTRIES,
    FACTS,
    KEYS,
    MEDIA,
    RECEIPTS,
    Malformed,
    Object,
    b64url,
    number_of,
    object_of,
    objects_of,
    parse_object,
    read_lines,
    read_object,
    sha256,
    text_of,
    texts_of,
    unb64url,
)
from inspection.archive.sentences import Check, check

ENTRY_DOMAIN = b"insp/entry/v1\x00"
RECEIPT_DOMAIN = b"insp/receipt/v1\x00"
DEVICE, SERVER = "ES256", "EdDSA"
CUSTODY = frozenset({"accepted", "duplicate", "held", "flagged"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it lies in the dossier: line number from 1, header text and members, body (None: erased)."""

    number: int
    hash: str
    header: Object
    p: bytes
    body: bytes | None
    kid: str
    alg: str
    signature: bytes


def read_entries(container: Container) -> list[Line]:
    """All entries, re-hashed.

    Raises:
        Malformed: a line is not an entry.
    """
    return [_line(number, raw) for number, raw in read_lines(container, ENTRIES)]


def check_entries(lines: list[Line], manifest: Object) -> Check:
    """Every hash is on the manifest's list, every body is the one its header names; none is missing or foreign."""
    wanted, seen, visits = set(texts_of(manifest, "entries")), set[str](), {text_of(manifest, "visit")}
    # Dossiers that were sealed before visits could be joined have no such list.
    visits |= set(texts_of(manifest, "joined")) if "joined" in manifest else set()
    for line in lines:
        if line.hash not in wanted:
            return check("entries", False, "entries.altered", line=line.number)
        if line.hash in seen:
            return check("entries", False, "entries.twice", line=line.number)
        if line.body is not None and b64url(sha256(line.body)) != text_of(line.header, "body"):
            return check("entries", False, "entries.body", line=line.number)
        if line.header.get("visit") not in visits:
            return check("entries", False, "entries.visit", line=line.number)
        seen.add(line.hash)
    if missing := sorted(wanted - seen):
        return check("entries", False, "entries.missing", detail=missing[0])
    return check("entries", True, "entries.ok", count=len(lines))


def check_logs(lines: list[Line]) -> Check:
    """Where two neighbours of a device's log are here, the later names an earlier one.

    A device works on several visits, so a dossier holds its log with gaps; those cannot be judged here. A number that
    was taken twice (a tablet restored from a backup) is evidence to keep: both entries are here, and it is told.
    """
    logs: dict[tuple[str, int], dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        logs[text_of(line.header, "dev"), number_of(line.header, "ep")][number_of(line.header, "seq")].append(line)
    for (device, _), log in sorted(logs.items()):
        for seq in sorted(log):
            before = {line.hash for line in log.get(seq - 1, ())}
            if before and not all(line.header.get("prev") in before for line in log[seq]):
                return check("logs", False, "logs.broken", device=device, seq=seq)
    forks = sum(len({line.hash for line in taken}) > 1 for log in logs.values() for taken in log.values())
    if forks:
        return check("logs", True, "logs.forked", count=len(logs), forks=forks)
    return check("logs", True, "logs.ok", count=len(logs))


def check_signatures(container: Container, lines: list[Line]) -> list[Check]:
    """Every entry against the public key its id names. No finding at all where no cryptography is installed.

    What the server's key signed must stand in the authority's own log: that key speaks for nobody's tablet.
    """
    if not signatures.available():
        return []
    keys = read_keys(container)
    office = text_of(object_of(read_object(container, FACTS), "visit"), "authority")
    for line in lines:
        key = keys.get(line.kid)
        if key is None or signatures.thumbprint(key) != line.kid:
            return [check("signatures", False, "signatures.key", detail=line.kid)]
        verify = {DEVICE: signatures.es256, SERVER: signatures.ed25519}.get(line.alg)
        if verify is None or not verify(key, ENTRY_DOMAIN + line.p, line.signature):
            return [check("signatures", False, "signatures.bad", line=line.number)]
        if (line.alg == SERVER) != (text_of(line.header, "dev") == office):
            return [check("signatures", False, "signatures.office", line=line.number)]
    return [check("signatures", True, "signatures.ok", count=len(lines))]


def check_receipts(container: Container, lines: list[Line]) -> Check:
    """Every entry was taken into custody by a receipt; the receipts' signatures hold where they can be checked."""
    keys, covered, signers = read_keys(container), set[str](), set[str]()
    for number, raw in read_lines(container, RECEIPTS):
        signed = parse_object(raw, RECEIPTS)
        text, kid = text_of(signed, "p"), text_of(signed, "k")
        if signatures.available() and not _receipt_holds(keys.get(kid), kid, text, text_of(signed, "s")):
            return check("receipts", False, "receipts.bad", line=number)
        told = objects_of(parse_object(text, RECEIPTS), "entries")
        covered |= {text_of(entry, "hash") for entry in told if text_of(entry, "verdict") in CUSTODY}
        signers.add(kid)
    for line in lines:
        # What the server itself writes is never carried by a tablet, so no receipt covers it.
        if line.hash not in covered and line.alg != SERVER:
            return check("receipts", False, "receipts.uncovered", detail=line.hash)
    if not signatures.available():
        return check("receipts", True, "receipts.unsigned")
    return check("receipts", True, "receipts.ok", keys=", ".join(sorted(signers)) or "–")


def check_media(container: Container, lines: list[Line], manifest: Object) -> Check:
    """Every original an entry refers to is here under its own SHA-256, or certified as lost."""
    names = {path.rsplit("/", 1)[1].split(".")[0]: path for path in container.paths if path.startswith(f"{MEDIA}/")}
    for digest, path in sorted(names.items()):
        if container.sha256(path) != digest:
            return check("media", False, "media.altered", detail=digest)
    lost, wanted = set(texts_of(manifest, "media_lost")), referred(line.body for line in lines)
    if missing := sorted(wanted - set(names) - lost):
        return check("media", False, "media.missing", detail=missing[0])
    if told := wanted & lost - set(names):
        return check("media", True, "media.some", count=len(wanted - told), missing=len(told))
    return check("media", True, "media.ok", count=len(wanted))


def referred(bodies: Iterable[bytes | None]) -> set[str]:
    """The digests (hex) of the files that these bodies refer to."""
    return {digest for body in bodies if body is not None for digest in digests_in(parse_object(body, ENTRIES))}


def _line(number: int, raw: bytes) -> Line:
    told = parse_object(raw, ENTRIES)
    p, body = text_of(told, "p").encode(), told.get("b")
    if body is not None and not isinstance(body, str):
        raise Malformed(ENTRIES)
    return Line(
        number=number,
        hash=b64url(sha256(ENTRY_DOMAIN + p)),
        header=parse_object(p, ENTRIES),
        p=p,
        body=None if body is None else body.encode(),
        kid=text_of(told, "k"),
        alg=text_of(told, "a"),
        signature=unb64url(text_of(told, "s")),
    )


def read_keys(container: Container) -> dict[str, Object]:
    """Key id → public key (JWK)."""
    keys = read_object(container, KEYS)
    return {kid: key for kid, key in keys.items() if isinstance(key, dict)}


def _receipt_holds(key: Object | None, kid: str, text: str, signature: str) -> bool:
    if key is None or signatures.thumbprint(key) != kid:
        return False
    return signatures.ed25519(key, RECEIPT_DOMAIN + text.encode(), unb64url(signature))
