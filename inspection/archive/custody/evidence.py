"""证据清单: one entry a file, with what 行政诉讼证据规定 第十二条 asks of recordings and what was done with it since
(media.md §3.3).

Pure, and with the standard library alone. What the signed entries claim, what the journal tells and where the chain of
custody speaks of a file are made here of exactly these; the verifier makes them again and compares.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from inspection.archive.custody.acts import EntryFact, JournalFact, files_of, instant, plain

Object: TypeAlias = dict[str, Any]

VERSION: Final = 1
FILE_STREAMS: Final = ("media:", "upload:", "file:")
"""How the journal's streams that speak of files begin: of bytes and what befell them; of bringing them; and, behind the
authority's id, of what an authority did with them (until it had one of its own, in the stream of the bytes).
"""
_LONGEST: Final = 10_000
_PLACE: Final = ("lat_e7", "lon_e7", "acc_dm", "source", "fix_age_ms", "mock")
_MADE: Final = ("bytes", "mime", "width", "height", "item", "caption", "of")
_SIGNED: Final = ("role", "name", "position", "id_tail", "method", "doc", "set", "image")
_REFUSED: Final = ("what", "outcome", "item", "reason_code", "text", "set")


def claims(entries: Iterable[EntryFact]) -> dict[str, list[Object]]:
    """By digest, what each entry that refers to a file claims of it: how, when, where, by whom and on which tablet."""
    found: dict[str, list[Object]] = defaultdict(list)
    for entry in entries:
        for how, digest in files_of(entry):
            found[digest].append({"how": how} | _origin(entry) | _making(entry))
    return dict(found)


def _origin(entry: EntryFact) -> Object:
    header = entry.header
    return {
        "entry": entry.hash,
        "type": plain(header.get("type")),
        "by": plain(header.get("ins")),
        "device": plain(header.get("dev")),
        "log": [plain(header.get("ep")), plain(header.get("seq"))],
        "at": instant(header.get("wall")),
        "clock": {name: plain(header.get(name)) for name in ("wall", "mono", "boot")},
    }


def _making(entry: EntryFact) -> Object:
    body = entry.body or {}
    told = {name: plain(body[name], _LONGEST) for name in _MADE if body.get(name) is not None}
    if body.get("taken_wall") is not None:
        told["taken_at"] = instant(body["taken_wall"])
    return told | {"place": place(body.get("position"))}


def place(position: object) -> Object | None:
    """Where, in WGS 84: accuracy, source, age of the fix and whether the platform says that it was made up."""
    return {name: plain(position.get(name)) for name in _PLACE} if isinstance(position, Mapping) else None


def signatures(entries: Iterable[EntryFact]) -> list[Object]:
    """Who signed, with the digests of the document that was shown and of the set of entries."""
    return [_origin(one) | _members(one, _SIGNED) for one in entries if _is(one, "signature")]


def refusals(entries: Iterable[EntryFact]) -> list[Object]:
    """What was refused and why, by whom, before which witness, and what shows it."""
    found = []
    for entry in entries:
        if _is(entry, "refusal"):
            body = entry.body or {}
            media = [digest for _, digest in files_of(entry)]
            people = {name: _person(body.get(name)) for name in ("by", "witness")}
            found.append(_origin(entry) | _members(entry, _REFUSED) | {"refused_by": people["by"], "media": media})
            found[-1]["witness"] = people["witness"]
    return found


def _is(entry: EntryFact, kind: str) -> bool:
    return entry.body is not None and entry.header.get("type") == kind


def _members(entry: EntryFact, names: Sequence[str]) -> Object:
    body = entry.body or {}
    return {name: plain(body[name], _LONGEST) for name in names if body.get(name) is not None}


def _person(told: object) -> Object | None:
    return {str(name): plain(value) for name, value in told.items()} if isinstance(told, Mapping) else None


def deeds(lines: Iterable[JournalFact]) -> dict[str, Object]:
    """By digest, what the journal tells of a file: its receipt, uploads, findings, copies, redactions, damage, hold."""
    found: dict[str, Object] = {}
    uploads: dict[str, Object] = {}
    for line in sorted(lines, key=lambda line: (line.said["at"], line.said["stream"], line.said["seq"])):
        room, _, name = str(line.said["stream"]).partition(":")
        if room in {"media", "file"}:
            _file_deed(found.setdefault(name.rpartition("/")[2], _nothing()), line)
        elif room == "upload":
            _upload_deed(found, uploads, name, line)
    return found


def _nothing() -> Object:
    return {
        "received": None,
        "uploads": [],
        "found": None,
        "copies": {},
        "redactions": [],
        "damaged": [],
        "healed": [],
        "held": False,
    }


def _file_deed(told: Object, line: JournalFact) -> None:
    p, at = line.payload, line.said["at"]
    by = (line.said.get("actor") or {}).get("id")
    match line.kind:
        case "blob.stored":
            told["received"] = {"at": at, "by": by, "bytes": p.get("length"), "mime": p.get("mime")}
        case "blob.derived":
            told["found"], told["copies"] = p.get("probe"), p.get("derived") or {}
        case "blob.public_copy_made":
            told["redactions"].append({"at": at, "by": by} | {n: p.get(n) for n in ("copy", "boxes", "ground")})
        case "blob.damaged":
            told["damaged"].append({"at": at} | {name: p.get(name) for name in ("kind", "place", "found")})
        case "blob.healed":
            told["healed"].append(at)
        case "media.held" | "media.released":
            told["held"] = line.kind == "media.held"


def _upload_deed(found: dict[str, Object], uploads: dict[str, Object], name: str, line: JournalFact) -> None:
    """An upload's stream; `digest` is the one that was declared."""
    digest = line.payload.get("digest") or line.payload.get("declared")
    if name not in uploads and isinstance(digest, str):
        by = (line.said.get("actor") or {}).get("id")
        uploads[name] = {"id": name, "by": by, "begun": line.said["at"], "ended": None, "outcome": None}
        found.setdefault(digest, _nothing())["uploads"].append(uploads[name])
    if name in uploads and line.kind in _ENDS:
        outcome = _ENDS[line.kind]
        uploads[name] |= {"ended": line.said["at"] if outcome else None, "outcome": outcome}


_ENDS: Final = {
    "upload.completed": "complete",
    "upload.rejected": "rejected",
    "upload.terminated": "given up",
    "upload.expired": "expired",
    "upload.reopened": None,
}


def mentions(chain: Iterable[tuple[str, int, Mapping[str, Any]]]) -> dict[str, Object]:
    """By digest, the numbers of the lines that speak of it, by the visit whose chain it is."""
    found: dict[str, Object] = defaultdict(dict)
    for visit, n, payload in chain:
        if isinstance(payload.get("digest"), str):
            found[payload["digest"]].setdefault(visit, []).append(n)
    return dict(found)


def logs(entries: Iterable[EntryFact]) -> list[Object]:
    """The device logs that the entries are of, and which numbers were taken twice (a tablet restored from a backup)."""
    taken: dict[tuple[str, int], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in entries:
        header = entry.header
        taken[str(header.get("dev")), int(header.get("ep") or 0)][int(header.get("seq") or 0)].add(entry.hash)
    return [
        {
            "device": device,
            "epoch": epoch,
            "first": min(log),
            "last": max(log),
            "entries": sum(map(len, log.values())),
            "forks": [seq for seq in sorted(log) if len(log[seq]) > 1],
        }
        for (device, epoch), log in sorted(taken.items())
    ]


def manifest(
    head: Mapping[str, Any],
    entries: Sequence[EntryFact],
    lines: Sequence[JournalFact],
    chain: Sequence[tuple[str, int, Mapping[str, Any]]],
    known: Mapping[str, Mapping[str, Any]],
) -> Object:
    """The whole list. `head`: what it is about; `known`: by digest, what nothing else in the bundle tells of a file."""
    told, done, spoken = claims(entries), deeds(lines), mentions(chain)
    return {
        "v": VERSION,
        **head,
        "files": [
            {"sha256": digest, **known.get(digest, {})}
            | {"claims": told[digest], "journal": done.get(digest, _nothing()), "custody": spoken.get(digest, {})}
            for digest in sorted(told)
        ],
        "signatures": signatures(entries),
        "refusals": refusals(entries),
        "logs": logs(entries),
        "chains": dict(Counter(visit for visit, _, _ in chain)),
    }
